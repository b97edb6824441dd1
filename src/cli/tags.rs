//! Arguments about the tags of line items.

use clap::Args;

use crate::cli::command::OUTPUT;
use crate::diagnostic::{Code, Diagnostic, Problems};
use crate::model::Stage;
use crate::parse::ConditionRaw;
use crate::resolve::{self, Request};
use crate::source::Spanned;
use crate::workspace::Workspace;

/// How often `--where` and `--by` may be given.
const MAX_GIVEN: usize = 100;

// The tags by whose values costs are shown.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = OUTPUT)]
pub(super) struct ByArgs {
    /// Also show what each value of this tag costs, or each vendor or category; may be repeated
    #[arg(long, value_name = "TAG", hide_short_help = true)]
    by: Vec<String>,
}

impl ByArgs {
    /// One tag, or none.
    pub(super) fn one(tag: Option<String>) -> Self {
        Self { by: tag.into_iter().collect() }
    }

    /// The names of the tags, each once. Reports tags that no line item of any stage has.
    pub(super) fn read(&self, workspace: &mut Workspace, stages: &[&Stage]) -> Result<Vec<String>, Vec<Diagnostic>> {
        check_count("--by", &self.by)?;
        let mut problems = Problems::default();
        let mut names: Vec<String> = Vec::new();
        for text in &self.by {
            let name: Spanned<String> = workspace.typed("--by", text)?;
            resolve::check_by(&name, stages, &mut problems);
            if !names.contains(&name.value) {
                names.push(name.value);
            }
        }
        if problems.is_empty() { Ok(names) } else { Err(problems.into_sorted()) }
    }
}

/// Reads the conditions of `--where`. Reports every error.
pub(super) fn conditions(typed: &[String], workspace: &mut Workspace) -> Result<Vec<ConditionRaw>, Vec<Diagnostic>> {
    check_count("--where", typed)?;
    let mut wrong = Vec::new();
    let read = typed.iter().filter_map(|text| match workspace.typed("--where", text) {
        Ok(condition) => Some(condition),
        Err(found) => {
            wrong.extend(found);
            None
        }
    });
    let read: Vec<ConditionRaw> = read.collect();
    if wrong.is_empty() { Ok(read) } else { Err(wrong) }
}

/// Refuses conditions for a SKU on its own, which has no tags.
pub(super) fn without_conditions(request: &Request) -> Result<(), Vec<Diagnostic>> {
    let Some(condition) = request.conditions.first() else { return Ok(()) };
    let message = "`--where` is for the line items of stages";
    Err(vec![Diagnostic::at(Code::InvalidArgument, condition.span, message, "a SKU on its own has no tags")])
}

fn check_count(flag: &str, typed: &[String]) -> Result<(), Vec<Diagnostic>> {
    if typed.len() <= MAX_GIVEN {
        return Ok(());
    }
    let message = format!("`{flag}` is given more than {MAX_GIVEN} times");
    Err(vec![Diagnostic::new(Code::InvalidArgument, message)])
}
