//! Runbooks: what to type to deploy, step by step.

use crate::model::words::words;
use crate::source::{Span, Spanned};

/// How a stage is deployed.
#[derive(Clone, Debug)]
pub struct Runbook {
    /// The stem of its file.
    pub id: Box<str>,
    /// The name that is shown.
    pub name: Box<str>,
    /// A sentence or two about it.
    pub summary: Option<Box<str>>,
    /// The numbers of the stages that it is for.
    pub stages: Vec<Spanned<u64>>,
    /// What is filled into the commands.
    pub inputs: Vec<RunbookInput>,
    /// What to do, in order.
    pub steps: Vec<RunbookStep<CommandTemplate>>,
    /// How to see that it works.
    pub checks: Vec<RunbookStep<CommandTemplate>>,
}

/// Something that is filled into the commands.
#[derive(Clone, Debug)]
pub struct RunbookInput {
    /// Its name.
    pub name: Spanned<Box<str>>,
    /// What it means.
    pub meaning: Box<str>,
    /// What its values look like.
    pub kind: InputKind,
    /// The value unless the user gives another; `None` if the user has to give one.
    pub default: Option<Spanned<Box<str>>>,
}

words! {
    /// What the values of an input look like.
    pub enum InputKind is "a kind of input" {
        /// Anything on one line.
        Text = "text",
        /// Letters, digits, `.`, `_` and `-`.
        Name = "name",
        /// The name of a host.
        Host = "host",
        /// The address of a repository: a URL, or `user@host:path`.
        Repository = "repository",
        /// A range of addresses: `10.0.0.0/16`.
        Network = "network",
    }
}

/// A step with its commands, which are templates or filled in.
#[derive(Clone, Debug)]
pub struct RunbookStep<C> {
    /// What is done.
    pub name: Box<str>,
    /// What to know about it.
    pub note: Option<Box<str>>,
    /// The commands, in order.
    pub commands: Vec<C>,
}

/// A command in parts.
#[derive(Clone, Debug)]
pub struct CommandTemplate {
    /// Where it is written.
    pub span: Span,
    /// Its parts.
    pub parts: Vec<CommandPart>,
}

/// A part of a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CommandPart {
    /// Text of the shell, as it is.
    Shell(Box<str>),
    /// The value of an input, by its place.
    Input(usize),
}

/// A runbook with its inputs filled in.
#[derive(Clone, Debug)]
pub struct FilledRunbook {
    /// The runbook.
    pub runbook: Runbook,
    /// The values of the inputs, in their order.
    pub values: Vec<FilledInput>,
    /// The steps, ready for a shell.
    pub steps: Vec<RunbookStep<Box<str>>>,
    /// The checks, ready for a shell.
    pub checks: Vec<RunbookStep<Box<str>>>,
}

/// The value of an input.
#[derive(Clone, Debug)]
pub struct FilledInput {
    /// The value as it was given.
    pub value: Box<str>,
    /// Whether the user gave it and not the file.
    pub is_set: bool,
}
