//! The techniques of a project: those of its own and the bundled ones.

use super::{Failed, Workspace, by_stem, named_at, text};
use crate::diagnostic::{Code, Problems};
use crate::load::ProjectFile;
use crate::model::Technique;
use crate::parse::{self, FormulaRaw};
use crate::resolve;
use crate::source::Spanned;

impl Workspace {
    pub(super) fn technique_files(&self) -> Failed<Vec<ProjectFile>> {
        let given = self.path(|paths| paths.techniques.as_ref());
        self.root.techniques(given.map(text)).map_err(|problem| vec![named_at(problem, given)])
    }

    /// Reads the technique with a file stem, and gives its inputs the values of `set`.
    ///
    /// # Errors
    /// `unknown-technique`, and everything that is wrong with the file and the values.
    pub fn technique(&mut self, name: &str, set: &[(Spanned<String>, FormulaRaw)]) -> Failed<Technique> {
        let files = self.technique_files()?;
        let file = by_stem(&files, name, Code::UnknownTechnique, "technique")?;
        let mut problems = Problems::default();
        let found = self.read_technique(file, set, &mut problems);
        found.filter(|_| problems.is_empty()).ok_or_else(|| problems.into_sorted())
    }

    /// Reads every technique, in the order of their files, and reports what is wrong with them.
    pub fn techniques(&mut self, problems: &mut Problems) -> Vec<Technique> {
        let files = problems.keep(self.technique_files()).unwrap_or_default();
        files.iter().filter_map(|file| self.read_technique(file, &[], problems)).collect()
    }

    fn read_technique(
        &mut self,
        file: &ProjectFile,
        set: &[(Spanned<String>, FormulaRaw)],
        problems: &mut Problems,
    ) -> Option<Technique> {
        let id = self.read(file, problems)?;
        let raw = parse::technique(id, self.sources.text(id), problems)?;
        resolve::technique(raw, &file.stem, set, problems)
    }
}
