//! `gradus describe`.

use gradus::data::{Target, Task};
use gradus::metrics::Label;
use gradus::select::{
    ColumnContent, ColumnDescription, DescribeConfig, LevelCount, TableDescription, describe_table,
};
use serde::Serialize;

use crate::args::DescribeArgs;
use crate::data::TableSource;
use crate::error::CliError;
use crate::output::{Output, aligned, short};

/// Texts of a column in its line.
const SHOWN: usize = 3;
/// Columns of a text, or of a name, in a line.
const WIDTH: usize = 30;
const NAME_WIDTH: usize = 40;
/// Classes in a line.
const CLASSES: usize = 12;

/// What is printed for a machine.
#[derive(Serialize)]
struct Report<'r> {
    command: &'static str,
    data: &'r str,
    target: Option<&'r str>,
    #[serde(flatten)]
    description: &'r TableDescription,
    /// The warnings as sentences.
    notes: Vec<String>,
}

pub(crate) fn run(args: &DescribeArgs, output: &mut Output) -> Result<(), CliError> {
    super::use_threads(args.general.threads)?;
    let source = TableSource::new(&args.source, &args.csv)?;
    source.in_file(describe(args, &source)).and_then(|found| print(args, &source, &found, output))
}

fn describe(args: &DescribeArgs, source: &TableSource) -> Result<TableDescription, CliError> {
    let table = source.without(&args.ignore, &args.categorical)?;
    let target = args.target.as_ref().map(|column| Target {
        column: column.clone(),
        task: args.task.map_or(Task::Auto, Task::from),
    });
    let config = DescribeConfig { correlation: args.correlation, ..DescribeConfig::default() };
    let waiting = crate::progress::spinner("looking at the columns", args.general.json);
    let found = describe_table(&table, target.as_ref(), &config);
    waiting.finish_and_clear();
    Ok(found?)
}

fn print(
    args: &DescribeArgs,
    source: &TableSource,
    found: &TableDescription,
    output: &mut Output,
) -> Result<(), CliError> {
    let name = source.name();
    let warnings: Vec<String> = found.warnings.iter().map(ToString::to_string).collect();
    if args.general.json {
        let target = args.target.as_deref();
        return output.json(&Report {
            command: "describe",
            data: &name,
            target,
            description: found,
            notes: warnings,
        });
    }
    let missing: usize = found.columns.iter().map(|column| column.missing).sum();
    output.line(format_args!(
        "{name}: {} rows, {} columns; {}",
        found.rows,
        found.columns.len(),
        match missing {
            0 => "no value is missing".to_owned(),
            missing => format!("{missing} values are missing"),
        }
    ))?;
    for table in [numbers(&found.columns), texts(&found.columns, found.rows)].into_iter().flatten()
    {
        output.text(format_args!("\n{}", aligned(&table)))?;
    }
    if let (Some(target), Some(classes)) = (&args.target, &found.classes) {
        output.line(format_args!("\n{}", balance(target, classes)))?;
    }
    match warnings.as_slice() {
        [] => output.line(format_args!("\nnothing odd was found")),
        warnings => {
            output.line(format_args!("\nworth a look:"))?;
            warnings.iter().try_for_each(|warning| output.line(format_args!("  - {warning}")))
        }
    }
}

fn balance(target: &str, classes: &[LevelCount]) -> String {
    let all: usize = classes.iter().map(|class| class.rows).sum();
    let one = |class: &LevelCount| {
        format!("{} {} ({:.1} %)", cut(&class.level), class.rows, percent(class.rows, all))
    };
    let each: Vec<String> = classes.iter().map(one).collect();
    format!("{} classes of {target:?}: {}", classes.len(), crate::output::listed(&each, CLASSES))
}

fn percent(part: usize, all: usize) -> f64 {
    100.0 * part as f64 / all.max(1) as f64
}

/// A row for each column of numbers.
fn numbers(columns: &[ColumnDescription]) -> Option<Vec<Vec<String>>> {
    let titles = [
        "column", "missing", "distinct", "min", "25 %", "median", "75 %", "max", "mean", "sd",
        "skew", "VIF",
    ];
    let cell = |x: Option<f64>, digits| x.map_or_else(|| "–".to_owned(), |x| short(x, digits));
    let mut rows = vec![titles.map(str::to_owned).to_vec()];
    for column in columns {
        let ColumnContent::Numbers {
            min,
            lower_quartile,
            median,
            upper_quartile,
            max,
            mean,
            sd,
            skewness,
            ..
        } = column.content
        else {
            continue;
        };
        let mut row = vec![name(column), column.missing.to_string()];
        row.push(column.distinct.to_string());
        row.extend([min, lower_quartile, median, upper_quartile, max, mean].map(|x| short(x, 5)));
        row.extend([cell(sd, 5), cell(skewness, 3), cell(column.vif, 3)]);
        rows.push(row);
    }
    (rows.len() > 1).then_some(rows)
}

/// A row for each column of texts, or of nothing.
fn texts(columns: &[ColumnDescription], all: usize) -> Option<Vec<Vec<String>>> {
    let mut rows =
        vec![["column", "missing", "distinct", "most frequent"].map(str::to_owned).to_vec()];
    for column in columns {
        let frequent = match &column.content {
            ColumnContent::Text { most_frequent } => {
                let one = |level: &LevelCount| {
                    let rows = percent(level.rows, all - column.missing);
                    format!("{} {} ({rows:.1} %)", cut(&level.level), level.rows)
                };
                let shown: Vec<String> = most_frequent.iter().take(SHOWN).map(one).collect();
                shown.join(", ")
            }
            ColumnContent::Empty => "nothing: every value is missing".to_owned(),
            _ => continue,
        };
        let (missing, distinct) = (column.missing.to_string(), column.distinct.to_string());
        rows.push(vec![name(column), missing, distinct, frequent]);
    }
    (rows.len() > 1).then_some(rows)
}

/// A text, in one line and not too long.
fn cut(text: &str) -> Label {
    Label::shortened(text, WIDTH)
}

fn name(column: &ColumnDescription) -> String {
    Label::shortened(&column.name, NAME_WIDTH).to_string()
}
