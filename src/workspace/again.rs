//! A project opened again, and the texts that were read of it: with these alone it can be opened elsewhere.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::diagnostic::Failure;
use crate::parse;
use crate::source::{FileId, Sources};
use crate::workspace::project::{Failed, Workspace};

impl Workspace {
    /// The same project, of which nothing is read yet but its settings.
    ///
    /// # Errors
    /// The problems of `costplan.toml`.
    pub fn again(&self) -> Result<Self, Failure> {
        Self::at(Ok(self.root.clone()), Sources::default())
    }

    /// The names of the scenarios of the project.
    pub(crate) fn scenario_stems(&self) -> Failed<Vec<String>> {
        Ok(self.scenario_files()?.into_iter().map(|file| file.stem).collect())
    }

    /// The texts of the project that were read, by their paths from its directory. Of a price sheet only the SKUs that were
    /// wanted are in its text, at the lines where they were. Bundled files are not among them.
    pub(crate) fn read_texts(&mut self) -> Failed<BTreeMap<String, String>> {
        if let Some(settings) = self.root.settings.clone() {
            self.text_of(&settings).map_err(|problem| vec![problem])?;
        }
        let of_project = self.files.iter().filter_map(|(file, id)| Some((name(file.path()?), *id)));
        let mut texts: BTreeMap<String, String> = of_project.map(|(path, id)| (path, self.read_text(id))).collect();
        texts.extend(self.named_directories().map(|directory| (format!("{directory}/{PLACEHOLDER}"), String::new())));
        Ok(texts)
    }

    /// The text of a file, or what was wanted of it.
    fn read_text(&self, id: FileId) -> String {
        let text = self.sources.text(id);
        let mut wanted = BTreeSet::new();
        let mut parts = self.sheets.keys().filter(|(file, _)| *file == id).peekable();
        if parts.peek().is_none() {
            return text.to_owned();
        }
        for (_, skus) in parts {
            match skus {
                Some(skus) => wanted.extend(skus.iter().map(String::as_str)),
                None => return text.to_owned(),
            }
        }
        match parse::sheet_part(text, |sku| wanted.contains(sku)) {
            Some(part) => {
                // What is left out has spaces in place of its line ends too.
                let mut at = 0;
                let lines = text.split_inclusive('\n').map(|line| {
                    let left = &part[at..at + line.len()];
                    at += line.len();
                    left.trim_end().to_owned() + "\n"
                });
                lines.collect()
            }
            None => text.to_owned(),
        }
    }

    /// The directories that the settings name: one that is named has to be there, even if nothing of it was read.
    fn named_directories(&self) -> impl Iterator<Item = String> {
        let paths = self.settings.as_ref().and_then(|settings| settings.paths.as_ref());
        let named = paths.map(|paths| [&paths.stages, &paths.pricing, &paths.scenarios, &paths.techniques]);
        let named: Vec<String> =
            named.into_iter().flatten().flatten().map(|path| name(Path::new(&path.value))).collect();
        named.into_iter()
    }
}

/// The name of a hidden file, which no list of files has.
const PLACEHOLDER: &str = ".directory";

/// A path with the same signs on each system.
fn name(path: &Path) -> String {
    path.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
}
