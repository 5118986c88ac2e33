//! Archives of named arrays in numpy's format, NPZ.

mod checked;
mod directory;
mod fields;
mod reader;
mod write;

pub use reader::{NpzLimits, NpzReader, read_npz};
pub use write::{NpzCompression, write_npz, write_npz_to};

/// The suffix that numpy gives the members of an archive, and takes from them.
const SUFFIX: &str = ".npy";

/// The records of a ZIP archive, by their first four bytes.
mod signature {
    pub(super) const MEMBER: u64 = 0x0403_4b50;
    pub(super) const ENTRY: u64 = 0x0201_4b50;
    pub(super) const END: u64 = 0x0605_4b50;
    pub(super) const END_64: u64 = 0x0606_4b50;
    pub(super) const LOCATOR_64: u64 = 0x0706_4b50;
}

/// The layouts of those records, up to the texts that follow them (APPNOTE 6.3.10, section 4.3).
mod layout {
    pub(super) const MEMBER: &str = "<I5H3I2H";
    pub(super) const ENTRY: &str = "<I6H3I5H2I";
    pub(super) const END: &str = "<I4H2IH";
    pub(super) const END_64: &str = "<IQ2H2I4Q";
    pub(super) const LOCATOR_64: &str = "<IIQI";
}

/// The ways in which members are packed.
mod method {
    pub(super) const STORED: u64 = 0;
    pub(super) const DEFLATED: u64 = 8;
}
