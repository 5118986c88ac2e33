//! `csv`: a file of numbers into a matrix, beside the csv crate's raw records.

use std::fs::File;
use std::hint::black_box;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

use gradus_data::{CsvOptions, Gaps, NamedMatrix, purpose, read_csv, read_matrix, stream};
use rand::RngExt;

use super::Figures;
use super::measure::{Spread, peak_memory_mib};
use super::report::Figure;

const ROWS: usize = 200_000;
const COLUMNS: usize = 20;
const ROUNDS: usize = 7;

/// How numbers are written.
#[derive(Clone, Copy)]
enum Digits {
    /// The shortest form that reads back to the same bits: 16 or 17 digits.
    Shortest,
    /// As most measurements are.
    Four,
}

impl Digits {
    fn name(self) -> &'static str {
        match self {
            Self::Shortest => "17 digits",
            Self::Four => "4 decimals",
        }
    }
}

/// A file that is deleted in the end.
struct Numbers(PathBuf);

impl Numbers {
    fn write(rows: usize, digits: Digits) -> std::io::Result<Self> {
        let name = format!("gradus-bench-{}-{rows}.csv", std::process::id());
        let numbers = Self(std::env::temp_dir().join(name));
        let mut file = BufWriter::new(File::create(&numbers.0)?);
        let mut rng = stream(0, purpose::NOISE);
        let names: Vec<String> = (0..COLUMNS).map(|j| format!("x{j}")).collect();
        writeln!(file, "{}", names.join(","))?;
        for _ in 0..rows {
            for j in 0..COLUMNS {
                let x = 100.0 * (rng.random::<f64>() - 0.5);
                let end = if j + 1 == COLUMNS { '\n' } else { ',' };
                match digits {
                    Digits::Shortest => write!(file, "{x}{end}")?,
                    Digits::Four => write!(file, "{x:.4}{end}")?,
                }
            }
        }
        file.flush()?;
        Ok(numbers)
    }
}

impl Drop for Numbers {
    fn drop(&mut self) {
        // Nothing can be done about a file that stays in the folder for temporary files.
        let _ = std::fs::remove_file(&self.0);
    }
}

/// The number of fields, from records of bytes that are not looked at.
fn raw_records(path: &Path) -> Result<usize, csv::Error> {
    let mut reader = csv::Reader::from_path(path)?;
    let mut record = csv::ByteRecord::new();
    let mut fields = 0;
    while reader.read_byte_record(&mut record)? {
        fields += black_box(&record).len();
    }
    Ok(fields)
}

fn matrix(path: &Path) -> Result<NamedMatrix<f64>, String> {
    read_matrix(path, &CsvOptions::default(), Gaps::Refuse).map_err(|error| error.to_string())
}

/// The memory that a read takes at its peak, in sizes of the matrix, where the system tells.
fn peak_in_matrices(path: &Path) -> Result<Option<f64>, String> {
    // 5 sets the peak back to what is in use now.
    let reset = std::fs::write("/proc/self/clear_refs", "5").is_ok();
    let before = peak_memory_mib();
    let read = matrix(path)?;
    let size = (read.x.len() * size_of::<f64>()) as f64 / 1024.0 / 1024.0;
    Ok(before.zip(peak_memory_mib()).filter(|_| reset).map(|(from, to)| (to - from) / size))
}

pub(crate) fn measure() -> Result<Figures, String> {
    let mut figures = Vec::new();
    for digits in [Digits::Shortest, Digits::Four] {
        figures.extend(measure_form(digits)?);
    }
    Ok(figures)
}

fn measure_form(digits: Digits) -> Result<Figures, String> {
    let file = Numbers::write(ROWS, digits).map_err(|error| error.to_string())?;
    let path = &file.0;
    let megabytes = std::fs::metadata(path).map_err(|error| error.to_string())?.len() as f64 / 1e6;
    // Later on the peak would hide in what was given back before.
    let first = matches!(digits, Digits::Shortest);
    let memory = if first { peak_in_matrices(path)? } else { None };
    let (mut raw, mut direct, mut table) = (Vec::new(), Vec::new(), Vec::new());
    let mut ratios = Vec::new();
    for round in 0..ROUNDS {
        let start = Instant::now();
        let fields = raw_records(path).map_err(|error| error.to_string())?;
        raw.push(megabytes / start.elapsed().as_secs_f64());
        let start = Instant::now();
        let read = matrix(path)?;
        direct.push(megabytes / start.elapsed().as_secs_f64());
        if read.x.len() != fields {
            return Err(format!("{} numbers where there are {fields} fields", read.x.len()));
        }
        ratios.push(direct[round] / raw[round]);
        drop(read);
        let start = Instant::now();
        let read = read_csv(path, &CsvOptions::default()).map_err(|error| error.to_string())?;
        table.push(megabytes / start.elapsed().as_secs_f64());
        black_box(read);
    }
    let name = digits.name();
    let speed = |what: &str, samples: &[f64]| {
        Figure::new(format!("{what}, {name}"), "MB/s", Spread::of(samples))
    };
    let mut figures = vec![
        speed("byte records", &raw).by("csv"),
        speed("numbers into a matrix", &direct),
        speed("numbers into a table", &table),
        Figure::new(format!("matrix / byte records, {name}"), "", Spread::of(&ratios)),
    ];
    figures.extend(
        memory.map(|peak| {
            Figure::new(format!("peak memory / matrix, {name}"), "", Spread::once(peak))
        }),
    );
    Ok(figures)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_holds_what_is_counted() {
        let file = Numbers::write(30, Digits::Four).unwrap();
        assert_eq!(raw_records(&file.0).unwrap(), 30 * COLUMNS);
        assert_eq!(matrix(&file.0).unwrap().x.shape(), (30, COLUMNS));
    }
}
