//! An example of a SKU's cost, and the command that computes it.

use crate::calculate::Costing;
use crate::model::{Money, Stage};
use crate::source::shell_word;

/// The width of the lines of a command.
const COMMAND_WIDTH: usize = 78;

/// An example of a SKU's cost for one usage, as costed by a quote.
#[derive(Debug)]
pub struct PriceExample {
    /// The words of the command that computes the same.
    pub command: Vec<String>,
    /// The usage by meter, as a user types it.
    pub usage: Vec<(Box<str>, String)>,
    /// The revenue of the month, if the cost depends on it.
    pub mrr: Option<Money>,
    /// The cost of a month.
    pub total: Money,
    /// Whether the cost of every charge is known.
    pub complete: bool,
}

impl PriceExample {
    /// The example of a computed quote; `None` if no cost is known.
    pub fn new(command: Vec<String>, usage: Vec<(Box<str>, String)>, stage: &Stage, costing: &Costing) -> Option<Self> {
        let cost = costing.line_items.first().filter(|cost| cost.is_known)?;
        let total = Money::new(cost.exact, stage.currency);
        let mrr = costing.economics.mrr.map(|mrr| Money::new(mrr, stage.currency));
        Some(Self { command, usage, mrr, total, complete: cost.unknown.is_empty() })
    }

    /// The words of the command, quoted for a shell.
    pub(crate) fn words(&self) -> Vec<String> {
        self.command.iter().map(|word| shell_word(word)).collect()
    }

    /// The command, broken into lines that a shell joins; a flag is on the same line as its value.
    pub(crate) fn lines(&self) -> Vec<String> {
        let words = self.words();
        let pieces = words.chunk_by(|_, next| !next.starts_with("--")).map(|piece| piece.join(" "));
        let mut lines: Vec<String> = Vec::new();
        for piece in pieces {
            match lines.last_mut() {
                // Reserves space for the continuation mark.
                Some(line) if line.len() + piece.len() + 3 <= COMMAND_WIDTH => {
                    line.push(' ');
                    line.push_str(&piece);
                }
                Some(line) => {
                    line.push_str(" \\");
                    lines.push(format!("  {piece}"));
                }
                None => lines.push(piece),
            }
        }
        lines
    }
}
