//! The checklists of a project: its own and the bundled ones.

use crate::diagnostic::{Code, Failure, Problems};
use crate::load::ProjectFile;
use crate::model::Checklist;
use crate::parse;
use crate::resolve;
use crate::workspace::project::{Failed, Workspace, by_stem, named_at, text};

impl Workspace {
    pub(in crate::workspace) fn checklist_files(&self) -> Failed<Vec<ProjectFile>> {
        let given = self.path(|paths| paths.checklists.as_ref());
        self.root.checklists(given.map(text)).map_err(|problem| vec![named_at(problem, given)])
    }

    /// Reads the checklist with a file stem.
    ///
    /// # Errors
    /// `unknown-checklist`, and everything that is wrong with the file.
    pub fn checklist(&mut self, name: &str) -> Result<Checklist, Failure> {
        self.checklist_named(name).map_err(|wrong| self.failure(wrong))
    }

    fn checklist_named(&mut self, name: &str) -> Failed<Checklist> {
        let files = self.checklist_files()?;
        let file = by_stem(&files, name, Code::UnknownChecklist, "checklist")?;
        let mut problems = Problems::default();
        let found = self.read_checklists(std::slice::from_ref(file), &mut problems).pop();
        found.filter(|_| problems.is_empty()).ok_or_else(|| problems.into_sorted())
    }

    /// Reads every checklist, in the order of their files, and reports what is wrong with them.
    pub(crate) fn checklists(&mut self, problems: &mut Problems) -> Vec<Checklist> {
        let files = problems.keep(self.checklist_files()).unwrap_or_default();
        let found = self.read_checklists(&files, problems);
        resolve::check_bounds(&found, problems);
        found
    }

    fn read_checklists(&mut self, files: &[ProjectFile], problems: &mut Problems) -> Vec<Checklist> {
        let techniques = problems.keep(self.technique_files()).unwrap_or_default();
        let techniques: Vec<String> = techniques.into_iter().map(|file| file.stem).collect();
        let mut found = Vec::with_capacity(files.len());
        for file in files {
            let Some(id) = self.read(file, problems) else { continue };
            let raw = parse::checklist(id, self.sources.text(id), problems);
            found.extend(raw.and_then(|raw| resolve::checklist(raw, &file.stem, &techniques, problems)));
        }
        found
    }
}
