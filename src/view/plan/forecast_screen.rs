//! The screen of a forecast: how long the cash lasts, and the months that matter.

use std::borrow::Cow;

use rust_decimal::Decimal;

use crate::calculate::{Completeness, ForecastEvent, ForecastMonth};
use crate::model::{Fraction, StageName, Verdict, subtract};
use crate::view::cost::tags::part_words;
use crate::view::page::finding::verdict_word;
use crate::view::page::layout::{Block, Column, Grid, Page};
use crate::view::page::number::{Number, bare_money_band, percent, thousands, with_decimals};
use crate::view::page::scenario::{capitalised, scenario_text, techniques_text};
use crate::view::page::screen::{LINES, Tone, customers, footer, grid, lines_of, month as name, sentences, several};
use crate::view::plan::forecast::{ForecastView, costs, stage_changes};
use crate::view::plan::forecast_event::{bound_words, stage_name};
use crate::view::plan::forecast_years;

/// The fewest months of a table, unless all of them are requested.
const ROWS: usize = 9;
/// The longest remark on a month.
const REMARK: usize = 24;
/// The most sentences about years.
const YEARS: usize = 3;
/// The most months of a line of blocks.
const BLOCKS: usize = 60;
/// Blocks of growing height.
const HEIGHTS: [char; 8] =
    ['\u{2581}', '\u{2582}', '\u{2583}', '\u{2584}', '\u{2585}', '\u{2586}', '\u{2587}', '\u{2588}'];

impl ForecastView<'_> {
    /// The page for a terminal.
    pub(crate) fn screen_page(&self) -> Page {
        let mut blocks = vec![Block::Headline(self.headline())];
        let remarks = self.remarks();
        let taken: usize = remarks.iter().map(|(_, remark)| lines_of(remark)).sum();
        // The headline, the headers of the table, the line of blocks and that of the flags, and what separates them.
        let chosen = self.chosen(LINES.saturating_sub(taken + 9).max(ROWS));
        blocks.extend(sentences(remarks));
        if self.lists_months {
            blocks.push(Block::Grid(self.grid(name)));
        } else {
            blocks.push(Block::Grid(self.months_grid(&chosen)));
            blocks.extend(self.cash_line().map(Block::Text));
        }
        if self.lists_events {
            blocks.extend(self.events(name).map(Block::Grid));
        }
        if self.draws {
            blocks.extend(self.charts().into_iter().map(Block::Chart));
        }
        blocks.extend(footer(Some(self.more(&chosen)).filter(|more| !more.is_empty())));
        Page { blocks }
    }

    /// An amount in whole units of the currency.
    fn whole(amount: Decimal) -> String {
        let shown = with_decimals(&amount.into(), 0).unwrap_or(amount);
        thousands(&shown.to_string()).into_owned()
    }

    /// How long the cash lasts, or what the months cost without any.
    fn headline(&self) -> String {
        let after = self.starts_after().map(|after| format!("; it {after}")).unwrap_or_default();
        format!("{}{after}", self.verdict())
    }

    fn verdict(&self) -> String {
        let months = self.months();
        let Some(last) = months.last() else { return "No months".to_owned() };
        if self.has_cash() {
            let is_known = months.iter().all(|month| month.balance.is_some());
            return match self.first(|event| *event == ForecastEvent::OutOfCash) {
                Some(month) => format!("The cash runs out in {}, month {}", name(month.month), self.place(month)),
                None if !is_known => "How long the cash lasts is unknown, since a cost is unknown".to_owned(),
                None => format!("The cash lasts beyond {}", name(last.month)),
            };
        }
        let count = several(months.len(), "month");
        let verb = if months.len() == 1 { "costs" } else { "cost" };
        format!("{count} {verb} {}; at the end there are {}", self.infrastructure(), customers(last.customers))
    }

    /// The number of a month in the forecast.
    fn place(&self, of: &ForecastMonth) -> usize {
        self.months().iter().position(|month| month.number == of.number).map_or(0, |place| place + 1)
    }

    /// What the infrastructure costs in all months.
    fn infrastructure(&self) -> String {
        let last = self.months().last();
        match last.and_then(|last| Some((last.cumulative?, last.is_cumulative_complete))) {
            Some((sum, true)) => format!("{} {}", Self::whole(sum), self.currency),
            Some((sum, false)) => format!("at least {} {}", Self::whole(sum), self.currency),
            None => "an unknown amount".to_owned(),
        }
    }

    /// What else there is to know, the worst first.
    fn remarks(&self) -> Vec<(Tone, String)> {
        let mut remarks = Vec::new();
        if let Some((month, balance)) = self.lowest().filter(|_| self.has_cash()) {
            let (shown, at) = (Self::whole(balance), name(month.month));
            remarks.push(if balance.is_sign_negative() && !balance.is_zero() {
                (Tone::Bad, format!("The lowest point is {shown} in {at}: you need at least that much more"))
            } else {
                (Tone::Plain, format!("The lowest point is {shown} in {at}"))
            });
        }
        remarks.extend(self.start_remark());
        remarks.extend(self.year_remarks());
        remarks.extend(self.share_remark());
        remarks.extend(self.not_served());
        remarks.extend(self.disagreement(true));
        remarks.extend(self.disagreement(false));
        let takes = format!("infrastructure takes {} in all", self.infrastructure());
        remarks.push((
            Tone::Plain,
            match (self.has_cash(), self.grows_from()) {
                (true, Some(month)) => format!("From {} on cash grows every month; {takes}", name(month.month)),
                (true, None) => capitalised(&takes),
                (false, _) => format!("{} a month, each month at the prices of its first day", self.currency),
            },
        ));
        remarks.extend(self.outside().into_iter().chain(self.note_on_start()).map(|text| (Tone::Doubtful, text)));
        let context = self.scenario.map(scenario_text).into_iter().chain(techniques_text(self.techniques));
        let context =
            context.chain(self.part.map(|part| format!("{}; no cash and no one-time costs", part_words(part))));
        remarks.extend(context.map(|text| (Tone::Plain, text)));
        remarks.sort_by_key(|(tone, _)| *tone);
        remarks
    }

    /// What the years of the plan cost, next to what the plan has for them.
    fn year_remarks(&self) -> Vec<(Tone, String)> {
        if !self.follows_calendar() {
            return Vec::new();
        }
        let mut years = forecast_years::sentences(&self.years(), self.currency);
        let count = years.len();
        if count > YEARS {
            years.truncate(YEARS - 1);
            years.push((Tone::Plain, format!("{} more (--details)", several(count + 1 - YEARS, "year"))));
        }
        years
    }

    /// The first month that no stage serves, and the number of those whose stage does not serve them.
    fn not_served(&self) -> Option<(Tone, String)> {
        let months = self.months();
        if let Some(month) = months.iter().find(|month| month.stage.is_none()) {
            let (at, customers) = (name(month.month), customers(month.customers));
            return Some((Tone::Bad, format!("From {at} on no stage serves: {customers}, whose cost is unknown")));
        }
        let count = months.iter().filter(|month| !month.serves && month.needed.is_none()).count();
        let months = several(count, "month");
        (count > 0).then(|| (Tone::Doubtful, format!("{months} at the costs of a stage that does not serve so many")))
    }

    /// The months in which the customers need a larger stage than the revenue carries, or a smaller one.
    fn disagreement(&self, is_larger: bool) -> Option<(Tone, String)> {
        let months = self.months().iter();
        let mut of_those =
            months.filter(|month| month.needed.as_ref().is_some_and(|needed| needed.is_larger == is_larger));
        let (first, count) = (of_those.clone().next()?, of_those.by_ref().count());
        let (count, at) = (several(count, "month"), name(first.month));
        let needed = first.needed.as_ref().map(|needed| stage_name(&needed.stage)).unwrap_or_default();
        Some(if is_larger {
            (Tone::Bad, format!("In {count} the customers need more than the revenue carries: {needed} in {at}"))
        } else {
            (Tone::Plain, format!("In {count} the revenue carries more than they need: {needed} would do in {at}"))
        })
    }

    /// The month with the least cash.
    fn lowest(&self) -> Option<(&ForecastMonth, Decimal)> {
        let known = self.months().iter().filter_map(|month| Some((month, month.balance?)));
        known.reduce(|least, next| if next.1 < least.1 { next } else { least })
    }

    /// The first month from which on there is more cash in each month than in the one before.
    fn grows_from(&self) -> Option<&ForecastMonth> {
        let months = self.months();
        let falls = |pair: &[ForecastMonth]| pair[1].balance <= pair[0].balance;
        let last_fall = months.windows(2).rposition(falls)?;
        months.get(last_fall + 2)
    }

    /// The first month whose share of revenue is too high.
    fn share_remark(&self) -> Option<(Tone, String)> {
        let month = self.first(|event| *event == ForecastEvent::FirstUrgent)?;
        let share = month.economics.share_of_mrr.as_ref().map(|share| percent(share, 1)).unwrap_or_default();
        let bound = bound_words(&month.economics);
        let tone = if month.economics.target.is_some() { Tone::Bad } else { Tone::Doubtful };
        Some((tone, format!("{share} of revenue in {}: the first month at or over {bound}", name(month.month))))
    }

    /// The months that matter: the first, the last and the turning points, then those in which something happens to the
    /// costs, then those of a season, and others between them.
    fn chosen(&self, most: usize) -> Vec<usize> {
        let months = self.months();
        let last = months.len().saturating_sub(1);
        let is_turn = |month: &ForecastMonth| {
            stage_changes(month) || month.stage.is_none() || month.events.contains(&ForecastEvent::OutOfCash)
        };
        let lowest = self.lowest().filter(|_| self.has_cash()).map(|(month, _)| self.place(month) - 1);
        let places = |is: &dyn Fn(&ForecastMonth) -> bool| -> Vec<usize> {
            let found = months.iter().enumerate().filter(|(_, month)| is(month));
            found.map(|(place, _)| place).collect()
        };
        let first: Vec<usize> = [0, last].into_iter().chain(lowest).collect();
        let of_season = places(&|month| self.season(month.month).is_some());
        let even: Vec<usize> = (1..ROWS).map(|part| last * part / ROWS).collect();
        let mut chosen: Vec<usize> = Vec::new();
        for place in [first, places(&is_turn), places(&is_eventful), of_season].concat() {
            if chosen.len() < most && !chosen.contains(&place) {
                chosen.push(place);
            }
        }
        for place in even {
            if chosen.len() < ROWS && !chosen.contains(&place) {
                chosen.push(place);
            }
        }
        chosen.sort_unstable();
        chosen
    }

    fn months_grid(&self, chosen: &[usize]) -> Grid {
        let any = |is: fn(&ForecastMonth) -> bool| self.months().iter().any(is);
        let has_revenue = any(|month| month.economics.mrr.is_some());
        let mut columns = vec![Column::left("Month"), Column::right("Customers")];
        // Next to the cash there is room for the number of the stage; the month in which it begins has its name.
        columns.push(Column::left("Stage").at_least(if self.has_cash() { 5 } else { 8 }));
        columns.push(Column::right("Costs"));
        let has_budget = self.follows_calendar();
        columns.extend(has_budget.then(|| Column::right("Planned").optional()));
        if has_revenue {
            columns.extend([Column::right("Revenue").optional(), Column::right("Share").optional()]);
        }
        if self.has_cash() {
            columns.extend([Column::right("Change"), Column::right("Cash left")]);
        }
        columns.push(Column::left("").at_least(REMARK));
        let mut grid = grid(columns);
        let mut above = self.start().map(|(cash, _)| cash);
        for place in chosen {
            let month = &self.months()[*place];
            let (remark, tone) = self.remark(month);
            let is_above = has_budget && month.budget_verdict == Some(Verdict::Above);
            tone.min(if is_above { Tone::Doubtful } else { Tone::Plain }).mark(&mut grid);
            let open = if month.completeness == Completeness::Full { "" } else { " + ?" };
            let shown = |amount: Option<Decimal>| amount.map_or_else(|| "?".to_owned(), Self::whole);
            grid.cell(name(month.month)).cell(month.customers);
            let stage_words =
                |stage: &StageName| if self.has_cash() { stage.id.to_string() } else { stage_name(stage) };
            grid.cell(month.stage.as_ref().map_or_else(|| "none".to_owned(), stage_words));
            let of_month = month.total.and_then(|_| costs(month)).map(|(costs, _)| costs);
            let open = if of_month.is_some() { open } else { "" };
            grid.cell(format_args!("{}{open}", shown(of_month)));
            if has_budget {
                grid.cell(self.planned(month));
            }
            if has_revenue {
                grid.cell(shown(month.economics.mrr));
                grid.cell(month.economics.share_of_mrr.as_ref().map(|share| percent(share, 1)).unwrap_or_default());
            }
            if self.has_cash() {
                grid.cell(Self::change(above, month.balance)).cell(shown(month.balance));
                above = month.balance;
            }
            grid.cell(remark);
        }
        grid
    }

    /// How the cash changed since the row above, so that the rounded rows add up.
    fn change(above: Option<Decimal>, now: Option<Decimal>) -> String {
        let whole = |amount: Decimal| with_decimals(&amount.into(), 0);
        let change = above.zip(now).and_then(|(above, now)| subtract(whole(now)?, whole(above)?).ok());
        let sign = if change.is_some_and(|change| change > Decimal::ZERO) { "+" } else { "" };
        change.map_or_else(|| "?".to_owned(), |change| format!("{sign}{}", Self::whole(change)))
    }

    /// The budget of a month, and how its costs compare with it if they are not within it.
    fn planned(&self, month: &ForecastMonth) -> String {
        let Some(budget) = month.budget else { return String::new() };
        let planned = thousands(&bare_money_band(budget, self.currency)).replace(" to ", "-");
        match month.budget_verdict {
            Some(Verdict::Within) => planned,
            verdict => format!("{planned}, {}", verdict.map_or("unknown", verdict_word)),
        }
    }

    /// What the cash begins with, and what is paid beside the infrastructure.
    fn start_remark(&self) -> Option<(Tone, String)> {
        let (cash, other) = self.start()?;
        let other = if other.is_zero() {
            "no other costs".to_owned()
        } else {
            format!("other costs of {} a month", Self::whole(other))
        };
        let is_taxed = self.months().iter().any(|month| !month.tax.is_zero());
        let tax = if is_taxed { "; it pays taxes too, which are in no costs" } else { "" };
        Some((Tone::Plain, format!("Cash begins with {} {}; {other}{tax}", Self::whole(cash), self.currency)))
    }

    /// What is special about a month.
    fn remark(&self, month: &ForecastMonth) -> (Cow<'static, str>, Tone) {
        let has = |is: fn(&ForecastEvent) -> bool| month.events.iter().any(is);
        let is_lowest = self.has_cash() && self.lowest().is_some_and(|(lowest, _)| lowest.number == month.number);
        if let Some(needed) = month.needed.as_ref().filter(|_| !has(|event| *event == ForecastEvent::OutOfCash)) {
            let tone = if needed.is_larger { Tone::Bad } else { Tone::Plain };
            let verb = if needed.is_larger { "needs" } else { "only needs" };
            return (format!("< {verb} {}", stage_name(&needed.stage)).into(), tone);
        }
        let (remark, tone) = match () {
            () if has(|event| *event == ForecastEvent::OutOfCash) => ("< cash out", Tone::Bad),
            () if month.stage.is_none() => ("< no stage serves", Tone::Bad),
            () if is_lowest => ("< lowest", Tone::Plain),
            () if stage_changes(month) => {
                let name = month.stage.as_ref().filter(|_| self.has_cash()).map(stage_name);
                return (format!("< {}", name.as_deref().unwrap_or("new stage")).into(), Tone::Plain);
            }
            () if is_eventful(month) => {
                // Why the costs change says more than that they do.
                let is_reason = |event: &&ForecastEvent| matches!(event, ForecastEvent::DeductionChange { .. });
                let reason = month.events.iter().find(is_reason).and_then(event_remark);
                (reason.or_else(|| month.events.iter().find_map(event_remark)).unwrap_or_default(), Tone::Plain)
            }
            () if !month.serves => ("< not served", Tone::Doubtful),
            () => {
                let season = self.season(month.month).map(|factor| format!("< season x {}", Number(factor)));
                return (season.unwrap_or_default().into(), Tone::Plain);
            }
        };
        (remark.into(), tone)
    }

    /// The cash of every month, or its costs, as blocks.
    fn cash_line(&self) -> Option<String> {
        let months = self.months();
        let of = |month: &ForecastMonth| if self.has_cash() { month.balance } else { month.total };
        let values: Vec<Decimal> = months.iter().map(of).collect::<Option<_>>()?;
        let (least, most) = (*values.iter().min()?, *values.iter().max()?);
        if values.len() < 3 || least == most {
            return None;
        }
        let step = values.len().div_ceil(BLOCKS);
        let block = |value: &Decimal| {
            let part = Fraction::new(subtract(*value, least).ok()?, subtract(most, least).ok()?).ok()?;
            let height = part.multiply(&Decimal::from(HEIGHTS.len() - 1).into()).ok()?.round(0).ok()?;
            HEIGHTS.get(usize::try_from(height.mantissa()).ok()?).copied()
        };
        let blocks: String = values.iter().step_by(step).map(block).collect::<Option<_>>()?;
        let what = if self.has_cash() { "Cash" } else { "Costs" };
        let (from, to) = (Self::whole(*values.first()?), Self::whole(*values.last()?));
        Some(format!("{what}  {blocks}  from {from} to {to}"))
    }

    /// The flags that show more.
    fn more(&self, chosen: &[usize]) -> String {
        let count = self.months().len();
        let unseen = self.months().iter().enumerate();
        let unseen = unseen.filter(|(place, month)| is_eventful(month) && !chosen.contains(place)).count();
        let events = match unseen {
            _ if self.lists_months => "--events for what happens".to_owned(),
            0 => "--events for what happens".to_owned(),
            1 => "--events for what happens, also in 1 other month".to_owned(),
            _ => format!("--events for what happens, also in {unseen} other months"),
        };
        let flags = [
            (!self.lists_months && count > chosen.len(), format!("--monthly for all {count} months")),
            (!self.lists_events && self.months().iter().any(|month| !month.events.is_empty()), events),
            (!self.draws, "--chart for curves".to_owned()),
        ];
        flags.into_iter().filter(|(is_hidden, _)| *is_hidden).map(|(_, flag)| flag).collect::<Vec<_>>().join(", ")
    }
}

/// Whether something happens to the costs in a month, other than a payment in advance, which is no cost of the month.
fn is_eventful(month: &ForecastMonth) -> bool {
    month.events.iter().any(|event| event_remark(event).is_some())
}

/// An event that changes what is paid, in two or three words.
fn event_remark(event: &ForecastEvent) -> Option<&'static str> {
    match event {
        ForecastEvent::DeductionChange { is_credit: true, begins: false, .. } => Some("< credit ends"),
        ForecastEvent::DeductionChange { is_credit: true, begins: true, .. } => Some("< credit begins"),
        ForecastEvent::DeductionChange { is_credit: false, begins: false, .. } => Some("< discount ends"),
        ForecastEvent::DeductionChange { is_credit: false, begins: true, .. } => Some("< discount"),
        ForecastEvent::CreditUsedUp { .. } => Some("< credit used up"),
        ForecastEvent::CreditExpired { .. } => Some("< credit expired"),
        ForecastEvent::Migration { .. } => Some("< migration"),
        ForecastEvent::Overlap { .. } => Some("< two stages"),
        ForecastEvent::Once { .. } => Some("< one-time cost"),
        ForecastEvent::CostChange { .. } => Some("< cost changes"),
        ForecastEvent::CostChangeWithin { .. } | ForecastEvent::CreditOfPartOfMonth { .. } => Some("< changes within"),
        ForecastEvent::FirstUrgent => Some("< share too high"),
        ForecastEvent::StageChange { .. }
        | ForecastEvent::NoStage
        | ForecastEvent::CouldCarry
        | ForecastEvent::NotInCalendar
        | ForecastEvent::Disagreement(_)
        | ForecastEvent::NothingCarried
        | ForecastEvent::DoesNotServe
        | ForecastEvent::Prepayment { .. }
        | ForecastEvent::OutOfCash => None,
    }
}
