//! Records of checks: each names one check of a list.

use crate::diagnostic::{Code, Diagnostic, Problems};
use crate::model::RecordedCheck;
use crate::parse::{CheckRecordRaw, RecordedCheckRaw};
use crate::resolve::check_version;
use crate::source::Spanned;

/// Resolves a record of checks, in the order of the file.
pub fn check_record(raw: CheckRecordRaw, problems: &mut Problems) -> Vec<RecordedCheck> {
    check_version(raw.version, problems);
    raw.checks.into_iter().filter_map(|raw| recorded(raw, problems)).collect()
}

fn recorded(raw: RecordedCheckRaw, problems: &mut Problems) -> Option<RecordedCheck> {
    let (name, is_done) = match (raw.done, raw.undone) {
        (Some(done), None) => (done, true),
        (None, Some(undone)) => (undone, false),
        (Some(done), Some(undone)) => {
            let diagnostic = Diagnostic::at(
                Code::ConflictingKeys,
                undone.span,
                "`done` and `undone` cannot be combined",
                "and this",
            );
            problems.push(diagnostic.and_at(done.span, "this").help("write one line for each"));
            return None;
        }
        (None, None) => {
            let message = "a recorded check needs `done` or `undone`";
            let diagnostic = Diagnostic::at(Code::MissingKey, raw.span, message, "has neither");
            problems.push(diagnostic.help("write `done: monthly/slow-queries`"));
            return None;
        }
    };
    let (checklist, item) = named(&name, problems)?;
    let text = |text: Option<Spanned<String>>| text.map(|text| text.value.into());
    Some(RecordedCheck { date: raw.date.value, is_done, checklist, item, by: text(raw.by), note: text(raw.note) })
}

/// The list and the name of a check: `monthly/slow-queries`.
fn named(name: &Spanned<String>, problems: &mut Problems) -> Option<(Box<str>, Box<str>)> {
    let parts = name.value.split_once('/').filter(|(list, item)| !list.is_empty() && !item.is_empty());
    if parts.is_none() {
        let message = format!("`{}` does not name a check of a list", name.value);
        let diagnostic = Diagnostic::at(Code::InvalidName, name.span, message, "");
        problems.push(diagnostic.help("write the list and the check: `monthly/slow-queries`"));
    }
    parts.map(|(list, item)| (list.into(), item.into()))
}
