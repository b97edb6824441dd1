//! Wraps text into lines of a given width.

use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

/// The least width to which words are narrowed.
pub(crate) const MIN_WORDS: usize = 12;

/// Breaks a text at spaces into lines of at most `available` columns. A longer word stays whole: it may be an address.
pub(crate) fn words_of(text: &str, available: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let current = lines.last().map_or(0, |line| width(line));
        match lines.last_mut() {
            Some(line) if current == 0 => line.push_str(word),
            Some(line) if current + 1 + width(word) <= available => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// The number of terminal columns that a text takes.
pub(crate) fn width(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.width() }
}

/// The number of bytes of a text that fit into `available` columns; at least one character.
pub(crate) fn fitting(text: &str, available: usize) -> usize {
    let near = &text.as_bytes()[..text.len().min(available.max(1))];
    if near.is_ascii() && (near.len() == text.len() || text.is_char_boundary(near.len())) {
        // The next character may be a mark of no width; it can start the next line.
        return near.len();
    }
    let mut columns = 0;
    let mut end = 0;
    for character in text.chars() {
        columns += character.width().unwrap_or(0);
        if columns > available && end > 0 {
            break;
        }
        end += character.len_utf8();
    }
    end
}

/// Breaks a text at spaces into lines of at most `available` columns; a longer word is broken where the line ends.
pub(crate) fn lines_of(text: &str, available: usize) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let end = fitting(text, available);
        if end == text.len() {
            rest = None;
            return Some(text);
        }
        // The space may come right after the last column that fits.
        let through = text[end..].chars().next().filter(|next| *next == ' ').map_or(end, |_| end + 1);
        let (line, behind) = match text[..through].rfind(' ').filter(|space| *space > 0) {
            Some(space) => (&text[..space], space + 1),
            None => (&text[..end], end),
        };
        rest = (behind < text.len()).then(|| &text[behind..]);
        Some(line)
    })
}
