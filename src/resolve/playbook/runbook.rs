//! Runbooks: checks that placeholders are where quoting is safe, and fills in values.

use std::net::IpAddr;

use crate::diagnostic::{Code, Diagnostic, Problems};
use crate::model::{
    CommandPart, CommandTemplate, FilledInput, FilledRunbook, InputKind, Runbook, RunbookInput, RunbookStep,
};
use crate::parse::{CommandRaw, Paragraph, RunbookRaw, RunbookStepRaw};
use crate::resolve::playbook::placeholder::placeholder;
use crate::resolve::playbook::shell::{Part, Unfit, parts, quoted};
use crate::resolve::{check_identifier, check_version};
use crate::source::{Span, Spanned};

/// Resolves a runbook. `stem` is the stem of its file.
pub fn runbook(raw: RunbookRaw, stem: &str, problems: &mut Problems) -> Option<Runbook> {
    let before = problems.len();
    check_version(raw.version, problems);
    if raw.steps.is_empty() {
        let diagnostic = Diagnostic::at(Code::MissingKey, raw.name.span, "a runbook needs `steps`", "has none");
        problems.push(diagnostic.help("write `steps: [{ name: Start, commands: [docker compose up -d] }]`"));
    }
    let mut inputs: Vec<RunbookInput> = Vec::new();
    for (name, input) in raw.inputs.into_iter().flat_map(|inputs| inputs.entries) {
        check_identifier(&name, "an input", problems);
        let kind = input.kind.map_or(InputKind::Text, |kind| kind.value);
        if let Some(default) = &input.default {
            check_value(default, kind, problems);
        }
        let default = input.default.map(|default| default.map(String::into));
        inputs.push(RunbookInput { name: name.map(String::into), meaning: input.meaning.value.into(), kind, default });
    }
    let buys = raw.buys.iter().filter_map(|sku| template(sku, &inputs, problems)).collect();
    let mut steps = |steps: Vec<RunbookStepRaw>| -> Vec<RunbookStep<CommandTemplate>> {
        steps.into_iter().map(|raw| step(raw, &inputs, problems)).collect()
    };
    let (steps, checks) = (steps(raw.steps), steps(raw.checks));
    (problems.len() == before).then(|| Runbook {
        id: stem.into(),
        name: raw.name.value.into(),
        summary: raw.summary.map(|Paragraph(summary)| summary.into()),
        stages: raw.stages,
        buys,
        inputs,
        steps,
        checks,
    })
}

fn step(raw: RunbookStepRaw, inputs: &[RunbookInput], problems: &mut Problems) -> RunbookStep<CommandTemplate> {
    RunbookStep {
        name: raw.name.value.into(),
        note: raw.note.map(|Paragraph(note)| note.into()),
        commands: raw.commands.iter().filter_map(|command| template(command, inputs, problems)).collect(),
    }
}

fn template(raw: &CommandRaw, inputs: &[RunbookInput], problems: &mut Problems) -> Option<CommandTemplate> {
    let CommandRaw(Spanned { value: text, span }) = raw;
    let span = *span;
    // A one-line command appears in the file as it is, apart from YAML's quotes and indents.
    let here = |from: usize, to: usize| {
        let is_as_written = (span.end - span.start) as usize == text.len();
        if is_as_written { span.within(from, to) } else { span }
    };
    let found = match parts(text) {
        Ok(found) => found,
        Err(unfit) => {
            problems.push(unfit_command(unfit, here));
            return None;
        }
    };
    let before = problems.len();
    let part = |part: Part<'_>| match part {
        Part::Shell(text) => Some(CommandPart::Shell(text.into())),
        Part::Placeholder(name, at) => {
            let place = inputs.iter().position(|input| *input.name.value == *name);
            if place.is_none() {
                let message = format!("the runbook has no input `{name}`");
                let diagnostic = Diagnostic::at(Code::UnknownName, here(at, at + name.len() + 2), message, "");
                problems.push(diagnostic.suggest(name, inputs.iter().map(|input| &*input.name.value)));
            }
            place.map(CommandPart::Input)
        }
    };
    let parts: Vec<CommandPart> = found.into_iter().filter_map(part).collect();
    (problems.len() == before).then_some(CommandTemplate { span, parts })
}

fn unfit_command(unfit: Unfit, here: impl Fn(usize, usize) -> Span) -> Diagnostic {
    match unfit {
        Unfit::Placeholder(at, reason) => {
            let message = "a value cannot be quoted safely in this place";
            let diagnostic = Diagnostic::at(Code::InvalidCommand, here(at, at + 1), message, reason);
            diagnostic.help("move it out, as in `curl https://{domain}/health`; costplan quotes its value where needed")
        }
        Unfit::Open(at, reason) => {
            Diagnostic::at(Code::InvalidCommand, here(at, at + 1), "this command is incomplete", reason)
        }
    }
}

/// Fills in the inputs of a runbook: with the values set by the user, otherwise with their defaults.
///
/// # Errors
/// `unknown-name` for an unknown input, `invalid-name` for a value that does not fit the kind of its input, and
/// `invalid-argument` for inputs without a value.
pub fn fill_runbook(
    runbook: Runbook,
    set: &[(Spanned<String>, Spanned<String>)],
) -> Result<FilledRunbook, Vec<Diagnostic>> {
    let mut problems = Problems::default();
    for (name, value) in set {
        match runbook.inputs.iter().find(|input| *input.name.value == *name.value) {
            Some(input) => check_value(value, input.kind, &mut problems),
            None => {
                let message = format!("the runbook `{}` has no input `{}`", runbook.id, name.value);
                let diagnostic = Diagnostic::at(Code::UnknownName, name.span, message, "");
                problems.push(diagnostic.suggest(&name.value, runbook.inputs.iter().map(|input| &*input.name.value)));
            }
        }
    }
    let value = |input: &RunbookInput| {
        let set = set.iter().find(|(name, _)| *name.value == *input.name.value).map(|(_, value)| value.value.as_str());
        let value = set.or_else(|| input.default.as_ref().map(|default| &*default.value))?;
        let is_placeholder = set.is_none() && placeholder(value).is_some();
        Some(FilledInput { value: value.into(), is_set: set.is_some(), is_placeholder })
    };
    let values: Vec<Option<FilledInput>> = runbook.inputs.iter().map(value).collect();
    let missing: Vec<&RunbookInput> =
        runbook.inputs.iter().zip(&values).filter(|(_, value)| value.is_none()).map(|(input, _)| input).collect();
    if !missing.is_empty() {
        let names: Vec<String> = missing.iter().map(|input| format!("`{}`", input.name.value)).collect();
        let message = format!("the runbook `{}` needs a value for {}", runbook.id, names.join(", "));
        let mut diagnostic = Diagnostic::new(Code::InvalidArgument, message);
        for input in &missing {
            diagnostic = diagnostic.and_at(input.name.span, &*input.meaning);
        }
        let flags: Vec<String> = missing.iter().map(|input| format!("--set {}=...", input.name.value)).collect();
        problems.push(diagnostic.help(format!("add `{}`", flags.join(" "))));
    }
    if !problems.is_empty() {
        return Err(problems.into_sorted());
    }
    let values: Vec<FilledInput> = values.into_iter().flatten().collect();
    let words: Vec<String> = values.iter().filter_map(|value| quoted(&value.value)).collect();
    let filled = |steps: &[RunbookStep<CommandTemplate>]| steps.iter().map(|step| fill(step, &words)).collect();
    let (steps, checks) = (filled(&runbook.steps), filled(&runbook.checks));
    let plain: Vec<String> = values.iter().map(|value| value.value.to_string()).collect();
    let buys = runbook.buys.iter().map(|sku| filled_in(sku, &plain)).collect();
    Ok(FilledRunbook { runbook, values, buys, steps, checks })
}

fn fill(step: &RunbookStep<CommandTemplate>, words: &[String]) -> RunbookStep<Box<str>> {
    RunbookStep {
        name: step.name.clone(),
        note: step.note.clone(),
        commands: step.commands.iter().map(|command| filled_in(command, words)).collect(),
    }
}

/// A template with the values of its inputs.
fn filled_in(template: &CommandTemplate, values: &[String]) -> Box<str> {
    let part = |part: &CommandPart| match part {
        CommandPart::Shell(text) => text.to_string(),
        CommandPart::Input(place) => values[*place].clone(),
    };
    template.parts.iter().map(part).collect::<String>().into()
}

/// Reports a value that does not fit its kind. No value may begin with `-`: a command would take it for an option.
fn check_value(value: &Spanned<String>, kind: InputKind, problems: &mut Problems) {
    let text = value.value.as_str();
    let mut wrong = |message: String, help: &str| {
        problems.push(Diagnostic::at(Code::InvalidName, value.span, message, "").help(help));
    };
    if text.starts_with('-') {
        return wrong(format!("a command would take `{text}` for an option"), "remove the leading `-`");
    }
    match kind {
        InputKind::Name if !is_name(text) => {
            wrong(format!("`{text}` is not a plain name"), "use letters, digits, `.`, `_` and `-`");
        }
        InputKind::Host if !is_host(text) => {
            wrong(format!("`{text}` is not a host name"), "write it like `api.example.com`");
        }
        InputKind::Repository if has_password(text) => {
            wrong("a password does not belong in a command".to_owned(), "let git ask for it, or use a key");
        }
        InputKind::Repository if !is_repository(text) => wrong(
            format!("`{text}` is not a repository address"),
            "write it like `https://git.example.com/app.git` or `git@git.example.com:app.git`",
        ),
        InputKind::Network if !is_network(text) => {
            wrong(format!("`{text}` is not an address range"), "write it like `10.0.0.0/16`");
        }
        InputKind::Text | InputKind::Name | InputKind::Host | InputKind::Repository | InputKind::Network => {}
    }
}

fn is_name(text: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    text.starts_with(|first: char| first.is_ascii_alphanumeric()) && text.bytes().all(is_part)
}

fn is_host(text: &str) -> bool {
    let is_label = |label: &str| {
        let is_part = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        (1..=63).contains(&label.len())
            && label.bytes().all(is_part)
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    text.len() <= 253 && text.split('.').all(is_label)
}

/// Whether a text is a URL or `user@host:path`; git reads other forms as commands and files.
fn is_repository(text: &str) -> bool {
    if text.contains(char::is_whitespace) {
        return false;
    }
    if let Some((scheme, rest)) = text.split_once("://") {
        let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
        let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
        let (host, port) = host.split_once(':').unwrap_or((host, "22"));
        let is_port = !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit());
        return ["https", "http", "ssh", "git"].contains(&scheme) && is_host(host) && is_port && !path.is_empty();
    }
    let Some((host, path)) = text.split_once(':') else { return false };
    let (user, host) = host.split_once('@').unwrap_or(("git", host));
    is_name(user) && is_host(host) && !path.is_empty() && !path.starts_with(['-', ':'])
}

fn has_password(text: &str) -> bool {
    let authority = text.split_once("://").map(|(_, rest)| rest.split('/').next().unwrap_or_default());
    let user = authority.and_then(|authority| authority.rsplit_once('@')).map(|(user, _)| user);
    user.is_some_and(|user| user.contains(':'))
}

fn is_network(text: &str) -> bool {
    let Some((address, length)) = text.split_once('/') else { return false };
    let most = match address.parse() {
        Ok(IpAddr::V4(_)) => 32,
        Ok(IpAddr::V6(_)) => 128,
        Err(_) => return false,
    };
    length.bytes().all(|byte| byte.is_ascii_digit()) && length.parse::<u8>().is_ok_and(|length| length <= most)
}
