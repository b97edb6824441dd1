//! What a SKU costs by way of example, and the command that computes the same.

use crate::calculate::Costing;
use crate::model::{Money, Stage};

/// The width of the lines in which a command is shown.
const COMMAND_WIDTH: usize = 78;

/// What a SKU costs for one usage, as the costing of a quote has it.
#[derive(Debug)]
pub struct PriceExample {
    /// The words of the command that computes the same.
    pub command: Vec<String>,
    /// The usage by meter, as it is typed.
    pub usage: Vec<(Box<str>, String)>,
    /// The cost of a month.
    pub total: Money,
    /// Whether the cost of every charge is known.
    pub complete: bool,
}

impl PriceExample {
    /// The example that a quote has computed; `None` if nothing is known of the cost.
    pub fn new(command: Vec<String>, usage: Vec<(Box<str>, String)>, stage: &Stage, costing: &Costing) -> Option<Self> {
        let cost = costing.line_items.first().filter(|cost| cost.is_known)?;
        let total = Money::new(cost.exact, stage.currency);
        Some(Self { command, usage, total, complete: cost.unknown.is_empty() })
    }

    /// The words of the command, as a shell takes them.
    pub(crate) fn words(&self) -> Vec<String> {
        self.command.iter().map(|word| shell_word(word)).collect()
    }

    /// The command in lines that a shell takes for one; a flag stands in one line with its value.
    pub(crate) fn lines(&self) -> Vec<String> {
        let words = self.words();
        let pieces = words.chunk_by(|_, next| !next.starts_with("--")).map(|piece| piece.join(" "));
        let mut lines: Vec<String> = Vec::new();
        for piece in pieces {
            match lines.last_mut() {
                // Room is left for the mark that the command goes on.
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

/// A word as a shell takes it for one.
fn shell_word(word: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./=:%+,".contains(&byte);
    if !word.is_empty() && word.bytes().all(is_plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_quoted_where_a_shell_would_part_it() {
        assert_eq!(shell_word("egress=251GB"), "egress=251GB");
        assert_eq!(shell_word("duration=1 GB * 1 second"), "'duration=1 GB * 1 second'");
        assert_eq!(shell_word("a'b c"), r"'a'\''b c'");
        assert_eq!(shell_word(""), "''");
    }
}
