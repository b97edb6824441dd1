//! Checklists: checks that the techniques that they name exist.

use crate::diagnostic::{Code, Diagnostic, Problems};
use crate::model::{Check, Checklist};
use crate::parse::ChecklistRaw;
use crate::resolve::check_version;
use crate::resolve::playbook::metrics::metric;

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
    let items = raw.items.into_iter().map(|item| {
        let bound = [item.at_most, item.at_least, item.below, item.above];
        let metric = metric(item.metric, bound, item.check.span, problems);
        let technique = item.technique.map(|technique| technique.value.into());
        Check { text: item.check.value.into(), technique, metric }
    });
    let items: Vec<Check> = items.collect();
    (problems.len() == before).then(|| Checklist {
        id: stem.into(),
        name: raw.name.value.into(),
        summary: raw.summary.map(|summary| summary.value.into()),
        items,
    })
}
