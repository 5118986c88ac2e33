//! Rust source without its comments and literals.

/// What the scanner is inside of.
enum State {
    Code,
    LineComment,
    BlockComment { depth: usize },
    Text,
    RawText { hashes: usize },
}

/// The source with every comment and every string or character literal blanked, line for line.
pub(super) fn without_comments_and_literals(source: &str) -> String {
    let chars: Vec<char> = source.chars().collect();
    let mut out = String::with_capacity(source.len());
    let mut state = State::Code;
    let mut i = 0;
    while i < chars.len() {
        let rest = &chars[i..];
        let taken = match state {
            State::Code => match opening(&chars, i) {
                Some((next, length)) => {
                    state = next;
                    length
                }
                None if chars[i] == '\'' => literal_char(rest),
                None => {
                    out.push(chars[i]);
                    i += 1;
                    continue;
                }
            },
            State::LineComment => {
                if chars[i] == '\n' {
                    state = State::Code;
                }
                1
            }
            State::BlockComment { depth } => {
                if rest.starts_with(&['/', '*']) {
                    state = State::BlockComment { depth: depth + 1 };
                    2
                } else if rest.starts_with(&['*', '/']) {
                    state = match depth {
                        1 => State::Code,
                        _ => State::BlockComment { depth: depth - 1 },
                    };
                    2
                } else {
                    1
                }
            }
            State::Text => match chars[i] {
                '\\' => 2,
                '"' => {
                    state = State::Code;
                    1
                }
                _ => 1,
            },
            State::RawText { hashes } => {
                if chars[i] == '"' && rest[1..].iter().take_while(|c| **c == '#').count() >= hashes
                {
                    state = State::Code;
                    1 + hashes
                } else {
                    1
                }
            }
        };
        let end = (i + taken).min(chars.len());
        out.extend(chars[i..end].iter().map(|c| if *c == '\n' { '\n' } else { ' ' }));
        i = end;
    }
    out
}

/// What begins at `i`, if anything but code does, and the length of its opening.
fn opening(chars: &[char], i: usize) -> Option<(State, usize)> {
    let rest = &chars[i..];
    if rest.starts_with(&['/', '/']) {
        return Some((State::LineComment, 2));
    }
    if rest.starts_with(&['/', '*']) {
        return Some((State::BlockComment { depth: 1 }, 2));
    }
    if rest[0] == '"' {
        return Some((State::Text, 1));
    }
    let starts_word = i == 0 || !is_word(chars[i - 1]);
    let prefix = match rest {
        ['r', ..] => 1,
        ['b' | 'c', 'r', ..] => 2,
        _ => return None,
    };
    let hashes = rest[prefix..].iter().take_while(|c| **c == '#').count();
    let quoted = rest.get(prefix + hashes) == Some(&'"');
    (starts_word && quoted).then_some((State::RawText { hashes }, prefix + hashes + 1))
}

/// The length of the character literal at the start of `rest`; 1 for a lifetime's quote.
fn literal_char(rest: &[char]) -> usize {
    match rest {
        // The escaped character may itself be a quote.
        [_, '\\', _, tail @ ..] => 3 + tail.iter().take_while(|c| **c != '\'').count() + 1,
        [_, _, '\'', ..] => 3,
        _ => 1,
    }
}

/// Whether a character belongs to an identifier.
pub(super) fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The lines (from 1) on which `word` stands alone, not as part of an identifier.
pub(super) fn lines_with_word(code: &str, word: &str) -> Vec<usize> {
    let mut lines = Vec::new();
    for (number, line) in code.lines().enumerate() {
        let alone = line.match_indices(word).any(|(at, found)| {
            let before = line[..at].chars().next_back();
            let after = line[at + found.len()..].chars().next();
            !before.is_some_and(is_word) && !after.is_some_and(is_word)
        });
        if alone {
            lines.push(number + 1);
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bare(source: &str) -> String {
        without_comments_and_literals(source).split_whitespace().collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn comments_and_literals_are_blanked() {
        assert_eq!(bare("a // b\nc /* d /* e */ f */ g"), "a c g");
        assert_eq!(bare(r#"a "b \" c" d"#), "a d");
        assert_eq!(bare("a r#\"b \" c\"# d br\"e\" f"), "a d f");
        assert_eq!(bare("f('\"', '\\'', '\\u{1F}') g"), "f( , , ) g");
        assert_eq!(bare("/// doc\n//! inner\nx"), "x");
    }

    #[test]
    fn lifetimes_and_identifiers_are_code() {
        assert_eq!(bare("fn f<'a>(x: &'a str) {}"), "fn f< a>(x: & a str) {}");
        assert_eq!(bare("let var = for_r; r#type"), "let var = for_r; r#type");
    }

    #[test]
    fn lines_keep_their_numbers() {
        let code = without_comments_and_literals("\"one\ntwo\"\n/* three\n*/ word");
        assert_eq!(lines_with_word(&code, "word"), [4]);
    }

    #[test]
    fn words_are_whole() {
        let code = "unsafe_code\nunsafe {\nnot_unsafe\n(unsafe)";
        assert_eq!(lines_with_word(code, "unsafe"), [2, 4]);
    }
}
