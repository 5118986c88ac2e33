//! Names of classes and columns, as a table or a sentence can show them.

use std::fmt;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// A name as it is printed: in one line, of bounded width, and aligned by the columns that it takes.
///
/// Names come out of files, and may hold anything. Line breaks, escape sequences and other control
/// characters are shown escaped (`\n`, `\u{1b}`), as are the marks that turn the direction of writing,
/// which would rearrange a row. What is too long loses its middle to an ellipsis: names often differ
/// at the end. `{:>9}` and `{:<9}` align by the width on a terminal, where East Asian characters take
/// two columns and combining marks none.
///
/// ```
/// use gradus_metrics::Label;
///
/// assert_eq!(Label::new("two\nlines").to_string(), r"two\nlines");
/// assert_eq!(Label::shortened("treatment group, second visit", 12).to_string(), "treatmen…sit");
/// assert_eq!(Label::new("目標").width(), 4);
/// assert_eq!(format!("{:<6}|", Label::new("目標")), "目標  |");
/// ```
///
/// Unicode Standard Annex 11 on widths, Annex 9 on directions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    text: String,
    width: usize,
}

impl Label {
    /// The whole name.
    pub fn new(name: &str) -> Self {
        let mut text = String::with_capacity(name.len());
        for c in name.chars() {
            if c.is_control() || turns(c) { text.extend(c.escape_default()) } else { text.push(c) }
        }
        let width = text.width();
        Self { text, width }
    }

    /// The name in at most so many columns, but at least one.
    pub fn shortened(name: &str, most: usize) -> Self {
        let whole = Self::new(name);
        if whole.width <= most {
            return whole;
        }
        let room = most.saturating_sub(1);
        // By single characters: a sequence of them may take more or less, and so is measured again.
        for room in (0..=room).rev() {
            let tail = room / 3;
            let head = prefix(whole.text.chars(), room - tail);
            let tail: String = prefix(whole.text.chars().rev(), tail).chars().rev().collect();
            // A mark without the letter that it belongs to.
            let tail = tail.trim_start_matches(|c: char| c.width().unwrap_or(0) == 0);
            let text = format!("{head}…{tail}");
            let width = text.width();
            if width <= most {
                return Self { text, width };
            }
        }
        Self { text: "…".to_owned(), width: 1 }
    }

    /// The columns that it takes on a terminal.
    pub fn width(&self) -> usize {
        self.width
    }
}

/// As many characters as fit.
fn prefix(chars: impl Iterator<Item = char>, most: usize) -> String {
    let mut width = 0;
    let fits = |c: &char| {
        width += c.width().unwrap_or(0);
        width <= most
    };
    chars.take_while(fits).collect()
}

/// Line separators, and the marks, embeddings and isolates of direction.
fn turns(c: char) -> bool {
    matches!(
        c,
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
    )
}

impl fmt::Display for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let missing = f.width().unwrap_or(0).saturating_sub(self.width);
        let before = match f.align() {
            Some(fmt::Alignment::Right) => missing,
            Some(fmt::Alignment::Center) => missing / 2,
            _ => 0,
        };
        write!(f, "{:before$}{}{:after$}", "", self.text, "", after = missing - before)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Widths: Unicode 16, EastAsianWidth.txt (W and F take two columns, the rest one) and
    /// DerivedGeneralCategory.txt (Mn takes none).
    #[test]
    fn widths_are_unicodes() {
        let cases = [
            ("", 0),
            ("plain", 5),
            ("ß–…µ", 4),
            ("温度", 4),
            ("ﾊﾝｶｸ", 4),
            ("Ｆｕｌｌ", 8),
            ("한국", 4),
            ("e\u{301}", 1),
            ("🙂", 2),
        ];
        for (name, width) in cases {
            assert_eq!(Label::new(name).width(), width, "{name}");
        }
    }

    #[test]
    fn nothing_reaches_the_terminal_raw() {
        let said = Label::new("a\r\n\tb\u{1b}[31m\u{7f}\u{9b}1m\u{202e}c\u{2028}").to_string();
        assert_eq!(said, r"a\r\n\tb\u{1b}[31m\u{7f}\u{9b}1m\u{202e}c\u{2028}");
    }

    #[test]
    fn what_is_long_keeps_both_ends() {
        let of = |name, most| Label::shortened(name, most).to_string();
        assert_eq!(of("abcdefghij", 10), "abcdefghij");
        assert_eq!(of("abcdefghijk", 10), "abcdef…ijk");
        assert_eq!(of("温度温度温度", 8), "温度…度");
        assert_eq!(of("abc", 1), "…");
        assert_eq!(of("abc", 0), "…");
        // A mark stays with its letter, and goes with it.
        assert_eq!(of("abcdefghe\u{301}e\u{301}", 4), "ab…e\u{301}");
        let label = Label::new("温度");
        assert_eq!(
            format!("{label:>6}|{label:<6}|{label:^6}|{label:3}"),
            "  温度|温度  | 温度 |温度"
        );
    }

    proptest! {
        #[test]
        fn any_name_is_one_line_and_fits(name in any::<String>(), most in 1_usize..40) {
            let label = Label::shortened(&name, most);
            let text = label.to_string();
            prop_assert!(label.width() <= most && text.width() == label.width());
            prop_assert!(!text.chars().any(|c| c.is_control() || turns(c)));
            let padded = format!("{label:>40}");
            prop_assert_eq!(padded.chars().take_while(|c| *c == ' ').count() >= 40 - most, true);
        }
    }
}
