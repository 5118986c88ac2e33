//! Rules about the documents: they name what exists.

use super::code::is_word;
use super::{Finding, Tree};

/// The page that says what each crate is for.
pub(crate) const ARCHITECTURE: &str = "docs/architecture.md";
const DECISIONS: &str = "docs/adr/";
const README: &str = "README.md";

/// The lines of a page's `## title` section, each with its number from 1.
pub(crate) fn section<'a>(page: &'a str, title: &str) -> Vec<(usize, &'a str)> {
    page.lines()
        .enumerate()
        .map(|(number, line)| (number + 1, line))
        .skip_while(|(_, line)| line.strip_prefix("## ").map(str::trim) != Some(title))
        .skip(1)
        .take_while(|(_, line)| !line.starts_with("## "))
        .collect()
}

/// The crates that the page's `## Planned` section announces, as `- gradus-x: …` or `` - `gradus-x`: … ``.
pub(crate) fn planned(page: &str) -> Vec<(usize, &str)> {
    section(page, "Planned")
        .into_iter()
        .filter_map(|(number, line)| {
            let name = line.strip_prefix("- ")?.split(':').next()?.trim().trim_matches('`');
            Some((number, name))
        })
        .collect()
}

/// docs/architecture.md has one heading per crate under `## Crates`, and plans no crate that exists.
pub(super) fn architecture_names_every_crate(tree: &Tree) -> Vec<Finding> {
    let Some(page) = tree.text(ARCHITECTURE) else {
        return vec![Finding::fault(ARCHITECTURE, "is missing")];
    };
    let described: Vec<(usize, &str)> = section(page, "Crates")
        .into_iter()
        .filter_map(|(number, line)| Some((number, line.strip_prefix("### ")?.trim())))
        .collect();
    let exists = |name: &str| tree.members.iter().any(|m| m.name == name && is_crate(&m.folder));
    let mut findings = Vec::new();
    for member in tree.members.iter().filter(|member| is_crate(&member.folder)) {
        match described.iter().filter(|(_, name)| *name == member.name).count() {
            1 => {}
            0 => {
                let message = format!("crate {} has no heading under `## Crates`", member.name);
                findings.push(Finding::fault(ARCHITECTURE, message));
            }
            _ => {
                let message = format!("crate {} is described twice", member.name);
                findings.push(Finding::fault(ARCHITECTURE, message));
            }
        }
    }
    for (line, name) in described {
        if !exists(name) {
            let message = format!("describes {name}, which is no crate of the workspace");
            findings.push(Finding::fault(ARCHITECTURE, message).at(line));
        }
    }
    for (line, name) in planned(page) {
        if exists(name) {
            let message = format!("plans {name}, which exists: describe it under `## Crates`");
            findings.push(Finding::fault(ARCHITECTURE, message).at(line));
        }
    }
    findings
}

fn is_crate(folder: &str) -> bool {
    folder.starts_with("crates/")
}

/// Decisions are `docs/adr/NNNN-some-words.md`, numbered from 0001 without gaps.
pub(super) fn decisions_are_numbered(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut numbers = Vec::new();
    for file in &tree.files {
        let Some(name) = file.path.strip_prefix(DECISIONS) else { continue };
        match decision_number(name) {
            Some(number) => numbers.push((number, &file.path)),
            None => {
                let message = "a decision is named NNNN-some-words.md";
                findings.push(Finding::fault(&file.path, message));
            }
        }
    }
    numbers.sort_unstable();
    for (expected, (number, path)) in (1..).zip(numbers) {
        if number != expected {
            let message = format!("numbered {number:04} where {expected:04} is next");
            findings.push(Finding::fault(path, message));
            break;
        }
    }
    findings
}

fn decision_number(name: &str) -> Option<u32> {
    let (digits, words) = name.strip_suffix(".md")?.split_once('-')?;
    let kebab = words.split('-').all(|word| {
        !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
    });
    let numeric = digits.len() == 4 && digits.chars().all(|c| c.is_ascii_digit());
    if kebab && numeric { digits.parse().ok() } else { None }
}

/// The README names every published crate.
pub(super) fn readme_names_published_crates(tree: &Tree) -> Vec<Finding> {
    let Some(readme) = tree.text(README) else {
        return vec![Finding::fault(README, "is missing")];
    };
    let named = |name: &str| {
        readme.match_indices(name).any(|(at, _)| {
            let part = |c: char| is_word(c) || c == '-';
            !readme[..at].chars().next_back().is_some_and(part)
                && !readme[at + name.len()..].chars().next().is_some_and(part)
        })
    };
    tree.members
        .iter()
        .filter(|member| member.published && !named(&member.name))
        .map(|member| Finding::fault(README, format!("does not name crate {}", member.name)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "# Architecture\n\n## Crates\n\n### gradus-a\n\nText.\n\n## Planned\n\n\
                        - gradus-b: later\n\n## Other\n\n### no-crate\n";

    #[test]
    fn a_page_that_matches_passes() {
        let tree = Tree::default().with_crate("gradus-a", &[]).with_file(ARCHITECTURE, PAGE);
        assert_eq!(architecture_names_every_crate(&tree), []);
        assert_eq!(planned(PAGE), [(11, "gradus-b")]);
    }

    #[test]
    fn a_page_that_drifts_is_found() {
        let page = |text: &str| Tree::default().with_file(ARCHITECTURE, text);
        for (what, tree) in [
            ("no page", Tree::default().with_crate("gradus-a", &[])),
            ("undescribed", page(PAGE).with_crate("gradus-a", &[]).with_crate("gradus-c", &[])),
            ("gone", page(PAGE)),
            ("planned", page(PAGE).with_crate("gradus-a", &[]).with_crate("gradus-b", &[])),
            ("twice", page(&PAGE.replace("Text.", "### gradus-a")).with_crate("gradus-a", &[])),
        ] {
            assert!(!architecture_names_every_crate(&tree).is_empty(), "{what}");
        }
    }

    #[test]
    fn decisions_count_from_one() {
        let tree = |names: &[&str]| {
            names
                .iter()
                .fold(Tree::default(), |tree, name| tree.with_file(&format!("docs/adr/{name}"), ""))
        };
        assert!(
            decisions_are_numbered(&tree(&["0001-workspace.md", "0002-one-tape.md"])).is_empty()
        );
        for bad in [
            &["0001-workspace.md", "0003-gap.md"][..],
            &["0001-workspace.md", "0001-twice.md"],
            &["0002-late.md"],
            &["1-short.md"],
            &["0001-Upper.md"],
            &["0001-two--dashes.md"],
            &["0001_under.md"],
            &["0001-text.txt"],
        ] {
            assert_eq!(decisions_are_numbered(&tree(bad)).len(), 1, "{bad:?}");
        }
    }

    #[test]
    fn a_readme_that_forgets_a_crate_is_found() {
        let tree = Tree::default().with_crate("gradus", &[]).with_crate("gradus-nn", &[]);
        let with = |text: &str| tree.clone().with_file(README, text);
        assert_eq!(readme_names_published_crates(&tree).len(), 1, "no README");
        assert!(readme_names_published_crates(&with("`gradus` and `gradus-nn`")).is_empty());
        let findings = readme_names_published_crates(&with("gradus-nn-extra, gradus-nn2"));
        assert_eq!(findings.len(), 2);
        let mut tree = with("gradus");
        tree.members[1].published = false;
        assert!(readme_names_published_crates(&tree).is_empty());
    }
}
