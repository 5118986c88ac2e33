//! Rules about what Rust files must not contain.

use super::code::{lines_with_word, without_comments_and_literals};
use super::{Finding, Tree};

/// The crate of the kernels.
const UNSAFE_CRATE: &str = "crates/gradus-linalg/";
/// The files outside it that cannot do without, and why.
const UNSAFE_FILES: &[(&str, &str)] = &[(
    "crates/gradus-testkit/src/allocations.rs",
    "a counting allocator, for tests only: the trait of allocators is unsafe to implement",
)];

/// `unsafe` lives in gradus-linalg alone, but for the listed files.
pub(super) fn no_unsafe_outside_linalg(tree: &Tree) -> Vec<Finding> {
    let outside = tree.rust_files().filter(|file| {
        !file.path.starts_with(UNSAFE_CRATE)
            && !UNSAFE_FILES.iter().any(|(path, _)| *path == file.path)
    });
    let mut findings = Vec::new();
    for file in outside {
        let code = without_comments_and_literals(&file.text);
        findings.extend(lines_with_word(&code, "unsafe").into_iter().map(|line| {
            let message = "`unsafe` outside gradus-linalg: move the kernel there, with its proof";
            Finding::fault(&file.path, message).at(line)
        }));
    }
    findings
}

/// Left-over work: what must not stand in a Rust file's code, and why.
const UNDONE: &[(&str, &str)] = &[
    ("todo!", "unfinished code: finish it or leave it out"),
    ("unimplemented!", "unfinished code: finish it or leave it out"),
    ("dbg!", "a left-over debugging aid"),
    ("#[ignore]", "a test that does not run proves nothing: fix it or delete it"),
    ("#[ignore =", "a test that does not run proves nothing: fix it or delete it"),
];

/// No `todo!`, `unimplemented!`, `dbg!` or ignored test, in code or in an example of the docs.
pub(super) fn nothing_is_left_undone(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.rust_files() {
        let code = without_comments_and_literals(&file.text);
        for (number, line) in code.lines().enumerate() {
            let packed: String = line.chars().filter(|c| *c != ' ').collect();
            for (word, reason) in UNDONE {
                let needle = word.replace(' ', "");
                if starts_somewhere(&packed, &needle) {
                    let message = format!("`{word}`: {reason}");
                    findings.push(Finding::fault(&file.path, message).at(number + 1));
                }
            }
        }
        for (number, line) in file.text.lines().enumerate() {
            let line = line.trim_start();
            let fence = line.strip_prefix("///").or_else(|| line.strip_prefix("//!"));
            if fence.is_some_and(|rest| rest.trim_start().starts_with("```ignore")) {
                let message = "an example that is not compiled: make it run, or mark it `text`";
                findings.push(Finding::fault(&file.path, message).at(number + 1));
            }
        }
    }
    findings
}

/// Whether `needle` occurs where no longer identifier ends in it.
fn starts_somewhere(line: &str, needle: &str) -> bool {
    line.match_indices(needle)
        .any(|(at, _)| !line[..at].chars().next_back().is_some_and(super::code::is_word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(findings: &[Finding]) -> Vec<Option<usize>> {
        findings.iter().map(|finding| finding.line).collect()
    }

    #[test]
    fn unsafe_is_found_outside_linalg_only() {
        let text = "#![forbid(unsafe_code)]\n// unsafe\nfn f() { unsafe { g() } }\n\"unsafe\";\n";
        let tree = Tree::default()
            .with_file("crates/gradus-nn/src/lib.rs", text)
            .with_file("crates/gradus-linalg/src/kernel.rs", text)
            .with_file("crates/gradus-testkit/src/allocations.rs", text)
            .with_file("crates/gradus-testkit/src/close.rs", text);
        let findings = no_unsafe_outside_linalg(&tree);
        assert_eq!(lines(&findings), [Some(3), Some(3)]);
        assert_eq!(findings[0].path, "crates/gradus-nn/src/lib.rs");
        assert_eq!(findings[1].path, "crates/gradus-testkit/src/close.rs");
    }

    #[test]
    fn unfinished_code_is_found() {
        for bad in [
            "fn f() { todo!() }",
            "fn f() { todo! () }",
            "fn f() { unimplemented!(\"later\") }",
            "fn f() { std::dbg!(1); }",
            "#[ignore]\nfn t() {}",
            "# [ ignore ]\nfn t() {}",
            "#[ignore = \"slow\"]\nfn t() {}",
            "/// ```ignore\n/// x\n/// ```\nfn f() {}",
            "//! ```ignore,should_panic\nfn f() {}",
        ] {
            let tree = Tree::default().with_file("crates/a/src/b.rs", bad);
            assert_eq!(lines(&nothing_is_left_undone(&tree)), [Some(1)], "{bad}");
        }
    }

    #[test]
    fn finished_code_passes() {
        for good in [
            "// todo!() is banned\nlet s = \"dbg!\";",
            "let ignore = 1; my_dbg!(x); f(ignore)",
            "/// ```\n/// assert!(true);\n/// ```\nfn f() {}",
        ] {
            let tree = Tree::default().with_file("crates/a/src/b.rs", good);
            assert!(nothing_is_left_undone(&tree).is_empty(), "{good}");
        }
    }
}
