//! Reading numbers: the same as reading a table, wherever the buffer ends; places in errors.

use std::io::Read;

use gradus_data::{
    Column, ColumnKind, CsvBlocks, CsvError, CsvOptions, DataError, Gaps, Header, NamedMatrix,
    Table, read_csv_from, read_matrix, read_matrix_from,
};
use nalgebra::dmatrix;
use proptest::prelude::*;

/// Gives its bytes in pieces.
struct Pieces<'a> {
    bytes: &'a [u8],
    size: usize,
}

impl Read for Pieces<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let (count, rest) = (self.size.min(self.bytes.len()).min(buffer.len()), self.bytes);
        buffer[..count].copy_from_slice(&rest[..count]);
        self.bytes = &rest[count..];
        Ok(count)
    }
}

fn read(text: &str) -> Result<NamedMatrix<f64>, DataError> {
    read_matrix_from(text.as_bytes(), &CsvOptions::default(), Gaps::Refuse)
}

/// The values of a table without levels, NaN where one is missing.
fn numbers(table: &Table) -> Option<Vec<Vec<u64>>> {
    let all_numeric = table.columns().iter().all(|column| column.kind() == ColumnKind::Numeric);
    let value = |column: &Column, row| column.number(row).unwrap_or(f64::NAN).to_bits();
    let values = |column| (0..table.rows()).map(|row| value(column, row)).collect();
    all_numeric.then(|| table.columns().iter().map(values).collect())
}

#[test]
fn numbers_of_every_form_are_read() {
    let text = "\u{feff}a, b ,c\r\n 1 ,-.5,+2e3\r\n\r\n\"4\",\t1e-5 ,5.\r\r\"-0\",12345678901234567890,1E2";
    let read = read(text).unwrap();
    assert_eq!(read.names, ["a", "b", "c"]);
    let expected =
        dmatrix![1.0, -0.5, 2000.0; 4.0, 1e-5, 5.0; -0.0, 12_345_678_901_234_567_890.0, 100.0];
    assert_eq!(read.x, expected);
    assert!(read.x[(2, 0)].is_sign_negative());
}

#[test]
fn errors_name_the_line_and_the_column() {
    let long = format!("a\n{}\n", "1".repeat((1 << 20) + 1));
    let table = [
        ("", "there is no data"),
        ("a,b\n\n", "there is no data"),
        ("a,,c\n1,2,3\n", "column 2 (counted from 1) has no name"),
        ("a,a\n1,2\n", "two columns are named \"a\""),
        ("a,b\n1,2\n\n3\n", "line 4: 1 field(s) where the first row has 2"),
        ("a,b\n1,2\n3,4,5,\n", "line 3: 4 field(s) where the first row has 2"),
        ("a,b\n1,2\r\n3,x4\r\n", "line 3, field 2 (column \"b\"): \"x4\" is not a number"),
        ("a,b\n1,2 3\n", "line 2, field 2 (column \"b\"): \"2 3\" is not a number"),
        ("a,b\n1,2\"\n", "\"2\\\"\" is not a number"),
        ("a,b\n\"1\n\n\",2\n3,NA\n", "line 5, field 2 (column \"b\"): the value is missing"),
        ("a,b\n1,2\n,4\n", "line 3, field 1 (column \"a\"): the value is missing"),
        ("a,b\n1,2\n3,-inf\n", "line 3, column \"b\": -inf is not a finite number"),
        ("a\n1e999\n", "line 2, column \"a\": 1e999 is not a finite number"),
        ("a\n\"1\n2\"\n3\n", "line 2, field 1 (column \"a\"): \"1\\n2\" is not a number"),
        (
            "a\n1\n\n\"1\n2\n3\n",
            "line 4: the quotation mark that opens a field here is never closed",
        ),
        (&long, "line 2, field 1: more than 1048576 bytes; close its quotation mark"),
    ];
    for (text, expected) in table {
        let message = read(text).unwrap_err().to_string();
        assert!(message.contains(expected), "{:?} gives {message:?}", &text[..text.len().min(40)]);
    }
    let bytes = b"a,b\n1,2\n3,\xff\n";
    let error = read_matrix_from::<f64>(&bytes[..], &CsvOptions::default(), Gaps::Nan).unwrap_err();
    assert!(
        matches!(error, DataError::Csv(CsvError::InvalidUtf8 { line: 3, field: 2 })),
        "{error}"
    );
    let text = "a\n1\n1e300\n".as_bytes();
    let error = read_matrix_from::<f32>(text, &CsvOptions::default(), Gaps::Nan).unwrap_err();
    assert!(error.to_string().contains("line 3, column \"a\""), "{error}");
    assert!(error.to_string().contains("as f32 is not a finite number"), "{error}");
    let options = CsvOptions { categorical: vec!["a".to_owned()], ..CsvOptions::default() };
    let error = read_matrix_from::<f32>(text, &options, Gaps::Nan).unwrap_err();
    assert!(matches!(error, DataError::ColumnKind { .. }), "{error}");
}

#[test]
fn a_number_can_stand_for_a_missing_value() {
    let missing = vec!["-999".to_owned(), "none".to_owned()];
    let options = CsvOptions { missing, ..CsvOptions::default() };
    let text = "a,b\n-999,1\n2,none\n-999.0,-998\n".as_bytes();
    let x = read_matrix_from::<f64>(text, &options, Gaps::Nan).unwrap().x;
    assert!(x[(0, 0)].is_nan() && x[(1, 1)].is_nan());
    assert_eq!((x[(2, 0)], x[(2, 1)], x[(1, 0)]), (-999.0, -998.0, 2.0));
}

/// Odd, but what is asked for: a digit quotes.
#[test]
fn a_byte_of_numbers_can_quote() {
    for (quote, text, expected) in [
        (b'2', "a\n97\n252\n", [97.0, 5.0]),
        (b'-', "a\n1\n-7-\n", [1.0, 7.0]),
        (b' ', "a\n1\n 7 \n", [1.0, 7.0]),
    ] {
        let options = CsvOptions { quote: Some(quote), ..CsvOptions::default() };
        let x = read_matrix_from::<f64>(text.as_bytes(), &options, Gaps::Nan).unwrap().x;
        assert_eq!(x.as_slice(), expected);
    }
}

#[test]
fn files_and_blocks_give_what_a_reader_gives() {
    let row = |i: u32| format!("{i},{}\n", f64::from(i) / 7.0);
    let text: String =
        "a,b\n".chars().chain((0..9000).flat_map(|i| row(i).chars().collect::<Vec<_>>())).collect();
    let whole = read(&text).unwrap();
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("numbers.csv");
    std::fs::write(&path, &text).unwrap();
    assert_eq!(read_matrix::<f64>(&path, &CsvOptions::default(), Gaps::Refuse).unwrap(), whole);
    std::fs::write(&path, "a\nx\n").unwrap();
    let error = read_matrix::<f64>(&path, &CsvOptions::default(), Gaps::Refuse).unwrap_err();
    assert!(error.to_string().contains("numbers.csv: line 2, field 1"), "{error}");

    for header in [Header::FirstRow, Header::Names(vec!["a".to_owned(), "b".to_owned()])] {
        let text = if header == Header::FirstRow { &text[..] } else { &text[4..] };
        let options = CsvOptions { header, ..CsvOptions::default() };
        let mut blocks = CsvBlocks::<_, f64>::new(text.as_bytes(), &options, Gaps::Refuse).unwrap();
        assert_eq!(blocks.next_block(0).unwrap(), None);
        let mut at = 0;
        while let Some(block) = blocks.next_block(700).unwrap() {
            assert_eq!(block, whole.x.rows(at, block.nrows()).into_owned());
            at += block.nrows();
        }
        assert_eq!(at, 9000);
    }
}

proptest! {
    #[test]
    fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = read_matrix_from::<f32>(&bytes[..], &CsvOptions::default(), Gaps::Nan);
    }

    /// A table of numbers is the same read either way, in pieces of any size; what is no table of
    /// numbers is an error.
    #[test]
    fn reading_numbers_is_reading_a_table_of_numbers(
        text in "[12.,;e\"?\n\r -]{0,60}|([1-9]{1,3}[,;\n]){1,30}",
        size in 1_usize..9,
        delimiter in prop::sample::select(&b",; 1"[..]),
        quote in prop::sample::select(&[Some(b'"'), Some(b'2'), None][..]),
        absent in any::<bool>(),
    ) {
        let header = if absent { Header::Absent } else { Header::FirstRow };
        let missing = ["", "?", "2"].map(str::to_owned).to_vec();
        let options = CsvOptions { delimiter, quote, header, missing, ..CsvOptions::default() };
        let table = read_csv_from(text.as_bytes(), &options);
        let matrix =
            read_matrix_from::<f64>(Pieces { bytes: text.as_bytes(), size }, &options, Gaps::Nan);
        match (&table, &matrix) {
            (Ok(table), Ok(matrix)) => {
                let columns = matrix.x.column_iter();
                let bits: Vec<Vec<u64>> =
                    columns.map(|column| column.iter().map(|x| x.to_bits()).collect()).collect();
                prop_assert_eq!(Some(bits), numbers(table));
                prop_assert_eq!(table.names(), &matrix.names[..]);
            }
            (Ok(table), Err(_)) => prop_assert_eq!(numbers(table), None),
            (Err(_), Ok(_)) => prop_assert!(false, "{:?}", table),
            (Err(_), Err(_)) => {}
        }
    }
}
