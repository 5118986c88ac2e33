//! Counting and summing what passes through.

use std::io::{self, Read, Write};

use flate2::Crc;

/// A reader or writer with the checksum (CRC-32) of the bytes that went through it.
pub(super) struct Checked<I> {
    pub(super) inner: I,
    pub(super) sum: Crc,
    pub(super) count: u64,
}

impl<I> Checked<I> {
    pub(super) fn new(inner: I) -> Self {
        Self { inner, sum: Crc::new(), count: 0 }
    }

    fn passed(&mut self, bytes: &[u8]) {
        self.sum.update(bytes);
        self.count += bytes.len() as u64;
    }
}

impl<R: Read> Read for Checked<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.passed(&buffer[..read]);
        Ok(read)
    }
}

impl<W: Write> Write for Checked<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.passed(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}
