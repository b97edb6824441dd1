//! Commands of a runbook, which read its inputs as variables of the shell.
//!
//! No value is put into a command, so none can be executed by the shell that reads it. What is checked here are mistakes of
//! whoever writes a runbook: placeholders, which are not replaced, and values that the shell would take apart or read as code
//! because of the command around them.

use std::collections::{HashMap, HashSet};

use crate::diagnostic::{Code, Diagnostic, Problems};
use crate::model::RunbookInput;
use crate::parse::CommandRaw;
use crate::source::{Span, Spanned};

/// Programs and words of the shell that read their arguments as code, some of them on another machine.
const READ_CODE: &[&str] = &["eval", "let", "parallel", "rsync", "scp", "ssh", "trap", "watch"];

/// Shells, which read code after the flag `-c`, in a here-document and from a pipe.
const SHELLS: &[&str] = &["ash", "bash", "dash", "ksh", "sh", "su", "zsh"];

/// Checks commands, and notes which inputs they read.
#[derive(Debug)]
pub(crate) struct Commands<'i> {
    inputs: HashMap<&'i str, &'i RunbookInput>,
    /// The names that the commands read.
    pub(crate) read: HashSet<Box<str>>,
}

/// A name behind `$` or between braces.
struct Mention<'t> {
    name: &'t str,
    place: Span,
    form: Form,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    /// `{name}`, which the shell does not replace.
    Braces,
    /// `$name` or `${name}` within double quotes, or in a here-document.
    Quoted,
    /// The same elsewhere.
    Bare,
}

impl<'i> Commands<'i> {
    pub(crate) fn new(inputs: &'i [RunbookInput]) -> Self {
        let inputs = inputs.iter().map(|input| (&*input.name.value, input)).collect();
        Self { inputs, read: HashSet::new() }
    }

    /// Checks a command.
    pub(crate) fn check(&mut self, raw: &CommandRaw, problems: &mut Problems) -> Spanned<Box<str>> {
        let code = reads_code(&raw.text.value);
        for Mention { name, place, form } in mentions(raw) {
            let Some(input) = self.inputs.get(name) else { continue };
            if form != Form::Braces && !self.read.contains(name) {
                self.read.insert(name.into());
            }
            let is_plain = input.kind.is_plain();
            let (message, label, help) = match form {
                Form::Braces => (
                    format!("`{{{name}}}` is not replaced in a command"),
                    format!("write `\"${name}\"`"),
                    "an input is a variable of the shell, as in `curl \"https://$domain/health\"`".to_owned(),
                ),
                Form::Bare if !is_plain => (
                    format!("`${name}` is not within double quotes"),
                    format!("write `\"${name}\"`"),
                    "without them the shell takes a value with blanks or `*` apart".to_owned(),
                ),
                Form::Quoted if !is_plain && code.is_some() => {
                    let program = code.unwrap_or_default();
                    (
                        format!("`{program}` would read the value of `{name}` as code"),
                        format!("of the kind `{}`", input.kind.as_str()),
                        format!(
                            "give `{name}` the kind `name`, `path`, `host` or `network`, or do without `{program}` in this command"
                        ),
                    )
                }
                Form::Quoted | Form::Bare => continue,
            };
            problems.push(Diagnostic::at(Code::InvalidCommand, place, message, label).help(help));
        }
        raw.text.clone().map(String::into)
    }
}

/// What in a command reads its arguments, or the values of variables, as code; `None` if nothing is known to.
fn reads_code(command: &str) -> Option<&str> {
    if let Some(word) = ["((", "[["].into_iter().find(|word| command.contains(word)) {
        return Some(word);
    }
    let words = || command.split(|part: char| part.is_whitespace() || ";&|()`\"'".contains(part));
    let programs = || words().filter_map(|word| word.rsplit('/').next());
    if let Some(program) = programs().find(|program| READ_CODE.contains(program)) {
        return Some(program);
    }
    let is_fed = || {
        let is_piped = command.replace("||", "").contains('|');
        is_piped || command.contains("<<") || words().any(|word| word.starts_with('-') && word.ends_with('c'))
    };
    programs().find(|program| SHELLS.contains(program)).filter(|_| is_fed())
}

/// The names in a command that can be those of inputs, in order.
fn mentions(raw: &CommandRaw) -> impl Iterator<Item = Mention<'_>> {
    let Spanned { value: text, span } = &raw.text;
    let signs = |text| str::match_indices(text, ['$', '{']).map(|(at, _)| at);
    // The text differs from what is in the file by indents and escapes, and each sign of one is one of the other.
    let mut written = signs(raw.written.as_deref().unwrap_or(text));
    let quotes = Quotes::of(text);
    signs(text).filter_map(move |at| {
        let from = written.next();
        let (name, length, form) = mention(text, at, &quotes)?;
        let place = from.map_or(*span, |from| span.within(from, from + length));
        Some(Mention { name, place, form })
    })
}

/// The name at a sign, the length of what is around it, and how it is written.
fn mention<'t>(text: &'t str, at: usize, quotes: &Quotes) -> Option<(&'t str, usize, Form)> {
    let (before, rest) = (&text[..at], &text[at + 1..]);
    let named = |rest: &'t str| {
        let end = rest.find(|part: char| !part.is_ascii_alphanumeric() && part != '_').unwrap_or(rest.len());
        rest.split_at(end)
    };
    if text[at..].starts_with('{') {
        let (name, after) = named(rest);
        return (!before.ends_with('$') && after.starts_with('}')).then_some((name, name.len() + 2, Form::Braces));
    }
    let escapes = before.bytes().rev().take_while(|byte| *byte == b'\\').count();
    if escapes % 2 == 1 {
        return None;
    }
    let (name, after) = named(rest.strip_prefix("{#").or_else(|| rest.strip_prefix('{')).unwrap_or(rest));
    let end = after.strip_prefix('}').filter(|_| rest.starts_with('{')).unwrap_or(after);
    let length = text.len() - at - end.len();
    let stands_alone = before.ends_with('"') && end.starts_with('"');
    let form = if quotes.hold(at, stands_alone) { Form::Quoted } else { Form::Bare };
    Some((name, length, form))
}

/// Where the double quotes of a command are; those that a backslash makes a character are not among them.
struct Quotes {
    places: Vec<usize>,
    /// From where on what follows may be a command within quotes, which has quotes of its own.
    nested: usize,
    /// From where on what follows may be in a here-document, which needs none.
    document: usize,
}

impl Quotes {
    fn of(text: &str) -> Self {
        let plain = text.replace("\\\\", "  ").replace("\\\"", "  ");
        let places = plain.match_indices('"').map(|(at, _)| at).collect();
        let first = |sign: &str| text.find(sign).unwrap_or(text.len());
        Self { places, nested: first("$("), document: first("<<") }
    }

    /// Whether a place is within double quotes, as far as counting them tells; `alone` if they are around nothing else.
    fn hold(&self, at: usize, alone: bool) -> bool {
        let is_counted = self.places.partition_point(|place| *place < at) % 2 == 1;
        is_counted || at > self.document || alone && at > self.nested
    }
}
