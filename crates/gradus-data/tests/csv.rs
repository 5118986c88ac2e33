//! Reading tables: types, places in errors, and arbitrary bytes.

use gradus_data::{
    Column, ColumnKind, ColumnValues, CsvError, CsvOptions, DataError, Header, Table,
};
use proptest::prelude::*;

fn read(text: &str) -> Result<Table, DataError> {
    gradus_data::read_csv_from(text.as_bytes(), &CsvOptions::default())
}

fn message(text: &str) -> String {
    read(text).expect_err("the text is wrong").to_string()
}

#[test]
fn types_are_inferred_from_the_present_values() {
    let table = read("n,c,empty,weird\n 1 ,a,,inf\nNA,b,?,nan\n-2.5e3,?,null,inf\n").unwrap();
    assert_eq!(table.rows(), 3);
    let [n, c, empty, weird] = table.columns() else { panic!("four columns") };
    assert_eq!(n.values(), &ColumnValues::Numeric(vec![1.0, 0.0, -2500.0]));
    assert_eq!((n.missing(), n.number(1), n.number(2)), (&[1][..], None, Some(-2500.0)));
    assert_eq!((c.level(0), c.level(1), c.level(2)), (Some("a"), Some("b"), None));
    assert_eq!((empty.kind(), empty.missing()), (ColumnKind::Numeric, &[0, 1, 2][..]));
    assert_eq!((weird.kind(), weird.level(0)), (ColumnKind::Categorical, Some("inf")));
}

#[test]
fn quotes_delimiters_marks_and_line_ends_are_understood() {
    let options = CsvOptions { delimiter: b';', ..CsvOptions::default() };
    let text = "\u{feff}\"a;b\";c\r\n\r\n\"say \"\"hi\"\"\nthere\";1,5\r\nx;2,5\r\n";
    let table = gradus_data::read_csv_from(text.as_bytes(), &options).unwrap();
    assert_eq!(table.names(), ["a;b", "c"]);
    assert_eq!(table.columns()[0].level(0), Some("say \"hi\"\nthere"));
    // The first row spans lines 3 and 4.
    assert_eq!([table.place(0).to_string(), table.place(1).to_string()], ["line 3", "line 5"]);
}

#[test]
fn names_come_from_the_first_row_or_from_elsewhere() {
    let read = |text: &str, header: Header| {
        let options = CsvOptions { header, ..CsvOptions::default() };
        gradus_data::read_csv_from(text.as_bytes(), &options)
    };
    let table = read("\n1,a\n2,b\n", Header::Absent).unwrap();
    assert_eq!((table.names(), table.rows()), (vec!["x1", "x2"], 2));
    assert_eq!(
        (table.columns()[0].number(0), table.place(0).to_string()),
        (Some(1.0), "line 2".into())
    );
    let named = |names: &[&str]| Header::Names(names.iter().map(|&name| name.to_owned()).collect());
    assert_eq!(read("1,a\n", named(&["n", "c"])).unwrap().names(), ["n", "c"]);
    let message = |text, names| read(text, named(names)).unwrap_err().to_string();
    assert!(message("\n1,a\n", &["n"]).contains("1 name(s) were given and line 2 has 2 field(s)"));
    assert!(message("1,a\n", &["n", "n"]).contains("two columns are named \"n\""));
    assert!(message("1,a\n", &["n", " "]).contains("column 2 (counted from 1) has no name"));
    assert!(
        read("1,a\n2\n", Header::Absent).unwrap_err().to_string().contains("line 2: 1 field(s)")
    );
}

#[test]
fn quotes_can_be_others_or_none() {
    let read = |text: &str, quote| {
        let options = CsvOptions { quote, ..CsvOptions::default() };
        gradus_data::read_csv_from(text.as_bytes(), &options)
    };
    let table = read("a,b\n'x,''y',\"z\n", Some(b'\'')).unwrap();
    assert_eq!(
        (table.columns()[0].level(0), table.columns()[1].level(0)),
        (Some("x,'y"), Some("\"z"))
    );
    assert_eq!(read("a\n\"x\n", None).unwrap().columns()[0].level(0), Some("\"x"));
    for quote in [b',', b'\n', 0xff] {
        let error = read("a\n1\n", Some(quote)).unwrap_err();
        assert!(matches!(error, DataError::Csv(CsvError::InvalidQuote { .. })), "{error}");
    }
}

#[test]
fn declared_columns_hold_levels_sorted_by_value() {
    let options = CsvOptions { categorical: vec!["zip".to_owned()], ..CsvOptions::default() };
    let table =
        gradus_data::read_csv_from("zip,x\n10,1\n9,2\n010,3\n".as_bytes(), &options).unwrap();
    let ColumnValues::Categorical { codes, levels } = table.columns()[0].values() else {
        panic!("declared categorical")
    };
    assert_eq!(
        (&levels[..], &codes[..]),
        (&["9", "010", "10"].map(str::to_owned)[..], &[2, 0, 1][..])
    );

    let options = CsvOptions { categorical: vec!["zap".to_owned()], ..CsvOptions::default() };
    let error = gradus_data::read_csv_from("zip,x\n10,1\n".as_bytes(), &options).unwrap_err();
    assert!(error.to_string().contains("no column \"zap\"; the columns are \"zip\", \"x\""));
}

#[test]
fn errors_name_what_where_and_what_next() {
    let table = [
        ("", "there is no data"),
        ("\n\n", "there is no data"),
        ("a,b\n", "there is no data"),
        ("a,,c\n1,2,3\n", "column 2 (counted from 1) has no name"),
        ("a, a\n1,2\n", "two columns are named \"a\""),
        ("a,b\n1,2\n\n3\n", "line 4: 1 field(s) where the first row has 2"),
        ("a,b\n1,2\n3,4,5\n", "line 3: 3 field(s) where the first row has 2"),
        (
            "a\n1\n2\nthree\n4\n",
            "column \"a\" mixes 3 number(s) and 1 text(s): line 4 has \"three\"",
        ),
        ("a\nx\ny\n3\n", "column \"a\" mixes 1 number(s) and 2 text(s): line 4 has \"3\""),
        ("a\n1\nx\n", "treat the column as categorical"),
        ("a,b\n1,2\n3,-inf\n", "line 3, column \"b\": -inf is not a finite number"),
        ("a\n1e999\n2\n", "line 2, column \"a\": 1e999 is not a finite number"),
    ];
    for (text, expected) in table {
        let message = message(text);
        assert!(message.contains(expected), "{text:?} gives {message:?}");
    }
    for (text, line) in [
        ("a,b\n1,\"x\n2,y\n", 2),
        ("a,b\n\"x\n2,y\n", 2),
        ("\u{feff}\"a\n1\n", 1),
        ("a\n\"x\"\n\n\"say \"\"\n", 4),
        ("a\n\"", 2),
    ] {
        let expected = format!("line {line}: the quotation mark that opens a field here is never");
        assert!(message(text).starts_with(&expected), "{text:?} gives {:?}", message(text));
    }
    // A quotation mark within a field is text, and one that ends with the text is closed.
    for text in [
        "a,b\n1,x\"\n",
        "a,b\n1,\"x\"",
        "a,b\n1,\"x\"\"\"",
        "a,b\n1,\"x\"y\n",
        "a,b\n1, \"x\n",
        "\u{20bf}\"x,b\n1,2\n",
    ] {
        assert_eq!(read(text).unwrap().rows(), 1, "{text:?}");
    }
    let bytes = b"a,b\n1,2\n3,\xff\n";
    let error = gradus_data::read_csv_from(&bytes[..], &CsvOptions::default()).unwrap_err();
    assert!(
        matches!(error, DataError::Csv(CsvError::InvalidUtf8 { line: 3, field: 2 })),
        "{error}"
    );
    let bytes = b"a,\xffb\n1,2\n";
    let error = gradus_data::read_csv_from(&bytes[..], &CsvOptions::default()).unwrap_err();
    assert!(
        matches!(error, DataError::Csv(CsvError::InvalidUtf8 { line: 1, field: 2 })),
        "{error}"
    );
    for delimiter in [b'"', b'\n', b'\r', 0xc3] {
        let options = CsvOptions { delimiter, ..CsvOptions::default() };
        let error = gradus_data::read_csv_from("a\n1\n".as_bytes(), &options).unwrap_err();
        assert!(matches!(error, DataError::Csv(CsvError::InvalidDelimiter { .. })), "{error}");
    }
}

#[test]
fn file_errors_name_the_file() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("table.csv");
    let error = gradus_data::read_csv(&path, &CsvOptions::default()).unwrap_err();
    assert!(error.to_string().contains("table.csv: reading failed"), "{error}");
    std::fs::write(&path, "a\n1\nx\n").unwrap();
    let error = gradus_data::read_csv(&path, &CsvOptions::default()).unwrap_err();
    assert!(error.to_string().contains("table.csv: column \"a\" mixes"), "{error}");
    std::fs::write(&path, "a\n1\n").unwrap();
    assert_eq!(gradus_data::read_csv(&path, &CsvOptions::default()).unwrap().rows(), 1);
}

#[test]
fn built_tables_are_checked() {
    let x = Column::numeric("x", [Some(1.0), None]).unwrap();
    assert!(matches!(Column::numeric("x", [Some(f64::NAN)]), Err(DataError::NonFinite { .. })));
    assert!(matches!(Column::numeric(" ", [Some(1.0)]), Err(DataError::EmptyName { .. })));
    assert!(matches!(Table::new(vec![]), Err(DataError::NoRows)));
    let short = Column::categorical("y", [Some("a")]).unwrap();
    assert!(matches!(Table::new(vec![x.clone(), short]), Err(DataError::RowCount { .. })));
    assert!(matches!(Table::new(vec![x.clone(), x]), Err(DataError::DuplicateName { .. })));
    let gaps = Column::categorical("z", [None, Some("b"), Some("a"), None]).unwrap();
    assert_eq!((gaps.level(0), gaps.level(1), gaps.missing()), (None, Some("b"), &[0, 3][..]));
}

proptest! {
    #[test]
    fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = gradus_data::read_csv_from(&bytes[..], &CsvOptions::default());
    }

    /// Bytes that are likely to form rows, quotes and missing values.
    #[test]
    fn arbitrary_tables_never_panic(
        text in "[ab1.,\"?\n\r -]{0,80}",
        declared in prop::option::of("[ab]"),
    ) {
        let categorical = declared.into_iter().collect();
        let options = CsvOptions { categorical, ..CsvOptions::default() };
        let _ = gradus_data::read_csv_from(text.as_bytes(), &options);
    }

    #[test]
    fn numbers_are_read_back_exactly(
        numbers in prop::collection::vec(prop::option::of(prop::num::f64::NORMAL), 1..50),
    ) {
        let field = |x: &Option<f64>| x.map_or("NA".to_owned(), |x| format!("{x:?}"));
        let text = format!("x\n{}\n", numbers.iter().map(field).collect::<Vec<_>>().join("\n"));
        let table = read(&text).unwrap();
        let read: Vec<Option<f64>> = (0..numbers.len()).map(|row| table.columns()[0].number(row)).collect();
        prop_assert_eq!(read, numbers);
    }
}
