//! Files that appear all at once or not at all.

use std::fs;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use crate::IoError;

/// Writes a file all at once: a temporary file beside it is written, synced and renamed.
///
/// A reader sees the old file or the new one, never a part; on failure the old one is untouched.
/// A symbolic link is followed, and what it points to is replaced.
///
/// # Errors
/// [`IoError::InFile`] with [`IoError::NotAFile`] if the path is a directory or a device, or with
/// what the operating system says.
///
/// ```
/// # let dir = tempfile::tempdir()?;
/// let path = dir.path().join("notes.txt");
/// gradus_io::write_atomically(&path, b"first")?;
/// gradus_io::write_atomically(&path, b"second")?;
/// assert_eq!(std::fs::read(&path)?, b"second");
/// assert!(gradus_io::write_atomically(dir.path(), b"third").is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn write_atomically(path: impl AsRef<Path>, bytes: &[u8]) -> Result<(), IoError> {
    let path = path.as_ref();
    replace(path, bytes).map_err(|error| error.in_file(path))
}

pub(crate) fn replace(path: &Path, bytes: &[u8]) -> Result<(), IoError> {
    let (path, permissions) = match fs::metadata(path) {
        Ok(found) if !found.is_file() => return Err(IoError::NotAFile),
        Ok(found) => (fs::canonicalize(path)?, Some(found.permissions())),
        Err(error) if error.kind() == ErrorKind::NotFound => match fs::read_link(path) {
            Ok(target) => (path.parent().unwrap_or(Path::new("")).join(target), None),
            Err(_) => (path.to_owned(), None),
        },
        Err(error) => return Err(error.into()),
    };
    let dir = match path.parent() {
        Some(dir) if !dir.as_os_str().is_empty() => dir.to_owned(),
        _ => PathBuf::from("."),
    };
    let mut builder = tempfile::Builder::new();
    builder.prefix(".gradus-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // What any new file gets; the umask takes its share.
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    let mut file = builder.tempfile_in(&dir)?;
    file.write_all(bytes)?;
    if let Some(permissions) = permissions {
        file.as_file().set_permissions(permissions)?;
    }
    file.as_file().sync_all()?;
    file.persist(&path).map_err(|error| error.error)?;
    // The rename itself is durable only after this; where it is not supported the file is whole.
    #[cfg(unix)]
    let _ = fs::File::open(&dir).and_then(|dir| dir.sync_all());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_leave_nothing_behind() {
        let dir = tempfile::tempdir().unwrap();
        let absent = dir.path().join("absent").join("model");
        assert!(matches!(write_atomically(&absent, b"x"), Err(IoError::InFile { .. })));
        assert!(write_atomically(dir.path(), b"x").is_err());
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
    }

    #[cfg(unix)]
    #[test]
    fn links_are_followed_and_devices_left_alone() {
        let dir = tempfile::tempdir().unwrap();
        let (file, link) = (dir.path().join("file"), dir.path().join("link"));
        write_atomically(&file, b"old").unwrap();
        std::os::unix::fs::symlink(&file, &link).unwrap();
        write_atomically(&link, b"new").unwrap();
        assert_eq!(fs::read(&file).unwrap(), b"new");
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert!(write_atomically("/dev/null", b"x").is_err());

        let dangling = dir.path().join("dangling");
        std::os::unix::fs::symlink("not_yet", &dangling).unwrap();
        write_atomically(&dangling, b"there").unwrap();
        assert!(fs::symlink_metadata(&dangling).unwrap().is_symlink());
        assert_eq!(fs::read(dir.path().join("not_yet")).unwrap(), b"there");
    }

    #[cfg(unix)]
    #[test]
    fn a_file_keeps_its_permissions() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("private");
        write_atomically(&file, b"old").unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
        write_atomically(&file, b"new").unwrap();
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    }
}
