//! What no compiler checks: layout, arrows between crates, sources and documents.
//!
//! A rule is a function from the [`Tree`] to its findings, so that a test can feed it a bad tree.

mod code;
mod documents;
mod layout;
mod sources;
mod text;
mod tree;

use std::fmt;

pub(crate) use documents::{ARCHITECTURE, planned, section};
pub(crate) use tree::Tree;

use crate::arrows;
use crate::error::XtaskError;

/// Whether a finding fails the check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Severity {
    Warning,
    Fault,
}

/// One thing that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Finding {
    pub(crate) severity: Severity,
    /// The file, relative to the root.
    pub(crate) path: String,
    /// The line, counted from 1.
    pub(crate) line: Option<usize>,
    pub(crate) message: String,
}

impl Finding {
    pub(crate) fn fault(path: impl Into<String>, message: impl Into<String>) -> Self {
        Self { severity: Severity::Fault, path: path.into(), line: None, message: message.into() }
    }

    pub(crate) fn warning(path: impl Into<String>, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::fault(path, message) }
    }

    pub(crate) fn at(self, line: usize) -> Self {
        Self { line: Some(line), ..self }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = match self.severity {
            Severity::Warning => "warning",
            Severity::Fault => "fault",
        };
        match self.line {
            Some(line) => write!(f, "{word}: {}:{line}: {}", self.path, self.message),
            None => write!(f, "{word}: {}: {}", self.path, self.message),
        }
    }
}

type Rule = fn(&Tree) -> Vec<Finding>;

const RULES: &[Rule] = &[
    layout::folders_are_crate_names,
    layout::lints_are_inherited,
    layout::unsafe_code_is_forbidden,
    layout::files_are_short,
    sources::no_unsafe_outside_linalg,
    sources::nothing_is_left_undone,
    text::no_machine_paths,
    text::no_registry_hosts,
    documents::architecture_names_every_crate,
    documents::decisions_are_numbered,
    documents::readme_names_published_crates,
    arrows::crates_keep_to_their_arrows,
    arrows::documented_table_is_the_checked_one,
];

fn findings(tree: &Tree) -> Vec<Finding> {
    RULES.iter().flat_map(|rule| rule(tree)).collect()
}

/// Runs every rule, prints what it finds and fails if any finding is a fault.
pub(crate) fn run() -> Result<(), XtaskError> {
    let tree = Tree::load()?;
    let findings = findings(&tree);
    for finding in &findings {
        println!("{finding}");
    }
    match findings.iter().filter(|finding| finding.severity == Severity::Fault).count() {
        0 => {
            let (crates, files) = (tree.members.len(), tree.files.len());
            println!("tidy: {} rules hold over {crates} crates, {files} files", RULES.len());
            Ok(())
        }
        faults => Err(XtaskError::Untidy(faults)),
    }
}
