//! Runbooks: `runbooks/<name>.yaml`.

use crate::diagnostic::Problems;
use crate::model::{InputKind, ScalingFact};
use crate::parse::other_kind;
use crate::parse::syntax::node::{FromNode, Mapping, Node, Paragraph, Reader, table};
use crate::source::{FileId, Spanned};

table! {
    /// Instructions to deploy a stage.
    pub struct RunbookRaw is "a runbook" {
        /// The version of the format: 1.
        pub version: Spanned<u64>,
        /// The name for display.
        pub name: Spanned<String>,
        /// The numbers of the stages that it deploys.
        pub stages: Vec<Spanned<u64>>,
        /// A sentence or two about the runbook.
        pub summary: Option<Paragraph>,
        /// The SKUs that its commands buy: `hetzner/{server_type}`, with inputs in braces.
        pub buys: Vec<Spanned<String>>,
        /// The inputs, by name, which the commands read as variables: `"$domain"` is the value of `domain`.
        pub inputs: Option<Mapping<RunbookInputRaw>>,
        /// The steps, in order.
        pub steps: Vec<RunbookStepRaw>,
        /// Checks that the deployment works.
        pub checks: Vec<RunbookStepRaw>,
    }
}

table! {
    /// A value that the commands of a runbook read as a variable.
    pub struct RunbookInputRaw is "an input of a runbook" {
        /// The meaning, in words.
        pub meaning: Spanned<String>,
        /// The kind of value: `text` (the default), `name`, `path`, `host`, `repository`, `network` or `number`.
        pub kind: Option<Spanned<InputKind>>,
        /// The default value, which `--set` overrides.
        pub default: Option<Spanned<String>>,
        /// The key of `autoscaling` that it has the value of, where the stage has an auto-scaled line item.
        pub autoscaling: Option<Spanned<ScalingFact>>,
    }
}

table! {
    /// A step of a runbook, or a check.
    pub struct RunbookStepRaw is "a step of a runbook" {
        /// The name for display.
        pub name: Spanned<String>,
        /// A note for the reader.
        pub note: Option<Paragraph>,
        /// The shell commands, in order.
        pub commands: Vec<CommandRaw>,
    }
}

/// A command of one or more lines.
#[derive(Clone, Debug)]
pub struct CommandRaw {
    /// The command.
    pub text: Spanned<String>,
    /// How the file has it, if indents or escapes make a difference.
    pub written: Option<Box<str>>,
}

impl FromNode for CommandRaw {
    fn from_node(node: Node, reader: &mut Reader<'_>) -> Option<Self> {
        let span = reader.span(&node);
        let written = reader.text_span(&node).is_none().then(|| reader.text.slice(span.start, span.end).into());
        let Paragraph(text) = Paragraph::from_node(node, reader)?;
        Some(Self { text: Spanned::new(text, span), written })
    }
}

/// Reads a runbook.
pub fn runbook(file: FileId, text: &str, problems: &mut Problems) -> Option<RunbookRaw> {
    other_kind::of_yaml(file, text, "a runbook", problems)
}
