//! The program's exit codes and output.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::Path;
use std::process::{Command, Output};

fn run(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_gradus-verify"))
        .arg("conformance")
        .args(arguments)
        .output()
        .unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

const LOSSES: &str = include_str!("samples/losses.json");

fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, content) in files {
        std::fs::write(folder.path().join(name), content).unwrap();
    }
    folder
}

fn name(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[test]
fn agreement_succeeds() {
    let folder = folder(&[("losses.json", LOSSES), ("README.md", "not read")]);
    let output = run(&[name(folder.path())]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let text = text(&output.stdout);
    assert!(text.contains("losses.json"), "{text}");
    assert!(!text.contains("FAILED"), "{text}");
}

#[test]
fn an_altered_value_fails_and_is_named() {
    let altered = LOSSES.replace("\"value\": 2.1518680040000002", "\"value\": 2.1518680041");
    assert_ne!(altered, LOSSES);
    let folder = folder(&[("renamed.json", &altered)]);
    let output = run(&[name(folder.path())]);
    assert_eq!(output.status.code(), Some(1));
    let lines = text(&output.stdout);
    assert!(lines.contains("FAILED renamed.json / mse_vec5_mean"), "{lines}");
    assert!(lines.contains("value: got 2.1518680040000002, expected 2.1518680041"), "{lines}");

    let output = run(&[name(folder.path()), "--json"]);
    assert_eq!(output.status.code(), Some(1));
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["files"][0]["failed"], 1);
    assert_eq!(report["files"][0]["failures"][0]["field"], "value");
    assert_eq!(report["files"][0]["failures"][0]["case"], "mse_vec5_mean");
}

#[test]
fn what_cannot_be_read_is_told_in_one_line() {
    let empty = folder(&[("README.md", "no reference values")]);
    let broken = folder(&[("losses.json", "{\"cases\": [")]);
    let literal = folder(&[("losses.json", "{\"cases\": [NaN]}")]);
    let list = folder(&[("losses.json", "[]")]);
    let no_cases = folder(&[("losses.json", "{}")]);
    let no_case = folder(&[("losses.json", "{\"cases\": [1]}")]);
    let missing = empty.path().join("missing");
    let file = empty.path().join("README.md");
    let folders = [&empty, &broken, &literal, &list, &no_cases, &no_case].map(|dir| dir.path());
    for path in folders.into_iter().chain([missing.as_path(), file.as_path()]) {
        let output = run(&[name(path)]);
        assert_eq!(output.status.code(), Some(2), "{path:?}");
        assert_eq!(text(&output.stderr).lines().count(), 1, "{output:?}");
        assert!(output.stdout.is_empty());
    }
}
