//! `cargo xtask check`: every check, the cheapest first, with its time.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::error::XtaskError;
use crate::examples::{self, Golden};
use crate::workspace::Workspace;
use crate::{tidy, verify};

/// How much `check` runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Depth {
    /// Formatting, tidy, clippy and the unit tests.
    Fast,
    /// Everything.
    Full,
}

/// What a step does.
enum Action {
    Tidy,
    /// The examples, as the tests' step built them.
    Examples,
    /// A program of gradus-verify, as the tests' step built it: `cargo run` would unify the features
    /// of fewer packages and build most crates a second time.
    Verify(Vec<String>),
    Cargo {
        args: Vec<String>,
        environment: &'static [(&'static str, &'static str)],
    },
    /// Not run, with the reason.
    Skip(String),
}

/// One row of the table.
struct Step {
    name: &'static str,
    action: Action,
    /// The command that runs this step alone.
    rerun: String,
}

/// How a step ended, for the table.
struct Row {
    name: &'static str,
    seconds: f64,
    outcome: String,
}

/// Reference values, laid beside the checkout where they are at hand.
const FIXTURES: &str = "../shared/fixtures";
const DENY_DOC_WARNINGS: &[(&str, &str)] = &[("RUSTDOCFLAGS", "-D warnings")];
/// The check finds the same for everyone; `cargo test` alone draws other random cases each time.
const SAME_CASES: &[(&str, &str)] = &[("PROPTEST_RNG_SEED", "20261121")];

fn cargo_step(
    name: &'static str,
    args: &[&str],
    environment: &'static [(&'static str, &'static str)],
) -> Step {
    let prefix: String =
        environment.iter().map(|(key, value)| format!("{key}=\"{value}\" ")).collect();
    Step {
        name,
        action: Action::Cargo { args: args.iter().map(ToString::to_string).collect(), environment },
        rerun: format!("{prefix}cargo {}", args.join(" ")),
    }
}

/// The step that runs `gradus-verify PROGRAM ARGS`.
fn verify_step(name: &'static str, args: &[&str]) -> Step {
    let words = [&[name], args].concat();
    let rerun = format!("cargo xtask {}", words.join(" "));
    Step { name, action: Action::Verify(words.iter().map(ToString::to_string).collect()), rerun }
}

/// The steps, the cheapest first. `fixtures` is where reference values are looked for, relative to
/// the workspace's root.
fn steps(depth: Depth, root: &Path, fixtures: &Path) -> Vec<Step> {
    let mut steps = vec![
        cargo_step("fmt", &["fmt", "--all", "--check"], &[]),
        Step { name: "tidy", action: Action::Tidy, rerun: "cargo xtask tidy".to_owned() },
        cargo_step(
            "clippy",
            &["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"],
            &[],
        ),
    ];
    if depth == Depth::Fast {
        let unit = ["test", "--workspace", "--lib", "--bins", "--no-fail-fast"];
        steps.push(cargo_step("tests", &unit, SAME_CASES));
        return steps;
    }
    steps.push(cargo_step("tests", &["test", "--workspace", "--no-fail-fast"], SAME_CASES));
    let rerun = "cargo xtask examples".to_owned();
    steps.push(Step { name: "examples", action: Action::Examples, rerun });
    steps.push(verify_step("gradcheck", &[]));
    steps.push(verify_step("ulp", &["--quick"]));
    steps.push(if root.join(fixtures).is_dir() {
        verify_step("conformance", &[&fixtures.to_string_lossy()])
    } else {
        Step {
            name: "conformance",
            action: Action::Skip(format!("no reference values at {}", fixtures.display())),
            rerun: "cargo xtask conformance DIR".to_owned(),
        }
    });
    steps.push(cargo_step("docs", &["doc", "--workspace", "--no-deps"], DENY_DOC_WARNINGS));
    steps
}

/// Runs the steps in order and stops at the first that fails.
pub(crate) fn run(depth: Depth) -> Result<(), XtaskError> {
    let started = Instant::now();
    let workspace = Workspace::locate()?;
    let mut rows = Vec::new();
    for step in steps(depth, &workspace.root, Path::new(FIXTURES)) {
        println!("\n==> {}: {}", step.name, step.rerun);
        let begun = Instant::now();
        let result = perform(&step, &workspace);
        let (outcome, failed) = match result {
            Ok(outcome) => (outcome, None),
            Err(error) => ("FAILED".to_owned(), Some(error)),
        };
        rows.push(Row { name: step.name, seconds: begun.elapsed().as_secs_f64(), outcome });
        if let Some(error) = failed {
            if !matches!(error, XtaskError::Program { .. }) {
                eprintln!("{error}");
            }
            print!("{}", table(&rows, started.elapsed()));
            return Err(XtaskError::Step { step: step.name, rerun: step.rerun });
        }
    }
    print!("{}", table(&rows, started.elapsed()));
    Ok(())
}

fn perform(step: &Step, workspace: &Workspace) -> Result<String, XtaskError> {
    match &step.action {
        Action::Tidy => tidy::run().map(|()| "ok".to_owned()),
        Action::Examples => examples::run_built(workspace, Golden::Compare)
            .map(|count| format!("ok, {count} examples run")),
        Action::Skip(reason) => {
            println!("skipped: {reason}");
            Ok(format!("skipped: {reason}"))
        }
        Action::Cargo { args, environment } => {
            let mut command = Command::new(verify::cargo());
            command.args(args).envs(environment.iter().copied());
            tee(command.current_dir(&workspace.root), &step.rerun)
        }
        Action::Verify(args) => {
            let mut command = Command::new(workspace.tested_program("gradus-verify"));
            tee(command.args(args).current_dir(&workspace.root), &step.rerun)
        }
    }
}

/// Runs a command, repeats its output line by line and adds up the tests it reports.
fn tee(command: &mut Command, line: &str) -> Result<String, XtaskError> {
    let start = |source| XtaskError::Start { command: line.to_owned(), source };
    let mut child = command.stdout(Stdio::piped()).spawn().map_err(start)?;
    let mut tally = Tally::default();
    if let Some(output) = child.stdout.take() {
        let mut reader = BufReader::new(output);
        let mut bytes = Vec::new();
        while reader.read_until(b'\n', &mut bytes).map_err(start)? > 0 {
            std::io::stdout().write_all(&bytes).map_err(start)?;
            tally.read(&String::from_utf8_lossy(&bytes));
            bytes.clear();
        }
    }
    let status = child.wait().map_err(start)?;
    if status.success() {
        Ok(tally.to_string())
    } else {
        Err(XtaskError::Program { command: line.to_owned(), code: status.code() })
    }
}

/// The sum over libtest's closing lines.
#[derive(Debug, Default, PartialEq, Eq)]
struct Tally {
    passed: usize,
    ignored: usize,
}

impl Tally {
    /// Reads `test result: ok. 3 passed; 0 failed; 1 ignored; …`.
    fn read(&mut self, line: &str) {
        let Some((_, counts)) =
            line.strip_prefix("test result: ").and_then(|rest| rest.split_once(". "))
        else {
            return;
        };
        for count in counts.split(';') {
            let mut words = count.split_whitespace();
            if let (Some(Ok(number)), Some(word)) =
                (words.next().map(str::parse::<usize>), words.next())
            {
                match word {
                    "passed" => self.passed += number,
                    "ignored" => self.ignored += number,
                    _ => {}
                }
            }
        }
    }
}

impl std::fmt::Display for Tally {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self { passed: 0, ignored: 0 } => f.write_str("ok"),
            Self { passed, ignored: 0 } => write!(f, "ok, {passed} tests passed"),
            Self { passed, ignored } => write!(f, "ok, {passed} tests passed, {ignored} ignored"),
        }
    }
}

fn table(rows: &[Row], total: Duration) -> String {
    let total = Row { name: "total", seconds: total.as_secs_f64(), outcome: String::new() };
    let width = rows.iter().chain([&total]).map(|row| row.name.len()).max().unwrap_or(0);
    let mut text = format!("\n{:<width$}  {:>9}  outcome\n", "step", "time");
    for row in rows.iter().chain([&total]) {
        let line = format!("{:<width$}  {:>7.1} s  {}", row.name, row.seconds, row.outcome);
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(depth: Depth, fixtures: &Path) -> Vec<&'static str> {
        steps(depth, Path::new("."), fixtures).iter().map(|step| step.name).collect()
    }

    #[test]
    fn the_steps_run_cheapest_first() {
        let here = Path::new(".");
        assert_eq!(
            names(Depth::Full, here),
            [
                "fmt",
                "tidy",
                "clippy",
                "tests",
                "examples",
                "gradcheck",
                "ulp",
                "conformance",
                "docs"
            ]
        );
        assert_eq!(names(Depth::Fast, here), ["fmt", "tidy", "clippy", "tests"]);
    }

    #[test]
    fn missing_fixtures_are_skipped_and_said_so() {
        let steps = steps(Depth::Full, Path::new("."), Path::new("no/such/folder"));
        let step = steps.iter().find(|step| step.name == "conformance").unwrap();
        let Action::Skip(reason) = &step.action else { panic!("not skipped") };
        assert!(reason.contains("no/such/folder"));
    }

    #[test]
    fn a_step_says_how_to_run_it_alone() {
        let steps = steps(Depth::Full, Path::new("."), Path::new("."));
        let rerun = |name| steps.iter().find(|step| step.name == name).unwrap().rerun.as_str();
        assert_eq!(rerun("gradcheck"), "cargo xtask gradcheck");
        assert_eq!(rerun("conformance"), "cargo xtask conformance .");
        assert_eq!(rerun("docs"), "RUSTDOCFLAGS=\"-D warnings\" cargo doc --workspace --no-deps");
    }

    #[test]
    fn test_counts_are_summed() {
        let mut tally = Tally::default();
        tally.read("test result: ok. 12 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out\n");
        tally.read("running 3 tests\n");
        tally.read("test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out\n");
        assert_eq!(tally, Tally { passed: 15, ignored: 1 });
        assert_eq!(tally.to_string(), "ok, 15 tests passed, 1 ignored");
    }

    #[test]
    fn a_failing_program_fails_its_step() {
        let mut command = Command::new(verify::cargo());
        command.arg("no-such-subcommand").stderr(Stdio::null());
        assert!(matches!(tee(&mut command, "x"), Err(XtaskError::Program { .. })));
        let mut command = Command::new("no-such-program-anywhere");
        assert!(matches!(tee(&mut command, "x"), Err(XtaskError::Start { .. })));
    }

    #[test]
    fn the_table_is_aligned() {
        let row = |name, seconds, outcome: &str| Row { name, seconds, outcome: outcome.to_owned() };
        let rows = [row("fmt", 0.51, "ok"), row("conformance", 123.4, "FAILED")];
        assert_eq!(
            table(&rows, Duration::from_millis(124_000)),
            "\nstep              time  outcome\n\
             fmt              0.5 s  ok\n\
             conformance    123.4 s  FAILED\n\
             total          124.0 s\n"
        );
    }
}
