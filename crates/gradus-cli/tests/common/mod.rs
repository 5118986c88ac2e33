//! Running the program in a directory of its own.
#![allow(clippy::unwrap_used, reason = "in a test, a failed unwrap is a failed test")]

#[allow(dead_code, reason = "not every test reads penalised reports")]
pub(crate) mod report;

use std::fmt::Write as _;
use std::fs;
use std::process::{Command, Stdio};

use tempfile::TempDir;

/// A directory with some data sets.
#[derive(Debug)]
pub(crate) struct Desk {
    pub(crate) dir: TempDir,
}

/// What a run left.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Desk {
    /// With `flowers.csv`, 60 rows in three classes that two lengths tell apart.
    pub(crate) fn new() -> Self {
        let desk = Self { dir: tempfile::tempdir().unwrap() };
        desk.write("flowers.csv", &flowers());
        desk
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        fs::write(self.dir.path().join(name), text).unwrap();
    }

    pub(crate) fn run(&self, args: &[&str]) -> Run {
        let output = Command::new(env!("CARGO_BIN_EXE_gradus"))
            .args(args)
            .current_dir(self.dir.path())
            .stdin(Stdio::null())
            .output()
            .unwrap();
        Run {
            code: output.status.code().unwrap(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// A run that must succeed, with nothing on standard error.
    pub(crate) fn good(&self, args: &[&str]) -> String {
        let run = self.run(args);
        assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{args:?}");
        run.stdout
    }
}

#[allow(dead_code, reason = "not every test needs all of it")]
impl Desk {
    pub(crate) fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.dir.path().join(name)).unwrap()
    }

    /// The same with `--json`.
    pub(crate) fn json(&self, args: &[&str]) -> serde_json::Value {
        let args: Vec<&str> = args.iter().copied().chain(["--json"]).collect();
        serde_json::from_str(&self.good(&args)).unwrap()
    }

    /// A run that must fail with code 2, one line that holds all of `says`, no output and no
    /// change in the directory.
    pub(crate) fn bad(&self, args: &[&str], says: &[&str]) {
        let before = self.files();
        let run = self.run(args);
        assert_eq!(run.code, 2, "{args:?}: {run:?}");
        assert_eq!(run.stdout, "", "{args:?}");
        assert_eq!(run.stderr.lines().count(), 1, "{args:?}: {}", run.stderr);
        assert!(run.stderr.starts_with("gradus: "), "{args:?}: {}", run.stderr);
        for text in says {
            assert!(run.stderr.contains(text), "{args:?} lacks {text:?}: {}", run.stderr);
        }
        assert_eq!(self.files(), before, "{args:?} changed a file");
    }

    pub(crate) fn files(&self) -> Vec<(String, Vec<u8>)> {
        let mut files: Vec<(String, Vec<u8>)> = fs::read_dir(self.dir.path())
            .unwrap()
            .map(|entry| {
                let path = entry.unwrap().path();
                (path.display().to_string(), fs::read(&path).unwrap_or_default())
            })
            .collect();
        files.sort();
        files
    }
}

fn flowers() -> String {
    let mut text = "length,width,kind\n".to_owned();
    for row in 0..60 {
        let (kind, noise) = (row % 3, f64::from(row * 7 % 11) / 20.0);
        let label = ["rose", "lily", "fern"][kind as usize];
        let (length, width) = (f64::from(kind) * 2.0 + noise, 3.0 - f64::from(kind) + noise);
        writeln!(text, "{length},{width},{label}").unwrap();
    }
    text
}
