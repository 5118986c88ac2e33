//! A header that announces 2⁶⁰ bytes costs a few kilobytes, and an error; reading numbers costs
//! little more than the numbers.

use std::io::{Cursor, Read, empty};

use gradus_data::{
    CsvError, CsvOptions, DataError, Gaps, Header, NamedMatrix, NpzLimits, NpzReader, RecordFormat,
    read_csv_from, read_idx_from, read_matrix, read_matrix_from, read_npy_from,
};
use gradus_testkit::CountingAllocator;

#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator::counting_above(1 << 16);

fn npy(shape: &str) -> Vec<u8> {
    let text = format!("{{'descr': '<f8', 'fortran_order': False, 'shape': {shape}}}");
    let length = (text.len() as u16).to_le_bytes();
    [b"\x93NUMPY\x01\x00", &length[..], text.as_bytes(), &[0; 40]].concat()
}

/// An archive with one stored member, whose sizes are told as 2³² − 2.
fn npz() -> Vec<u8> {
    let member = npy("(536870911,)");
    let size = u64::from(u32::MAX - 1);
    let pack = |format: &str, numbers: &[u64]| {
        let values: Vec<_> = numbers.iter().map(|&number| number.into()).collect();
        RecordFormat::parse(format)
            .and_then(|format| format.pack(&values))
            .expect("the numbers fit the format")
    };
    let common = [20, 0, 0, 0, 33, 0, size, size, 5, 0];
    let header = pack("<I5H3I2H", &[&[0x0403_4b50], &common[..]].concat());
    let start = (header.len() + 5 + member.len()) as u64;
    let entry = [&[0x0201_4b50, 20], &common[..], &[0; 5]].concat();
    let directory = [pack("<I6H3I5H2I", &entry), b"a.npy".to_vec()].concat();
    let end = pack("<I4H2IH", &[0x0605_4b50, 0, 0, 1, 1, directory.len() as u64, start, 0]);
    [header, b"a.npy".to_vec(), member, directory, end].concat()
}

fn main() {
    let idx = [&[0, 0, 8, 2], &(1_u32 << 30).to_be_bytes()[..], &(1_u32 << 30).to_be_bytes()[..]];
    let idx = idx.concat();
    let (flat, beyond) = (npy("(144115188075855872,)"), npy("(1152921504606846976,)"));
    let npz = npz();
    let limits = NpzLimits { max_bytes: u64::MAX };
    let texts = [
        "1152921504606846976x",
        "99999999999999999999x",
        "4611686018427387904d",
        "144115188075855872d",
    ];
    let (failures, counts) = ALLOCATOR.measure(|| {
        let mut failures = vec![
            read_idx_from(&idx[..]).is_err(),
            read_npy_from(&flat[..]).is_err(),
            read_npy_from(&beyond[..]).is_err(),
            NpzReader::new(Cursor::new(&npz), limits).and_then(|mut npz| npz.read("a")).is_err(),
            NpzReader::new(Cursor::new(&npz), NpzLimits::default())
                .and_then(|mut npz| npz.read_all())
                .is_err(),
        ];
        for text in texts {
            let format = RecordFormat::parse(text);
            failures.push(format.as_ref().map_or(true, |format| format.pack(&[]).is_err()));
            failures.push(format.as_ref().map_or(true, |format| format.unpack(&[0; 8]).is_err()));
            failures.push(format.map_or(true, |format| {
                format.read_records_from(empty()).is_ok_and(|mut records| records.next().is_none())
            }));
        }
        failures
    });
    assert!(failures.iter().all(|&failed| failed), "{failures:?}");
    assert_eq!(counts.large, 0, "{counts:?}");
    assert!(counts.peak_bytes < 1 << 17, "{counts:?}");
    numbers_cost_little_more_than_themselves();
    an_endless_field_is_given_up();
    an_endless_row_of_a_table_is_given_up();
}

/// 1.3 times the matrix, and a few buffers.
fn numbers_cost_little_more_than_themselves() {
    type Read<'a> = &'a dyn Fn() -> Result<NamedMatrix<f64>, DataError>;
    let (rows, columns) = (20_000, 9);
    let row = |i: usize| (0..columns).map(|j| (i * j).to_string()).collect::<Vec<_>>().join(",");
    let text: String = (0..rows).map(|i| row(i) + "\n").collect();
    let dir = tempfile::tempdir().expect("a directory can be made");
    let path = dir.path().join("numbers.csv");
    std::fs::write(&path, &text).expect("a file can be written");
    let options = CsvOptions { header: Header::Absent, ..CsvOptions::default() };
    let matrix = rows * columns * 8;
    let reads: [(Read<'_>, usize); 2] = [
        (&|| read_matrix(&path, &options, Gaps::Refuse), matrix),
        (&|| read_matrix_from(text.as_bytes(), &options, Gaps::Refuse), matrix * 13 / 10),
    ];
    for (read, bound) in reads {
        let (_, before) = ALLOCATOR.measure(|| ());
        let (read, counts) = ALLOCATOR.measure(read);
        let read = read.expect("the text holds numbers");
        assert_eq!((read.x.shape(), read.x[(7, 3)]), ((rows, columns), 21.0));
        let peak = counts.peak_bytes - before.current_bytes;
        assert!((matrix..bound + (1 << 18)).contains(&peak), "{peak} of {matrix}");
    }
}

/// A quotation mark that is never closed makes one field of the rest.
fn an_endless_field_is_given_up() {
    let text = Cursor::new(b"a\n\"").chain(std::io::repeat(b'1'));
    let (read, counts) =
        ALLOCATOR.measure(|| read_matrix_from::<f64>(text, &CsvOptions::default(), Gaps::Nan));
    let error = read.expect_err("the field never ends");
    assert!(
        matches!(error, DataError::Csv(CsvError::FieldTooLong { line: 2, field: 1, .. })),
        "{error}"
    );
    assert!(counts.largest <= 1 << 21, "{counts:?}");
}

/// Repeats some bytes without end.
struct Again<'b>(&'b [u8]);

impl Read for Again<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let whole = buffer.len() / self.0.len() * self.0.len();
        for chunk in buffer[..whole].chunks_exact_mut(self.0.len()) {
            chunk.copy_from_slice(self.0);
        }
        Ok(whole)
    }
}

/// The same of a table, whose fields may be long: the row is bounded. Lines within it cost nothing.
fn an_endless_row_of_a_table_is_given_up() {
    let begin = || Cursor::new(b"a\n1\n\n\"");
    let table = |rest: &'static [u8]| {
        read_csv_from(begin().chain(Again(rest)), &CsvOptions::default()).map(|_| ())
    };
    let fields = Again(b"12,");
    let matrix = || read_matrix_from::<f64>(fields, &CsvOptions::default(), Gaps::Nan).map(|_| ());
    for rest in [&b"1"[..], b"a\n", b"\r\n b"] {
        let (read, counts) = ALLOCATOR.measure(|| table(rest));
        let error = read.expect_err("the row never ends");
        let expected = CsvError::RecordTooLong { line: 4, limit: 64 << 20 };
        assert!(matches!(&error, DataError::Csv(found) if *found == expected), "{error}");
        assert!(error.to_string().contains("close its quotation mark"), "{error}");
        assert!(counts.peak_bytes < 300 << 20, "{counts:?}");
    }
    let error = matrix().expect_err("the first row never ends");
    let expected = CsvError::RecordTooLong { line: 1, limit: 64 << 20 };
    assert!(matches!(&error, DataError::Csv(found) if *found == expected), "{error}");
}
