//! The workspace as the rules see it: its members and its text files.

use std::path::Path;
use std::process::Command;

use cargo_metadata::{DependencyKind, MetadataCommand, TargetKind};

use crate::error::XtaskError;

/// A package of the workspace.
#[derive(Clone, Debug, Default)]
pub(crate) struct Member {
    pub(crate) name: String,
    /// Its folder, relative to the root, with forward slashes.
    pub(crate) folder: String,
    /// The root files of its library and programs, relative to the workspace.
    pub(crate) roots: Vec<String>,
    /// Whether it may be published.
    pub(crate) published: bool,
    /// Its direct dependencies on gradus crates that are not dev-dependencies.
    pub(crate) arrows: Vec<String>,
}

/// A text file of the repository.
#[derive(Clone, Debug)]
pub(crate) struct TextFile {
    /// Relative to the root, with forward slashes.
    pub(crate) path: String,
    pub(crate) text: String,
}

/// All that the rules look at.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tree {
    pub(crate) members: Vec<Member>,
    pub(crate) files: Vec<TextFile>,
}

impl Tree {
    /// Reads the workspace around the current directory.
    pub(crate) fn load() -> Result<Self, XtaskError> {
        let metadata = MetadataCommand::new().no_deps().exec()?;
        let root = metadata.workspace_root.as_std_path();
        let mut members: Vec<Member> =
            metadata.packages.iter().map(|package| member(package, root)).collect();
        members.sort_by(|a, b| a.name.cmp(&b.name));
        let mut files = Vec::new();
        for path in file_names(root)? {
            let full = root.join(&path);
            let bytes = match std::fs::read(&full) {
                Ok(bytes) => bytes,
                // Listed by git, deleted in the working copy.
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
                Err(source) => return Err(XtaskError::Read { path: full, source }),
            };
            if let Ok(text) = String::from_utf8(bytes) {
                files.push(TextFile { path, text });
            }
        }
        Ok(Self { members, files })
    }

    /// The text of one file.
    pub(crate) fn text(&self, path: &str) -> Option<&str> {
        self.files.iter().find(|file| file.path == path).map(|file| file.text.as_str())
    }

    /// The Rust files.
    pub(crate) fn rust_files(&self) -> impl Iterator<Item = &TextFile> {
        self.files.iter().filter(|file| file.path.ends_with(".rs"))
    }

    #[cfg(test)]
    pub(crate) fn with_file(mut self, path: &str, text: &str) -> Self {
        self.files.push(TextFile { path: path.to_owned(), text: text.to_owned() });
        self
    }

    #[cfg(test)]
    pub(crate) fn with_crate(mut self, name: &str, arrows: &[&str]) -> Self {
        self.members.push(Member {
            name: name.to_owned(),
            folder: format!("crates/{name}"),
            roots: vec![format!("crates/{name}/src/lib.rs")],
            published: true,
            arrows: arrows.iter().map(ToString::to_string).collect(),
        });
        self
    }
}

fn member(package: &cargo_metadata::Package, root: &Path) -> Member {
    let relative = |path: &Path| slashes(path.strip_prefix(root).unwrap_or(path));
    let manifest = package.manifest_path.as_std_path();
    let roots = package
        .targets
        .iter()
        .filter(|target| {
            target.kind.iter().any(|kind| {
                matches!(kind, TargetKind::Lib | TargetKind::Bin | TargetKind::ProcMacro)
            })
        })
        .map(|target| relative(target.src_path.as_std_path()))
        .collect();
    let arrows = package
        .dependencies
        .iter()
        .filter(|dependency| dependency.kind != DependencyKind::Development)
        .filter(|dependency| dependency.name.starts_with("gradus"))
        .map(|dependency| dependency.name.clone())
        .collect();
    Member {
        name: package.name.to_string(),
        folder: manifest.parent().map(relative).unwrap_or_default(),
        roots,
        // `publish = false` is an empty list of registries.
        published: package.publish.as_ref().is_none_or(|registries| !registries.is_empty()),
        arrows,
    }
}

fn slashes(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}

/// The files that are, or would be, committed; without git, all but build output.
fn file_names(root: &Path) -> Result<Vec<String>, XtaskError> {
    let listing = Command::new("git")
        .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        .current_dir(root)
        .output();
    let mut names: Vec<String> = match listing {
        Ok(output) if output.status.success() && !output.stdout.is_empty() => {
            String::from_utf8_lossy(&output.stdout)
                .split('\0')
                .filter(|name| !name.is_empty())
                .map(str::to_owned)
                .collect()
        }
        _ => {
            let mut names = Vec::new();
            walk(root, root, &mut names)?;
            names
        }
    };
    names.sort();
    names.dedup();
    Ok(names)
}

fn walk(root: &Path, folder: &Path, names: &mut Vec<String>) -> Result<(), XtaskError> {
    let unreadable = |source| XtaskError::Read { path: folder.to_path_buf(), source };
    for entry in std::fs::read_dir(folder).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        let path = entry.path();
        let name = slashes(path.strip_prefix(root).unwrap_or(&path));
        let kind = entry.file_type().map_err(unreadable)?;
        if kind.is_dir() && name != "target" && name != ".git" {
            walk(root, &path, names)?;
        } else if kind.is_file() {
            names.push(name);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_workspace_loads() {
        let tree = Tree::load().unwrap();
        let xtask = tree.members.iter().find(|member| member.name == "xtask").unwrap();
        assert_eq!(xtask.folder, "xtask");
        assert_eq!(xtask.roots, ["xtask/src/main.rs"]);
        assert!(!xtask.published);
        assert!(xtask.arrows.is_empty(), "xtask must link no gradus crate");
        let nn = tree.members.iter().find(|member| member.name == "gradus-nn").unwrap();
        assert!(nn.published);
        assert!(nn.arrows.contains(&"gradus-autograd".to_owned()));
        assert!(!nn.arrows.contains(&"gradus-testkit".to_owned()), "a dev-dependency is no arrow");
        assert!(tree.text("xtask/src/tidy/tree.rs").is_some());
    }

    #[test]
    fn a_copy_without_git_is_walked() {
        let folder = tempfile::tempdir().unwrap();
        for path in ["a/b.rs", "target/x.rs", ".git/config", ".ci/run"] {
            let path = folder.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "").unwrap();
        }
        let mut names = Vec::new();
        walk(folder.path(), folder.path(), &mut names).unwrap();
        names.sort();
        assert_eq!(names, [".ci/run", "a/b.rs"]);
    }
}
