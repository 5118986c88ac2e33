//! Tables from arbitrary text. The first byte chooses the options.
#![no_main]

use gradus_data::{CsvOptions, read_csv_from};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Some((&choice, text)) = data.split_first() else { return };
    let mut options = CsvOptions { delimiter: choice & 0x7f, ..CsvOptions::default() };
    if choice & 0x80 != 0 {
        options.categorical = vec!["a".to_owned()];
    }
    if let Ok(table) = read_csv_from(text, &options) {
        assert!(table.rows() > 0);
    }
});
