//! Standard output, which may be closed before all is said.

use std::fmt;
use std::io::{ErrorKind, IsTerminal, Write, stdout};

use clap::builder::StyledStr;
use gradus::metrics::Label;
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

    /// Writes lines for people: whatever names the data put into them, the terminal gets no other
    /// control characters than line breaks.
    pub(crate) fn text(&mut self, text: fmt::Arguments<'_>) -> Result<(), CliError> {
        let clean = |line: &str| Label::new(line).to_string();
        let lines: Vec<String> = text.to_string().split('\n').map(clean).collect();
        self.raw(format_args!("{}", lines.join("\n")))
    }

    /// Writes what is data, or no name is in, as it is.
    pub(crate) fn raw(&mut self, text: fmt::Arguments<'_>) -> Result<(), CliError> {
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

    /// Writes help, in bold where somebody looks at it.
    pub(crate) fn help(&mut self, text: &StyledStr) -> Result<(), CliError> {
        if stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none() {
            self.raw(format_args!("{}", text.ansi()))
        } else {
            self.raw(format_args!("{text}"))
        }
    }

    /// Writes a line.
    pub(crate) fn line(&mut self, line: fmt::Arguments<'_>) -> Result<(), CliError> {
        self.text(format_args!("{line}\n"))
    }

    /// Writes one JSON object.
    pub(crate) fn json<T: Serialize>(&mut self, value: &T) -> Result<(), CliError> {
        let text = serde_json::to_string_pretty(value)?;
        self.raw(format_args!("{text}\n"))
    }
}

/// Rows of cells below a row of names in aligned columns: text to the left, numbers to the right. Cells
/// are shown as [`Label`]s: each in one line, and as wide as a terminal shows it.
pub(crate) fn aligned(rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let is_number = |cell: &String| {
        let number = cell.strip_prefix('<').unwrap_or(cell);
        cell.is_empty() || cell == "–" || number.parse::<f64>().is_ok()
    };
    let to_the_right: Vec<bool> = (0..columns)
        .map(|column| {
            column > 0 && rows.iter().skip(1).filter_map(|row| row.get(column)).all(is_number)
        })
        .collect();
    let labels: Vec<Vec<Label>> =
        rows.iter().map(|row| row.iter().map(|cell| Label::new(cell)).collect()).collect();
    let widths: Vec<usize> = (0..columns)
        .map(|column| {
            labels.iter().filter_map(|row| row.get(column)).map(Label::width).max().unwrap_or(0)
        })
        .collect();
    let mut text = String::new();
    for row in &labels {
        let mut line = String::new();
        for (column, cell) in row.iter().enumerate() {
            let width = widths[column];
            if column > 0 {
                line.push_str("  ");
            }
            line.push_str(&match to_the_right[column] {
                true => format!("{cell:>width$}"),
                false => format!("{cell:<width$}"),
            });
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

/// Names in a sentence, all up to `most`, then how many more.
pub(crate) fn listed<S: AsRef<str>>(names: &[S], most: usize) -> String {
    let shown: Vec<String> =
        names.iter().take(most).map(|name| Label::new(name.as_ref()).to_string()).collect();
    match names.len().saturating_sub(most) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

/// A number with that many significant digits, in plain form unless that is long.
pub(crate) fn significant(x: f64, digits: usize) -> String {
    if x == 0.0 {
        return "0".to_owned();
    }
    if !x.is_finite() {
        return x.to_string();
    }
    let digits = digits.max(1);
    // Rounded first: 9.9999996 has an exponent more than it seems.
    let scientific = format!("{x:.*e}", digits - 1);
    let exponent =
        scientific.split_once('e').and_then(|(_, exponent)| exponent.parse::<i32>().ok());
    match exponent {
        Some(exponent) if (-4..=digits as i32).contains(&exponent) => {
            let decimals = (digits as i32 - 1 - exponent).max(0) as usize;
            format!("{x:.decimals$}")
        }
        _ => scientific,
    }
}

/// A probability of more extreme data: of one too small for a number its bound.
pub(crate) fn p_value(p: f64) -> String {
    if p == 0.0 { "<1e-300".to_owned() } else { significant(p, 3) }
}

/// A number with at most that many significant digits, as short as it can be written.
pub(crate) fn short(x: f64, digits: usize) -> String {
    let text = significant(x, digits);
    match text.split_once('e') {
        None if text.contains('.') => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        Some((mantissa, exponent)) if mantissa.contains('.') => {
            let mantissa = mantissa.trim_end_matches('0').trim_end_matches('.');
            format!("{mantissa}e{exponent}")
        }
        _ => text,
    }
}

/// A field as RFC 4180 wants it.
pub(crate) fn field(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r']) || text.trim() != text {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
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
        // East Asian characters take two columns each, and a line break is not one.
        let table = [row(&["name", "n"]), row(&["目標", "1"]), row(&["a\nb\u{1b}", "20"])];
        assert_eq!(aligned(&table), "name         n\n目標         1\na\\nb\\u{1b}  20\n");
    }

    #[test]
    fn numbers_have_the_digits_that_count() {
        let cases = [
            (0.0, "0"),
            (1.0, "1.00000"),
            (-123.456789, "-123.457"),
            (9.9999999, "10.0000"),
            (1234567.0, "1234567"),
            (12345678.0, "1.23457e7"),
            (0.000123456789, "0.000123457"),
            (0.0000123456789, "1.23457e-5"),
            (f64::NAN, "NaN"),
        ];
        for (x, text) in cases {
            assert_eq!(significant(x, 6), text);
        }
        for (x, text) in [(0.05, "0.05"), (10.0, "10"), (1e-7, "1e-7"), (0.123456789, "0.123457")] {
            assert_eq!(short(x, 6), text);
        }
    }

    #[test]
    fn fields_are_quoted_where_they_must_be() {
        assert_eq!(field("plain text"), "plain text");
        assert_eq!(field("a,b"), "\"a,b\"");
        assert_eq!(field("a \"b\""), "\"a \"\"b\"\"\"");
        assert_eq!(field(" a"), "\" a\"");
    }

    #[test]
    fn long_lists_are_cut() {
        assert_eq!(listed(&["a", "b"], 2), "a, b");
        assert_eq!(listed(&["a", "b", "c"], 1), "a and 2 more");
    }
}
