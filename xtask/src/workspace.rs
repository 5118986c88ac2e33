//! Where the workspace and its build output are.

use std::path::PathBuf;

use crate::error::XtaskError;

/// The folders of the workspace around the current directory.
#[derive(Clone, Debug)]
pub(crate) struct Workspace {
    /// The folder of the root `Cargo.toml`.
    pub(crate) root: PathBuf,
    /// Where cargo builds.
    pub(crate) target: PathBuf,
}

impl Workspace {
    /// Asks cargo.
    pub(crate) fn locate() -> Result<Self, XtaskError> {
        let metadata = cargo_metadata::MetadataCommand::new().no_deps().exec()?;
        Ok(Self {
            root: metadata.workspace_root.into_std_path_buf(),
            target: metadata.target_directory.into_std_path_buf(),
        })
    }

    /// A program with integration tests, as `cargo test` builds it for them.
    pub(crate) fn tested_program(&self, name: &str) -> PathBuf {
        self.target.join("debug").join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_workspace_is_found() {
        let workspace = Workspace::locate().unwrap();
        assert!(workspace.root.join("xtask/src/workspace.rs").is_file());
        assert!(workspace.tested_program("x").starts_with(&workspace.target));
    }

    #[test]
    fn the_tests_build_the_program_that_check_runs() {
        let root = Workspace::locate().unwrap().root;
        let tests = std::fs::read_dir(root.join("crates/gradus-verify/tests")).unwrap();
        let is_test = |path: PathBuf| path.extension().is_some_and(|extension| extension == "rs");
        assert!(
            tests.flatten().any(|entry| is_test(entry.path())),
            "cargo test builds a program only where it has integration tests"
        );
    }
}
