//! Which checks are done, due and overdue on a day, by what was recorded.
//!
//! A list that is due every N months has periods of N months of the calendar: months, quarters, years. A check is done if
//! it was done in the period of the day, due if it was done in the period before or never, and overdue if a whole period
//! has passed without it.

use std::collections::{BTreeSet, HashMap};

use jiff::civil::Date;

use crate::model::{Checklist, Month, RecordedCheck};

/// Whether a check is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CheckState {
    /// A whole period has passed without it.
    Overdue,
    /// It is to be done.
    Due,
    /// It is done.
    Done,
}

impl CheckState {
    /// The name in JSON and CSV.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Overdue => "overdue",
            Self::Due => "due",
            Self::Done => "done",
        }
    }
}

/// The state of a check on a day.
#[derive(Clone, Debug)]
pub struct CheckStatus {
    /// The place of its list.
    pub checklist: usize,
    /// Its place in the list.
    pub item: usize,
    /// Whether it is done.
    pub state: CheckState,
    /// The last day on which it has to be done next; `None` if it is done once.
    pub due_on: Option<Date>,
    /// When it was done last.
    pub last: Option<RecordedCheck>,
}

/// The state of every check on a day, in the order of the lists.
pub fn check_status(checklists: &[Checklist], record: &[RecordedCheck], day: Date) -> Vec<CheckStatus> {
    let mut known: Vec<&RecordedCheck> = record.iter().filter(|check| check.date <= day).collect();
    // Branches that were merged may have mixed up the lines. Of one day, the order of the file counts.
    known.sort_by_key(|check| check.date);
    let mut by_check: HashMap<(&str, &str), Vec<&RecordedCheck>> = HashMap::new();
    for check in known {
        by_check.entry((&check.checklist, &check.item)).or_default().push(check);
    }
    let mut found = Vec::new();
    for (checklist, list) in checklists.iter().enumerate() {
        for (place, item) in list.items.iter().enumerate() {
            let mut standing: Vec<&RecordedCheck> = Vec::new();
            for check in by_check.get(&(&*list.id, &*item.id)).into_iter().flatten() {
                if check.is_done {
                    standing.push(check);
                } else {
                    standing.pop();
                }
            }
            let last = standing.last().copied();
            let (state, due_on) = state(list.every, last.map(|last| last.date), day);
            found.push(CheckStatus { checklist, item: place, state, due_on, last: last.cloned() });
        }
    }
    found
}

/// The checks that are recorded and in no list, each once and sorted, by list and name.
pub fn unknown_checks<'r>(checklists: &[Checklist], record: &'r [RecordedCheck]) -> BTreeSet<(&'r str, &'r str)> {
    let known = checklists.iter().flat_map(|list| list.items.iter().map(|item| (&*list.id, &*item.id)));
    let known: BTreeSet<(&str, &str)> = known.collect();
    let recorded = record.iter().map(|check| (&*check.checklist, &*check.item));
    recorded.filter(|check| !known.contains(check)).collect()
}

fn state(every: Option<u32>, last: Option<Date>, day: Date) -> (CheckState, Option<Date>) {
    let Some(every) = every else {
        return (if last.is_some() { CheckState::Done } else { CheckState::Due }, None);
    };
    let now = period(day, every);
    let Some(last) = last.map(|last| period(last, every)) else {
        return (CheckState::Due, end(now, every));
    };
    let state = match now - last {
        ..=0 => CheckState::Done,
        1 => CheckState::Due,
        _ => CheckState::Overdue,
    };
    (state, end(last + 1, every))
}

/// The number of a period of the calendar.
fn period(day: Date, months: u32) -> i64 {
    (i64::from(day.year()) * 12 + i64::from(day.month()) - 1).div_euclid(i64::from(months))
}

/// The last day of a period; `None` beyond the calendar.
fn end(period: i64, months: u32) -> Option<Date> {
    let month = (period + 1) * i64::from(months) - 1;
    let (year, month) = (month.div_euclid(12), month.rem_euclid(12) + 1);
    let first = Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, 1).ok()?;
    Some(Month::of(first).last_day())
}
