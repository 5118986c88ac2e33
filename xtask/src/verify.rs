//! Starts `gradus-verify`, which holds what needs the gradus crates.

use std::ffi::OsString;
use std::process::Command;

use crate::error::XtaskError;

/// The profile a program of `gradus-verify` is built in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Profile {
    /// The tests' profile: nothing is built twice.
    Dev,
    /// The profile whose speed is worth measuring.
    Release,
}

/// The cargo arguments that start `gradus-verify PROGRAM`, built with some features.
pub(crate) fn arguments(program: &str, profile: Profile, features: &[&str]) -> Vec<OsString> {
    let mut words = vec!["run", "--quiet", "--package", "gradus-verify"];
    if profile == Profile::Release {
        words.push("--release");
    }
    for feature in features {
        words.extend(["--features", feature]);
    }
    words.extend(["--", program]);
    words.into_iter().map(OsString::from).collect()
}

/// The features that a run needs: `bench gemm` stands beside other libraries.
fn features(program: &str, args: &[OsString]) -> &'static [&'static str] {
    if program == "bench" && args.iter().any(|arg| arg == "gemm") { &["rivals"] } else { &[] }
}

/// Runs `gradus-verify PROGRAM ARGS` and fails with its exit code.
pub(crate) fn run(program: &str, profile: Profile, args: &[OsString]) -> Result<(), XtaskError> {
    let command = format!("gradus-verify {program}");
    let status = Command::new(cargo())
        .args(arguments(program, profile, features(program, args)))
        .args(args)
        .status()
        .map_err(|source| XtaskError::Start { command: command.clone(), source })?;
    if status.success() {
        Ok(())
    } else {
        Err(XtaskError::Program { command, code: status.code() })
    }
}

/// The cargo that runs this program, so that the tool chain stays the same.
pub(crate) fn cargo() -> OsString {
    std::env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_bench_is_built_for_release() {
        let line = |profile| arguments("bench", profile, &[]).join(std::ffi::OsStr::new(" "));
        assert_eq!(line(Profile::Dev), "run --quiet --package gradus-verify -- bench");
        assert_eq!(
            line(Profile::Release),
            "run --quiet --package gradus-verify --release -- bench"
        );
    }

    #[test]
    fn products_are_measured_beside_rivals() {
        let words = ["gemm", "--json"].map(OsString::from);
        assert_eq!(features("bench", &words), ["rivals"]);
        assert!(features("bench", &words[1..]).is_empty());
        let line = arguments("bench", Profile::Release, &["rivals"]);
        assert!(line.windows(2).any(|pair| pair[0] == "--features" && pair[1] == "rivals"));
    }
}
