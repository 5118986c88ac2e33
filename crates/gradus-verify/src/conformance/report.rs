//! The report: a table, the failures, and what is not implemented.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::json;

use super::case::Outcome;

/// At most so many entries of one case are printed; the JSON report has all.
const SHOWN: usize = 4;

/// The outcomes of one file.
#[derive(Clone, Debug)]
pub(super) struct FileReport {
    pub(super) name: String,
    /// The numbers that were computed with, `f64` or `f32`.
    pub(super) numbers: &'static str,
    /// Each case's name and outcome, in the file's order.
    pub(super) cases: Vec<(String, Outcome)>,
}

/// How many cases ended how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Tally {
    pub(super) passed: usize,
    pub(super) failed: usize,
    pub(super) not_implemented: usize,
}

impl FileReport {
    pub(super) fn tally(&self) -> Tally {
        let mut tally = Tally::default();
        for (_, outcome) in &self.cases {
            match outcome {
                Outcome::Passed => tally.passed += 1,
                Outcome::Failed(_) => tally.failed += 1,
                Outcome::NotImplemented(_) => tally.not_implemented += 1,
            }
        }
        tally
    }

    /// How many cases wait for what.
    fn pending(&self) -> BTreeMap<&str, usize> {
        let mut pending = BTreeMap::new();
        for (_, outcome) in &self.cases {
            if let Outcome::NotImplemented(what) = outcome {
                *pending.entry(what.as_str()).or_default() += 1;
            }
        }
        pending
    }
}

/// The outcomes of all files.
#[derive(Clone, Debug)]
pub(super) struct Report {
    pub(super) files: Vec<FileReport>,
}

impl Report {
    /// The number of failed cases.
    pub(super) fn failed(&self) -> usize {
        self.files.iter().map(|file| file.tally().failed).sum()
    }

    /// The report for programs.
    pub(super) fn to_json(&self) -> serde_json::Value {
        let files: Vec<_> = self
            .files
            .iter()
            .map(|file| {
                let tally = file.tally();
                let failures: Vec<_> = file
                    .cases
                    .iter()
                    .filter_map(|(name, outcome)| match outcome {
                        Outcome::Failed(mismatches) => Some((name, mismatches)),
                        _ => None,
                    })
                    .flat_map(|(name, mismatches)| {
                        mismatches.iter().map(move |m| {
                            json!({
                                "case": name, "field": m.field, "index": m.index,
                                "got": m.got, "expected": m.expected,
                            })
                        })
                    })
                    .collect();
                json!({
                    "file": file.name,
                    "numbers": file.numbers,
                    "cases": file.cases.len(),
                    "passed": tally.passed,
                    "failed": tally.failed,
                    "not_implemented": tally.not_implemented,
                    "failures": failures,
                    "pending": file.pending(),
                })
            })
            .collect();
        json!({ "files": files })
    }

    fn write_table(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = self.files.iter().map(|file| file.name.len()).max().unwrap_or(0).max(5);
        let mut line = |name: &str, numbers: &str, cells: [&str; 4]| {
            let [cases, passed, failed, pending] = cells;
            let name = format!("{name:<width$}  {numbers:<7}");
            writeln!(f, "{name}  {cases:>6}  {passed:>6}  {failed:>6}  {pending:>15}")
        };
        line("file", "numbers", ["cases", "passed", "failed", "not implemented"])?;
        let mut total = (0, Tally::default());
        for file in &self.files {
            let (cases, tally) = (file.cases.len(), file.tally());
            line(&file.name, file.numbers, cells(cases, tally).each_ref().map(String::as_str))?;
            total.0 += cases;
            total.1.passed += tally.passed;
            total.1.failed += tally.failed;
            total.1.not_implemented += tally.not_implemented;
        }
        line("total", "", cells(total.0, total.1).each_ref().map(String::as_str))
    }

    fn write_failures(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for file in &self.files {
            for (name, outcome) in &file.cases {
                let Outcome::Failed(mismatches) = outcome else { continue };
                writeln!(f, "\nFAILED {} / {name} ({})", file.name, file.numbers)?;
                for m in mismatches.iter().take(SHOWN) {
                    let place = format!("{}{}", m.field, m.index);
                    writeln!(f, "  {place}: got {}, expected {}", m.got, m.expected)?;
                }
                if mismatches.len() > SHOWN {
                    writeln!(f, "  … and {} more", mismatches.len() - SHOWN)?;
                }
            }
        }
        Ok(())
    }

    fn write_pending(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.files.iter().all(|file| file.pending().is_empty()) {
            return Ok(());
        }
        writeln!(f, "\nNot implemented (never counted as passed):")?;
        for file in &self.files {
            for (what, count) in file.pending() {
                writeln!(f, "  {} ({}, {count}): {what}", file.name, file.numbers)?;
            }
        }
        Ok(())
    }
}

fn cells(cases: usize, tally: Tally) -> [String; 4] {
    [cases, tally.passed, tally.failed, tally.not_implemented].map(|count| count.to_string())
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write_table(f)?;
        self.write_failures(f)?;
        self.write_pending(f)
    }
}

#[cfg(test)]
mod tests {
    use super::super::compare::Mismatch;
    use super::*;

    fn report() -> Report {
        let mismatch = |i: usize| Mismatch {
            field: "grad".to_owned(),
            index: format!("[{i}]"),
            got: "1.5".to_owned(),
            expected: "2.0".to_owned(),
        };
        let cases = vec![
            ("a".to_owned(), Outcome::Passed),
            ("b".to_owned(), Outcome::Failed((0..6).map(mismatch).collect())),
            ("c".to_owned(), Outcome::NotImplemented("gelu".to_owned())),
            ("d".to_owned(), Outcome::NotImplemented("gelu".to_owned())),
        ];
        Report { files: vec![FileReport { name: "losses.json".to_owned(), numbers: "f64", cases }] }
    }

    #[test]
    fn the_text_is_aligned_and_names_the_failure() {
        let expected = "\
file         numbers   cases  passed  failed  not implemented
losses.json  f64           4       1       1                2
total                      4       1       1                2

FAILED losses.json / b (f64)
  grad[0]: got 1.5, expected 2.0
  grad[1]: got 1.5, expected 2.0
  grad[2]: got 1.5, expected 2.0
  grad[3]: got 1.5, expected 2.0
  … and 2 more

Not implemented (never counted as passed):
  losses.json (f64, 2): gelu
";
        assert_eq!(report().to_string(), expected);
    }

    #[test]
    fn the_json_holds_every_mismatch() {
        let value = report().to_json();
        let file = &value["files"][0];
        assert_eq!(file["passed"], 1);
        assert_eq!(file["failures"].as_array().unwrap().len(), 6);
        assert_eq!(file["failures"][5]["index"], "[5]");
        assert_eq!(file["pending"]["gelu"], 2);
    }
}
