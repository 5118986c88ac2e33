//! The byte order, with what comes along with it.

/// The first character of a record format: byte order, and whose sizes and alignment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ByteOrder {
    /// `@`, or no character: this platform's order, sizes and alignment, as its C compiler's.
    #[default]
    Native,
    /// `=`: this platform's order, standard sizes, no alignment.
    Standard,
    /// `<`: little-endian, standard sizes, no alignment.
    Little,
    /// `>` and `!`: big-endian (network order), standard sizes, no alignment.
    Big,
}

impl ByteOrder {
    /// The order that a format's first character chooses; `None` if it is no such character.
    pub(super) fn from_prefix(prefix: char) -> Option<Self> {
        match prefix {
            '@' => Some(Self::Native),
            '=' => Some(Self::Standard),
            '<' => Some(Self::Little),
            '>' | '!' => Some(Self::Big),
            _ => None,
        }
    }

    /// Whether the least significant byte comes first.
    ///
    /// ```
    /// use gradus_data::ByteOrder;
    ///
    /// assert!(ByteOrder::Little.is_little_endian() && !ByteOrder::Big.is_little_endian());
    /// assert_eq!(ByteOrder::Native.is_little_endian(), cfg!(target_endian = "little"));
    /// ```
    pub fn is_little_endian(self) -> bool {
        match self {
            Self::Native | Self::Standard => cfg!(target_endian = "little"),
            Self::Little => true,
            Self::Big => false,
        }
    }

    /// Writes the lowest bits of a number, as many as there are bytes (at most eight).
    pub(super) fn store(self, bits: u64, out: &mut [u8]) {
        for (byte, from) in out.iter_mut().zip(bits.to_le_bytes()) {
            *byte = from;
        }
        if !self.is_little_endian() {
            out.reverse();
        }
    }

    /// The number in at most eight bytes.
    pub(super) fn load(self, bytes: &[u8]) -> u64 {
        let mut little = [0; 8];
        for (byte, from) in little.iter_mut().zip(bytes) {
            *byte = *from;
        }
        if !self.is_little_endian() {
            little[..bytes.len().min(8)].reverse();
        }
        u64::from_le_bytes(little)
    }
}
