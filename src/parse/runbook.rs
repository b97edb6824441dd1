//! Runbooks: `runbooks/<name>.yaml`.

use crate::diagnostic::Problems;
use crate::model::InputKind;
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
        /// The SKUs that its commands buy: `hetzner/{server_type}`, with inputs as in a command.
        pub buys: Vec<CommandRaw>,
        /// The inputs of the commands, by name: `{domain}` in a command is replaced by the value of `domain`.
        pub inputs: Option<Mapping<RunbookInputRaw>>,
        /// The steps, in order.
        pub steps: Vec<RunbookStepRaw>,
        /// Checks that the deployment works.
        pub checks: Vec<RunbookStepRaw>,
    }
}

table! {
    /// A value that is filled into the commands of a runbook.
    pub struct RunbookInputRaw is "an input of a runbook" {
        /// The meaning, in words.
        pub meaning: Spanned<String>,
        /// The kind of value: `text` (the default), `name`, `host`, `repository` or `network`.
        pub kind: Option<Spanned<InputKind>>,
        /// The default value, which `--set` overrides.
        pub default: Option<Spanned<String>>,
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
pub struct CommandRaw(pub Spanned<String>);

impl FromNode for CommandRaw {
    fn from_node(node: Node, reader: &mut Reader<'_>) -> Option<Self> {
        let span = reader.span(&node);
        let Paragraph(text) = Paragraph::from_node(node, reader)?;
        Some(Self(Spanned::new(text, span)))
    }
}

/// Reads a runbook.
pub fn runbook(file: FileId, text: &str, problems: &mut Problems) -> Option<RunbookRaw> {
    other_kind::of_yaml(file, text, "a runbook", problems)
}
