//! Which gradus crate may depend on which: the table, and its two checks.
//!
//! The arrows are direct dependencies other than dev-dependencies. docs/architecture.md prints the
//! same table under `## Arrows`, and tidy compares the two.

use std::fmt;

use crate::tidy::{ARCHITECTURE, Finding, Tree, planned, section};

/// What a crate may depend on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum May {
    /// These crates, named without their `gradus-`.
    Only(&'static [&'static str]),
    /// Every crate in a row above.
    AllAbove,
    /// Any crate.
    Any,
}

/// A row of the table.
type Row = (&'static str, May);

/// The table, in an order in which every crate stands below what it may depend on.
const ARROWS: &[Row] = &[
    ("gradus-linalg", May::Only(&[])),
    ("gradus-stats", May::Only(&[])),
    ("gradus-autograd", May::Only(&["linalg"])),
    ("gradus-nn", May::Only(&["autograd", "linalg"])),
    ("gradus-optim", May::Only(&["linalg"])),
    ("gradus-metrics", May::Only(&["stats"])),
    ("gradus-data", May::Only(&["linalg"])),
    ("gradus-resample", May::Only(&["stats"])),
    ("gradus-linear", May::Only(&["linalg", "optim", "stats", "resample", "metrics"])),
    ("gradus-select", May::Only(&["data", "resample", "metrics", "stats", "linalg"])),
    ("gradus-io", May::Only(&["linalg", "nn", "linear", "data"])),
    ("gradus-train", May::Only(&["linalg", "autograd", "nn", "optim", "data", "metrics", "io"])),
    ("gradus-plot", May::Only(&[])),
    ("gradus", May::AllAbove),
    ("gradus-cli", May::Only(&["gradus"])),
    ("gradus-testkit", May::Only(&[])),
    ("gradus-verify", May::Any),
    ("gradus-tests", May::Only(&[])),
    ("xtask", May::Only(&[])),
];

impl fmt::Display for May {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Only([]) => f.write_str("–"),
            Self::Only(names) => f.write_str(&names.join(", ")),
            Self::AllAbove => f.write_str("all above"),
            Self::Any => f.write_str("any"),
        }
    }
}

/// The name in the table: `nn` for `gradus-nn`, `gradus` for itself.
fn short(name: &str) -> &str {
    name.strip_prefix("gradus-").unwrap_or(name)
}

fn allows(rows: &[Row], row: usize, dependency: &str) -> bool {
    match rows[row].1 {
        May::Only(names) => names.contains(&short(dependency)),
        May::AllAbove => rows[..row].iter().any(|(name, _)| *name == dependency),
        May::Any => true,
    }
}

/// No member has an arrow that its row does not allow.
pub(crate) fn crates_keep_to_their_arrows(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for member in &tree.members {
        let path = format!("{}/Cargo.toml", member.folder);
        let Some(row) = ARROWS.iter().position(|(name, _)| *name == member.name) else {
            let message = format!("{} has no row in xtask/src/arrows.rs: add one", member.name);
            findings.push(Finding::fault(path, message));
            continue;
        };
        for dependency in member.arrows.iter().filter(|to| !allows(ARROWS, row, to)) {
            let (name, may) = ARROWS[row];
            let message = format!("{name} must not depend on {dependency} (it may on: {may})");
            findings.push(Finding::fault(&path, message));
        }
    }
    findings
}

/// docs/architecture.md prints the table above, and its rows are the workspace and what is planned.
pub(crate) fn documented_table_is_the_checked_one(tree: &Tree) -> Vec<Finding> {
    let Some(page) = tree.text(ARCHITECTURE) else {
        return vec![Finding::fault(ARCHITECTURE, "is missing")];
    };
    let mut findings = Vec::new();
    let rows = documented_rows(page);
    for (index, (line, name, may)) in rows.iter().enumerate() {
        let checked = ARROWS.get(index).map(|(name, may)| ((*name).to_owned(), may.to_string()));
        if checked != Some((name.clone(), may.clone())) {
            let expected = checked.map_or_else(
                || "no further row".to_owned(),
                |(name, may)| format!("`| {name} | {may} |`"),
            );
            let message = format!("row `| {name} | {may} |` where the check has {expected}");
            findings.push(Finding::fault(ARCHITECTURE, message).at(*line));
            return findings;
        }
    }
    if let Some((name, _)) = ARROWS.get(rows.len()) {
        let message = format!("the table under `## Arrows` lacks the row of {name}");
        findings.push(Finding::fault(ARCHITECTURE, message));
    }
    let planned = planned(page);
    for (name, _) in ARROWS {
        let known = tree.members.iter().any(|member| member.name == *name)
            || planned.iter().any(|(_, planned)| planned == name);
        if !known {
            let message =
                format!("{name} has a row but is neither a member nor under `## Planned`");
            findings.push(Finding::fault(ARCHITECTURE, message));
        }
    }
    for (line, name) in planned {
        if !ARROWS.iter().any(|(row, _)| *row == name) {
            let message = format!("{name} is planned but has no row in xtask/src/arrows.rs");
            findings.push(Finding::fault(ARCHITECTURE, message).at(line));
        }
    }
    findings
}

/// The rows of the page's table: line, crate, what it may depend on.
fn documented_rows(page: &str) -> Vec<(usize, String, String)> {
    section(page, "Arrows")
        .into_iter()
        .filter(|(_, line)| line.starts_with('|'))
        // The heading and the rule below it.
        .skip(2)
        .filter_map(|(number, line)| {
            let mut cells =
                line.trim_matches('|').split('|').map(|cell| cell.trim().replace('`', ""));
            Some((number, cells.next()?, cells.next()?))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page() -> String {
        let mut page = "## Arrows\n\n| crate | may depend on |\n|---|---|\n".to_owned();
        for (name, may) in ARROWS {
            page.push_str(&format!("| {name} | {may} |\n"));
        }
        page + "\n## Planned\n\n- gradus-plot: figures\n"
    }

    fn workspace(page: &str) -> Tree {
        ARROWS
            .iter()
            .filter(|(name, _)| *name != "gradus-plot")
            .fold(Tree::default(), |tree, (name, _)| tree.with_crate(name, &[]))
            .with_file(ARCHITECTURE, page)
    }

    #[test]
    fn every_crate_stands_below_what_it_may_depend_on() {
        for (row, (name, may)) in ARROWS.iter().enumerate() {
            if let May::Only(names) = may {
                for to in *names {
                    let above = ARROWS[..row].iter().any(|(above, _)| short(above) == *to);
                    assert!(above, "{name} -> {to}");
                }
            }
        }
    }

    #[test]
    fn allowed_arrows_pass() {
        let tree = Tree::default()
            .with_crate("gradus-nn", &["gradus-autograd", "gradus-linalg"])
            .with_crate("gradus", &["gradus-train", "gradus-plot"])
            .with_crate("gradus-cli", &["gradus"])
            .with_crate("gradus-verify", &["gradus-testkit"]);
        assert_eq!(crates_keep_to_their_arrows(&tree), []);
    }

    #[test]
    fn forbidden_arrows_are_found() {
        for (name, to) in [
            ("gradus-nn", "gradus-optim"),
            ("gradus-optim", "gradus-autograd"),
            ("gradus-metrics", "gradus-linalg"),
            ("gradus-resample", "gradus-linalg"),
            ("gradus-linalg", "gradus-nn"),
            ("gradus", "gradus-cli"),
            ("gradus", "gradus-testkit"),
            ("gradus-cli", "gradus-train"),
            ("xtask", "gradus"),
            ("gradus-unheard-of", "gradus"),
        ] {
            let tree = Tree::default().with_crate(name, &[to]);
            assert_eq!(crates_keep_to_their_arrows(&tree).len(), 1, "{name} -> {to}");
        }
    }

    #[test]
    fn the_documented_table_may_not_drift() {
        let good = page();
        assert_eq!(documented_table_is_the_checked_one(&workspace(&good)), []);
        for (what, bad) in [
            ("a widened row", good.replace("| gradus-optim | linalg |", "| gradus-optim | nn |")),
            ("a lost row", good.replace("| gradus-nn | autograd, linalg |\n", "")),
            ("a lost last row", good.replace("| xtask | – |\n", "")),
            ("a row too many", good.replace("\n## Planned", "| new | – |\n\n## Planned")),
            ("a plan without a row", good.clone() + "- gradus-new: later\n"),
            ("a row without a plan", good.replace("- gradus-plot: figures\n", "")),
            ("no table", good.replace("## Arrows", "## Something else")),
        ] {
            assert!(!documented_table_is_the_checked_one(&workspace(&bad)).is_empty(), "{what}");
        }
        assert_eq!(documented_table_is_the_checked_one(&Tree::default()).len(), 1, "no page");
    }
}
