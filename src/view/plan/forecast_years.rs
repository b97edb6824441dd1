//! The years of a forecast, each with the sum of the monthly budgets of its stages.

use serde::Serialize;

use crate::calculate::ForecastYear;
use crate::model::{Band, Currency, Verdict};
use crate::view::page::finding::verdict_word;
use crate::view::page::layout::{Column, Grid};
use crate::view::page::number::{Number, bare_money_band, displayed, thousands};
use crate::view::page::screen::{Tone, month as name, several};

/// The known costs of a year.
fn costs(year: &ForecastYear, currency: Currency) -> String {
    let open = if year.is_complete { "" } else { " + ?" };
    year.costs.map_or_else(|| "?".to_owned(), |costs| format!("{}{open}", displayed(costs, currency)))
}

/// A row for each year.
pub(crate) fn grid(years: &[ForecastYear], currency: Currency) -> Grid {
    let mut grid = Grid::new(vec![
        Column::left("Year"),
        Column::left("Months"),
        Column::right("Costs"),
        Column::right("Planned"),
        Column::left("Verdict"),
    ]);
    for year in years {
        grid.cell(year.number).cell(format_args!("{} to {}", year.first, year.last)).cell(costs(year, currency));
        grid.cell(year.budget.map(|budget| bare_money_band(budget, currency)).unwrap_or_default());
        grid.cell(year.verdict.map(verdict_word).unwrap_or_default());
    }
    grid
}

/// A sentence for each year with a budget: `Year 1: 1,234.00, planned 6,750 to 13,500, below`.
pub(crate) fn sentences(years: &[ForecastYear], currency: Currency) -> Vec<(Tone, String)> {
    let of_year = |year: &ForecastYear| {
        let planned = thousands(&bare_money_band(year.budget?, currency)).into_owned();
        let part = if year.months == 12 {
            String::new()
        } else {
            format!(" ({} to {}, {})", name(year.first), name(year.last), several(year.months as usize, "month"))
        };
        let verdict = year.verdict.map_or("unknown", verdict_word);
        let tone = if year.verdict == Some(Verdict::Above) { Tone::Doubtful } else { Tone::Plain };
        let costs = costs(year, currency);
        Some((tone, format!("Year {}{part}: {}, planned {planned}, {verdict}", year.number, thousands(&costs))))
    };
    years.iter().filter_map(of_year).collect()
}

/// A band in JSON.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct BandJson {
    low: Option<Number>,
    high: Option<Number>,
}

impl From<Band> for BandJson {
    fn from(band: Band) -> Self {
        Self { low: band.low.map(Number), high: band.high.map(Number) }
    }
}

/// A year in JSON.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct YearJson {
    year: u32,
    first_month: String,
    last_month: String,
    months: u32,
    total: Option<Number>,
    complete: bool,
    budget: Option<BandJson>,
    budget_verdict: Option<&'static str>,
}

impl From<&ForecastYear> for YearJson {
    fn from(year: &ForecastYear) -> Self {
        Self {
            year: year.number,
            first_month: year.first.to_string(),
            last_month: year.last.to_string(),
            months: year.months,
            total: year.costs.map(Number),
            complete: year.is_complete,
            budget: year.budget.map(BandJson::from),
            budget_verdict: year.verdict.map(verdict_word),
        }
    }
}
