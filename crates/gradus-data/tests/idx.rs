//! The IDX format: every way to be wrong, and arbitrary bytes.

use std::io::Write;
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;
use gradus_data::{DataError, IdxError, IdxValues, Targets, load_mnist, read_idx, read_idx_from};
use proptest::prelude::*;

fn header(code: u8, shape: &[u32]) -> Vec<u8> {
    let mut bytes = vec![0, 0, code, shape.len() as u8];
    bytes.extend(shape.iter().flat_map(|length| length.to_be_bytes()));
    bytes
}

fn idx(code: u8, shape: &[u32], values: &[u8]) -> Vec<u8> {
    [header(code, shape), values.to_vec()].concat()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).expect("memory takes every byte");
    encoder.finish().expect("memory takes every byte")
}

#[test]
fn every_element_type_is_read_big_endian() {
    let table = [
        (0x08, vec![1, 255], IdxValues::U8(vec![1, 255])),
        (0x09, vec![1, 255], IdxValues::I8(vec![1, -1])),
        (0x0b, vec![1, 0, 255, 254], IdxValues::I16(vec![256, -2])),
        (0x0c, vec![0, 1, 0, 0, 255, 255, 255, 255], IdxValues::I32(vec![65536, -1])),
        (0x0d, vec![0x3f, 0xc0, 0, 0, 0xc0, 0, 0, 0], IdxValues::F32(vec![1.5, -2.0])),
        (
            0x0e,
            vec![0x3f, 0xf8, 0, 0, 0, 0, 0, 0, 0xc0, 0, 0, 0, 0, 0, 0, 0],
            IdxValues::F64(vec![1.5, -2.0]),
        ),
    ];
    for (code, bytes, expected) in table {
        let file = idx(code, &[2, 1], &bytes);
        for file in [file.clone(), gzip(&file)] {
            let array = read_idx_from(&file[..]).unwrap();
            assert_eq!((array.shape, array.values), (vec![2, 1], expected.clone()));
        }
    }
    let empty = read_idx_from(&header(8, &[0, 28, 28])[..]).unwrap();
    assert_eq!((empty.shape, empty.values), (vec![0, 28, 28], IdxValues::U8(vec![])));
}

#[test]
fn damaged_files_are_refused_by_kind() {
    let whole = idx(8, &[3], &[1, 2, 3]);
    let read = |bytes: &[u8]| read_idx_from(bytes).unwrap_err();
    for cut in 0..whole.len() {
        let error = read(&whole[..cut]);
        assert!(
            matches!(error, DataError::Idx(IdxError::Truncated { .. })),
            "cut at {cut}: {error}"
        );
        let error = read(&gzip(&whole[..cut]));
        assert!(
            matches!(error, DataError::Idx(IdxError::Truncated { .. })),
            "cut at {cut}: {error}"
        );
    }
    let trailing = [&whole[..], &[0]].concat();
    assert!(matches!(read(&trailing), DataError::Idx(IdxError::Trailing { expected: 3 })));
    assert!(matches!(read(&gzip(&trailing)), DataError::Idx(IdxError::Trailing { expected: 3 })));
    assert!(matches!(read(b"PNG...."), DataError::Idx(IdxError::Magic { found: [b'P', b'N'] })));
    assert!(matches!(
        read(&idx(0x0a, &[1], &[1])),
        DataError::Idx(IdxError::Type { code: 0x0a, .. })
    ));
    assert!(matches!(read(&[0, 0, 8, 0]), DataError::Idx(IdxError::Rank { found: 0, .. })));

    let zipped = gzip(&whole);
    for cut in 2..zipped.len() {
        assert!(read_idx_from(&zipped[..cut]).is_err(), "gzip cut at {cut}");
    }
    let mut wrong_sum = zipped.clone();
    wrong_sum[zipped.len() - 8] ^= 1;
    assert!(matches!(read(&wrong_sum), DataError::Io(_)));
    assert!(matches!(read(&[&zipped[..], b"more"].concat()), DataError::Io(_)));
}

/// The header is believed only as far as bytes follow.
#[test]
fn announced_sizes_are_not_allocated() {
    let read = |bytes: &[u8]| read_idx_from(bytes).unwrap_err();
    let far_too_large = header(0x0e, &[u32::MAX; 3]);
    assert!(matches!(read(&far_too_large), DataError::Idx(IdxError::TooLarge { .. })));
    assert!(matches!(
        read(&header(8, &[u32::MAX; 255])),
        DataError::Idx(IdxError::TooLarge { .. })
    ));
    // 2⁶⁰ elements can be addressed, but are not there.
    let large = header(8, &[1 << 30, 1 << 30]);
    assert!(matches!(
        read(&large),
        DataError::Idx(IdxError::Truncated { part: "values", found: 0, .. })
    ));
    // A packed file may unpack to a thousand times its size: it is bounded.
    let refused = read(&gzip(&large));
    let expected = IdxError::PackedTooLarge { size: 1 << 60, limit: 1 << 32 };
    assert!(matches!(&refused, DataError::Idx(found) if *found == expected), "{refused}");
    assert!(matches!(
        read(&gzip(&header(8, &[1 << 16, 1 << 16]))),
        DataError::Idx(IdxError::Truncated { part: "values", .. })
    ));
}

proptest! {
    #[test]
    fn arbitrary_bytes_never_panic(
        bytes in prop::collection::vec(any::<u8>(), 0..200),
        code in prop::sample::select(vec![0x08_u8, 0x09, 0x0b, 0x0c, 0x0d, 0x0e, 0x77]),
        rank in 0_u8..5,
    ) {
        let _ = read_idx_from(&bytes[..]);
        let plausible = [&[0, 0, code, rank], &bytes[..]].concat();
        let _ = read_idx_from(&plausible[..]);
        let _ = read_idx_from(&gzip(&plausible)[..]);
        let _ = read_idx_from(&[&[0x1f, 0x8b, 8, 0], &bytes[..]].concat()[..]);
    }
}

/// Two training images and one test image of 1×2 pixels.
fn write_mnist(dir: &Path, names: [&str; 4]) {
    let files = [
        idx(8, &[2, 1, 2], &[0, 51, 255, 102]),
        idx(8, &[2], &[3, 9]),
        idx(8, &[1, 1, 2], &[1, 2]),
        idx(8, &[1], &[0]),
    ];
    for (name, bytes) in names.into_iter().zip(files) {
        let bytes = if name.ends_with(".gz") { gzip(&bytes) } else { bytes };
        std::fs::write(dir.join(name), bytes).expect("the directory is new");
    }
}

const NAMES: [&str; 4] = [
    "train-images-idx3-ubyte",
    "train-labels-idx1-ubyte",
    "t10k-images-idx3-ubyte",
    "t10k-labels-idx1-ubyte",
];

#[test]
fn the_mnist_layout_is_read_under_each_of_its_names() {
    let zipped = NAMES.map(|name| format!("{name}.gz"));
    let dotted = NAMES.map(|name| name.replace("-idx", ".idx"));
    for names in
        [NAMES, zipped.each_ref().map(String::as_str), dotted.each_ref().map(String::as_str)]
    {
        let dir = tempfile::tempdir().unwrap();
        write_mnist(dir.path(), names);
        let (train, test) = load_mnist::<f64>(dir.path()).unwrap();
        assert_eq!(train.feature_names, ["pixel_0_0", "pixel_0_1"]);
        let expected = nalgebra::dmatrix![0.0, 0.2; 1.0, 0.4];
        assert_eq!((train.x, test.rows()), (expected, 1));
        let Targets::Classes { codes, labels } = train.y else { panic!("digits are classes") };
        assert_eq!((codes, labels.len(), labels[9].as_str()), (vec![3, 9], 10, "9"));
    }
}

#[test]
fn a_wrong_mnist_directory_is_explained() {
    let dir = tempfile::tempdir().unwrap();
    write_mnist(dir.path(), NAMES);
    let replaced = |name: &str, bytes: &[u8]| {
        let path = dir.path().join(name);
        let before = std::fs::read(&path).unwrap();
        std::fs::write(&path, bytes).unwrap();
        let message = load_mnist::<f32>(dir.path()).unwrap_err().to_string();
        std::fs::write(&path, before).unwrap();
        message
    };
    let table = [
        (NAMES[1], idx(8, &[1], &[3]), "the label file has 1 row(s) where 2 are expected"),
        (NAMES[1], idx(8, &[2], &[3, 10]), "row 1 (counted from 0) has class code 10"),
        (NAMES[1], idx(8, &[2, 1], &[3, 4]), "2 dimension(s) where 1 are expected"),
        (NAMES[0], idx(8, &[4], &[1, 2, 3, 4]), "1 dimension(s) where 3 are expected"),
        (NAMES[0], idx(9, &[2, 1, 2], &[1, 2, 3, 4]), "type 0x09 is not 0x08"),
        (NAMES[0], idx(8, &[0, 1, 2], &[]), "there is no data"),
        (NAMES[2], idx(8, &[1, 2, 1], &[1, 2]), "the test images are 2×1"),
    ];
    for (name, bytes, expected) in table {
        let message = replaced(name, &bytes);
        assert!(message.contains(expected), "{name}: {message}");
    }
    std::fs::remove_file(dir.path().join(NAMES[3])).unwrap();
    let message = load_mnist::<f32>(dir.path()).unwrap_err().to_string();
    assert!(message.contains("lacks \"t10k-labels-idx1-ubyte\"; put the four"), "{message}");
    assert!(read_idx(dir.path().join("nothing")).unwrap_err().to_string().contains("nothing"));
}
