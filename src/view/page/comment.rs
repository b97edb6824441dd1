//! What is said of costs in a comment, such as on a pull request: a summary, and details that are folded.

use crate::view::page::layout::Block;

/// A comment.
#[derive(Debug)]
pub struct Comment {
    /// What is always seen: a title, the result, and a line for each stage.
    pub summary: Vec<Block>,
    /// What is seen once it is unfolded, in order.
    pub details: Vec<Details>,
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
