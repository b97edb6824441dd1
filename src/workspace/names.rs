//! The names that complete a command line.

use crate::diagnostic::Problems;
use crate::load::{self, ProjectFile};
use crate::parse;
use crate::workspace::prices::price_book::{RATES, vendors};
use crate::workspace::project::{Failed, Workspace};

/// The most bytes of a file that is read for its names, and of all together: a keystroke does not wait for more.
const MAX_BYTES: usize = 1 << 20;
const MAX_BYTES_IN_ALL: usize = 8 << 20;

/// What has the names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Named {
    /// Stages, by the stems of their files and their names.
    Stages,
    /// Scenarios, by the stems of their files.
    Scenarios,
    /// Techniques, by the stems of their files.
    Techniques,
    /// Checklists, by the stems of their files.
    Checklists,
    /// Runbooks, by the stems of their files.
    Runbooks,
    /// Vendors of price sheets.
    Vendors,
    /// Sources of prices that can be imported, which have the prices of several vendors or of one.
    PriceSources,
    /// SKUs of price sheets: `vendor/name`.
    Skus,
}

impl Workspace {
    /// The names that begin with `start`, sorted. What cannot be read has none, and no problem is reported.
    pub(crate) fn names(&mut self, of: Named, start: &str) -> Vec<String> {
        let mut names = match of {
            Named::Stages => self.stage_names(),
            Named::Scenarios => stems(self.scenario_files()),
            Named::Techniques => stems(self.technique_files()),
            Named::Checklists => stems(self.checklist_files()),
            Named::Runbooks => stems(self.runbook_files()),
            Named::Vendors => vendors(&self.price_files().unwrap_or_default()),
            Named::PriceSources => load::bundled_mappings().map(|(name, _)| name.to_owned()).collect(),
            Named::Skus => self.sku_names(start),
        };
        names.retain(|name| name.starts_with(start));
        names.sort_unstable();
        names.dedup();
        names
    }

    /// The stems of the files of stages, and the names that no stem has in it, in small letters.
    fn stage_names(&mut self) -> Vec<String> {
        let mut names = Vec::new();
        for file in self.stage_files().unwrap_or_default() {
            if self.is_quick(&file)
                && let Ok(manifest) = self.read_manifest(&file)
                && let Some(raw) = manifest.raw
            {
                let name = raw.name.value.to_lowercase();
                names.extend((!file.stem.to_lowercase().contains(&name)).then_some(name));
            }
            names.push(file.stem);
        }
        names
    }

    fn sku_names(&mut self, start: &str) -> Vec<String> {
        let mut names = Vec::new();
        let may_fit = |vendor: &str| match start.split_once('/') {
            Some((wanted, _)) => vendor == wanted,
            None => vendor.starts_with(start),
        };
        for file in self.price_files().unwrap_or_default() {
            if file.stem == RATES || !may_fit(&file.stem) || !self.is_quick(&file) {
                continue;
            }
            let Ok(id) = self.text_of(&file) else { continue };
            let sheet = parse::price_sheet(id, self.sources.text(id), &mut Problems::default());
            let skus = sheet.and_then(|sheet| sheet.skus).map(|skus| skus.entries).unwrap_or_default();
            names.extend(skus.iter().map(|(name, _)| format!("{}/{}", file.stem, name.value)));
        }
        names
    }

    /// Whether a file can be read, and is short enough to be parsed in a moment.
    fn is_quick(&mut self, file: &ProjectFile) -> bool {
        let is_left = self.sources.bytes() < MAX_BYTES_IN_ALL;
        is_left && self.text_of(file).is_ok_and(|id| self.sources.text(id).len() <= MAX_BYTES)
    }
}

fn stems(files: Failed<Vec<ProjectFile>>) -> Vec<String> {
    files.unwrap_or_default().into_iter().map(|file| file.stem).collect()
}
