//! Texts of a project in SVG: harmless, and of a known width.

use unicode_width::UnicodeWidthChar as _;

use crate::render::chart::svg::drawing::{Style, Tenths};
use crate::render::layout::printable;
use crate::view::thousands;

/// The most characters of a text.
const MOST: usize = 300;
/// The most marks of no width in a row: more would be drawn over the texts above and below.
const MOST_MARKS: usize = 2;
/// What stands for the rest of a text that is cut.
const CUT: char = '…';

/// One line that neither ends, hides nor reorders what is around it, of a bounded length.
pub(super) fn clean(text: &str) -> String {
    let mut cleaned = String::new();
    let mut marks = 0;
    let text = text.trim();
    let start = text.char_indices().nth(MOST * 4).map_or(text, |(end, _)| &text[..end]);
    let mut count = 0;
    for character in printable(start).chars() {
        marks = if character.width() == Some(0) { marks + 1 } else { 0 };
        if marks > MOST_MARKS {
            continue;
        }
        if count == MOST {
            cleaned.push(CUT);
            break;
        }
        cleaned.push(character);
        count += 1;
    }
    cleaned
}

/// A sentence as people read it: numbers have separators of thousands, and names no backticks around them.
pub(super) fn sentence(text: &str) -> String {
    clean(&thousands(text).replace('`', ""))
}

/// A text in XML, in an element or between quotes.
pub(super) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 8);
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            // No XML may have them.
            '\u{fffe}' | '\u{ffff}' => escaped.push('\u{fffd}'),
            _ => escaped.push(character),
        }
    }
    escaped
}

/// The width of a text, as wide as a usual font makes it at most.
pub(super) fn width(text: &str, style: Style) -> Tenths {
    let units: i64 = text.chars().map(units).sum();
    let bold = if style.is_bold { 108 } else { 100 };
    units * style.size * bold / 10_000
}

/// The width of a character in thousandths of the size of the font.
fn units(character: char) -> i64 {
    match character {
        'i' | 'j' | 'l' | 'I' | '|' | '!' | '.' | ',' | ':' | ';' | '\'' | '`' | ' ' => 340,
        'f' | 'r' | 't' | '(' | ')' | '[' | ']' | '{' | '}' | '-' | '/' | '\\' | '"' => 430,
        'm' | 'M' | 'W' | '%' | '@' => 980,
        'w' | '+' | '=' | '<' | '>' | '#' | '~' => 840,
        'A'..='Z' => 730,
        _ if character.is_ascii() => 640,
        _ => match character.width() {
            Some(0) => 0,
            Some(2) => 1100,
            _ => 760,
        },
    }
}

/// The beginning of a text that fits, with a sign in place of the rest.
pub(super) fn shortened(text: &str, style: Style, room: Tenths) -> String {
    let text = clean(text);
    if width(&text, style) <= room {
        return text;
    }
    let mut shortened = String::new();
    let mut taken = width(&CUT.to_string(), style);
    for character in text.chars() {
        taken += width(character.encode_utf8(&mut [0; 4]), style);
        if taken > room {
            break;
        }
        shortened.push(character);
    }
    format!("{}{CUT}", shortened.trim_end())
}

/// The lines of a text that was cleaned, each of which fits.
pub(super) fn wrapped(text: &str, style: Style, room: Tenths) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if width(line, style) + width(" ", style) + width(word, style) <= room => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(shortened(word, style, room)),
        }
    }
    lines
}
