//! Where the reference values lie.

use std::path::{Path, PathBuf};

/// The folder of reference files, `../shared/fixtures` beside the workspace, if it is there.
///
/// Without it the line that says what is skipped goes to standard error. Tests that must always
/// run hold the values they need themselves.
///
/// # Examples
///
/// ```
/// use gradus_testkit::fixtures_dir;
///
/// if let Some(dir) = fixtures_dir() {
///     assert!(dir.is_dir());
/// }
/// ```
pub fn fixtures_dir() -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2)?;
    let dir = root.parent()?.join("shared").join("fixtures");
    if dir.is_dir() {
        Some(dir)
    } else {
        eprintln!("skipped: no reference files in ../shared/fixtures beside the workspace");
        None
    }
}
