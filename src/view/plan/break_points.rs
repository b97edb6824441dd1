//! Break-points as rows of a table and as JSON.

use std::collections::HashMap;

use rust_decimal::Decimal;
use serde::Serialize;

use crate::calculate::{BreakPoint, RegimeKey};
use crate::model::Stage;
use crate::view::page::layout::{Column, Grid};
use crate::view::page::number::{Number, displayed};
use crate::view::plan::change::words;

/// How many break-points of one kind and row a table lists before it summarises the rest.
const MAX_LISTED: usize = 3;

/// What break-points of one row have in common.
#[derive(PartialEq, Eq, Hash)]
struct Group {
    stage: Option<usize>,
    key: Option<RegimeKey>,
    code: &'static str,
}

/// The break-points in order; repetitions are summarised.
pub(crate) fn break_point_grid(breaks: &[BreakPoint], stages: &[&Stage], unit: &str) -> Grid {
    let group = |point: &BreakPoint| Group {
        stage: point.stage,
        key: point.change.of_row(),
        code: words(point, stages, unit).code,
    };
    let mut members: HashMap<Group, Vec<usize>> = HashMap::new();
    for (index, point) in breaks.iter().enumerate() {
        members.entry(group(point)).or_default().push(index);
    }
    let mut grid = Grid::new(vec![
        Column::right("At"),
        Column::right("Before"),
        Column::right("Total"),
        Column::left("What changes there").at_least(20),
    ]);
    for (index, point) in breaks.iter().enumerate() {
        let members = &members[&group(point)];
        let place = members.partition_point(|member| *member < index);
        let is_long = members.len() > MAX_LISTED + 1;
        let (is_left_out, rest) = match place {
            _ if !is_long || place < MAX_LISTED - 1 => (false, String::new()),
            _ if place == MAX_LISTED - 1 => (false, summary(&members[MAX_LISTED..], breaks)),
            _ => (true, String::new()),
        };
        if is_left_out {
            continue;
        }
        let mut message = words(point, stages, unit).message;
        if stages.len() > 1
            && let Some(stage) = point.stage.and_then(|place| stages.get(place))
        {
            message = format!("{} {}: {message}", stage.id, stage.name);
        }
        let currency = stages.first().map(|stage| stage.currency);
        let total = |total: Option<Decimal>| {
            total.zip(currency).map_or_else(String::new, |(total, currency)| displayed(total, currency).to_string())
        };
        grid.cell(point.at).cell(total(point.totals[0])).cell(total(point.totals[1]));
        grid.cell(format_args!("{message}{rest}"));
    }
    grid
}

/// A summary of the rest of a series.
fn summary(rest: &[usize], breaks: &[BreakPoint]) -> String {
    let at = |index: &usize| breaks[*index].at;
    let (Some(first), Some(last)) = (rest.first().map(at), rest.last().map(at)) else { return String::new() };
    let distances: Vec<u64> = rest.windows(2).map(|pair| at(&pair[1]) - at(&pair[0])).collect();
    let is_regular = distances.windows(2).all(|pair| pair[0] == pair[1]);
    match distances.first() {
        Some(distance) if is_regular => {
            format!("; repeated {} times, every {distance} from {first} to {last}", rest.len())
        }
        _ => format!("; repeated {} times, from {first} to {last}", rest.len()),
    }
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct BreakPointJson<'a> {
    at: u64,
    /// The number of the stage; null if it concerns all that are swept.
    stage: Option<u32>,
    code: &'static str,
    line_item: Option<&'a str>,
    meter: Option<&'a str>,
    from: Option<Number>,
    to: Option<Number>,
    total_before: Option<Number>,
    total: Option<Number>,
    message: String,
}

impl<'a> BreakPointJson<'a> {
    pub(crate) fn new(point: &BreakPoint, stages: &[&'a Stage], unit: &str) -> Self {
        let words = words(point, stages, unit);
        Self {
            at: point.at,
            stage: point.stage.and_then(|place| stages.get(place)).map(|stage| stage.id),
            code: words.code,
            line_item: words.line_item,
            meter: words.meter,
            from: words.values.map(|(from, _)| Number(from)),
            to: words.values.map(|(_, to)| Number(to)),
            total_before: point.totals[0].map(Number),
            total: point.totals[1].map(Number),
            message: words.message,
        }
    }
}
