//! Tables and matrices from arbitrary text. The first byte chooses the options.
#![no_main]

use gradus_data::{
    ColumnKind, CsvOptions, Gaps, Header, Table, read_csv_from, read_matrix_from,
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Some((&choice, text)) = data.split_first() else { return };
    let mut options = CsvOptions { delimiter: choice & 0x7f, ..CsvOptions::default() };
    if choice & 0x80 != 0 {
        options.categorical = vec!["a".to_owned()];
    }
    let table = read_csv_from(text, &options);
    if let Ok(table) = &table {
        assert!(table.rows() > 0);
    }
    if options.categorical.is_empty() {
        compare(&table.ok(), text, &options);
    } else {
        options.categorical.clear();
        options.quote = None;
        options.header = Header::Absent;
        options.missing.push("-1".to_owned());
        compare(&read_csv_from(text, &options).ok(), text, &options);
    }
});

/// A table of numbers is the same read either way.
fn compare(table: &Option<Table>, text: &[u8], options: &CsvOptions) {
    let matrix = read_matrix_from::<f64>(text, options, Gaps::Nan);
    let Some(table) = table else {
        assert!(matrix.is_err());
        return;
    };
    let numeric = table.columns().iter().all(|column| column.kind() == ColumnKind::Numeric);
    let Ok(matrix) = matrix else {
        assert!(!numeric || text.len() > 1 << 20);
        return;
    };
    assert!(numeric);
    assert_eq!(matrix.x.nrows(), table.rows());
    for (column, x) in table.columns().iter().zip(matrix.x.column_iter()) {
        for (row, x) in x.iter().enumerate() {
            let number = column.number(row).unwrap_or(f64::NAN);
            assert_eq!(number.to_bits(), x.to_bits());
        }
    }
}
