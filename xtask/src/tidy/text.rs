//! Rules about every text file: nothing in it may hang on one machine or one network.

use super::{Finding, Tree};

/// This file names what it looks for.
const OWN_PATH: &str = "xtask/src/tidy/text.rs";

/// Folders that exist on one machine.
const MACHINE_FOLDERS: &[&str] =
    &["/root/", "/home/", "/Users/", "/mnt/", "/workspace/", "C:\\Users\\"];

/// No absolute path of one machine.
pub(super) fn no_machine_paths(tree: &Tree) -> Vec<Finding> {
    each_line(tree, |line| {
        MACHINE_FOLDERS.iter().find_map(|folder| {
            let absolute = line.match_indices(folder).any(|(at, _)| {
                let before = line[..at].chars().next_back();
                !before.is_some_and(|c| c.is_alphanumeric() || "._-~$}/*\\".contains(c))
            });
            absolute.then(|| format!("`{folder}` is a path of one machine: use a relative path"))
        })
    })
}

/// Marks of a package registry's address or of a configuration that replaces it.
const REGISTRY_MARKS: &[&str] = &["sparse+", "replace-with", "/artifactory/", "//nexus."];
/// The registry as Cargo.lock names it.
const PUBLIC_REGISTRY: &str = "registry+https://github.com/rust-lang/crates.io-index";
/// Ends of the names of hosts that only some networks know.
const PRIVATE_ENDS: &[&str] = &[".internal", ".local", ".lan", ".corp", ".svc", ".cluster"];

/// No address of a package registry, and no host that only one network knows.
pub(super) fn no_registry_hosts(tree: &Tree) -> Vec<Finding> {
    each_line(tree, |line| {
        let line = line.replace(PUBLIC_REGISTRY, "");
        if line.contains("registry+") {
            return Some("a registry other than the public one".to_owned());
        }
        if let Some(mark) = REGISTRY_MARKS.iter().find(|mark| line.contains(**mark)) {
            return Some(format!("`{mark}` configures a registry: that belongs to the machine"));
        }
        hosts(&line)
            .find(|host| is_private(host))
            .map(|host| format!("`{host}` is a host that only one network knows"))
    })
}

/// The hosts of the web addresses on a line, without user and port.
fn hosts(line: &str) -> impl Iterator<Item = &str> {
    line.split("://").skip(1).map(|rest| {
        let end = rest
            .find(|c: char| !(c.is_ascii_alphanumeric() || ".-_:@[]".contains(c)))
            .unwrap_or(rest.len());
        let authority = &rest[..end];
        let host = authority.rsplit('@').next().unwrap_or(authority);
        host.split(':').next().unwrap_or(host)
    })
}

fn is_private(host: &str) -> bool {
    let numeric = host.contains('.') && host.chars().all(|c| c.is_ascii_digit() || c == '.');
    (numeric && host != "127.0.0.1")
        || PRIVATE_ENDS.iter().any(|end| host.ends_with(end))
        || (!host.is_empty() && !host.contains('.') && host != "localhost")
}

fn each_line(tree: &Tree, fault: impl Fn(&str) -> Option<String>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.files.iter().filter(|file| file.path != OWN_PATH) {
        for (number, line) in file.text.lines().enumerate() {
            if let Some(message) = fault(line) {
                findings.push(Finding::fault(&file.path, message).at(number + 1));
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(rule: fn(&Tree) -> Vec<Finding>, text: &str) -> usize {
        rule(&Tree::default().with_file("docs/a.md", text)).len()
    }

    #[test]
    fn machine_paths_are_found() {
        for bad in [
            "see /home/someone/notes",
            "`/root/.cargo`",
            "open(\"/Users/me/x\")",
            "path=/workspace/main",
            "(/mnt/data)",
            "C:\\Users\\me",
        ] {
            assert_eq!(count(no_machine_paths, bad), 1, "{bad}");
        }
        for good in
            ["https://example.org/home/page", "crates/mnt/x", "../mnt/x", "~/mnt/y", "/tmp/x"]
        {
            assert_eq!(count(no_machine_paths, good), 0, "{good}");
        }
    }

    #[test]
    fn registry_hosts_are_found() {
        for bad in [
            "registry = \"sparse+https://mirror.example.org/index/\"",
            "replace-with = \"mirror\"",
            "source = \"registry+https://mirror.example.org/index\"",
            "https://user:secret@10.0.0.7:8080/simple",
            "http://mirror/simple",
            "https://packages.example.internal/x",
            "https://host.example.org/artifactory/api",
        ] {
            assert_eq!(count(no_registry_hosts, bad), 1, "{bad}");
        }
        for good in [
            "source = \"registry+https://github.com/rust-lang/crates.io-index\"",
            "see https://example.org/nalgebra",
            "http://localhost:6006",
            "the scheme `https://` alone",
        ] {
            assert_eq!(count(no_registry_hosts, good), 0, "{good}");
        }
    }
}
