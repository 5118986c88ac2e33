//! The records of a table, and the files that they are copied to.

use std::path::{Path, PathBuf};

use gradus::data::{CsvError, CsvOptions, DataError, Header, Table, read_csv_from};
use gradus::io::{Change, change_together};
use gradus::resample::{Part, Split};

use crate::args::SplitArgs;
use crate::data::TableSource;
use crate::error::CliError;
use crate::output::field;

/// What is copied.
#[derive(Debug)]
pub(super) enum Records {
    Text { bytes: Vec<u8>, options: CsvOptions },
    Table(Table),
}

impl Records {
    pub(super) fn read(source: &TableSource) -> Result<Self, CliError> {
        match source {
            TableSource::Embedded(_, table) => Ok(Self::Table(table.clone())),
            TableSource::Csv { path, options } => {
                let bytes = std::fs::read(path)
                    .map_err(|error| CliError::usage(format!("cannot be read: {error}")))?;
                Ok(Self::Text { bytes, options: options.clone() })
            }
        }
    }

    /// The table, a column that mixes numbers and text being text.
    pub(super) fn table(&self) -> Result<Table, CliError> {
        let (bytes, mut options) = match self {
            Self::Table(table) => return Ok(table.clone()),
            Self::Text { bytes, options } => (bytes, options.clone()),
        };
        loop {
            match read_csv_from(bytes.as_slice(), &options) {
                Err(DataError::Csv(CsvError::MixedColumn { column, .. }))
                    if !options.categorical.contains(&column) =>
                {
                    options.categorical.push(column);
                }
                read => return Ok(read?),
            }
        }
    }

    /// The text of the parts that rows are assigned to.
    fn parts(&self, split: &Split) -> Result<[Vec<u8>; 3], CliError> {
        let rows = [&split.train, &split.dev, &split.test];
        match self {
            Self::Table(table) => Ok(rows.map(|rows| text_of(table, rows).into_bytes())),
            Self::Text { bytes, options } => copied(bytes, options, rows),
        }
    }
}

/// A table's rows as CSV, in their order.
fn text_of(table: &Table, rows: &[usize]) -> String {
    let mut rows = rows.to_vec();
    rows.sort_unstable();
    let line = |cells: Vec<String>| cells.join(",") + "\n";
    let mut text = line(table.names().into_iter().map(field).collect());
    for row in rows {
        let cell = |column: &gradus::data::Column| match column.number(row) {
            Some(number) => number.to_string(),
            None => field(column.level(row).unwrap_or_default()),
        };
        text.push_str(&line(table.columns().iter().map(cell).collect()));
    }
    text
}

/// The header, if there is one, and the records of each part, field by field as they are.
fn copied(
    bytes: &[u8],
    options: &CsvOptions,
    rows: [&Vec<usize>; 3],
) -> Result<[Vec<u8>; 3], CliError> {
    let wrong = |error: csv::Error| CliError::usage(format!("cannot be copied: {error}"));
    let mut part_of: Vec<Option<u8>> = Vec::new();
    for (part, rows) in (0..).zip(rows) {
        for &row in rows {
            if part_of.len() <= row {
                part_of.resize(row + 1, None);
            }
            part_of[row] = Some(part);
        }
    }
    let (delimiter, quote) = (options.delimiter, options.quote.unwrap_or(b'"'));
    let has_header = options.header == Header::FirstRow;
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .quote(quote)
        .quoting(options.quote.is_some())
        .has_headers(has_header)
        .flexible(true)
        .from_reader(bytes);
    let style =
        if options.quote.is_some() { csv::QuoteStyle::Necessary } else { csv::QuoteStyle::Never };
    let mut writers: [csv::Writer<Vec<u8>>; 3] = std::array::from_fn(|_| {
        csv::WriterBuilder::new()
            .delimiter(delimiter)
            .quote(quote)
            .quote_style(style)
            .flexible(true)
            .from_writer(Vec::new())
    });
    if has_header {
        let header = reader.byte_headers().map_err(wrong)?.clone();
        for writer in &mut writers {
            writer.write_byte_record(&header).map_err(wrong)?;
        }
    }
    let mut record = csv::ByteRecord::new();
    let mut row = 0;
    while reader.read_byte_record(&mut record).map_err(wrong)? {
        if let Some(part) = part_of.get(row).copied().flatten() {
            writers[usize::from(part)].write_byte_record(&record).map_err(wrong)?;
        }
        row += 1;
    }
    let mut parts: [Vec<u8>; 3] = Default::default();
    for (part, writer) in parts.iter_mut().zip(writers) {
        *part = writer
            .into_inner()
            .map_err(|error| CliError::usage(format!("cannot be copied: {}", error.error())))?;
    }
    Ok(parts)
}

/// Where the parts go.
#[derive(Debug)]
pub(super) struct Files {
    paths: [PathBuf; 3],
}

impl Files {
    /// Before anything is computed: whether the files may go there.
    pub(super) fn new(args: &SplitArgs, source: &TableSource) -> Result<Self, CliError> {
        let dir = args.out_dir.clone().unwrap_or_default();
        if !dir.as_os_str().is_empty() && !dir.is_dir() {
            return Err(CliError::usage(format!(
                "{}: there is no such directory to write to; make it, or choose another (--out-dir)",
                dir.display()
            )));
        }
        let named = |part: Part| {
            let mut name = source.stem().into_os_string();
            name.push(format!("-{part}.csv"));
            dir.join(name)
        };
        let files = Self { paths: [Part::Train, Part::Dev, Part::Test].map(named) };
        for path in &files.paths {
            if let Some(read) = source.path()
                && let (Ok(a), Ok(b)) = (path.canonicalize(), read.canonicalize())
                && a == b
            {
                return Err(CliError::usage(format!(
                    "{}: is read by this command and not replaced; choose another directory (--out-dir)",
                    path.display()
                )));
            }
            // Also of a part that is not asked for: beside the others it would seem to be of this
            // split, and its rows are in them.
            if path.exists() && !args.overwrite {
                return Err(CliError::usage(format!(
                    "{}: is there already; replace the parts of an earlier split by --overwrite, or \
                     choose another directory (--out-dir)",
                    path.display()
                )));
            }
            if path.exists() && !path.is_file() {
                return Err(CliError::usage(format!(
                    "{}: is no file, and is not replaced; choose another directory (--out-dir)",
                    path.display()
                )));
            }
        }
        Ok(files)
    }

    /// The parts that have rows, with their rows and files.
    pub(super) fn parts<'s>(
        &'s self,
        split: &'s Split,
    ) -> impl Iterator<Item = (Part, &'s [usize], &'s Path)> {
        let rows = [&split.train[..], &split.dev, &split.test];
        let parts = [Part::Train, Part::Dev, Part::Test].into_iter().zip(rows).zip(&self.paths);
        parts
            .filter(|((_, rows), _)| !rows.is_empty())
            .map(|((part, rows), path)| (part, rows, path.as_path()))
    }

    /// Writes the parts, and removes the files of an earlier split's that this one lacks, which it
    /// returns; if one cannot be written or removed, all are as before.
    pub(super) fn write(&self, records: &Records, split: &Split) -> Result<Vec<&Path>, CliError> {
        let texts = records.parts(split)?;
        let written: Vec<(&Path, Change<'_>)> = self
            .parts(split)
            .map(|(part, _, path)| (path, Change::Write(&texts[part as usize])))
            .collect();
        let is_written = |path: &Path| written.iter().any(|(other, _)| *other == path);
        let paths = self.paths.iter().map(PathBuf::as_path);
        let left: Vec<&Path> = paths.filter(|path| path.exists() && !is_written(path)).collect();
        let removed = left.iter().map(|path| (*path, Change::Remove));
        let changes: Vec<(&Path, Change<'_>)> = written.iter().copied().chain(removed).collect();
        change_together(&changes)?;
        Ok(left)
    }
}
