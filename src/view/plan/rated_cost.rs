//! A cost that is paid, rated by the revenue.

use std::cmp::Ordering;

use rust_decimal::Decimal;
use serde::Serialize;

use crate::calculate::{RatedCost, Rating};
use crate::model::Currency;
use crate::view::View;
use crate::view::page::layout::{Block, Cell, Column, Grid, Mark, Page, Records};
use crate::view::page::number::{Number, exact_percent, percent, quotient};
use crate::view::page::screen::{Tone, amount, grid, money, sentences, share_target};
use crate::view::page::words::rating;
use crate::view::plan::affordable::CeilingJson;

/// A cost with its rating.
#[derive(Debug)]
pub struct RatedCostView<'a> {
    rated: &'a RatedCost,
    currency: Currency,
}

impl<'a> RatedCostView<'a> {
    /// Shows a rated cost in its currency.
    pub fn new(rated: &'a RatedCost, currency: Currency) -> Self {
        Self { rated, currency }
    }

    fn headline(&self) -> String {
        let RatedCost { share, rating: found, target, .. } = self.rated;
        let Some((share, found)) = share.as_ref().zip(*found) else {
            return "No revenue yet: the cost has no share of it".to_owned();
        };
        let share = percent(share, 1);
        match target {
            Some(target) => {
                let not = if target.is_met == Some(true) { "" } else { "not " };
                format!("{share} of revenue: {not}under your target of {}", exact_percent(target.bound))
            }
            None => format!("{share} of revenue: {}", rating(found).1),
        }
    }

    fn remarks(&self) -> Vec<(Tone, String)> {
        let RatedCost { cost, mrr, share, target, bound, left, .. } = self.rated;
        let what = format!("{} a month of {}", money(*cost, self.currency), money(*mrr, self.currency));
        let ceiling = share.as_ref().map(|_| {
            let limit = format!("the ceiling of {}", share_target(*bound, target.is_some()));
            match left.cmp(&Decimal::ZERO) {
                Ordering::Greater => (Tone::Plain, format!("{} below {limit}", amount(*left, self.currency))),
                Ordering::Equal => (Tone::Bad, format!("Exactly {limit}, and so not under it")),
                Ordering::Less => (Tone::Bad, format!("{} over {limit}", amount(-*left, self.currency))),
            }
        });
        ceiling.into_iter().chain([(Tone::Plain, what)]).collect()
    }

    fn grid(&self) -> Grid {
        let unit = self.currency;
        let mut grid = grid(vec![
            Column::left("Rating").at_least(22),
            Column::right("Under"),
            Column::right(format!("Costs under, {unit}")),
            Column::right(format!("Revenue over, {unit}")),
            Column::left("").at_least(6),
        ]);
        for (ceiling, more_than) in self.rated.ceilings.iter().zip(&self.rated.more_than) {
            let is_this = self.rated.rating == Some(ceiling.rating);
            if is_this {
                grid.mark(Mark::Strong);
            }
            grid.cell(rating(ceiling.rating).1).cell(exact_percent(ceiling.share));
            grid.cell(amount(ceiling.amount, unit)).cell(amount(*more_than, unit));
            grid.cell(if is_this { "< here" } else { "" });
        }
        if self.rated.rating == Some(Rating::OptimiseUrgently) {
            grid.mark(Mark::Bad);
            grid.cell(rating(Rating::OptimiseUrgently).1).cell("").cell("").cell("").cell("< here");
        }
        grid
    }
}

impl View for RatedCostView<'_> {
    fn page(&self) -> Page {
        let texts = [self.headline()].into_iter().chain(self.remarks().into_iter().map(|(_, text)| text));
        let blocks = [Block::Title("A cost rated by the revenue".to_owned())].into_iter().chain(texts.map(Block::Text));
        Page { blocks: blocks.chain([Block::Grid(self.grid())]).collect() }
    }

    fn screen(&self) -> Page {
        let blocks = [Block::Headline(self.headline())].into_iter().chain(sentences(self.remarks()));
        Page { blocks: blocks.chain([Block::Grid(self.grid())]).collect() }
    }

    fn records(&self) -> Records<'_> {
        let header =
            vec!["rating", "under", "ceiling", "revenue_over", "currency", "cost", "mrr", "share_of_mrr", "is"];
        let rows = self.rated.ceilings.iter().zip(&self.rated.more_than).map(|(ceiling, more_than)| {
            vec![
                Cell::text(rating(ceiling.rating).0),
                Cell::Number(ceiling.share),
                Cell::Number(ceiling.amount),
                Cell::Number(*more_than),
                Cell::text(self.currency.to_string()),
                Cell::Number(self.rated.cost),
                Cell::Number(self.rated.mrr),
                Cell::number(self.rated.share.as_ref().and_then(quotient).map(|share| share.0)),
                Cell::truth(self.rated.rating == Some(ceiling.rating)),
            ]
        });
        Records { header, rows: Box::new(rows) }
    }
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct RatedCostJson {
    schema: &'static str,
    currency: String,
    cost: Number,
    mrr: Number,
    share_of_mrr: Option<Number>,
    rating: Option<&'static str>,
    target: Option<Number>,
    target_met: Option<bool>,
    ceilings: Vec<RatedCeilingJson>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct RatedCeilingJson {
    #[serde(flatten)]
    ceiling: CeilingJson,
    revenue_over: Number,
}

impl Serialize for RatedCostView<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let rated = self.rated;
        let ceilings = rated.ceilings.iter().zip(&rated.more_than).map(|(ceiling, more_than)| RatedCeilingJson {
            ceiling: CeilingJson {
                rating: rating(ceiling.rating).0,
                under: Number(ceiling.share),
                amount: Number(ceiling.amount),
            },
            revenue_over: Number(*more_than),
        });
        RatedCostJson {
            schema: "costplan.rate.v1",
            currency: self.currency.to_string(),
            cost: Number(rated.cost),
            mrr: Number(rated.mrr),
            share_of_mrr: rated.share.as_ref().and_then(quotient),
            rating: rated.rating.map(|found| rating(found).0),
            target: rated.target.map(|target| Number(target.bound)),
            target_met: rated.target.and_then(|target| target.is_met),
            ceilings: ceilings.collect(),
        }
        .serialize(serializer)
    }
}
