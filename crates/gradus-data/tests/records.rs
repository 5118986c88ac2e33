//! Binary records: results of Python's `struct` (3.11, x86-64), every error, and arbitrary bytes.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use gradus_data::{DataError, Offset, RecordError, RecordFormat, Value};
use proptest::prelude::*;

fn parse(format: &str) -> RecordFormat {
    RecordFormat::parse(format).unwrap()
}

fn record_error(error: DataError) -> RecordError {
    match error {
        DataError::Record(error) => error,
        other => panic!("{other} is no error of a record"),
    }
}

fn refused(format: &str) -> RecordError {
    record_error(RecordFormat::parse(format).unwrap_err())
}

fn not_packed(format: &str, values: &[Value]) -> RecordError {
    record_error(parse(format).pack(values).unwrap_err())
}

/// `struct.calcsize` for standard orders, and for native order on 64-bit Linux.
#[test]
fn sizes_are_those_of_c() {
    for (format, size) in
        [("<bhilq", 19), ("=b0q", 1), (">3sH5x", 10), ("", 0), ("!", 0), ("<2p0s", 2)]
    {
        assert_eq!(parse(format).size(), size, "{format}");
    }
    if cfg!(all(target_os = "linux", target_pointer_width = "64")) {
        for (format, size) in [
            ("bhilq", 24),
            ("@b0q", 8),
            ("llh0l", 24),
            ("qb", 9),
            ("bq", 16),
            ("hx0i", 4),
            ("?h?d", 16),
            ("bP", 16),
            ("nN", 16),
            ("10sbh", 14),
            ("h i", 8),
        ] {
            assert_eq!(parse(format).size(), size, "{format}");
        }
    }
}

#[test]
fn bytes_are_those_of_python() {
    let text = |text: &[u8]| Value::from(text);
    let table: [(&str, Vec<Value>, &[u8]); 9] = [
        ("<e", vec![0.1.into()], b"\x66\x2e"),
        (">f", vec![0.1.into()], b"\x3d\xcc\xcc\xcd"),
        ("<d", vec![0.1.into()], b"\x9a\x99\x99\x99\x99\x99\xb9\x3f"),
        (">Q", vec![u64::MAX.into()], &[255; 8]),
        ("5p", vec![text(b"abc")], b"\x03abc\0"),
        ("2p", vec![text(b"abc")], b"\x01a"),
        ("4s", vec![text(b"a")], b"a\0\0\0"),
        ("0s2c", vec![text(b"x"), text(b"a"), text(b"b")], b"ab"),
        ("<2?xh", vec![true.into(), false.into(), (-2).into()], b"\x01\0\0\xfe\xff"),
    ];
    for (format, values, bytes) in table {
        assert_eq!(parse(format).pack(&values).unwrap(), bytes, "{format}");
    }
    // Floats lose digits, strings gain zeros or lose their end.
    assert_eq!(parse("<e").unpack(b"\x66\x2e").unwrap(), [Value::Float(0.0999755859375)]);
    assert_eq!(parse("4s").unpack(b"a\0\0\0").unwrap(), [text(b"a\0\0\0")]);
    assert_eq!(parse("5p").unpack(b"\xffabcd").unwrap(), [text(b"abcd")]);
    assert_eq!(parse("?").unpack(&[2]).unwrap(), [Value::Bool(true)]);
    // The length byte counts 255 at most; CPython writes the bytes beyond as well.
    let long = parse("300p").pack(&[Value::from(&[b'z'; 300])]).unwrap();
    assert_eq!((long[0], long[255], long[299]), (255, b'z', b'z'));
}

/// As Python: `struct.pack('i', True)`, `struct.pack('d', 3)`, `struct.pack('?', b'')`.
#[test]
fn kinds_are_converted_where_python_does() {
    assert_eq!(parse("<h").pack(&[true.into()]).unwrap(), [1, 0]);
    assert_eq!(parse(">f").pack(&[3.into()]).unwrap(), [0x40, 0x40, 0, 0]);
    assert_eq!(parse(">e").pack(&[true.into()]).unwrap(), [0x3c, 0]);
    let truths = [Value::from(b""), 5.into(), 0.0.into(), f64::NAN.into()];
    assert_eq!(parse("4?").pack(&truths).unwrap(), [0, 1, 0, 1]);
    // A number that f cannot hold is cast in native order, and refused in others.
    assert_eq!(parse("f").pack(&[1e39.into()]).unwrap(), f32::INFINITY.to_ne_bytes());
    assert!(matches!(not_packed("=f", &[1e39.into()]), RecordError::FloatRange { .. }));
    assert_eq!(parse("<f").pack(&[f64::INFINITY.into()]).unwrap(), f32::INFINITY.to_le_bytes());
}

#[test]
fn wrong_formats_are_refused_with_the_position() {
    for (format, at, letter) in [
        ("k", 0, 'k'),
        ("<2i3k", 4, 'k'),
        ("i<", 1, '<'),
        ("@@i", 1, '@'),
        ("2 i", 1, ' '),
        ("<é", 1, 'é'),
    ] {
        let error = refused(format);
        assert!(
            matches!(error, RecordError::Code { position, code, .. } if (position, code) == (at, letter)),
            "{error}"
        );
    }
    for format in ["=n", "<N", ">P", "!n"] {
        assert!(matches!(refused(format), RecordError::NativeOnly { position: 1, .. }), "{format}");
    }
    assert!(matches!(refused("<i33"), RecordError::NoCode { position: 2, .. }));
    let message = refused("<i3").to_string();
    assert!(message.contains("\"<i3\", position 2: no code follows"), "{message}");
}

/// A format is text; what it announces is not allocated.
#[test]
fn huge_counts_are_refused_or_cost_nothing() {
    for format in [
        "99999999999999999999x",
        "4611686018427387904d",
        "9223372036854775807q",
        "9223372036854775808x",
        "9223372036854775807xb",
        "@b9223372036854775807x0d",
    ] {
        assert!(matches!(refused(format), RecordError::TooLong { .. }), "{format}");
    }
    let pads = parse("9223372036854775807x");
    assert_eq!((pads.size(), pads.value_count()), (usize::MAX / 2, 0));
    assert!(matches!(record_error(pads.pack(&[]).unwrap_err()), RecordError::PackLimit { .. }));
    assert!(pads.unpack(&[0]).is_err() && pads.iter_records(&[0]).is_err());
    assert!(pads.pack_into(&mut [0], 0, &[]).is_err());
    assert!(pads.pack_into(&mut [0], usize::MAX, &[]).is_err());
    let mut records = pads.read_records_from(&[1, 2, 3][..]).unwrap();
    let error = record_error(records.next().unwrap().unwrap_err());
    assert!(matches!(error, RecordError::Truncated { record: 0, found: 3, .. }));
    let floats = parse("1152921504606846975d");
    let error = record_error(floats.pack(&[]).unwrap_err());
    assert_eq!(error, RecordError::ValueCount { expected: usize::MAX >> 4, found: 0 });
}

#[test]
fn wrong_values_are_refused_with_their_place() {
    use RecordError as E;
    let int = |value: i128| vec![Value::Int(value)];
    for (format, value, low, high) in [
        ("b", 128, -128, 127),
        ("<B", -1, 0, 255),
        (">h", -32769, -32768, 32767),
        ("<I", 1 << 32, 0, (1 << 32) - 1),
        ("q", 1 << 63, -(1 << 63), (1 << 63) - 1),
        ("Q", -1, 0, (1 << 64) - 1),
        ("<l", 1 << 31, -(1 << 31), (1 << 31) - 1),
    ] {
        let (position, code) = (format.len() - 1, format.chars().last().unwrap());
        let expected = E::IntRange { index: 0, position, code, value, low, high };
        assert_eq!(not_packed(format, &int(value)), expected);
    }
    assert!(matches!(
        not_packed("x2h", &[1.into(), 1.5.into()]),
        E::ValueKind { index: 1, position: 2, .. }
    ));
    assert!(matches!(not_packed("d", &[Value::from(b"x")]), E::ValueKind { code: 'd', .. }));
    assert!(matches!(not_packed("s", &int(5)), E::ValueKind { code: 's', .. }));
    assert!(matches!(not_packed("p", &int(5)), E::ValueKind { code: 'p', .. }));
    assert!(matches!(not_packed("c", &int(65)), E::ValueKind { code: 'c', .. }));
    assert!(matches!(not_packed("c", &[Value::from(b"ab")]), E::CharLength { found: 2, .. }));
    assert!(matches!(not_packed("e", &[65520.0.into()]), E::FloatRange { code: 'e', .. }));
    assert_eq!(not_packed("ii", &int(1)), E::ValueCount { expected: 2, found: 1 });
    assert_eq!(not_packed("", &int(1)), E::ValueCount { expected: 0, found: 1 });
}

#[test]
fn wrong_buffers_are_refused() {
    let format = parse(">hI");
    let error = record_error(format.unpack(&[0; 7]).unwrap_err());
    assert_eq!(error, RecordError::Length { expected: 6, found: 7 });
    for offset in [Offset::FromStart(11), Offset::FromEnd(5), Offset::FromEnd(17)] {
        let expected = RecordError::OutOfBuffer { size: 6, offset, found: 16 };
        assert_eq!(record_error(format.unpack_from(&[0; 16], offset).unwrap_err()), expected);
        let values = [1.into(), 2.into()];
        let packed = format.pack_into(&mut [0; 16], offset, &values);
        assert_eq!(record_error(packed.unwrap_err()), expected);
    }
    assert!(format.unpack_from(&[0; 16], Offset::FromEnd(6)).is_ok());
    let error = record_error(format.iter_records(&[0; 13]).unwrap_err());
    assert_eq!(error, RecordError::Ragged { size: 6, found: 13 });
    for empty in ["", "0i", "<0s"] {
        let format = parse(empty);
        let error = record_error(format.iter_records(&[]).unwrap_err());
        assert!(matches!(error, RecordError::NoSize { .. }));
        assert!(format.read_records_from(&[0][..]).is_err());
    }
}

#[test]
fn records_of_a_file_are_read_one_by_one() {
    let path = tempfile::NamedTempFile::new().unwrap().into_temp_path();
    let format = parse("<bH");
    let bytes: Vec<u8> = (0..15).collect();
    std::fs::write(&path, &bytes).unwrap();
    let read: Vec<Vec<Value>> = format.read_records(&path).unwrap().map(Result::unwrap).collect();
    assert_eq!(read, format.iter_records(&bytes).unwrap().collect::<Vec<_>>());
    assert_eq!(read[4], [Value::Int(12), Value::Int(3597)]);

    std::fs::write(&path, &bytes[..14]).unwrap();
    let read: Vec<_> = format.read_records(&path).unwrap().collect();
    assert_eq!(read.len(), 5);
    let message = read[4].as_ref().unwrap_err().to_string();
    assert!(message.ends_with("record 4 (counted from 0): the data ends after 2 of 3 bytes"));
    assert!(message.starts_with(&path.display().to_string()));
    assert!(format.read_records(path.with_extension("nothing")).is_err());
}

#[test]
fn values_are_had_as_what_they_are() {
    let value = Value::Int(-1);
    assert_eq!(i8::try_from(&value).unwrap(), -1);
    assert!(u64::try_from(&value).is_err() && f64::try_from(&value).is_err());
    assert_eq!(f64::try_from(&Value::from(0.5_f32)).unwrap(), 0.5);
    assert!(bool::try_from(&Value::from(true)).unwrap());
    assert_eq!(<&[u8]>::try_from(&Value::from(b"a\n")).unwrap(), b"a\n");
    let message = bool::try_from(&Value::from(b"a\n")).unwrap_err().to_string();
    assert_eq!(message, "the value is b\"a\\n\", which is no bool");
    assert_eq!("<2h".parse::<RecordFormat>().unwrap().to_string(), "<2h");
}

proptest! {
    #[test]
    fn arbitrary_formats_and_bytes_never_panic(
        format in "[@=<>!]?([0-9]{0,3}[xcbB?hHiIlLqQnNefdspP k]){0,6}",
        bytes in prop::collection::vec(any::<u8>(), 0..200),
        offset in 0_usize..300,
    ) {
        let _ = RecordFormat::parse(&String::from_utf8_lossy(&bytes));
        if let Ok(format) = RecordFormat::parse(&format) {
            let _ = format.unpack(&bytes);
            let _ = format.unpack_from(&bytes, Offset::FromEnd(offset));
            let _ = format.pack(&[]);
            let _ = format.iter_records(&bytes).map(Iterator::count);
            let _ = format.read_records_from(&bytes[..]).map(Iterator::count);
        }
    }

    /// unpack, then pack, then unpack gives the same values, in every order.
    #[test]
    fn what_is_unpacked_can_be_packed(
        order in prop::sample::select(vec!["", "@", "=", "<", ">", "!"]),
        codes in "([0-9]?[xcbB?hHiIlLqQefdsp]){0,6}",
        bytes in prop::collection::vec(any::<u8>(), 600),
    ) {
        let format = parse(&format!("{order}{codes}"));
        let values = format.unpack_from(&bytes, 0).unwrap();
        prop_assert_eq!(values.len(), format.value_count());
        let again = format.unpack(&format.pack(&values).unwrap()).unwrap();
        // As texts, in which NaN equals NaN.
        prop_assert_eq!(format!("{values:?}"), format!("{again:?}"));
    }

    /// Big-endian bytes are little-endian ones reversed.
    #[test]
    fn orders_mirror_each_other(value in any::<i64>(), number in any::<f64>()) {
        for (code, value) in [("q", Value::from(value)), ("d", number.into())] {
            let mut little = parse(&format!("<{code}")).pack(std::slice::from_ref(&value)).unwrap();
            little.reverse();
            prop_assert_eq!(little, parse(&format!(">{code}")).pack(&[value]).unwrap());
        }
    }
}
