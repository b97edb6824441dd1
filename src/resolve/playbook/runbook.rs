//! Runbooks: checks their commands, and gives values to their inputs.

use std::collections::BTreeMap;
use std::net::IpAddr;

use crate::diagnostic::{Code, Diagnostic, Problems};
use crate::model::{
    FilledInput, FilledRunbook, InputKind, Runbook, RunbookInput, RunbookStep, ScaledDeployment, SkuPart, SkuTemplate,
};
use crate::parse::{Paragraph, RunbookRaw, RunbookStepRaw};
use crate::resolve::playbook::command::Commands;
use crate::resolve::playbook::deployment::{chosen, scaled_value};
use crate::resolve::playbook::placeholder::placeholder;
use crate::resolve::{check_identifier, check_version};
use crate::source::{Spanned, acts_on_terminal};

/// Names of variables that shells and programs give a meaning of their own: `path` is `PATH` in some shells. Those that end
/// in `_proxy` are further ones. Names in upper case, such as `IFS`, are no names of inputs anyway.
const TAKEN: &[&str] = &[
    "argv",
    "auto_resume",
    "cdpath",
    "fignore",
    "fpath",
    "histchars",
    "mailpath",
    "manpath",
    "module_path",
    "path",
    "prompt",
    "psvar",
    "status",
    "watch",
];

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
        check_input_name(&name, problems);
        let kind = input.kind.map_or(InputKind::Text, |kind| kind.value);
        if let Some(default) = &input.default {
            check_value(default, kind, problems);
        }
        let default = input.default.map(|default| default.map(String::into));
        let (name, meaning) = (name.map(String::into), input.meaning.value.into());
        let scaling = input.autoscaling.map(|fact| fact.value);
        inputs.push(RunbookInput { name, meaning, kind, default, scaling, is_read: false, is_bought: false });
    }
    let places = inputs.iter().enumerate().map(|(place, input)| (&*input.name.value, place)).collect();
    let buys: Vec<SkuTemplate> = raw.buys.iter().filter_map(|sku| template(sku, &places, problems)).collect();
    let mut commands = Commands::new(&inputs);
    let mut steps = |steps: Vec<RunbookStepRaw>| -> Vec<RunbookStep> {
        steps.into_iter().map(|raw| step(raw, &mut commands, problems)).collect()
    };
    let (steps, checks) = (steps(raw.steps), steps(raw.checks));
    let read = commands.read;
    for input in &mut inputs {
        input.is_read = read.contains(&input.name.value);
    }
    for part in buys.iter().flat_map(|sku| &sku.parts) {
        if let SkuPart::Input(place) = part {
            inputs[*place].is_bought = true;
        }
    }
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

/// Reports a name of an input that is none, or that means something else to a shell.
fn check_input_name(name: &Spanned<String>, problems: &mut Problems) {
    let text = name.value.as_str();
    if TAKEN.contains(&text) || text.ends_with("_proxy") {
        let message = format!("`{text}` cannot be the name of an input");
        let label = "a variable with a meaning of its own";
        let diagnostic = Diagnostic::at(Code::InvalidName, name.span, message, label);
        problems.push(diagnostic.help(format!("use another name, such as `app_{text}`")));
    } else {
        check_identifier(name, "an input", problems);
    }
}

fn step(raw: RunbookStepRaw, commands: &mut Commands<'_>, problems: &mut Problems) -> RunbookStep {
    RunbookStep {
        name: raw.name.value.into(),
        note: raw.note.map(|Paragraph(note)| note.into()),
        commands: raw.commands.iter().map(|command| commands.check(command, problems)).collect(),
    }
}

/// Splits the id of a SKU at the inputs in it.
fn template(raw: &Spanned<String>, places: &BTreeMap<&str, usize>, problems: &mut Problems) -> Option<SkuTemplate> {
    let mut parts = Vec::new();
    let mut rest = raw.value.as_str();
    while let Some((before, (name, after))) =
        rest.split_once('{').and_then(|(before, after)| Some((before, after.split_once('}')?)))
    {
        let Some(place) = places.get(name) else {
            let message = format!("the runbook has no input `{name}`");
            let diagnostic = Diagnostic::at(Code::UnknownName, raw.span, message, "");
            problems.push(diagnostic.suggest(name, places.keys().copied()));
            return None;
        };
        parts.extend([SkuPart::Text(before.into()), SkuPart::Input(*place)]);
        rest = after;
    }
    parts.push(SkuPart::Text(rest.into()));
    Some(SkuTemplate { parts })
}

/// Gives values to the inputs of a runbook: those set by the user, those of an auto-scaled line item among `scaled`, otherwise
/// their defaults.
///
/// # Errors
/// `unknown-name` for an unknown input, `invalid-name` or `control-character` for a value that does not fit the kind of its
/// input, `invalid-argument` for inputs without a value and for several line items of which none is chosen, and `invalid-range`
/// for a number that Kubernetes does not take.
pub fn fill_runbook(
    runbook: Runbook,
    set: &[(Spanned<String>, Spanned<String>)],
    scaled: &[ScaledDeployment],
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
    let scaled = chosen(&runbook, set, scaled, &mut problems);
    let value = |input: &RunbookInput| {
        let set = set.iter().find(|(name, _)| *name.value == *input.name.value).map(|(_, value)| value.value.as_str());
        if let (None, Some(fact), Some(scaled)) = (set, input.scaling, scaled)
            && let Some(value) = scaled_value(fact, scaled, &mut problems)
        {
            let line_item = Some(scaled.line_item.clone());
            return Some(FilledInput { value, is_set: false, line_item, is_placeholder: false });
        }
        let value = set.or_else(|| input.default.as_ref().map(|default| &*default.value))?;
        let is_placeholder = set.is_none() && placeholder(value).is_some();
        Some(FilledInput { value: value.into(), is_set: set.is_some(), line_item: None, is_placeholder })
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
    let buys = runbook.buys.iter().map(|sku| filled_in(sku, &values)).collect();
    Ok(FilledRunbook { runbook, values, buys })
}

/// The id of a SKU with the values of its inputs.
fn filled_in(template: &SkuTemplate, values: &[FilledInput]) -> Box<str> {
    let part = |part: &SkuPart| match part {
        SkuPart::Text(text) => text.to_string(),
        SkuPart::Input(place) => values[*place].value.to_string(),
    };
    template.parts.iter().map(part).collect::<String>().into()
}

/// Reports a value that does not fit its kind. No value may begin with `-`: a command would take it for an option.
fn check_value(value: &Spanned<String>, kind: InputKind, problems: &mut Problems) {
    let text = value.value.as_str();
    if let Some(character) = text.chars().find(|character| acts_on_terminal(*character)) {
        let message = format!("the character U+{:04X} is not allowed in a value", u32::from(character));
        let diagnostic = Diagnostic::at(Code::ControlCharacter, value.span, message, "");
        return problems.push(diagnostic.help("write the value on one line, of characters that print"));
    }
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
        InputKind::Path if !is_path(text) => {
            wrong(format!("`{text}` is not a plain path"), "use letters, digits, `.`, `_`, `-` and `/`");
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
        InputKind::Number if !is_number(text) => {
            wrong(format!("`{text}` is not a whole number"), "write it in digits, such as `3`");
        }
        _ => {}
    }
}

fn is_number(text: &str) -> bool {
    let has_length = (1..=10).contains(&text.len());
    has_length && text.bytes().all(|byte| byte.is_ascii_digit()) && (text == "0" || !text.starts_with('0'))
}

fn is_name(text: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    text.starts_with(|first: char| first.is_ascii_alphanumeric()) && text.bytes().all(is_part)
}

fn is_path(text: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-' | b'/');
    !text.is_empty() && text.bytes().all(is_part)
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
