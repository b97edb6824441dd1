//! Runbooks: the commands that deploy a stage, step by step.

use std::sync::Arc;

use crate::model::number::fraction::Fraction;
use crate::model::prices::price::Sku;
use crate::model::words::words;
use crate::source::{Span, Spanned, shell_word};

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
    pub buys: Vec<SkuTemplate>,
    /// The inputs, which the commands read as variables.
    pub inputs: Vec<RunbookInput>,
    /// The steps, in order.
    pub steps: Vec<RunbookStep>,
    /// Checks that the deployment works.
    pub checks: Vec<RunbookStep>,
}

/// A value that the commands read as a variable.
#[derive(Clone, Debug)]
pub struct RunbookInput {
    /// The name, as in `"$domain"`.
    pub name: Spanned<Box<str>>,
    /// The meaning, in words.
    pub meaning: Box<str>,
    /// The kind of value.
    pub kind: InputKind,
    /// The default value; `None` if the user must give one.
    pub default: Option<Spanned<Box<str>>>,
    /// The number of an auto-scaled line item that it has where the stage has one.
    pub scaling: Option<ScalingFact>,
    /// Whether a command reads it.
    pub is_read: bool,
    /// Whether it is in the id of a SKU that the commands buy.
    pub is_bought: bool,
}

words! {
    /// What the values of an input look like.
    pub enum InputKind is "a kind of input" {
        /// Anything on one line.
        Text = "text",
        /// Letters, digits, `.`, `_` and `-`.
        Name = "name",
        /// A path of names: `var/www`, `/etc/hosts`.
        Path = "path",
        /// The name of a host.
        Host = "host",
        /// The address of a repository: a URL, or `user@host:path`.
        Repository = "repository",
        /// A range of addresses: `10.0.0.0/16`.
        Network = "network",
        /// A whole number: `3`.
        Number = "number",
    }
}

words! {
    /// What an input of a runbook can have from an auto-scaled line item.
    pub enum ScalingFact is "a key of `autoscaling`" {
        /// The name of the deployment.
        Deployment = "deployment",
        /// The number of replicas that always run.
        MinReplicas = "min_replicas",
        /// The number of replicas that run at most.
        MaxReplicas = "max_replicas",
        /// The utilization, in percent.
        TargetUtilization = "target_utilization",
        /// The delay, in seconds.
        ScaleDownDelay = "scale_down_delay",
    }
}

/// The numbers by which a cluster scales the deployment of a line item.
#[derive(Clone, Debug)]
pub struct ScaledDeployment {
    /// The name of the line item.
    pub line_item: Box<str>,
    /// The place of the line item.
    pub span: Span,
    /// The name of the deployment, if the line item gives it.
    pub name: Option<Box<str>>,
    /// The number of replicas that always run.
    pub minimum: u32,
    /// The number of replicas that run at most.
    pub maximum: u32,
    /// The utilization, in percent.
    pub percent: Fraction,
    /// The delay of scaling down, in seconds.
    pub seconds: Fraction,
}

impl InputKind {
    /// Whether no value means more than itself to a shell, wherever it is and however often it is read.
    pub fn is_plain(self) -> bool {
        matches!(self, Self::Name | Self::Path | Self::Host | Self::Network | Self::Number)
    }
}

/// A step with its commands.
#[derive(Clone, Debug)]
pub struct RunbookStep {
    /// The name for display.
    pub name: Box<str>,
    /// A note for the reader.
    pub note: Option<Box<str>>,
    /// The commands, in order, as they are written.
    pub commands: Vec<Spanned<Box<str>>>,
}

/// The id of a SKU, split into parts: `hetzner/{server_type}`.
#[derive(Clone, Debug)]
pub struct SkuTemplate {
    /// The parts, in order.
    pub parts: Vec<SkuPart>,
}

/// A part of the id of a SKU.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SkuPart {
    /// Text, copied as it is.
    Text(Box<str>),
    /// The value of the input at this place.
    Input(usize),
}

/// A runbook with values for its inputs.
#[derive(Clone, Debug)]
pub struct FilledRunbook {
    /// The runbook.
    pub runbook: Runbook,
    /// The values of the inputs, in their order.
    pub values: Vec<FilledInput>,
    /// The ids of the SKUs that it buys.
    pub buys: Vec<Box<str>>,
}

impl Runbook {
    /// Whether an input has the value of an auto-scaled line item.
    pub fn scales(&self) -> bool {
        self.inputs.iter().any(|input| input.scaling.is_some())
    }
}

impl FilledRunbook {
    /// What a shell has to read before the commands, an assignment for each input: `domain=api.example.com`.
    ///
    /// A value is nowhere else in what a shell reads, so it can be nothing but the value of a variable.
    pub fn assignments(&self) -> impl Iterator<Item = String> + '_ {
        let inputs = self.runbook.inputs.iter().zip(&self.values);
        inputs.map(|(input, value)| format!("{}={}", input.name.value, shell_word(&value.value)))
    }
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
    /// The value.
    pub value: Box<str>,
    /// Whether the user gave it, rather than the file.
    pub is_set: bool,
    /// The line item that it is from, if it is from one.
    pub line_item: Option<Box<str>>,
    /// Whether it stands for another value, as an example does.
    pub is_placeholder: bool,
}
