//! What a new plan costs, and what to do next.

use crate::calculate::Costing;
use crate::model::Stage;
use crate::source::shell_word;
use crate::view::page::layout::{Block, Page};
use crate::view::page::number::{per_unit, percent, thousands};
use crate::view::page::screen::{amount, customers, several};

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
    /// How many prices and rates are older than they may be.
    pub stale: usize,
}

impl NewPlanView<'_> {
    /// The page for a terminal.
    pub fn page(&self) -> Page {
        let mut blocks = vec![Block::Headline(self.cost()), Block::Text(self.next())];
        if self.stale > 0 {
            let prices = several(self.stale, "price");
            let text = format!("{prices} may be out of date: `costplan prices stale` lists what was read long ago");
            blocks.push(Block::Text(text));
        }
        Page { blocks }
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
