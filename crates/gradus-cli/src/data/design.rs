//! A table as a statistical model takes it: features by name, an outcome, weights, an offset.

use std::collections::BTreeSet;
use std::path::PathBuf;

use gradus::data::{
    Coding, Column, ColumnKind, ColumnValues, CsvOptions, DataError, Encoder, Encoding,
    FittedEncoder, FittedTarget, Missing, Scaling, Table, Target, Targets, Task, read_csv,
    read_csv_header,
};
use gradus::io::Offset;
use gradus::nalgebra::DMatrix;

use super::{checks, embedded, source};
use crate::args::DataArgs;
use crate::error::CliError;
use crate::fingerprint::fingerprint;
use crate::output::listed;
use crate::scores::Truth;

/// Names in a message.
const SHOWN: usize = 6;

/// The data of a fit, and what must be kept to use the model on other data.
#[derive(Debug)]
pub(crate) struct DesignData {
    pub(crate) name: String,
    pub(crate) x: DMatrix<f64>,
    pub(crate) names: Vec<String>,
    pub(crate) truth: Truth,
    pub(crate) weights: Option<Vec<f64>>,
    pub(crate) offset: Option<Vec<f64>>,
    pub(crate) offset_column: Option<Offset>,
    pub(crate) encoder: FittedEncoder,
    pub(crate) target: FittedTarget,
    /// The rows left out for missing values.
    pub(crate) dropped: usize,
    pub(crate) fingerprint: u64,
    /// What the user should know about the data.
    pub(crate) notes: Vec<String>,
}

/// What a model needs the outcome and the levels to be.
#[derive(Debug)]
pub(crate) struct Needs {
    pub(crate) outcome: Outcome,
    pub(crate) levels: LevelCoding,
    pub(crate) offset: Option<Offset>,
    /// The class whose probability is modelled, if the user says.
    pub(crate) event: Option<String>,
}

/// What the outcome has to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// A number.
    Value,
    /// One of two classes.
    Dichotomous,
    /// One of several classes.
    Classes,
    /// A number if the column holds numbers, else a class.
    AsItIs,
}

/// Which levels get an indicator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LevelCoding {
    /// All but a reference: without a penalty the coefficients are determined only then.
    Treatment,
    /// All, unless the user names a reference.
    OneHot,
}

impl DesignData {
    pub(crate) fn new(args: &DataArgs, needs: &Needs) -> Result<Self, CliError> {
        let source = Source::new(args)?;
        let path = source.path();
        source.table(args, needs).and_then(|table| Self::of(&table, args, needs, &source)).map_err(
            |error| match (error, path) {
                (CliError::BareData(error), Some(path)) => CliError::in_data(&path)(error),
                (CliError::Usage(message), Some(path)) => {
                    CliError::usage(format!("{}: {message}", path.display()))
                }
                (error, _) => error,
            },
        )
    }

    fn of(
        table: &Table,
        args: &DataArgs,
        needs: &Needs,
        source: &Source,
    ) -> Result<Self, CliError> {
        let unused = unused(table, args, needs)?;
        let missing = args.missing.map_or(Missing::Error, Missing::from);
        let references = args.reference.iter().map(|r| (r.column.clone(), r.level.clone()));
        let coding = if needs.levels == LevelCoding::Treatment || !args.reference.is_empty() {
            Coding::Treatment { references: references.collect() }
        } else {
            Coding::OneHot
        };
        let encoder = Encoder {
            missing,
            scaling: Scaling::None,
            coding,
            ignore: unused.iter().cloned().collect(),
            ..Encoder::default()
        };
        let mut usable = encoder.usable_rows(table, &args.target)?;
        let all = table.rows();
        for name in args.weights.iter().chain(needs.offset.as_ref().map(|offset| &offset.column)) {
            let column = numbers(table, name)?;
            if column.missing().is_empty() {
                continue;
            }
            if missing != Missing::Drop {
                let columns = vec![(name.clone(), column.missing().len())];
                return Err(DataError::MissingValues { columns }.into());
            }
            usable.rows.retain(|&row| !column.is_missing(row));
            if usable.rows.is_empty() {
                return Err(DataError::AllRowsDropped { rows: all }.into());
            }
        }
        let rows = usable.rows;
        let (target, truth) = outcome(table, &args.target, needs, &rows)?;
        let encoder = encoder.fit(table, &args.target, &rows)?;
        let x = encoder.transform::<f64>(table, &rows)?;
        let values = |name: &String| -> Result<Vec<f64>, CliError> {
            let column = numbers(table, name)?;
            Ok(rows.iter().map(|&row| column.number(row).unwrap_or_default()).collect())
        };
        let weights = args.weights.as_ref().map(values).transpose()?;
        let offset = needs.offset.as_ref().map(|offset| offset.values(table, &rows)).transpose()?;
        refuse_huge(x.as_slice(), "a feature")?;
        for (values, what) in [(&weights, "a weight"), (&offset, "an offset")] {
            refuse_huge(values.as_deref().unwrap_or_default(), what)?;
        }
        if let Truth::Values(values) = &truth {
            refuse_huge(values, "the outcome")?;
        }
        let dropped = all - rows.len();
        let mut notes = Vec::new();
        if dropped > 0 {
            notes.push(format!("{dropped} of {all} rows were left out for missing values"));
        } else {
            let usable = gradus::data::UsableRows { rows: rows.clone(), dropped: Vec::new() };
            notes.extend(checks::missing(table, &encoder, &usable));
        }
        if let (Outcome::AsItIs, Truth::Values(values)) = (needs.outcome, &truth)
            && values.contains(&0.0)
            && values.contains(&1.0)
            && values.iter().all(|&y| y == 0.0 || y == 1.0)
        {
            notes.push(format!(
                "{:?} holds 0 and 1 alone, and is fitted as a number; --family binomial models the \
                 probability of 1",
                args.target
            ));
        }
        notes.extend(compared_with(&encoder));
        notes.extend(constant(&x, &encoder.feature_names()));
        Ok(Self {
            name: source.name(),
            fingerprint: fingerprint(&x.map(|x| x as f32), &truth),
            names: encoder.feature_names(),
            x,
            truth,
            weights,
            offset,
            offset_column: needs.offset.clone(),
            encoder,
            target,
            dropped,
            notes,
        })
    }

    /// The number m of rows.
    pub(crate) fn rows(&self) -> usize {
        self.x.nrows()
    }
}

/// Where the table comes from.
#[derive(Debug)]
pub(crate) enum Source {
    Embedded(String, Table),
    Csv(PathBuf),
}

impl Source {
    pub(crate) fn new(args: &DataArgs) -> Result<Self, CliError> {
        if let Some(table) = embedded(&args.source) {
            if args.delimiter.is_some() {
                return Err(CliError::usage(format!(
                    "--delimiter is for CSV files, and {} is none; leave it out (a file of that name \
                     is ./{})",
                    args.source, args.source
                )));
            }
            return Ok(Self::Embedded(args.source.clone(), table));
        }
        let path = PathBuf::from(&args.source);
        source::check_file(&path, "a CSV file or the name of an embedded data set")?;
        Ok(Self::Csv(path))
    }

    fn path(&self) -> Option<PathBuf> {
        match self {
            Self::Embedded(..) => None,
            Self::Csv(path) => Some(path.clone()),
        }
    }

    /// The data set's name, for people.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::Embedded(name, _) => name.clone(),
            Self::Csv(path) => path
                .file_name()
                .map_or_else(|| "table".to_owned(), |name| name.to_string_lossy().into_owned()),
        }
    }

    /// Where a model goes if the user does not say.
    pub(crate) fn default_out(&self, model: &str) -> PathBuf {
        let mut name = match self {
            Self::Embedded(name, _) => name.into(),
            Self::Csv(path) => path.file_stem().unwrap_or_default().to_owned(),
        };
        name.push(format!("-{model}.gradus"));
        PathBuf::from(name)
    }

    fn table(&self, args: &DataArgs, needs: &Needs) -> Result<Table, CliError> {
        let path = match self {
            Self::Embedded(_, table) if args.categorical.is_empty() => return Ok(table.clone()),
            Self::Embedded(_, table) => return as_categorical(table, &args.categorical),
            Self::Csv(path) => path,
        };
        let mut csv = CsvOptions::default();
        csv.delimiter = args.delimiter.unwrap_or(csv.delimiter);
        let names = read_csv_header(path, &csv)?;
        let used = |name: &String| {
            let listed = if args.features.is_empty() {
                !args.ignore.contains(name)
            } else {
                args.features.contains(name)
            };
            let offset = needs.offset.as_ref().map(|offset| &offset.column);
            listed
                || *name == args.target
                || args.weights.as_ref() == Some(name)
                || offset == Some(name)
        };
        // What a column holds that is not used does not matter, so it may mix numbers and text.
        let unused = names.iter().filter(|name| !used(name));
        csv.categorical = unused.chain(&args.categorical).cloned().collect();
        Ok(read_csv(path, &csv)?)
    }
}

/// The table with some columns of numbers as levels.
pub(super) fn as_categorical(table: &Table, names: &[String]) -> Result<Table, CliError> {
    for name in names {
        table.column(name)?;
    }
    let columns = table.columns().iter().map(|column| {
        let ColumnValues::Numeric(_) = column.values() else { return Ok(column.clone()) };
        if !names.iter().any(|name| name == column.name()) {
            return Ok(column.clone());
        }
        let texts: Vec<Option<String>> = (0..column.rows())
            .map(|row| column.number(row).map(|number| number.to_string()))
            .collect();
        Column::categorical(column.name(), texts.iter().map(Option::as_deref))
    });
    Ok(Table::new(columns.collect::<Result<_, _>>()?)?)
}

/// The columns that are no features, each of which the user can have named only once.
fn unused(table: &Table, args: &DataArgs, needs: &Needs) -> Result<BTreeSet<String>, CliError> {
    let offset = needs.offset.as_ref().map(|offset| offset.column.clone());
    let roles = [
        ("--target", Some(args.target.clone())),
        ("--weights", args.weights.clone()),
        ("--offset", offset),
    ];
    for (role, name) in roles.iter().filter_map(|(role, name)| Some((role, name.as_ref()?))) {
        table.column(name)?;
        for (option, names) in [("--features", &args.features), ("--ignore", &args.ignore)] {
            if names.contains(name) {
                return Err(CliError::usage(format!(
                    "{name:?} is named by {role} and by {option}; leave it out of one"
                )));
            }
        }
        if roles.iter().filter(|(_, other)| other.as_ref() == Some(name)).count() > 1 {
            return Err(CliError::usage(format!(
                "{name:?} cannot be the target and a weight or an offset at once; name another column"
            )));
        }
    }
    let mut unused: BTreeSet<String> = args.ignore.iter().cloned().collect();
    unused.extend(roles.into_iter().skip(1).filter_map(|(_, name)| name));
    if !args.features.is_empty() {
        for name in &args.features {
            table.column(name)?;
        }
        let names = table.names().into_iter().map(str::to_owned);
        unused.extend(names.filter(|name| !args.features.contains(name) && *name != args.target));
    }
    Ok(unused)
}

fn numbers<'t>(table: &'t Table, name: &str) -> Result<&'t Column, CliError> {
    let column = table.column(name)?;
    if column.kind() == ColumnKind::Numeric {
        return Ok(column);
    }
    Err(CliError::from(DataError::ColumnKind {
        column: name.to_owned(),
        expected: ColumnKind::Numeric,
        found: column.kind(),
        advice: "weights, offsets and exposures are numbers; name another column",
    }))
}

/// The outcome, as the model needs it.
fn outcome(
    table: &Table,
    name: &str,
    needs: &Needs,
    rows: &[usize],
) -> Result<(FittedTarget, Truth), CliError> {
    let column = table.column(name)?;
    let is_text = column.kind() == ColumnKind::Categorical;
    let task = match needs.outcome {
        Outcome::Value if is_text => {
            return Err(CliError::usage(format!(
                "the outcome {name:?} holds text ({}), and this model predicts numbers; take --family \
                 binomial for two classes, --family multinomial for more, or name another column \
                 (--target)",
                counted(column, rows)
            )));
        }
        Outcome::Value => Task::Regression,
        Outcome::AsItIs if !is_text => Task::Regression,
        _ => Task::Classification,
    };
    if task == Task::Classification && !is_text {
        let distinct: BTreeSet<u64> = rows
            .iter()
            .filter_map(|&row| column.number(row))
            .map(|x| (x + 0.0).to_bits())
            .collect();
        if distinct.len() > MOST_CLASSES {
            return Err(CliError::usage(format!(
                "the outcome {name:?} has {} different numbers, which are hardly classes; take --family \
                 gaussian for a value",
                distinct.len()
            )));
        }
    }
    let mut target = Target { column: name.to_owned(), task }.fit(table, rows)?;
    if needs.outcome == Outcome::Dichotomous
        && let Some(labels) = target.labels()
        && labels.len() != 2
    {
        return Err(CliError::usage(format!(
            "the outcome {name:?} has {} classes ({}), and logistic regression tells two apart; take \
             --family multinomial, or leave rows out until two classes remain",
            labels.len(),
            counted(column, rows)
        )));
    }
    if let Some(event) = &needs.event {
        target = target.with_last(event)?;
    }
    let truth = match target.encode::<f64>(table, rows)? {
        Targets::Classes { codes, .. } => Truth::Classes(codes),
        Targets::Values(values) => Truth::Values(values.as_slice().to_vec()),
    };
    Ok((target, truth))
}

/// The most different numbers that are taken for classes.
const MOST_CLASSES: usize = 100;

/// `a: 3, b: 5`, the values of a column with their numbers of rows.
fn counted(column: &Column, rows: &[usize]) -> String {
    let mut counts = std::collections::BTreeMap::new();
    for &row in rows {
        let text = match column.number(row) {
            Some(number) => (number + 0.0).to_string(),
            None => column.level(row).unwrap_or_default().to_owned(),
        };
        *counts.entry(text).or_insert(0_usize) += 1;
    }
    let counts: Vec<String> =
        counts.into_iter().map(|(text, count)| format!("{text}: {count}")).collect();
    listed(&counts, SHOWN)
}

/// Which level the others of each column are compared with.
fn compared_with(encoder: &FittedEncoder) -> Option<String> {
    let references: Vec<String> = encoder
        .summaries()
        .iter()
        .filter_map(|summary| match summary.encoding {
            Encoding::Treatment { levels, .. } => {
                Some(format!("{}={}", summary.name, levels.first()?))
            }
            _ => None,
        })
        .collect();
    (!references.is_empty())
        .then(|| format!("levels are compared with {} (--reference)", listed(&references, SHOWN)))
}

/// Sums of squares must be finite.
fn refuse_huge(values: &[f64], what: &str) -> Result<(), CliError> {
    const MOST: f64 = 1e140;
    match values.iter().find(|value| value.abs() > MOST) {
        Some(value) => Err(CliError::usage(format!(
            "{what} has the value {value:e}, whose square is too large to compute with; give the \
             column in other units"
        ))),
        None => Ok(()),
    }
}

/// Features that are the same in every row.
fn constant(x: &DMatrix<f64>, names: &[String]) -> Option<String> {
    let same = |column: &DMatrix<f64>, j: usize| {
        let column = column.column(j);
        column.iter().all(|&value| value == column[0])
    };
    let constant: Vec<&String> =
        (0..x.ncols()).filter(|&j| same(x, j)).map(|j| &names[j]).collect();
    (!constant.is_empty()).then(|| {
        format!("the same value in every row, which explains nothing: {}", listed(&constant, SHOWN))
    })
}
