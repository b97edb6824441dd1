//! Measurements of a running system, and the checklists that use them.

use std::path::Path;

use crate::diagnostic::{Code, Diagnostic, Problems};
use crate::load::ProjectFile;
use crate::model::{Checklist, Metrics, Month};
use crate::parse::{self, AmountRaw};
use crate::resolve;
use crate::workspace::project::{Failed, Workspace};

/// What was measured, with the customers and the revenue of that time, if they are given.
#[derive(Debug, Default)]
pub(crate) struct MeasuredPlan {
    pub(crate) metrics: Metrics,
    pub(crate) customers: Option<u64>,
    pub(crate) mrr: Option<AmountRaw>,
}

/// What was measured in a month.
#[derive(Debug)]
pub(crate) struct MeasuredMonth {
    pub(crate) month: Month,
    pub(crate) measured: MeasuredPlan,
}

impl Workspace {
    /// Reads a file of metrics, YAML or TOML by its extension, and the checklists: all of them, or the one with a stem.
    ///
    /// # Errors
    /// `unknown-checklist`, `invalid-argument` for another extension, and everything that is wrong with the files.
    pub(crate) fn metrics(&mut self, path: &Path, checklist: Option<&str>) -> Failed<(Vec<Checklist>, MeasuredPlan)> {
        let mut problems = Problems::default();
        // A name in the file may belong to another checklist.
        let mut checklists = self.checklists(&mut problems);
        let are_sound = problems.is_empty();
        check_named(checklist.filter(|_| are_sound), &checklists, &mut problems);
        let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase());
        let is_toml = match ending.as_deref() {
            Some("toml") => true,
            Some("yaml" | "yml") => false,
            _ => {
                let message = format!("the extension of `{}` is neither YAML nor TOML", path.display());
                problems.push(Diagnostic::new(Code::InvalidArgument, message).help("call it `metrics.yaml`"));
                return Err(problems.into_sorted());
            }
        };
        let file = self.root.named_file(path);
        // The measurements of a checklist that cannot be read are unknown.
        let of_lists = are_sound.then_some(&checklists[..]);
        let metrics = self.measured(&file, is_toml, of_lists, &mut problems);
        if let Some(name) = checklist {
            checklists.retain(|list| *list.id == *name);
        }
        metrics
            .filter(|_| problems.is_empty())
            .map(|metrics| (checklists, metrics))
            .ok_or_else(|| problems.into_sorted())
    }
    /// Reads a file of measurements; it is only parsed if there are no checklists.
    pub(in crate::workspace) fn measured(
        &mut self,
        file: &ProjectFile,
        is_toml: bool,
        checklists: Option<&[Checklist]>,
        problems: &mut Problems,
    ) -> Option<MeasuredPlan> {
        let id = self.read(file, problems)?;
        let mut raw = parse::metrics(id, self.sources.text(id), is_toml, problems)?;
        let (customers, mrr) = (raw.customers.map(|count| count.value), raw.mrr.take());
        let metrics = resolve::metrics(raw, checklists?, problems)?;
        Some(MeasuredPlan { metrics, customers, mrr })
    }
}

/// Reports a name that no checklist has.
pub(crate) fn check_named(name: Option<&str>, checklists: &[Checklist], problems: &mut Problems) {
    if let Some(name) = name.filter(|name| !checklists.iter().any(|list| *list.id == **name)) {
        let diagnostic = Diagnostic::new(Code::UnknownChecklist, format!("there is no checklist `{name}`"));
        problems.push(diagnostic.suggest(name, checklists.iter().map(|list| &*list.id)));
    }
}
