//! `gradus split`.

use std::path::{Path, PathBuf};

use gradus::data::Table;
use gradus::metrics::Label;
use gradus::resample::{Fractions, Part, Split};
use gradus::select::{FeatureShift, Sample, SelectionBiasConfig, ShiftTest, selection_bias};
use serde::Serialize;

use crate::args::SplitArgs;
use crate::data::TableSource;
use crate::error::CliError;
use crate::output::{Output, aligned, short};

mod assign;
mod files;

use assign::{Assigned, assign};
use files::{Files, Records};

/// Classes in the table of shares.
const CLASSES: usize = 12;
/// Columns that the name of a class may take there.
const CLASS_WIDTH: usize = 16;

/// What is printed for a machine.
#[derive(Serialize)]
struct Report<'r> {
    command: &'static str,
    data: &'r str,
    rows: usize,
    how: &'r str,
    /// The columns by which rows were assigned.
    stratify: Option<&'r str>,
    group: Option<&'r str>,
    time: Option<&'r str>,
    /// Rows left out between parts in time.
    gap: Option<usize>,
    /// None where nothing is drawn.
    seed: Option<u64>,
    fractions: Fractions,
    /// The classes, or tenths, that are shared out, in the order of the parts' counts.
    labels: Option<&'r [String]>,
    parts: Vec<PartReport>,
    left_out: usize,
    /// Columns in which train and test differ.
    shifted: &'r [FeatureShift],
    /// Files of an earlier split's parts that this one does not have.
    removed: &'r [PathBuf],
    notes: &'r [String],
}

#[derive(Serialize)]
struct PartReport {
    part: Part,
    rows: usize,
    file: PathBuf,
    /// The rows of each class, where classes are shared out.
    classes: Option<Vec<usize>>,
    groups: Option<usize>,
    /// The first time and the last.
    times: Option<[String; 2]>,
}

pub(crate) fn run(args: &SplitArgs, output: &mut Output) -> Result<(), CliError> {
    super::use_threads(args.general.threads)?;
    let source = TableSource::new(&args.source, &args.csv)?;
    let files = Files::new(args, &source)?;
    let waiting = crate::progress::spinner("splitting", args.general.json);
    let done = source.in_file(cut(args, &source, &files));
    waiting.finish_and_clear();
    let cut = done?;
    report(args, &source, &files, &cut, output)
}

/// A table that was cut.
struct Cut {
    rows: usize,
    assigned: Assigned,
    shifted: Vec<FeatureShift>,
    removed: Vec<PathBuf>,
    notes: Vec<String>,
}

fn cut(args: &SplitArgs, source: &TableSource, files: &Files) -> Result<Cut, CliError> {
    let records = Records::read(source)?;
    let table = records.table()?;
    let assigned = assign(args, &table)?;
    let shifted = shifted(args, &table, &assigned.split)?;
    let mut notes = assigned.notes.clone();
    notes.extend(shifted.iter().map(told));
    let removed = files.write(&records, &assigned.split)?;
    let removed: Vec<PathBuf> = removed.into_iter().map(Path::to_owned).collect();
    notes.extend(removed.iter().map(|path| {
        format!(
            "{} was a part of an earlier split that this one does not have, and was removed",
            super::quoted(path)
        )
    }));
    Ok(Cut { rows: table.rows(), assigned, shifted, removed, notes })
}

/// Columns in which train and test differ by more than chance and enough to matter, be it in the mean,
/// the spread, the shape or the shares.
fn shifted(args: &SplitArgs, table: &Table, split: &Split) -> Result<Vec<FeatureShift>, CliError> {
    let ignore: Vec<String> = args.group.iter().chain(&args.time).cloned().collect();
    if split.test.len() < 2 || split.train.len() < 2 || ignore.len() == table.columns().len() {
        return Ok(Vec::new());
    }
    let config = SelectionBiasConfig { classifier: None, ignore, ..SelectionBiasConfig::default() };
    let sample = |rows| Sample { table, rows };
    let found = selection_bias(sample(&split.train), sample(&split.test), &config)?;
    Ok(found.material().cloned().collect())
}

/// What differs, by how much, and how sure that is.
fn told(shift: &FeatureShift) -> String {
    let mut sizes =
        vec![format!("standardised difference {}", short(shift.standardised_difference, 2))];
    if let Some(ratio) = shift.sd_ratio {
        sizes.push(format!("standard deviations in the ratio {}", short(ratio, 2)));
    }
    let distance = short(shift.distance, 2);
    sizes.push(match shift.test {
        ShiftTest::KolmogorovSmirnov => format!("Kolmogorov-Smirnov D {distance}"),
        _ => format!("total variation {distance}, χ² {}", short(shift.statistic, 3)),
    });
    format!(
        "train and test differ in {} of {:?} ({}, p {} after Holm): an error measured on one does not \
         hold for the other",
        shift.what(),
        shift.name,
        sizes.join(", "),
        short(shift.adjusted_p, 2)
    )
}

fn report(
    args: &SplitArgs,
    source: &TableSource,
    files: &Files,
    cut: &Cut,
    output: &mut Output,
) -> Result<(), CliError> {
    let name = source.name();
    let assigned = &cut.assigned;
    let parts: Vec<PartReport> = files
        .parts(&assigned.split)
        .map(|(part, rows, file)| PartReport {
            part,
            rows: rows.len(),
            file: file.to_owned(),
            classes: assigned.classes.as_ref().map(|classes| classes.counts(rows)),
            groups: assigned.groups.as_ref().map(|groups| groups.distinct(rows)),
            times: assigned.times.as_ref().and_then(|times| times.range(rows)),
        })
        .collect();
    let left_out = cut.rows - parts.iter().map(|part| part.rows).sum::<usize>();
    if args.general.json {
        let in_time = args.time.is_some();
        return output.json(&Report {
            command: "split",
            data: &name,
            rows: cut.rows,
            how: &assigned.how,
            stratify: args.stratify.as_deref(),
            group: args.group.as_deref(),
            time: args.time.as_deref(),
            gap: in_time.then_some(args.gap),
            seed: (!in_time).then_some(args.seed),
            fractions: assigned.fractions,
            labels: assigned.classes.as_ref().map(|classes| classes.labels.as_slice()),
            parts,
            left_out,
            shifted: &cut.shifted,
            removed: &cut.removed,
            notes: &cut.notes,
        });
    }
    output.line(format_args!("{name}: {} rows, {}", cut.rows, assigned.how))?;
    output.text(format_args!("\n{}", aligned(&table(&parts, assigned, cut.rows))))?;
    if left_out > 0 {
        output.line(format_args!("\n{left_out} rows are left out between the parts (--gap)"))?;
    }
    cut.notes.iter().try_for_each(|note| output.line(format_args!("note: {note}")))
}

/// A row for each part: its rows, their share, and the shares of the classes within.
fn table(parts: &[PartReport], assigned: &Assigned, all: usize) -> Vec<Vec<String>> {
    let mut titles = vec!["part".to_owned(), "rows".to_owned(), "%".to_owned()];
    let labels = assigned.classes.as_ref().map_or(&[][..], |classes| &classes.labels);
    let labels = if labels.len() <= CLASSES { labels } else { &[] };
    titles.extend(labels.iter().map(|label| format!("{} %", Label::shortened(label, CLASS_WIDTH))));
    if assigned.groups.is_some() {
        titles.push("groups".to_owned());
    }
    if assigned.times.is_some() {
        titles.extend(["from".to_owned(), "to".to_owned()]);
    }
    titles.push("file".to_owned());
    let share = |part: usize, of: usize| format!("{:.1}", 100.0 * part as f64 / of.max(1) as f64);
    let row = |part: &PartReport| {
        let mut row = vec![part.part.to_string(), part.rows.to_string(), share(part.rows, all)];
        if let Some(counts) = part.classes.as_ref().filter(|counts| counts.len() == labels.len()) {
            row.extend(counts.iter().map(|&count| share(count, part.rows)));
        }
        row.extend(part.groups.map(|groups| groups.to_string()));
        row.extend(part.times.iter().flatten().cloned());
        row.push(super::quoted(&part.file));
        row
    };
    [titles].into_iter().chain(parts.iter().map(row)).collect()
}
