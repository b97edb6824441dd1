//! What a project records: which checks were done, and what was measured in each month.

#[cfg(feature = "cli")]
use std::fmt::Write as _;
#[cfg(feature = "cli")]
use std::path::{Path, PathBuf};

use crate::diagnostic::Problems;
#[cfg(feature = "cli")]
use crate::diagnostic::{Code, Diagnostic};
#[cfg(feature = "cli")]
use crate::load;
use crate::load::ProjectFile;
use crate::model::{Checklist, Month, RecordedCheck};
use crate::parse;
use crate::resolve;
#[cfg(feature = "cli")]
use crate::source::double_quoted;
use crate::workspace::playbook::metrics::MeasuredMonth;
use crate::workspace::project::{Failed, Workspace, named_at, text};

/// The directory of records of a project that names no other.
#[cfg(feature = "cli")]
const DIRECTORY: &str = "records";
/// The file of checks in it.
const CHECKS: &str = "checks.yaml";
/// How a file of checks begins.
#[cfg(feature = "cli")]
const HEAD: &str = "\
# What was checked, one check a line: `costplan checklist done` adds lines. What was wrong is taken back by a line of its own.
version: 1
checks:
";
/// Tells git to keep the lines of both sides where two branches add some.
#[cfg(feature = "cli")]
const ATTRIBUTES: (&str, &str) = (".gitattributes", "checks.yaml merge=union\n");

impl Workspace {
    /// What was checked, in the order of the file; nothing if there is none.
    pub(crate) fn check_record(&mut self, problems: &mut Problems) -> Vec<RecordedCheck> {
        let given = self.path(|paths| paths.records.as_ref());
        let file = self.root.record(given.map(text), CHECKS);
        let Some(file) = file.and_then(|file| self.read(&file, problems)) else { return Vec::new() };
        let raw = parse::check_record(file, self.sources.text(file), problems);
        raw.map(|raw| resolve::check_record(raw, problems)).unwrap_or_default()
    }

    /// The files of measurements by month, in order.
    fn measured_files(&self) -> Failed<Vec<(Month, ProjectFile)>> {
        let given = self.path(|paths| paths.records.as_ref());
        let files = self.root.records(given.map(text)).map_err(|problem| vec![named_at(problem, given)])?;
        let of_month = files.into_iter().filter_map(|file| Some((Month::parse(&file.stem)?, file)));
        Ok(of_month.collect())
    }

    /// What was measured in each recorded month, in order: the last ones up to a month, if one is given, otherwise all.
    pub(crate) fn measured_months(
        &mut self,
        checklists: &[Checklist],
        last: Option<(Month, usize)>,
        problems: &mut Problems,
    ) -> Vec<MeasuredMonth> {
        let files = problems.keep(self.measured_files()).unwrap_or_default();
        let wanted = files.iter().filter(|(month, _)| last.is_none_or(|(last, _)| *month <= last)).count();
        let first = last.map_or(0, |(_, most)| wanted.saturating_sub(most));
        let mut found = Vec::new();
        for (month, file) in files.into_iter().take(wanted).skip(first) {
            let measured = self.measured(&file, false, Some(checklists), problems);
            found.extend(measured.map(|measured| MeasuredMonth { month, measured }));
        }
        found
    }
}

#[cfg(feature = "cli")]
impl Workspace {
    /// Adds a line to the record of checks, and names the file. Of several runs at once, none loses a line.
    ///
    /// # Errors
    /// `no-project`, errors of the file as it is, and `file-not-readable`.
    pub(crate) fn record_check(&mut self, check: &RecordedCheck) -> Failed<PathBuf> {
        let given = self.path(|paths| paths.records.as_ref());
        let directory = Path::new(given.map_or(DIRECTORY, text)).to_owned();
        let place = |name: &str| self.root.place(&directory.join(name));
        let place = |name: &str| place(name).map_err(|problem| vec![named_at(problem, given)]);
        let (path, attributes) = (place(CHECKS)?, place(ATTRIBUTES.0)?);
        let _lock = load::lock_beside(&path).map_err(|problem| vec![problem])?;
        let file = self.root.file(&directory.join(CHECKS));
        let mut problems = Problems::default();
        let is_new = !self.root.has_named(&path);
        let before = if is_new { HEAD.to_owned() } else { self.fresh_text(&file)? };
        let recorded = |text: &str, workspace: &mut Self, problems: &mut Problems| {
            let id = workspace.sources.add(file.name.clone(), text.to_owned());
            let raw = parse::check_record(id, workspace.sources.text(id), problems);
            raw.map(|raw| resolve::check_record(raw, problems)).unwrap_or_default()
        };
        let mut all = if is_new { Vec::new() } else { recorded(&before, self, &mut problems) };
        if !problems.is_empty() {
            return Err(problems.into_sorted());
        }
        let break_line = if before.ends_with('\n') { "" } else { "\n" };
        let after = format!("{before}{break_line}{}\n", line(check));
        all.push(check.clone());
        if recorded(&after, self, &mut problems) != all || !problems.is_empty() {
            let message = format!("a line at the end of `{}` would not be a check of its list", path.display());
            let diagnostic = Diagnostic::new(Code::InvalidYaml, message);
            let help = format!("let `checks:` be the last key, and write its entries like this one:\n{}", line(check));
            return Err(vec![diagnostic.help(help)]);
        }
        self.forget(&file);
        load::replace(&path, &after).map_err(|problem| vec![problem])?;
        if is_new && !self.root.has_named(&attributes) {
            load::replace(&attributes, ATTRIBUTES.1).map_err(|problem| vec![problem])?;
        }
        Ok(path)
    }

    /// The text of a file as it is now.
    fn fresh_text(&mut self, file: &ProjectFile) -> Failed<String> {
        self.forget(file);
        let id = self.text_of(file).map_err(|problem| vec![problem])?;
        Ok(self.sources.text(id).to_owned())
    }

    /// Keeps a file of measurements as those of a month.
    ///
    /// # Errors
    /// `file-exists` if the month has some already, `file-not-readable`.
    pub(crate) fn keep_metrics(&mut self, month: Month, path: &Path) -> Failed<()> {
        let given = self.path(|paths| paths.records.as_ref());
        let ending = path.extension().map_or_else(|| "yaml".into(), |ending| ending.to_string_lossy().into_owned());
        if ending != "yaml" && ending != "yml" {
            let message = "what was measured in a month is kept as YAML";
            return Err(vec![Diagnostic::new(Code::InvalidArgument, message).help("give `--metrics FILE.yaml`")]);
        }
        let name = format!("{month}.yaml");
        let place = self.root.place(&Path::new(given.map_or(DIRECTORY, text)).join(&name));
        let place = place.map_err(|problem| vec![named_at(problem, given)])?;
        let text = self.fresh_text(&self.root.named_file(path))?;
        let parent = place.parent().unwrap_or(Path::new(""));
        let help = "edit it, or remove it first";
        let wrong = |wrong: Vec<Diagnostic>| wrong.into_iter().map(|problem| problem.help(help)).collect();
        load::write_new(parent, &[(&name, &text)]).map_err(wrong)
    }
}

/// A recorded check as a line of the file.
#[cfg(feature = "cli")]
fn line(check: &RecordedCheck) -> String {
    let verb = if check.is_done { "done" } else { "undone" };
    let name = format!("{}/{}", check.checklist, check.item);
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./".contains(&byte);
    // The file of a list may have any name.
    let name = if name.bytes().all(is_plain) { name } else { double_quoted(&name) };
    let mut line = format!("  - {{ date: {}, {verb}: {name}", check.date);
    for (key, text) in [("by", &check.by), ("note", &check.note)] {
        if let Some(text) = text {
            let _ = write!(line, ", {key}: {}", double_quoted(text));
        }
    }
    line + " }"
}
