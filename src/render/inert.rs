//! Texts of a project in Markdown and HTML, where they do nothing: no format, no link, and nobody is notified.
//!
//! A program that shows Markdown looks for addresses, names and numbers in the finished text, so that a backslash does not
//! keep it from them: `@name`, `#12`, `www.`, `https://`, the name of a commit. A space without width between two of their
//! characters does. It is written as `&#8203;`, so that it can be seen.

use crate::source::acts_on_terminal;

/// A space without width.
const APART: &str = "&#8203;";

/// The shortest name of a commit that becomes a link.
const SHORT_COMMIT: usize = 7;

/// A text in a line of Markdown.
pub(super) fn line(text: &str) -> String {
    written(text, |character, is_first, out| match character {
        '\\' | '|' | '*' | '_' | '`' | '[' | ']' | '#' | '~' | '$' => {
            out.push('\\');
            out.push(character);
        }
        // At the start of a line they begin a quotation, or a command of GitLab.
        '>' | '/' if is_first => {
            out.push('\\');
            out.push(character);
        }
        '&' => out.push_str("&amp;"),
        '<' => out.push_str("&lt;"),
        _ => out.push(plain(character)),
    })
}

/// A text in HTML.
pub(super) fn html(text: &str) -> String {
    written(text, |character, _, out| match character {
        '&' => out.push_str("&amp;"),
        '<' => out.push_str("&lt;"),
        '>' => out.push_str("&gt;"),
        // Some programs read Markdown in HTML.
        '[' => out.push_str("&#91;"),
        _ => out.push(plain(character)),
    })
}

/// A text in a cell of a workbook, which shows it as it is.
#[cfg(feature = "cli")]
pub(super) fn plain_text(text: &str) -> String {
    text.chars().map(plain).collect()
}

/// A character that neither ends a line nor hides or reorders others.
fn plain(character: char) -> char {
    match character {
        '\n' | '\r' | '\t' => ' ',
        _ if acts_on_terminal(character) => '\u{fffd}',
        _ => character,
    }
}

/// A text in which nothing is live. `write` writes a character; its second argument is `true` for the first one.
fn written(text: &str, write: impl Fn(char, bool, &mut String)) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for (start, character) in text.char_indices() {
        write(character, out.is_empty(), &mut out);
        let (before, rest) = (&text[..start], &text[start + character.len_utf8()..]);
        if is_live(before, character, rest) {
            out.push_str(APART);
        }
    }
    out
}

/// Whether a character and what comes after it would be a link, or the name of somebody who is notified.
fn is_live(before: &str, character: char, rest: &str) -> bool {
    let next = rest.chars().next();
    let is_number = || next.is_some_and(|next| next.is_ascii_digit());
    let ends_in = |word: &str| {
        let start = before.len().checked_sub(word.len());
        start.and_then(|start| before.get(start..)).is_some_and(|end| end.eq_ignore_ascii_case(word))
    };
    match character {
        '@' => next.is_some_and(|next| !next.is_whitespace()),
        '#' | '!' | '$' | '&' | '^' => is_number(),
        '%' | '~' => next.is_some_and(|next| next.is_alphanumeric() || next == '"'),
        ':' => rest.starts_with("//"),
        'w' | 'W' if next == Some('.') => ends_in("ww"),
        'h' | 'H' if next == Some('-') => ends_in("g"),
        _ => character.is_ascii_hexdigit() && !before.ends_with(char::is_alphanumeric) && is_commit(character, rest),
    }
}

/// Whether a word could be the name of a commit: hexadecimal, and more than a number or a word.
fn is_commit(first: char, rest: &str) -> bool {
    let rest = rest.split(|character: char| !character.is_alphanumeric()).next().unwrap_or_default();
    let is_hexadecimal = rest.bytes().all(|byte| byte.is_ascii_hexdigit());
    let all = || std::iter::once(first).chain(rest.chars());
    is_hexadecimal
        && rest.len() + 1 >= SHORT_COMMIT
        && all().any(|character| character.is_ascii_digit())
        && all().any(|character| character.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_text_is_live() {
        for (text, expected) in [
            ("@octocat", "@&#8203;octocat"),
            ("a@example.com", "a@&#8203;example.com"),
            ("&#64;octocat", "&amp;\\#&#8203;64;octocat"),
            ("see #12, GH-12, !3 and o/r#4", "see \\#&#8203;12, GH&#8203;-12, !&#8203;3 and o/r\\#&#8203;4"),
            ("https://example.com", "https:&#8203;//example.com"),
            ("Www.example.com", "Www&#8203;.example.com"),
            ("[text](x) <b> ![i](y)", "\\[text\\](x) &lt;b> !\\[i\\](y)"),
            ("fixed in 0a1b2c3d4e", "fixed in 0&#8203;a1b2c3d4e"),
            ("~bug %release $5 &7", "\\~&#8203;bug %&#8203;release \\$&#8203;5 &amp;&#8203;7"),
            ("/close\n> quoted", "\\/close > quoted"),
            ("1234567.00 USD, 19%, 5 @ 3, decades", "1234567.00 USD, 19%, 5 @ 3, decades"),
        ] {
            assert_eq!(line(text), expected);
        }
        assert_eq!(html("<img> @o & [x](y)"), "&lt;img&gt; @&#8203;o &amp; &#91;x](y)");
    }
}
