//! Texts in HTML.

use std::borrow::Cow;

use crate::source::acts_on_terminal;
use crate::view::thousands;

/// A text without characters that hide or reorder others; lines stay apart.
pub(super) fn clean(text: &str) -> Cow<'_, str> {
    let is_bad = |character: char| character != '\n' && acts_on_terminal(character);
    if !text.contains(is_bad) {
        return text.into();
    }
    text.chars().map(|character| if is_bad(character) { '\u{fffd}' } else { character }).collect::<String>().into()
}

/// A text in an element or between quotes.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for character in clean(text).chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            _ => out.push(character),
        }
    }
    out
}

/// A text with separators of thousands, code for what is between backticks, and a link if it is an address.
pub(super) fn rich(text: &str) -> String {
    let text = text.trim();
    if is_address(text) {
        let address = escaped(text);
        return format!("<a href=\"{address}\" rel=\"noreferrer noopener\">{address}</a>");
    }
    let part = |(place, part): (usize, &str)| {
        if place % 2 == 0 { escaped(&thousands(part)) } else { format!("<code>{}</code>", escaped(part)) }
    };
    text.split('`').enumerate().map(part).collect()
}

/// Whether a text is the address of a page, and nothing else.
fn is_address(text: &str) -> bool {
    let is_web = text.starts_with("https://") || text.starts_with("http://");
    is_web && !text.contains(|character: char| character.is_whitespace() || acts_on_terminal(character))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_become_links_and_nothing_becomes_an_element() {
        assert_eq!(rich("`a <b>` & 12345"), "<code>a &lt;b&gt;</code> &amp; 12,345");
        assert_eq!(rich("javascript:alert(1)"), "javascript:alert(1)");
        let link = rich("https://a.example/?x=\"><script>");
        assert_eq!(link.matches('<').count(), 2);
        assert_eq!(escaped("a\u{202e}b"), "a\u{fffd}b");
    }
}
