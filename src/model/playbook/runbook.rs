//! Runbooks: the commands that deploy a stage, step by step.

use std::sync::Arc;

use crate::model::price::Sku;
use crate::model::words::words;
use crate::source::{Span, Spanned};

/// Instructions to deploy a stage.
#[derive(Clone, Debug)]
pub struct Runbook {
    /// The stem of its file.
    pub id: Box<str>,
    /// The name for display.
    pub name: Box<str>,
    /// A sentence or two about the runbook.
    pub summary: Option<Box<str>>,
    /// The numbers of the stages that it deploys.
    pub stages: Vec<Spanned<u64>>,
    /// The ids of the SKUs that its commands buy.
    pub buys: Vec<CommandTemplate>,
    /// The inputs that are filled into the commands.
    pub inputs: Vec<RunbookInput>,
    /// The steps, in order.
    pub steps: Vec<RunbookStep<CommandTemplate>>,
    /// Checks that the deployment works.
    pub checks: Vec<RunbookStep<CommandTemplate>>,
}

impl Runbook {
    /// Whether a command, or what it buys, uses the input at a place.
    pub fn uses_input(&self, place: usize) -> bool {
        let steps = self.steps.iter().chain(&self.checks).flat_map(|step| &step.commands);
        steps.chain(&self.buys).any(|command| command.parts.contains(&CommandPart::Input(place)))
    }
}

/// A value that is filled into the commands.
#[derive(Clone, Debug)]
pub struct RunbookInput {
    /// The name, as in `{domain}`.
    pub name: Spanned<Box<str>>,
    /// The meaning, in words.
    pub meaning: Box<str>,
    /// The kind of value.
    pub kind: InputKind,
    /// The default value; `None` if the user must give one.
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

/// A step with its commands, either templates or filled in.
#[derive(Clone, Debug)]
pub struct RunbookStep<C> {
    /// The name for display.
    pub name: Box<str>,
    /// A note for the reader.
    pub note: Option<Box<str>>,
    /// The commands, in order.
    pub commands: Vec<C>,
}

/// A command, split into parts.
#[derive(Clone, Debug)]
pub struct CommandTemplate {
    /// Its place in the runbook.
    pub span: Span,
    /// The parts, in order.
    pub parts: Vec<CommandPart>,
}

/// A part of a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CommandPart {
    /// Shell text, copied as it is.
    Shell(Box<str>),
    /// The value of the input at this place.
    Input(usize),
}

/// A runbook with its inputs filled in.
#[derive(Clone, Debug)]
pub struct FilledRunbook {
    /// The runbook with its templates.
    pub runbook: Runbook,
    /// The values of the inputs, in their order.
    pub values: Vec<FilledInput>,
    /// The ids of the SKUs that it buys.
    pub buys: Vec<Box<str>>,
    /// The steps, ready for a shell.
    pub steps: Vec<RunbookStep<Box<str>>>,
    /// The checks, ready for a shell.
    pub checks: Vec<RunbookStep<Box<str>>>,
}

/// What is to be known about a SKU that a runbook buys.
#[derive(Clone, Debug)]
pub enum PurchaseNote {
    /// No price sheet has the SKU.
    Unlisted(Box<str>),
    /// It can no longer be ordered.
    NotSold {
        /// The SKU.
        sku: Arc<Sku>,
        /// What the vendor sells in its place.
        successor: Option<Arc<Sku>>,
    },
    /// The stage has no line item for it.
    NotCounted(Arc<Sku>),
}

/// The value of an input.
#[derive(Clone, Debug)]
pub struct FilledInput {
    /// The value before quoting.
    pub value: Box<str>,
    /// Whether the user gave it, rather than the file.
    pub is_set: bool,
    /// Whether it stands for another value, as an example does.
    pub is_placeholder: bool,
}
