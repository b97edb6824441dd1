//! Runbooks: `runbooks/<name>.yaml`.

use crate::diagnostic::Problems;
use crate::model::InputKind;
use crate::parse::syntax::node::{FromNode, Mapping, Node, Paragraph, Reader, table};
use crate::parse::syntax::yaml;
use crate::source::{FileId, Spanned};

table! {
    /// How a stage is deployed.
    pub struct RunbookRaw is "a runbook" {
        /// The version of the format: 1.
        pub version: Spanned<u64>,
        /// The name that is shown.
        pub name: Spanned<String>,
        /// The numbers of the stages that it is for.
        pub stages: Vec<Spanned<u64>>,
        /// A sentence or two about it.
        pub summary: Option<Paragraph>,
        /// What is filled into the commands, by name: `{domain}` in a command is the value of `domain`.
        pub inputs: Option<Mapping<RunbookInputRaw>>,
        /// What to do, in order.
        pub steps: Vec<RunbookStepRaw>,
        /// How to see that it works.
        pub checks: Vec<RunbookStepRaw>,
    }
}

table! {
    /// Something that is filled into the commands of a runbook.
    pub struct RunbookInputRaw is "an input of a runbook" {
        /// What it means.
        pub meaning: Spanned<String>,
        /// What its values look like: `text` (unless given), `name`, `host`, `repository` or `network`.
        pub kind: Option<Spanned<InputKind>>,
        /// The value unless `--set` gives another.
        pub default: Option<Spanned<String>>,
    }
}

table! {
    /// A step of a runbook, or a check.
    pub struct RunbookStepRaw is "a step of a runbook" {
        /// What is done.
        pub name: Spanned<String>,
        /// What to know about it.
        pub note: Option<Paragraph>,
        /// The commands, in order.
        pub commands: Vec<CommandRaw>,
    }
}

/// A command of one or more lines.
#[derive(Debug)]
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
    let node = yaml::parse(file, text, problems)?;
    RunbookRaw::from_node(node, &mut Reader { file, text, problems })
}
