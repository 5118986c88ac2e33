//! `cargo xtask examples`: runs the facade's examples and compares what they print.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::error::XtaskError;
use crate::verify;
use crate::workspace::Workspace;

/// Where the examples are; what each prints stands in `expected/NAME.txt` there.
const FOLDER: &str = "crates/gradus/examples";
/// The examples whose output is not compared, and why.
const NOT_COMPARED: &[(&str, &str)] = &[
    ("custom_loop", "run, not compared: the error that it prints is little more than rounding"),
    (
        "digits",
        "run, not compared: it trains in single precision, whose last digits differ between machines",
    ),
];

/// What is done with the output of an example.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Golden {
    /// It must be what is expected.
    Compare,
    /// It becomes what is expected.
    Write,
}

/// Builds the examples and runs them.
pub(crate) fn run(golden: Golden) -> Result<(), XtaskError> {
    let workspace = Workspace::locate()?;
    let command = "cargo build --package gradus --examples";
    let status = Command::new(verify::cargo())
        .args(command.split(' ').skip(1))
        .current_dir(&workspace.root)
        .status()
        .map_err(|source| XtaskError::Start { command: command.to_owned(), source })?;
    if !status.success() {
        return Err(XtaskError::Program { command: command.to_owned(), code: status.code() });
    }
    run_built(&workspace, golden).map(|_| ())
}

/// Runs the examples as they are built, and returns how many there are.
pub(crate) fn run_built(workspace: &Workspace, golden: Golden) -> Result<usize, XtaskError> {
    let folder = workspace.root.join(FOLDER);
    let names = stems(&folder, "rs")?;
    let mut faults = 0;
    for name in &names {
        let found = output(&workspace.tested_program(&format!("examples/{name}")))?;
        let path = expected_path(&folder, name);
        let fault = match (reason(name), golden) {
            (Some(_), _) => None,
            (None, Golden::Write) => {
                std::fs::write(&path, found)
                    .map_err(|source| XtaskError::Write { path, source })?;
                None
            }
            (None, Golden::Compare) => match std::fs::read_to_string(&path) {
                Ok(expected) => difference(&expected, &found),
                Err(source) => Some(format!("cannot read {}: {source}", path.display())),
            },
        };
        println!("example {name}: {}", fault.as_deref().or(reason(name)).unwrap_or("ok"));
        faults += usize::from(fault.is_some());
    }
    for name in stems(&folder.join("expected"), "txt")? {
        if !names.contains(&name) {
            println!("expected/{name}.txt belongs to no example: delete it");
            faults += 1;
        }
    }
    if faults == 0 { Ok(names.len()) } else { Err(XtaskError::Examples(faults)) }
}

/// Why the output of an example is not compared, if it is not.
fn reason(name: &str) -> Option<&'static str> {
    NOT_COMPARED.iter().find(|(known, _)| *known == name).map(|(_, reason)| *reason)
}

fn expected_path(folder: &Path, name: &str) -> PathBuf {
    folder.join("expected").join(name).with_extension("txt")
}

/// The names of a folder's files of one kind, sorted.
fn stems(folder: &Path, extension: &str) -> Result<Vec<String>, XtaskError> {
    let read = |source| XtaskError::Read { path: folder.to_owned(), source };
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(read)? {
        let path = entry.map_err(read)?.path();
        if path.extension() == Some(OsStr::new(extension)) {
            names.extend(path.file_stem().map(|stem| stem.to_string_lossy().into_owned()));
        }
    }
    names.sort();
    Ok(names)
}

/// What a program prints. It must succeed.
fn output(program: &Path) -> Result<String, XtaskError> {
    let command = program.display().to_string();
    let output = Command::new(program)
        .output()
        .map_err(|source| XtaskError::Start { command: command.clone(), source })?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    eprint!("{}", String::from_utf8_lossy(&output.stderr));
    Err(XtaskError::Program { command, code: output.status.code() })
}

/// The first line in which two texts differ.
fn difference(expected: &str, found: &str) -> Option<String> {
    let (mut left, mut right) = (expected.lines(), found.lines());
    for number in 1.. {
        let (left, right) = (left.next(), right.next());
        if left.is_none() && right.is_none() {
            break;
        }
        if left != right {
            let side = |line: Option<&str>| line.unwrap_or("(the end)").to_owned();
            return Some(format!(
                "line {number} differs\n  expected: {}\n  found:    {}\n\
                 If it is right, run `cargo xtask examples --write`.",
                side(left),
                side(right)
            ));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_that_differs_is_told() {
        assert_eq!(difference("a\nb\n", "a\nb\n"), None);
        let told = difference("a\nb\nc\n", "a\nB\nC\n").unwrap();
        assert!(told.starts_with("line 2 differs\n  expected: b\n  found:    B\n"), "{told}");
        let told = difference("a\n", "a\nb\n").unwrap();
        assert!(told.contains("expected: (the end)") && told.contains("found:    b"), "{told}");
        assert!(difference("a\nb\n", "a\n").is_some());
    }

    #[test]
    fn every_example_has_its_expected_output() {
        let folder = Workspace::locate().unwrap().root.join(FOLDER);
        let names = stems(&folder, "rs").unwrap();
        assert!(names.len() > 2);
        for name in &names {
            let compared = expected_path(&folder, name).is_file();
            assert!(compared != reason(name).is_some(), "{name}");
        }
        for (name, _) in NOT_COMPARED {
            assert!(names.iter().any(|known| known == name), "{name}");
        }
    }

    #[test]
    fn a_program_that_fails_has_no_output() {
        assert!(matches!(output(Path::new("no-such-program")), Err(XtaskError::Start { .. })));
    }
}
