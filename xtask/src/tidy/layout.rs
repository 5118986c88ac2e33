//! Rules about where things are.

use super::code::without_comments_and_literals;
use super::{Finding, Tree};

/// From here on a file is asked why.
const LONG: usize = 400;
/// Past here a file needs a reason in [`LONG_FOR_A_REASON`].
const TOO_LONG: usize = 600;
/// Files that may pass [`TOO_LONG`], with the reason.
const LONG_FOR_A_REASON: &[(&str, &str)] = &[];

/// The crates with `unsafe` code, which the sources' rule keeps to its places: they deny it, so
/// that a module must ask, where all others forbid it.
const UNSAFE_CRATES: &[&str] = &["gradus-linalg", "gradus-testkit"];
/// Members that are not crates for users, and their folders.
const OTHER_MEMBERS: &[(&str, &str)] = &[("gradus-tests", "tests"), ("xtask", "xtask")];

/// A crate's folder is `crates/` and its name.
pub(super) fn folders_are_crate_names(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for member in &tree.members {
        let expected = OTHER_MEMBERS
            .iter()
            .find(|(name, _)| *name == member.name)
            .map_or_else(|| format!("crates/{}", member.name), |(_, folder)| (*folder).to_owned());
        if member.folder != expected {
            let message = format!("crate {} belongs in {expected}", member.name);
            findings.push(Finding::fault(&member.folder, message));
        }
    }
    findings
}

/// Every member inherits the workspace's lints.
pub(super) fn lints_are_inherited(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for member in &tree.members {
        let path = format!("{}/Cargo.toml", member.folder);
        let inherited = tree.text(&path).is_some_and(|manifest| {
            let mut lines = manifest.lines().map(str::trim);
            lines.any(|line| line == "[lints]")
                && lines
                    .take_while(|line| !line.starts_with('['))
                    .any(|line| line.replace(' ', "") == "workspace=true")
        });
        if !inherited {
            let message = "does not inherit the lints: add `[lints]` with `workspace = true`";
            findings.push(Finding::fault(path, message));
        }
    }
    findings
}

/// Every library and program forbids unsafe code, but for the crates that may hold some.
pub(super) fn unsafe_code_is_forbidden(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for member in &tree.members {
        let attribute = if UNSAFE_CRATES.contains(&member.name.as_str()) {
            "#![deny(unsafe_code)]"
        } else {
            "#![forbid(unsafe_code)]"
        };
        for root in &member.roots {
            let present = tree.text(root).is_some_and(|text| {
                without_comments_and_literals(text)
                    .lines()
                    .any(|line| line.replace(' ', "") == attribute)
            });
            if !present {
                findings.push(Finding::fault(root, format!("lacks `{attribute}`")));
            }
        }
    }
    findings
}

/// One concept, one file: a long file is asked why, a very long one needs a listed reason.
pub(super) fn files_are_short(tree: &Tree) -> Vec<Finding> {
    files_are_short_but_for(tree, LONG_FOR_A_REASON)
}

fn files_are_short_but_for(tree: &Tree, reasons: &[(&str, &str)]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.rust_files() {
        let lines = file.text.lines().count();
        let listed = reasons.iter().any(|(path, _)| *path == file.path);
        if lines > TOO_LONG && !listed {
            let message =
                format!("{lines} lines: more than one concept? Split it ({LONG} is long)");
            findings.push(Finding::fault(&file.path, message));
        } else if lines > LONG && !listed {
            let message = format!("{lines} lines: more than one concept?");
            findings.push(Finding::warning(&file.path, message));
        }
    }
    for (path, _) in reasons {
        let lines = tree.text(path).map_or(0, |text| text.lines().count());
        if lines <= TOO_LONG {
            let message = format!("listed as too long but has {lines} lines: delete the entry");
            findings.push(Finding::fault(*path, message));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::super::Severity;
    use super::super::tree::Member;
    use super::*;

    #[test]
    fn a_crate_in_another_folder_is_found() {
        let mut tree = Tree::default().with_crate("gradus-nn", &[]);
        assert!(folders_are_crate_names(&tree).is_empty());
        tree.members[0].folder = "crates/nn".to_owned();
        assert_eq!(folders_are_crate_names(&tree).len(), 1);
        let xtask = Member { name: "xtask".into(), folder: "tools".into(), ..Member::default() };
        tree.members = vec![xtask];
        assert_eq!(folders_are_crate_names(&tree).len(), 1);
    }

    #[test]
    fn own_lints_are_found() {
        let tree = Tree::default().with_crate("a", &[]);
        for (manifest, faults) in [
            ("[package]\nname = \"a\"\n\n[lints]\nworkspace = true\n", 0),
            ("[package]\nname = \"a\"\n", 1),
            ("[lints]\n[dependencies]\nworkspace = true\n", 1),
            ("[lints.clippy]\nall = \"allow\"\n", 1),
            ("[lints]\nworkspace = false\n", 1),
        ] {
            let tree = tree.clone().with_file("crates/a/Cargo.toml", manifest);
            assert_eq!(lints_are_inherited(&tree).len(), faults, "{manifest}");
        }
        assert_eq!(lints_are_inherited(&tree).len(), 1, "no manifest");
    }

    #[test]
    fn a_root_that_allows_unsafe_code_is_found() {
        for (name, text, faults) in [
            ("gradus-nn", "//! Docs.\n#![forbid(unsafe_code)]\n", 0),
            ("gradus-nn", "//! Docs.\n", 1),
            ("gradus-nn", "// #![forbid(unsafe_code)]\n", 1),
            ("gradus-nn", "#![deny(unsafe_code)]\n", 1),
            ("gradus-linalg", "#![deny(unsafe_code)]\n", 0),
            ("gradus-linalg", "//! Docs.\n", 1),
        ] {
            let root = format!("crates/{name}/src/lib.rs");
            let tree = Tree::default().with_crate(name, &[]).with_file(&root, text);
            assert_eq!(unsafe_code_is_forbidden(&tree).len(), faults, "{name}: {text}");
        }
    }

    #[test]
    fn long_files_are_found() {
        for (lines, severity) in [
            (400, None),
            (401, Some(Severity::Warning)),
            (600, Some(Severity::Warning)),
            (601, Some(Severity::Fault)),
        ] {
            let tree = Tree::default().with_file("a.rs", &"x\n".repeat(lines));
            let found = files_are_short(&tree).first().map(|finding| finding.severity);
            assert_eq!(found, severity, "{lines}");
        }
    }

    #[test]
    fn a_reason_excuses_a_long_file_and_goes_stale() {
        let reasons = [("a.rs", "one table")];
        let long = Tree::default().with_file("a.rs", &"x\n".repeat(700));
        assert!(files_are_short_but_for(&long, &reasons).is_empty());
        let short = Tree::default().with_file("a.rs", "x\n");
        assert_eq!(files_are_short_but_for(&short, &reasons).len(), 1);
    }
}
