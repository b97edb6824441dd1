//! Checklists: checks that the techniques that they name exist.

use std::collections::HashSet;

use crate::diagnostic::{Code, Diagnostic, Problems};
use crate::model::{Check, Checklist, Period};
use crate::parse::{CheckRaw, ChecklistRaw};
use crate::resolve::playbook::metrics::metric;
use crate::resolve::{check_id, check_version};
use crate::source::Spanned;

/// How many words of a statement make the name of a check that has none.
const WORDS: usize = 5;

/// Resolves a checklist. `stem` is the stem of its file; `techniques` are the stems of all technique files.
pub fn checklist(raw: ChecklistRaw, stem: &str, techniques: &[String], problems: &mut Problems) -> Option<Checklist> {
    let before = problems.len();
    check_version(raw.version, problems);
    if raw.items.is_empty() {
        let diagnostic = Diagnostic::at(Code::MissingKey, raw.name.span, "a checklist needs `items`", "has none");
        problems.push(diagnostic.help("write `items: [{ check: Backups can be restored }]`"));
    }
    for name in raw.items.iter().filter_map(|item| item.technique.as_ref()) {
        if !techniques.contains(&name.value) {
            let message = format!("there is no technique `{}`", name.value);
            let diagnostic = Diagnostic::at(Code::UnknownTechnique, name.span, message, "");
            problems.push(diagnostic.suggest(&name.value, techniques.iter().map(String::as_str)));
        }
    }
    let every = raw.every.and_then(|every| interval(&every, problems));
    let ids = ids(&raw.items, problems);
    let items = raw.items.into_iter().zip(ids).map(|(item, id)| {
        let bound = [item.at_most, item.at_least, item.below, item.above];
        let metric = metric(item.metric, item.growth_of, bound, item.check.span, problems);
        let technique = item.technique.map(|technique| technique.value.into());
        Check { id, text: item.check.value.into(), technique, metric }
    });
    let items: Vec<Check> = items.collect();
    (problems.len() == before).then(|| Checklist {
        id: stem.into(),
        name: raw.name.value.into(),
        summary: raw.summary.map(|summary| summary.value.into()),
        every,
        items,
    })
}

/// The months after which a list is due again.
fn interval(every: &Spanned<String>, problems: &mut Problems) -> Option<u32> {
    let months = Period::parse(every.value.trim()).map(|period| period.months);
    let months = months.filter(|months| (1..=120).contains(months));
    if months.is_none() {
        let message = format!("`{}` is not how often a list is due", every.value);
        let diagnostic = Diagnostic::at(Code::InvalidNumber, every.span, message, "");
        problems
            .push(diagnostic.help("write `month`, `3 months` or `year`; leave it out for a list that is done once"));
    }
    months
}

/// The names under which checks are recorded: those that are given, or the first words of the statements.
fn ids(items: &[CheckRaw], problems: &mut Problems) -> Vec<Box<str>> {
    let mut ids: Vec<Box<str>> = Vec::with_capacity(items.len());
    let mut taken: HashSet<String> = HashSet::with_capacity(items.len());
    for (place, item) in items.iter().enumerate() {
        let given = item.id.as_ref();
        if let Some(id) = given {
            check_id(id, "a check", problems);
            if taken.contains(&id.value) {
                let message = format!("the list has two checks `{}`", id.value);
                problems.push(Diagnostic::at(Code::DuplicateName, id.span, message, "again here"));
            }
        }
        let mut id = given.map_or_else(|| first_words(&item.check.value), |id| id.value.clone());
        // A statement in another script has no words for a command line, and two may begin alike.
        if id.is_empty() || given.is_none() && taken.contains(&id) {
            id = format!("check-{}", place + 1);
        }
        taken.insert(id.clone());
        ids.push(id.into());
    }
    ids
}

/// The first words of a statement in lower case: `backups-can-be-restored`.
fn first_words(text: &str) -> String {
    let words = text.split(|character: char| !character.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.take(WORDS).map(str::to_ascii_lowercase).collect::<Vec<_>>().join("-")
}
