//! What is said of costs in a comment, such as on a pull request: a summary, and details that are folded.

use rust_decimal::Decimal;

use crate::view::page::layout::Block;

/// A comment.
#[derive(Debug)]
pub struct Comment {
    /// What is always seen: a title, the result, and a line for each stage.
    pub summary: Vec<Block>,
    /// A chart for a host that draws it, where it says something.
    pub chart: Option<HostChart>,
    /// What is seen once it is unfolded, in order.
    pub details: Vec<Details>,
}

/// Bars that the host of a comment draws.
#[derive(Debug)]
pub struct HostChart {
    /// What the bars are.
    pub title: String,
    /// The unit of the bars.
    pub unit: String,
    /// The bars, from top to bottom: each with a name and a value of at least zero.
    pub bars: Vec<(String, Decimal)>,
    /// A value that every bar is held against.
    pub limit: Option<Decimal>,
    /// What has no bar and why, in a sentence; empty if everything has one.
    pub left_out: String,
}

/// The most bars of a chart.
const MOST_BARS: usize = 16;

impl HostChart {
    /// A chart of groups of bars, as many whole groups as there is room for; `unknown` has the names of those without a
    /// bar. `None` if there are fewer than two bars or all are zero, and the chart would say nothing.
    pub(crate) fn new(
        [title, unit]: [String; 2],
        groups: &[Vec<(String, Decimal)>],
        limit: Option<Decimal>,
        unknown: &[String],
    ) -> Option<Self> {
        let each = groups.first()?.len().max(1);
        let drawn = groups.len().min(MOST_BARS / each);
        let bars: Vec<(String, Decimal)> = groups[..drawn].concat();
        let says_something = bars.len() > 1 && bars.iter().any(|(_, value)| !value.is_zero());
        let mut left_out = Vec::new();
        if groups.len() > drawn {
            left_out.push(format!("Only the first {drawn} of {} are drawn.", groups.len()));
        }
        if !unknown.is_empty() {
            left_out.push(format!("Not drawn, since not fully known: {}.", unknown.join(", ")));
        }
        says_something.then(|| Self { title, unit, bars, limit, left_out: left_out.join(" ") })
    }
}

/// A part of a comment that is folded.
#[derive(Debug)]
pub struct Details {
    /// The line that is seen.
    pub headline: String,
    /// Whether it is unfolded at first.
    pub is_open: bool,
    /// What is in it.
    pub blocks: Vec<Block>,
}

/// A title with the name of the project, if it has one.
pub(crate) fn title(project: Option<&str>, title: &str) -> Block {
    let Some(project) = project else { return Block::Title(title.to_owned()) };
    let mut words = title.chars();
    let first = words.next().map(|first| first.to_lowercase().to_string()).unwrap_or_default();
    Block::Title(format!("{project}: {first}{}", words.as_str()))
}
