//! The quotes of a command: what is within them, for the mistakes of whoever writes a runbook.
//!
//! No value is put into a command, so nothing depends on these for what a shell executes. Where the quotes are too involved, all
//! that follows is unclear.

/// What is around a character of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Around {
    /// Nothing: the shell takes the value of a variable apart.
    Code,
    /// Double quotes.
    Quotes,
    /// Single quotes, a comment or a backslash: there are no variables.
    Literal,
    /// Something that comes after what is named.
    Unclear(&'static str),
}

/// The quotes of a command.
#[derive(Debug)]
pub(crate) struct Quotes {
    /// What is around each `$` and `{`, in order.
    pub(crate) around: Vec<Around>,
    /// Where a quote is that is not closed.
    pub(crate) open: Option<usize>,
}

pub(crate) fn quotes(command: &str) -> Quotes {
    let mut around = Vec::new();
    // Each `"` and `(` that is not closed, and the character that ends a literal.
    let mut open: Vec<(char, usize)> = Vec::new();
    let mut literal: Option<(char, usize)> = None;
    let mut is_escaped = false;
    let mut before = '\n';
    let mut unclear = None;
    for (at, character) in command.char_indices() {
        let is_quoted = open.last().is_some_and(|(sign, _)| *sign == '"');
        if matches!(character, '$' | '{') {
            around.push(match (unclear, literal) {
                (Some(reason), _) => Around::Unclear(reason),
                (None, Some(_)) => Around::Literal,
                (None, None) if is_escaped => Around::Literal,
                (None, None) if is_quoted => Around::Quotes,
                (None, None) => Around::Code,
            });
        }
        let was_escaped = std::mem::take(&mut is_escaped);
        match (character, literal) {
            _ if unclear.is_some() => {}
            (_, Some((end, _))) if character == end => literal = None,
            (_, Some(_)) => {}
            _ if was_escaped => {}
            ('\\', _) => is_escaped = true,
            ('`', _) => unclear = Some("a backquote"),
            ('{', _) if before == '$' && !is_simple(&command[at..]) => unclear = Some("an involved expansion"),
            ('"', _) if is_quoted => drop(open.pop()),
            ('(', _) if !is_quoted || before == '$' => open.push(('(', at)),
            (_, _) if is_quoted => {}
            ('"' | '\'', _) if before == '$' => unclear = Some("`$` and a quote"),
            ('"', _) => open.push(('"', at)),
            ('\'', _) => literal = Some(('\'', at)),
            ('#', _) if " \t\n;&|()".contains(before) => literal = Some(('\n', at)),
            (')', _) => drop(open.pop()),
            ('<', _) if before == '<' => unclear = Some("a here-document"),
            _ => {}
        }
        before = if was_escaped { ' ' } else { character };
    }
    let single = literal.filter(|(end, _)| *end == '\'');
    let unclosed = single.or_else(|| open.into_iter().find(|(sign, _)| *sign == '"'));
    Quotes { around, open: unclosed.filter(|_| unclear.is_none()).map(|(_, at)| at) }
}

/// Whether there is nothing to quote in the braces at the start of a text, as in `{domain}` and `{domain%.dz}`.
fn is_simple(text: &str) -> bool {
    let end = text[1..].find(['}', '"', '\'', '\\', '`', '$', '{']);
    end.is_some_and(|end| text[1 + end..].starts_with('}'))
}
