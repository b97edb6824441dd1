//! Measurements of a running system, and the checklists that use them.

use std::path::Path;

use crate::diagnostic::{Code, Diagnostic, Problems};
use crate::model::{Checklist, Metrics};
use crate::parse;
use crate::resolve;
use crate::workspace::project::{Failed, Workspace};

impl Workspace {
    /// Reads a file of metrics, YAML or TOML by its extension, and the checklists: all of them, or the one with a stem.
    ///
    /// # Errors
    /// `unknown-checklist`, `invalid-argument` for another extension, and everything that is wrong with the files.
    pub(crate) fn metrics(&mut self, path: &Path, checklist: Option<&str>) -> Failed<(Vec<Checklist>, Metrics)> {
        let mut problems = Problems::default();
        // A name in the file may belong to another checklist.
        let mut checklists = self.checklists(&mut problems);
        let are_sound = problems.is_empty();
        if let Some(name) = checklist.filter(|name| are_sound && !checklists.iter().any(|list| *list.id == **name)) {
            let diagnostic = Diagnostic::new(Code::UnknownChecklist, format!("there is no checklist `{name}`"));
            problems.push(diagnostic.suggest(name, checklists.iter().map(|list| &*list.id)));
        }
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
        let file = self.read(&self.root.named_file(path), &mut problems);
        let raw = file.and_then(|file| parse::metrics(file, self.sources.text(file), is_toml, &mut problems));
        // The measurements of a checklist that cannot be read are unknown.
        let metrics = raw.filter(|_| are_sound).and_then(|raw| resolve::metrics(raw, &checklists, &mut problems));
        if let Some(name) = checklist {
            checklists.retain(|list| *list.id == *name);
        }
        metrics
            .filter(|_| problems.is_empty())
            .map(|metrics| (checklists, metrics))
            .ok_or_else(|| problems.into_sorted())
    }
}
