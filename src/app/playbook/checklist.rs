//! The checks that a project records: what is done, what is due, and how one is recorded.

use jiff::civil::Date;

use crate::app::request::Request;
use crate::calculate::{self, CheckState, CheckStatus};
use crate::diagnostic::{Code, Diagnostic, Failure, Problems};
#[cfg(feature = "cli")]
use crate::model::RecordedCheck;
use crate::model::{Checklist, Unused, UnusedKind};
use crate::source::Spanned;
use crate::workspace::{Workspace, check_named};

/// The state of the checks of a project on a day.
#[derive(Debug)]
pub struct ChecklistStatus {
    /// The lists: all, or the one that is requested.
    pub checklists: Vec<Checklist>,
    /// The state of each check, in their order.
    pub status: Vec<CheckStatus>,
    /// The recorded checks that no list has, each once: `monthly/old-check`.
    pub unknown: Vec<String>,
    /// The day.
    pub day: Date,
}

/// Finds which checks are done, due and overdue on the requested day.
///
/// # Errors
/// Everything that is wrong with the checklists, the record and the request; `unknown-checklist`.
pub fn checklist_status(
    workspace: &mut Workspace,
    checklist: Option<&str>,
    request: &Request,
) -> Result<ChecklistStatus, Failure> {
    let mut problems = Problems::default();
    let mut checklists = workspace.checklists(&mut problems);
    check_named(checklist, &checklists, &mut problems);
    let record = workspace.check_record(&mut problems);
    let settled = problems.keep(request.settled(workspace));
    let Some(settled) = settled.filter(|_| problems.is_empty()) else {
        return Err(workspace.failure(problems.into_sorted()));
    };
    let day = settled.request.as_of;
    let unknown = calculate::unknown_checks(&checklists, &record);
    let unknown = unknown.into_iter().map(|(list, item)| format!("{list}/{item}")).collect();
    checklists.retain(|list| checklist.is_none_or(|name| *list.id == *name));
    let status = calculate::check_status(&checklists, &record, day);
    Ok(ChecklistStatus { checklists, status, unknown, day })
}

/// The check that a user names, by its list and its name or number, `monthly/slow-queries`, or by a name that only one list
/// has: the list and the name.
///
/// # Errors
/// `unknown-check`, and everything that is wrong with the checklists.
pub fn named_check(workspace: &mut Workspace, name: &Spanned<String>) -> Result<(Box<str>, Box<str>), Failure> {
    let mut problems = Problems::default();
    let checklists = workspace.checklists(&mut problems);
    let found = if problems.is_empty() { find(&checklists, name) } else { Err(problems.into_sorted()) };
    found.map_err(|wrong| workspace.failure(wrong))
}

fn find(checklists: &[Checklist], name: &Spanned<String>) -> Result<(Box<str>, Box<str>), Vec<Diagnostic>> {
    let unknown = |message: String| Diagnostic::at(Code::UnknownCheck, name.span, message, "");
    let all = || checklists.iter().flat_map(|list| list.items.iter().map(move |item| (list, item)));
    let whole = |list: &Checklist, item: &str| format!("{}/{item}", list.id);
    if let Some((list, item)) = name.value.split_once('/') {
        let of_list = checklists.iter().find(|known| *known.id == *list);
        let by_number = |list: &Checklist| {
            let place = item.parse::<usize>().ok()?.checked_sub(1)?;
            list.items.get(place).map(|item| item.id.clone())
        };
        let found = of_list.and_then(|list| {
            let by_name = list.items.iter().find(|known| *known.id == *item).map(|item| item.id.clone());
            by_name.or_else(|| by_number(list)).map(|item| (list.id.clone(), item))
        });
        return found.ok_or_else(|| {
            let names: Vec<String> = all().map(|(list, item)| whole(list, &item.id)).collect();
            let message = format!("no checklist has the check `{}`", name.value);
            vec![unknown(message).suggest(&name.value, names.iter().map(String::as_str))]
        });
    }
    let mut found = all().filter(|(_, item)| *item.id == *name.value);
    match (found.next(), found.next()) {
        (Some((list, item)), None) => Ok((list.id.clone(), item.id.clone())),
        (Some((list, item)), Some((other, _))) => {
            let message = format!("`{}` is a check of `{}` and of `{}`", name.value, list.id, other.id);
            Err(vec![unknown(message).help(format!("write `{}`", whole(list, &item.id)))])
        }
        (None, _) => {
            let message = format!("no checklist has the check `{}`", name.value);
            Err(vec![unknown(message).suggest(&name.value, all().map(|(_, item)| &*item.id))])
        }
    }
}

/// Whether a check is done on a day, by what is recorded.
///
/// # Errors
/// Everything that is wrong with the checklists and the record.
pub fn state_of(
    workspace: &mut Workspace,
    (list, item): (&str, &str),
    day: Date,
) -> Result<Option<CheckStatus>, Failure> {
    let mut problems = Problems::default();
    let checklists = workspace.checklists(&mut problems);
    let record = workspace.check_record(&mut problems);
    if !problems.is_empty() {
        return Err(workspace.failure(problems.into_sorted()));
    }
    let status = calculate::check_status(&checklists, &record, day);
    let is_this = |status: &CheckStatus| {
        let of = &checklists[status.checklist];
        *of.id == *list && *of.items[status.item].id == *item
    };
    Ok(status.into_iter().find(is_this))
}

/// The lists that `costplan check` demands and that are not complete on a day: a list that is done once needs every check,
/// another one none that is overdue.
pub(crate) fn incomplete(
    workspace: &mut Workspace,
    demanded: &[Spanned<String>],
    day: Date,
) -> Result<Vec<Unused>, Vec<Diagnostic>> {
    if demanded.is_empty() {
        return Ok(Vec::new());
    }
    let mut problems = Problems::default();
    let checklists = workspace.checklists(&mut problems);
    let record = workspace.check_record(&mut problems);
    for name in demanded.iter().filter(|name| !checklists.iter().any(|list| *list.id == *name.value)) {
        let diagnostic =
            Diagnostic::at(Code::UnknownChecklist, name.span, format!("there is no checklist `{}`", name.value), "");
        problems.push(diagnostic.suggest(&name.value, checklists.iter().map(|list| &*list.id)));
    }
    if !problems.is_empty() {
        return Err(problems.into_sorted());
    }
    let status = calculate::check_status(&checklists, &record, day);
    workspace.spend((demanded.len() as u64).saturating_mul(status.len() as u64))?;
    let mut found = Vec::new();
    for name in demanded {
        let missing = |status: &&CheckStatus| {
            let list = &checklists[status.checklist];
            let is_missing = match list.every {
                None => status.state != CheckState::Done,
                Some(_) => status.state == CheckState::Overdue,
            };
            *list.id == *name.value && is_missing
        };
        let missing: Vec<&str> =
            status.iter().filter(missing).map(|status| &*checklists[status.checklist].items[status.item].id).collect();
        if !missing.is_empty() {
            let (count, verb) = (missing.len(), if missing.len() == 1 { "check is" } else { "checks are" });
            let because = format!("{count} {verb} not done by {day}: {}", missing.join(", "));
            let (kind, span) = (UnusedKind::Checklist, name.span);
            found.push(Unused { kind, name: name.value.as_str().into(), because: because.into(), span });
        }
    }
    Ok(found)
}

/// Records a check, and names the file.
///
/// # Errors
/// `no-project`, and what is wrong with the record.
#[cfg(feature = "cli")]
pub(crate) fn record_check(workspace: &mut Workspace, check: &RecordedCheck) -> Result<std::path::PathBuf, Failure> {
    workspace.require_project()?;
    workspace.record_check(check).map_err(|wrong| workspace.failure(wrong))
}
