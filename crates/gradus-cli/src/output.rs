//! Standard output, which may be closed before all is said.

use std::fmt;
use std::io::{ErrorKind, Write, stdout};

use serde::Serialize;

use crate::error::CliError;

/// Standard output. Once its reader is gone (`gradus … | head`), what follows is left unsaid.
#[derive(Debug)]
pub(crate) struct Output {
    reader_is_gone: bool,
}

impl Output {
    pub(crate) fn open() -> Self {
        Self { reader_is_gone: false }
    }

    /// Writes text as it is.
    pub(crate) fn text(&mut self, text: fmt::Arguments<'_>) -> Result<(), CliError> {
        if self.reader_is_gone {
            return Ok(());
        }
        let mut out = stdout().lock();
        match out.write_fmt(text).and_then(|()| out.flush()) {
            Err(error) if error.kind() == ErrorKind::BrokenPipe => {
                self.reader_is_gone = true;
                Ok(())
            }
            written => written.map_err(CliError::Output),
        }
    }

    /// Writes a line.
    pub(crate) fn line(&mut self, line: fmt::Arguments<'_>) -> Result<(), CliError> {
        self.text(format_args!("{line}\n"))
    }

    /// Writes one JSON object.
    pub(crate) fn json<T: Serialize>(&mut self, value: &T) -> Result<(), CliError> {
        let text = serde_json::to_string_pretty(value)?;
        self.line(format_args!("{text}"))
    }
}

/// Rows of cells below a row of names in aligned columns: text to the left, numbers to the right.
pub(crate) fn aligned(rows: &[Vec<String>]) -> String {
    let width = |cell: &String| cell.chars().count();
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let is_number = |cell: &String| cell.is_empty() || cell == "–" || cell.parse::<f64>().is_ok();
    let to_the_right = |column: usize| {
        column > 0 && rows.iter().skip(1).filter_map(|row| row.get(column)).all(is_number)
    };
    let widths: Vec<usize> = (0..columns)
        .map(|column| rows.iter().filter_map(|row| row.get(column)).map(width).max().unwrap_or(0))
        .collect();
    let mut text = String::new();
    for row in rows {
        let mut line = String::new();
        for (column, cell) in row.iter().enumerate() {
            let padding = " ".repeat(widths[column] - width(cell));
            if column > 0 {
                line.push_str("  ");
            }
            if to_the_right(column) {
                line.push_str(&padding);
                line.push_str(cell);
            } else {
                line.push_str(cell);
                line.push_str(&padding);
            }
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

/// Names in a sentence, all up to `most`, then how many more.
pub(crate) fn listed<S: AsRef<str>>(names: &[S], most: usize) -> String {
    let shown: Vec<&str> = names.iter().take(most).map(AsRef::as_ref).collect();
    match names.len().saturating_sub(most) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_aligned() {
        let row = |cells: &[&str]| cells.iter().map(|cell| (*cell).to_owned()).collect::<Vec<_>>();
        let table = [row(&["layer", "kind", "n"]), row(&["é", "b", "100"]), row(&["", "aa", ""])];
        assert_eq!(aligned(&table), "layer  kind    n\né      b     100\n       aa\n");
    }

    #[test]
    fn long_lists_are_cut() {
        assert_eq!(listed(&["a", "b"], 2), "a, b");
        assert_eq!(listed(&["a", "b", "c"], 1), "a and 2 more");
    }
}
