//! Record formats and records: a format, a line end, then bytes.
#![no_main]

use gradus_data::{RecordFormat, Value};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let cut = data.iter().position(|&byte| byte == b'\n').unwrap_or(data.len());
    let (text, bytes) = (&data[..cut], data.get(cut + 1..).unwrap_or_default());
    let Ok(text) = std::str::from_utf8(text) else { return };
    let Ok(format) = RecordFormat::parse(text) else { return };
    assert_eq!(format.to_string(), text);
    assert!(format.fields().iter().all(|field| field.offset() % field.alignment() == 0));

    // No values, and the wrong ones: errors, or the pads alone.
    if format.size() <= 1 << 20 {
        let _ = format.pack(&[]);
    }
    let _ = format.pack_into(&mut [0; 64], 3, &[Value::Int(-1), Value::from(&b"text"[..])]);
    let Ok(values) = format.unpack_from(bytes, 0) else { return };
    assert_eq!(values.len(), format.value_count());
    // What was read is written, and read again the same; the text of NaN is that of NaN.
    let packed = format.pack(&values).expect("values of the format can be packed");
    let again = format.unpack(&packed).expect("a packed record has the record's size");
    assert_eq!(format!("{values:?}"), format!("{again:?}"));

    if let Ok(records) = format.iter_records(bytes) {
        let streamed = format.read_records_from(bytes).expect("the size is not 0");
        assert_eq!(streamed.filter(Result::is_ok).count(), records.count());
    }
});
