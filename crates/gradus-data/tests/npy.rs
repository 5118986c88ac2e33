//! NPY: files that numpy wrote, every way to be wrong, and arbitrary bytes.
//!
//! `data/numpy/generate.py` wrote the files, and `expected.json` with what numpy holds in them.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::PathBuf;

use gradus_data::{
    DataError, NpyArray, NpyError, NpyOrder, NpyValues, read_npy, read_npy_from, write_npy,
    write_npy_to,
};
use nalgebra::{DMatrix, dmatrix};
use proptest::prelude::*;
use serde_json::Value;

fn file(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data/numpy").join(name)
}

fn expected() -> Value {
    let text = std::fs::read_to_string(file("expected.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

fn npy_error(error: DataError) -> NpyError {
    match error {
        DataError::Npy(error) => error,
        DataError::InFile { source, .. } => npy_error(*source),
        other => panic!("{other} is no error of an array"),
    }
}

/// The elements in file order, as Python prints them.
fn texts(values: &NpyValues) -> Vec<String> {
    fn each<E>(values: &[E], text: impl Fn(&E) -> String) -> Vec<String> {
        values.iter().map(text).collect()
    }
    let python = |value: f64| match value {
        value if value.is_nan() => "nan".to_owned(),
        value => format!("{value:?}"),
    };
    match values {
        NpyValues::Bool(values) => each(values, |v| if *v { "True" } else { "False" }.to_owned()),
        NpyValues::I8(values) => each(values, i8::to_string),
        NpyValues::I16(values) => each(values, i16::to_string),
        NpyValues::I32(values) => each(values, i32::to_string),
        NpyValues::I64(values) => each(values, i64::to_string),
        NpyValues::U8(values) => each(values, u8::to_string),
        NpyValues::U16(values) => each(values, u16::to_string),
        NpyValues::U32(values) => each(values, u32::to_string),
        NpyValues::U64(values) => each(values, u64::to_string),
        NpyValues::F32(values) => each(values, |v| python((*v).into())),
        NpyValues::F64(values) => each(values, |v| python(*v)),
    }
}

/// The index in file order of the element that is `number`th row by row.
fn position(shape: &[usize], order: NpyOrder, number: usize) -> usize {
    if order == NpyOrder::RowMajor {
        return number;
    }
    let (mut rest, mut index) = (number, vec![0; shape.len()]);
    for (axis, &length) in shape.iter().enumerate().rev() {
        index[axis] = rest % length;
        rest /= length;
    }
    index.iter().zip(shape).rev().fold(0, |at, (i, length)| at * length + i)
}

#[test]
fn files_of_numpy_are_read_as_numpy_holds_them() {
    let mut read = 0;
    for (name, expected) in expected().as_object().unwrap() {
        let path = file(&format!("{name}.npy"));
        if !path.exists() {
            continue;
        }
        read += 1;
        let array = read_npy(&path).unwrap();
        assert_eq!(serde_json::json!(array.shape), expected["shape"], "{name}");
        assert_eq!(array.order == NpyOrder::ColumnMajor, expected["fortran"], "{name}");
        let texts = texts(&array.values);
        let wanted = expected["values"].as_array().unwrap();
        assert_eq!(texts.len(), wanted.len(), "{name}");
        for (number, wanted) in wanted.iter().enumerate() {
            let text = &texts[position(&array.shape, array.order, number)];
            let wanted = wanted.as_str().unwrap();
            // Rust and Python write exponents differently: numbers are compared as numbers.
            let same = text == wanted
                || matches!((text.parse::<f64>(), wanted.parse::<f64>()),
                    (Ok(a), Ok(b)) if a.to_bits() == b.to_bits() && expected["type"] != "i8" && expected["type"] != "u8");
            assert!(same, "{name}[{number}]: {text}, not {wanted}");
        }
    }
    assert_eq!(read, 19);
}

#[test]
fn matrices_have_one_example_per_row() {
    let x: DMatrix<f64> = read_npy(file("f8_2d_fortran.npy")).unwrap().to_matrix().unwrap();
    let wanted = dmatrix![1.5, -2.0, 3.25; 0.1, f64::NEG_INFINITY, 6.0];
    assert_eq!(x, wanted);
    let x: DMatrix<f32> = read_npy(file("u1_2d.npy")).unwrap().to_matrix().unwrap();
    assert_eq!(x, dmatrix![0.0, 255.0; 7.0, 8.0]);
    let x: DMatrix<f64> = read_npy(file("bool_1d.npy")).unwrap().to_matrix().unwrap();
    assert_eq!(x, dmatrix![1.0; 0.0; 1.0]);
    let single = read_npy(file("f8_0d.npy")).unwrap();
    assert_eq!(single.to_matrix::<f64>().unwrap(), dmatrix![2.5]);
    assert_eq!(single.to_vec::<f32>().unwrap(), [2.5]);
    let empty: DMatrix<f64> = read_npy(file("f8_empty.npy")).unwrap().to_matrix().unwrap();
    assert_eq!(empty.shape(), (0, 3));
    let large = read_npy(file("u8_1d.npy")).unwrap().to_vec::<f64>().unwrap();
    assert_eq!(large, [18446744073709551616.0, 1.0]);
}

#[test]
fn arrays_that_are_no_matrix_are_refused() {
    let cube = read_npy(file("i2_3d.npy")).unwrap();
    let error = npy_error(cube.to_matrix::<f64>().unwrap_err());
    assert_eq!(error, NpyError::Rank { expected: "at most 2", shape: vec![2, 3, 2] });
    let square = read_npy(file("u1_2d.npy")).unwrap();
    assert!(matches!(npy_error(square.to_vec::<f64>().unwrap_err()), NpyError::Rank { .. }));
    let wide = read_npy(file("f8_2d.npy")).unwrap();
    let error = npy_error(wide.to_matrix::<f32>().unwrap_err());
    assert!(matches!(error, NpyError::OutOfRange { index: 2, wanted: "f32", .. }));
    let wrong = NpyArray { shape: vec![2, 2], ..NpyArray::from(vec![1.0; 3]) };
    let refusals = [
        wrong.to_matrix::<f64>().map(|_| ()),
        wrong.to_vec::<f64>().map(|_| ()),
        write_npy_to(Vec::new(), &wrong),
    ];
    for refusal in refusals {
        assert!(matches!(npy_error(refusal.unwrap_err()), NpyError::ValueCount { found: 3, .. }));
    }
    let deep = NpyArray { shape: vec![1; 65], ..NpyArray::from(vec![1.0]) };
    assert!(matches!(
        npy_error(write_npy_to(Vec::new(), &deep).unwrap_err()),
        NpyError::Rank { .. }
    ));
}

#[test]
fn what_numpy_wrote_is_written_with_the_same_values_and_header() {
    for name in [
        "f8_2d",
        "f8_2d_fortran",
        "i1_1d",
        "i8_1d",
        "bool_1d",
        "f8_0d",
        "u2_1d",
        "i2_3d",
        "f8_empty",
    ] {
        let theirs = std::fs::read(file(&format!("{name}.npy"))).unwrap();
        let array = read_npy_from(&theirs[..]).unwrap();
        let mut ours = Vec::new();
        write_npy_to(&mut ours, &array).unwrap();
        assert_eq!(ours, theirs, "{name}");
    }
    let path = tempfile::NamedTempFile::new().unwrap().into_temp_path();
    let array = NpyArray::from(dmatrix![1.0_f32, 2.0; 3.0, 4.0]);
    write_npy(&path, &array).unwrap();
    assert_eq!(read_npy(&path).unwrap(), array);
    std::fs::write(&path, [&std::fs::read(&path).unwrap()[..], &[0]].concat()).unwrap();
    assert_eq!(npy_error(read_npy(&path).unwrap_err()), NpyError::Trailing { expected: 16 });
}

#[test]
fn several_arrays_are_read_from_one_stream() {
    let (first, second) = (NpyArray::from(vec![1_i64, -2]), NpyArray::from(vec![true]));
    let mut bytes = Vec::new();
    write_npy_to(&mut bytes, &first).unwrap();
    write_npy_to(&mut bytes, &second).unwrap();
    let mut stream = &bytes[..];
    assert_eq!(read_npy_from(&mut stream).unwrap(), first);
    assert_eq!(read_npy_from(&mut stream).unwrap(), second);
    assert!(stream.is_empty());
}

fn with_header(text: &str) -> Vec<u8> {
    let length = u16::try_from(text.len()).unwrap().to_le_bytes();
    [b"\x93NUMPY\x01\x00", &length[..], text.as_bytes()].concat()
}

fn refused(bytes: &[u8]) -> NpyError {
    npy_error(read_npy_from(bytes).unwrap_err())
}

#[test]
fn damaged_files_are_refused_by_kind() {
    let whole = std::fs::read(file("f8_2d.npy")).unwrap();
    for cut in 0..whole.len() {
        let error = refused(&whole[..cut]);
        assert!(matches!(error, NpyError::Truncated { .. }), "cut at {cut}: {error}");
    }
    assert_eq!(refused(b"\x93NUMPX\x01\x00"), NpyError::Magic);
    assert_eq!(refused(b"PK"), NpyError::Magic);
    assert_eq!(refused(b"\x93NUMPY\x04\x00"), NpyError::Version { major: 4, minor: 0 });
    let long = refused(b"\x93NUMPY\x02\x00\xff\xff\xff\xff");
    assert!(matches!(long, NpyError::HeaderLength { length: 0xffff_ffff, .. }));
    for (text, at) in [
        ("", 0),
        ("x", 0),
        ("{'descr': '<f8'", 15),
        ("{'descr': '<f8', 'descr': '<f8'}", 17),
        ("{'what': 1}", 1),
        ("{'fortran_order': 1}", 18),
        ("{'shape': 3}", 10),
        ("{'shape': (3)}", 12),
        ("{'shape': (3, -1)}", 14),
        ("{'shape': (3, 4}", 15),
        ("{'descr': '<f8', 'fortran_order': False, 'shape': ()} x", 54),
        ("{'descr': '<f8\\'}", 11),
    ] {
        let error = refused(&with_header(text));
        assert!(
            matches!(error, NpyError::Header { position, .. } if position == at),
            "{text}: {error}"
        );
    }
    let error = refused(&with_header("{'descr': '<f8', 'shape': (1,)}"));
    assert_eq!(error, NpyError::HeaderKey { key: "fortran_order" });
    // Any order of the entries, either quote, numbers of Python 2, no comma at the end.
    let text = "{\"shape\":(2L,),'fortran_order':True,'descr':'>u2'}";
    let array = read_npy_from(&[&with_header(text)[..], &[1, 2, 0, 3]].concat()[..]).unwrap();
    assert_eq!(array.values, NpyValues::U16(vec![258, 3]));
}

#[test]
fn other_types_are_refused_by_name() {
    for (name, descr) in [
        ("refused_complex", "<c16"),
        ("refused_text", "<U3"),
        ("refused_half", "<f2"),
        ("refused_record", "a record type"),
        ("refused_object", "|O"),
    ] {
        let error = npy_error(read_npy(file(&format!("{name}.npy"))).unwrap_err());
        assert_eq!(error, NpyError::Type { descr: descr.to_owned() });
    }
    for descr in ["", "f8", "<", "<f16", "|f8", "<?8", "é8"] {
        let text = format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': ()}}");
        assert!(matches!(refused(&with_header(&text)), NpyError::Type { .. }), "{descr}");
    }
}

/// The header is believed only as far as bytes follow.
#[test]
fn announced_sizes_are_not_allocated() {
    let announce = |shape: &str| {
        with_header(&format!("{{'descr': '<f8', 'fortran_order': False, 'shape': {shape}}}"))
    };
    for shape in
        ["(1152921504606846976,)", "(99999999999999999999,)", "(4294967296, 4294967296, 0)"]
    {
        assert_eq!(refused(&announce(shape)), NpyError::TooLarge, "{shape}");
    }
    // 2⁵⁹ elements of 8 bytes can be addressed, but are not there.
    let error = refused(&[announce("(576460752303423488,)"), vec![0; 17]].concat());
    assert!(matches!(error, NpyError::Truncated { part: "values", found: 17, .. }), "{error}");
    let many = format!("({})", "1,".repeat(65));
    assert!(matches!(refused(&announce(&many)), NpyError::Rank { .. }));
}

proptest! {
    #[test]
    fn arbitrary_bytes_never_panic(
        bytes in prop::collection::vec(any::<u8>(), 0..200),
        version in 0_u8..5,
        header in "\\{?('(descr|fortran_order|shape|x)' ?: ?('[<>|=][a-z][0-9]'|True|False|\\([0-9, L]{0,25}\\)), ?){0,4}\\}? ?",
    ) {
        let _ = read_npy_from(&bytes[..]);
        let _ = read_npy_from(&[b"\x93NUMPY", &[version, 0][..], &bytes].concat()[..]);
        if let Ok(array) = read_npy_from(&[&with_header(&header)[..], &bytes].concat()[..]) {
            let _ = array.to_matrix::<f32>();
        }
    }

    #[test]
    fn what_is_written_is_read(
        rows in 0_usize..5, columns in 0_usize..5, seed in prop::collection::vec(any::<i32>(), 16),
    ) {
        let matrix = DMatrix::from_fn(rows, columns, |i, j| f64::from(seed[4 * (i % 4) + j % 4]));
        let mut bytes = Vec::new();
        write_npy_to(&mut bytes, &NpyArray::from(matrix.clone())).unwrap();
        prop_assert_eq!(bytes.len() - 8 * rows * columns, 128);
        let array = read_npy_from(&bytes[..]).unwrap();
        prop_assert_eq!(array.to_matrix::<f64>().unwrap(), matrix.clone());
        let values = NpyValues::from(matrix.transpose().as_slice().to_vec());
        let by_rows = NpyArray { shape: vec![rows, columns], order: NpyOrder::RowMajor, values };
        prop_assert_eq!(by_rows.to_matrix::<f64>().unwrap(), matrix);
    }
}
