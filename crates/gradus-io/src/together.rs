//! Files that change together or not at all.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use tempfile::TempPath;

use crate::IoError;
use crate::atomic::replace;

/// What becomes of a file; see [`change_together`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change<'b> {
    /// It is written anew.
    Write(&'b [u8]),
    /// It is removed, if it is there.
    Remove,
}

/// Writes and removes files, in this order; if one cannot be, all are again as they were before.
///
/// Each is written as by [`write_atomically`](crate::write_atomically). Until the last has succeeded, what is replaced or removed is kept
/// beside it under a hidden name (a second link, or a copy where the file system knows no links), so that putting it
/// back needs no space.
///
/// # Errors
/// [`IoError::InFile`] with [`IoError::NotAFile`] if a path is a directory or a device, or is to be
/// removed and is a symbolic link; or with what the operating system says.
///
/// ```
/// use gradus_io::{Change, change_together};
///
/// # let dir = tempfile::tempdir()?;
/// let [old, new] = ["old", "new"].map(|name| dir.path().join(name));
/// std::fs::write(&old, b"first")?;
/// change_together(&[(&new, Change::Write(b"second")), (&old, Change::Remove)])?;
/// assert!(std::fs::read(&new)? == b"second" && !old.exists());
/// // A directory is no file: `new` is not changed either.
/// let refused = [(new.as_path(), Change::Write(b"third")), (dir.path(), Change::Write(b"fourth"))];
/// assert!(change_together(&refused).is_err());
/// assert_eq!(std::fs::read(&new)?, b"second");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Limitations
/// A reader may see some files changed and others not yet; so does whoever looks after a crash in
/// between, when the hidden names hold what was replaced.
pub fn change_together<P: AsRef<Path>>(changes: &[(P, Change<'_>)]) -> Result<(), IoError> {
    let mut done: Vec<Kept<'_>> = Vec::new();
    for (path, change) in changes {
        let path = path.as_ref();
        let changed = Kept::of(path).and_then(|kept| {
            match change {
                Change::Write(bytes) => replace(path, bytes)?,
                Change::Remove => remove(path)?,
            }
            Ok(kept)
        });
        match changed {
            Ok(kept) => done.push(kept),
            Err(error) => {
                done.into_iter().rev().for_each(Kept::put_back);
                return Err(error.in_file(path));
            }
        }
    }
    Ok(())
}

fn remove(path: &Path) -> Result<(), IoError> {
    match fs::symlink_metadata(path) {
        Ok(found) if !found.is_file() => Err(IoError::NotAFile),
        Ok(_) => Ok(fs::remove_file(path)?),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// A file as it was; dropped, it is forgotten.
#[derive(Debug)]
enum Kept<'p> {
    /// There was none.
    Absent(&'p Path),
    File {
        path: PathBuf,
        kept: TempPath,
    },
}

impl<'p> Kept<'p> {
    fn of(named: &'p Path) -> Result<Self, IoError> {
        let path = match fs::canonicalize(named) {
            Ok(path) => path,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Self::Absent(named)),
            Err(error) => return Err(error.into()),
        };
        if !fs::metadata(&path)?.is_file() {
            return Err(IoError::NotAFile);
        }
        let keep = |hidden: &Path| match fs::hard_link(&path, hidden) {
            Err(error) if error.kind() != ErrorKind::AlreadyExists => {
                fs::copy(&path, hidden).map(drop)
            }
            linked => linked,
        };
        let dir = path.parent().unwrap_or(Path::new("."));
        let kept = tempfile::Builder::new().prefix(".gradus-").make_in(dir, keep)?.into_temp_path();
        Ok(Self::File { path, kept })
    }

    /// As well as can be: that it fails, too, would not be the error that matters.
    fn put_back(self) {
        match self {
            // Of a link that led nowhere, what it leads to now.
            Self::Absent(named) => {
                let _ = fs::canonicalize(named).and_then(fs::remove_file);
            }
            Self::File { path, kept } => {
                if let Err(error) = kept.persist(path) {
                    // What was there stays under its hidden name.
                    let _ = error.path.keep();
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(dir: &Path) -> Vec<String> {
        let name = |entry: std::io::Result<fs::DirEntry>| entry.unwrap().file_name();
        let mut names: Vec<String> =
            fs::read_dir(dir).unwrap().map(|entry| name(entry).into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_failure_brings_everything_back() {
        let dir = tempfile::tempdir().unwrap();
        let [a, b, c] = ["a", "b", "c"].map(|name| dir.path().join(name));
        let absent = dir.path().join("absent").join("d");
        fs::write(&a, b"old a").unwrap();
        fs::write(&b, b"old b").unwrap();
        let changes =
            [(&a, Change::Write(b"new a")), (&b, Change::Remove), (&c, Change::Write(b"new c"))];
        let refused = change_together(&[&changes[..], &[(&absent, Change::Write(b"x"))]].concat());
        assert!(matches!(refused, Err(IoError::InFile { path, .. }) if path == absent));
        assert_eq!(names(dir.path()), ["a", "b"]);
        assert_eq!(
            (fs::read(&a).unwrap(), fs::read(&b).unwrap()),
            (b"old a".into(), b"old b".into())
        );
        change_together(&changes).unwrap();
        assert_eq!(names(dir.path()), ["a", "c"]);
        assert_eq!(
            (fs::read(&a).unwrap(), fs::read(&c).unwrap()),
            (b"new a".into(), b"new c".into())
        );
    }

    #[cfg(unix)]
    #[test]
    fn links_lead_where_they_led_and_are_not_removed() {
        let dir = tempfile::tempdir().unwrap();
        let [file, link, loose, target] =
            ["file", "link", "loose", "target"].map(|name| dir.path().join(name));
        fs::write(&file, b"old").unwrap();
        std::os::unix::fs::symlink(&file, &link).unwrap();
        std::os::unix::fs::symlink(&target, &loose).unwrap();
        let written = [(&link, Change::Write(b"new")), (&loose, Change::Write(b"made"))];
        let refused = change_together(&[&written[..], &[(&link, Change::Remove)]].concat());
        assert!(refused.unwrap_err().to_string().contains("not a regular file"));
        assert_eq!(fs::read(&file).unwrap(), b"old");
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink() && !target.exists());
        assert_eq!(names(dir.path()), ["file", "link", "loose"]);
        change_together(&written).unwrap();
        assert_eq!(fs::read(&file).unwrap(), b"new");
        assert_eq!(fs::read(&target).unwrap(), b"made");
    }
}
