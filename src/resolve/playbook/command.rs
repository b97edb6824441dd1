//! Commands of a runbook, which read its inputs as variables of the shell.
//!
//! No value is put into a command, so none can be executed by the shell that reads it. What is checked here are mistakes of
//! whoever writes a runbook: placeholders, which are not replaced, and values that the shell would take apart or read as code
//! because of the command around them.

use std::collections::{HashMap, HashSet};

use crate::diagnostic::{Code, Diagnostic, Problems};
use crate::model::RunbookInput;
use crate::parse::CommandRaw;
use crate::resolve::playbook::quotes::{Around, quotes};
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

#[derive(Clone, Copy)]
enum Form {
    /// `{name}`, which the shell does not replace.
    Braces,
    /// `$name` or `${name}`, and what is around it.
    Variable(Around),
}

impl<'i> Commands<'i> {
    pub(crate) fn new(inputs: &'i [RunbookInput]) -> Self {
        let inputs = inputs.iter().map(|input| (&*input.name.value, input)).collect();
        Self { inputs, read: HashSet::new() }
    }

    /// Checks a command.
    pub(crate) fn check(&mut self, raw: &CommandRaw, problems: &mut Problems) -> Spanned<Box<str>> {
        let Spanned { value: text, span } = &raw.text;
        let quotes = quotes(text);
        if let Some(at) = quotes.open {
            let place = if raw.written.is_none() { span.within(at, at + 1) } else { *span };
            let label = "this quote is not closed";
            problems.push(Diagnostic::at(Code::InvalidCommand, place, "this command is incomplete", label));
        }
        let code = reads_code(text);
        for Mention { name, place, form } in mentions(raw, quotes.around) {
            let Some(input) = self.inputs.get(name) else { continue };
            if matches!(form, Form::Variable(_)) && !self.read.contains(name) {
                self.read.insert(name.into());
            }
            problems.extend(misuse(input, place, form, code));
        }
        raw.text.clone().map(String::into)
    }
}

/// What is wrong with how a command uses an input.
fn misuse(input: &RunbookInput, place: Span, form: Form, code: Option<&str>) -> Option<Diagnostic> {
    let name = &input.name.value;
    let wrong = |message: String, label: String, help: String| {
        Some(Diagnostic::at(Code::InvalidCommand, place, message, label).help(help))
    };
    let write = format!("write `\"${name}\"`");
    let around = match form {
        Form::Braces => {
            let help = "an input is a variable of the shell, as in `curl \"https://$domain/health\"`";
            return wrong(format!("`{{{name}}}` is not replaced in a command"), write, help.to_owned());
        }
        Form::Variable(_) if input.kind.is_plain() => return None,
        Form::Variable(around) => around,
    };
    let kinds = format!("give `{name}` the kind `name`, `path`, `host` or `network`");
    match (around, code) {
        (Around::Literal, _) | (Around::Quotes, None) => None,
        (_, Some(program)) => {
            let message = format!("`{program}` would read the value of `{name}` as code");
            let label = format!("of the kind `{}`", input.kind.as_str());
            wrong(message, label, format!("{kinds}, or do without `{program}` in this command"))
        }
        (Around::Code, None) => {
            let help = "without them the shell takes a value with blanks or `*` apart";
            wrong(format!("`${name}` is not within double quotes"), write, help.to_owned())
        }
        (Around::Unclear(reason), None) => {
            let message = format!("it is unclear whether `${name}` is within double quotes");
            wrong(message, format!("comes after {reason}"), format!("use it in a command without that, or {kinds}"))
        }
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

/// The names in a command that can be those of inputs, in order, with what is around each `$` and `{`.
fn mentions(raw: &CommandRaw, around: Vec<Around>) -> impl Iterator<Item = Mention<'_>> {
    let Spanned { value: text, span } = &raw.text;
    let signs = |text| str::match_indices(text, ['$', '{']).map(|(at, _)| at);
    // The text differs from what is in the file by indents and escapes, and each sign of one is one of the other.
    let mut written = signs(raw.written.as_deref().unwrap_or(text));
    signs(text).zip(around).filter_map(move |(at, around)| {
        let from = written.next();
        let (name, length, form) = mention(text, at, around)?;
        let place = from.map_or(*span, |from| span.within(from, from + length));
        Some(Mention { name, place, form })
    })
}

/// The name at a sign, the length of what is around it, and how it is written.
fn mention(text: &str, at: usize, around: Around) -> Option<(&str, usize, Form)> {
    let (before, rest) = (&text[..at], &text[at + 1..]);
    let is_variable = text[at..].starts_with('$');
    let in_braces = rest.strip_prefix("{#").or_else(|| rest.strip_prefix('{'));
    let named = if is_variable { in_braces.unwrap_or(rest) } else { rest };
    let end = named.find(|part: char| !part.is_ascii_alphanumeric() && part != '_').unwrap_or(named.len());
    let (name, after) = named.split_at(end);
    let closed = after.strip_prefix('}');
    if !is_variable {
        let is_placeholder = !before.ends_with('$') && closed.is_some();
        return is_placeholder.then_some((name, name.len() + 2, Form::Braces));
    }
    let after = closed.filter(|_| in_braces.is_some()).unwrap_or(after);
    (around != Around::Literal).then_some((name, text.len() - at - after.len(), Form::Variable(around)))
}
