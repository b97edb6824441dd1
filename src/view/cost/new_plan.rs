//! What a new plan costs, and what to do next.

use jiff::civil::Date;

use crate::calculate::Costing;
use crate::model::Stage;
use crate::source::shell_word;
use crate::view::page::layout::{Block, Page};
use crate::view::page::number::{per_unit, percent, thousands};
use crate::view::page::screen::{amount, customers, several};

/// The most old prices that are named.
const SHOWN: usize = 3;

/// A new plan that was written.
#[derive(Debug)]
pub struct NewPlanView<'a> {
    /// Its stage.
    pub stage: &'a Stage,
    /// What the stage costs now.
    pub costing: &'a Costing,
    /// The directory as it was given.
    pub directory: &'a str,
    /// The file of the stage, from that directory.
    pub file: &'a str,
    /// The SKUs whose prices are older than they may be, with the day on which these were read.
    pub old_prices: &'a [(String, Date)],
    /// How many exchange rates are older than they may be.
    pub old_rates: usize,
}

impl NewPlanView<'_> {
    /// The page for a terminal.
    pub fn page(&self) -> Page {
        let mut blocks = vec![Block::Headline(self.cost()), Block::Text(self.next())];
        blocks.extend(self.old().map(Block::Text));
        Page { blocks }
    }

    /// Which prices are old, and what to do about them.
    fn old(&self) -> Option<String> {
        let shown = self.old_prices.iter().take(SHOWN).map(|(sku, day)| format!("{sku} of {day}"));
        let mut parts: Vec<String> = shown.collect();
        let more = self.old_prices.len().saturating_sub(SHOWN);
        parts.extend((more > 0).then(|| several(more, "more price")));
        parts.extend((self.old_rates > 0).then(|| several(self.old_rates, "exchange rate")));
        (!parts.is_empty()).then(|| {
            let vendor = self.old_prices.first().and_then(|(sku, _)| sku.split_once('/')).map(|(vendor, _)| vendor);
            format!(
                "Old prices, for which nothing newer was found: {}. Compare them with the vendor's page: `costplan prices \
                 export {}` copies the sheet to correct; until then `costplan prices stale` fails",
                parts.join(", "),
                vendor.unwrap_or("fx")
            )
        })
    }

    /// The cost in a sentence.
    fn cost(&self) -> String {
        let at = customers(self.costing.inputs.customers);
        let Some(totals) = self.costing.known_totals() else { return format!("At {at} the cost is unknown.") };
        let currency = self.stage.currency;
        let least = if self.costing.is_complete() { "" } else { "at least " };
        let economics = &self.costing.economics;
        let each = economics.cost_per_customer.as_ref().map(|each| {
            let each = per_unit(each, currency);
            format!("{} each", thousands(&each))
        });
        let share = economics.share_of_mrr.as_ref().map(|share| format!("{} of revenue", percent(share, 1)));
        let parts: Vec<String> = each.into_iter().chain(share).collect();
        let parts = if parts.is_empty() { String::new() } else { format!(": {}", parts.join(", ")) };
        format!("At {at} it costs {least}{} {currency} a month{parts}.", amount(totals.total, currency))
    }

    fn next(&self) -> String {
        let go = into(self.directory);
        format!("Next: {go}costplan stages; what we guessed is marked `guess` in {}", self.file)
    }
}

/// What is said after the example plan was copied into a directory.
pub fn example_copied(directory: &str) -> Page {
    let go = into(directory);
    let next =
        format!("Next: {go}costplan stages, costplan stage 2 --customers 60; `costplan init` starts one of your own");
    Page { blocks: vec![Block::Text(next)] }
}

/// The command that goes into a directory, if it is not the working directory.
fn into(directory: &str) -> String {
    match directory {
        "" | "." => String::new(),
        _ => format!("cd {}, ", shell_word(directory)),
    }
}
