//! An open project: its settings, the texts that were read, and what was parsed of them.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use crate::diagnostic::{Code, Diagnostic, Failure, Problems};
use crate::load::{self, ProjectFile, Root};
use crate::model::{PriceSheet, Progress};
use crate::parse::{self, FromNode, ManifestTree, PathsRaw, ProjectRaw, SharedFacts, StageManifestRaw};
use crate::resolve::{self, ExchangeRates};
use crate::source::{FileId, JoinedTexts, Sources, Spanned};

/// The most operations of a run, unless a program allows another number: about ten seconds.
const MAX_OPERATIONS: u64 = 50_000_000;

/// An open project.
///
/// Each file is read once, and the parsed result is kept: a forecast resolves the same manifests for every month.
#[derive(Debug)]
pub struct Workspace {
    /// Every text that was read.
    pub sources: Sources,
    /// The settings of `costplan.toml`, if there is one.
    pub(crate) settings: Option<ProjectRaw>,
    /// What is wrong with the settings of a project that was opened to be checked.
    pub(crate) settings_problems: Vec<Diagnostic>,
    /// Whether everything in the settings that stages depend on could be read.
    pub(crate) has_all_facts: bool,
    pub(super) root: Root,
    /// The files that were read.
    pub(super) files: HashMap<ProjectFile, FileId>,
    /// The stage manifests that were parsed.
    pub(super) manifests: HashMap<FileId, Manifest>,
    /// The trees of manifests that inherit, and of those that they extend.
    pub(super) trees: HashMap<FileId, ManifestTree>,
    /// The facts of the settings that stages inherit, if a stage has inherited them.
    pub(super) shared_facts: Option<SharedFacts>,
    /// The texts of what inherits and of what is inherited.
    pub(super) joined: JoinedTexts,
    /// The parts of price sheets that were resolved, by the SKUs that were wanted; `None`: all of them.
    pub(super) sheets: HashMap<(FileId, Option<BTreeSet<String>>), ReadSheet>,
    /// The exchange rates that were resolved, with what is wrong with them.
    pub(super) rates: HashMap<FileId, (ExchangeRates, Problems)>,
    /// Texts in place of files of prices: what a sheet would be.
    pub(super) replaced_prices: Vec<ProjectFile>,
    /// The operations that may still be done.
    pub(crate) operations_left: u64,
    /// Who hears how far long work is.
    pub progress: Progress,
}

/// The errors of an input; their places are in the sources of the workspace.
pub(crate) type Failed<T> = Result<T, Vec<Diagnostic>>;

/// A manifest that was read.
#[derive(Clone, Debug)]
pub(crate) struct Manifest {
    pub(super) file: FileId,
    /// `None` if it could not be read.
    pub(super) raw: Option<StageManifestRaw>,
    pub(super) problems: Problems,
    /// Whether a part of it is in other files.
    pub(super) inherits: bool,
}

/// The part of a price sheet that was resolved.
#[derive(Debug)]
pub(super) struct ReadSheet {
    pub(super) sheet: PriceSheet,
    pub(super) problems: Problems,
}

impl Workspace {
    /// The bundled plan and price book, whatever project there is.
    pub fn bundled() -> Self {
        Self::bundled_after(Sources::default())
    }

    /// Opens the project at `explicit`, or the one around the working directory, or the bundled plan.
    ///
    /// # Errors
    /// The problems of `costplan.toml` and of the directories.
    #[cfg(feature = "files")]
    pub fn open(explicit: Option<&Path>) -> Result<Self, Failure> {
        Self::open_after(Sources::default(), explicit)
    }

    /// Opens a project as [`Self::open`] does, to check it: what is wrong with its settings is reported with what is wrong
    /// with its other files. Without settings that can be read, it is not known where these are.
    ///
    /// # Errors
    /// The problems of the directories, and of settings that cannot be read.
    #[cfg(feature = "files")]
    pub fn open_to_validate(explicit: Option<&Path>) -> Result<Self, Failure> {
        let mut sources = Sources::default();
        match settings(load::find_root(explicit), &mut sources) {
            Ok(Opened { root, settings, problems, has_all_facts }) => {
                Ok(Self { settings_problems: problems, has_all_facts, ..Self::of(sources, settings, root) })
            }
            Err(diagnostics) => Err(Failure { diagnostics, sources }),
        }
    }

    /// Opens the project as it was at a revision of git, such as `HEAD~1`: the one at `explicit`, or the one around the
    /// working directory. The working tree is neither read nor touched.
    ///
    /// # Errors
    /// As [`Self::open`], and reasons why git cannot read the revision. A revision without a project is an error.
    #[cfg(feature = "git")]
    pub fn open_at(explicit: Option<&Path>, revision: &str) -> Result<Self, Failure> {
        Self::open_at_after(Sources::default(), explicit, revision)
    }

    /// Opens a project whose files are texts in memory, by their paths from its directory. They are found by the same rules
    /// as on disk: stages are in `stages/`, price sheets in `pricing/`, and so on, and messages show these paths.
    ///
    /// ```
    /// use costplan::resolve::Request;
    /// use costplan::workspace::Workspace;
    ///
    /// let stage = "version: 1\nstage: 1\nname: MVP\ncustomers: 0..10\ncurrency: USD\n\
    ///              line_items:\n  - { name: Server, category: compute, cost: 12.50 }\n";
    /// let mut workspace = Workspace::in_memory([("stages/1-mvp.yaml", stage)]).unwrap();
    /// let request = Request::on("2026-11-24".parse().unwrap());
    /// assert_eq!(&*workspace.stage("mvp", &request).unwrap().0.name, "MVP");
    /// ```
    ///
    /// # Errors
    /// `no-stages` if none of the files makes a project, and what is wrong with `costplan.toml`.
    pub fn in_memory<P, T>(files: impl IntoIterator<Item = (P, T)>) -> Result<Self, Failure>
    where
        P: Into<PathBuf>,
        T: Into<Cow<'static, str>>,
    {
        Self::at(Root::in_memory(files.into_iter().map(|(path, text)| (path.into(), text.into()))), Sources::default())
    }

    fn of(sources: Sources, settings: Option<ProjectRaw>, root: Root) -> Self {
        Self {
            sources,
            settings,
            settings_problems: Vec::new(),
            has_all_facts: true,
            root,
            files: HashMap::new(),
            manifests: HashMap::new(),
            trees: HashMap::new(),
            shared_facts: None,
            joined: JoinedTexts::default(),
            sheets: HashMap::new(),
            rates: HashMap::new(),
            replaced_prices: Vec::new(),
            operations_left: MAX_OPERATIONS,
            progress: Progress::default(),
        }
    }

    /// Opens a project as [`Self::open`] does, after texts that were read before.
    #[cfg(feature = "files")]
    pub(crate) fn open_after(sources: Sources, explicit: Option<&Path>) -> Result<Self, Failure> {
        Self::at(load::find_root(explicit), sources)
    }

    /// Opens a project as [`Self::open_at`] does, after texts that were read before.
    #[cfg(feature = "git")]
    pub(crate) fn open_at_after(sources: Sources, explicit: Option<&Path>, revision: &str) -> Result<Self, Failure> {
        Self::at(load::find_revision(explicit, revision), sources)
    }

    /// What is bundled, after texts that were read before.
    pub(crate) fn bundled_after(sources: Sources) -> Self {
        Self::of(sources, None, Root::bundled())
    }

    pub(super) fn at(root: Result<Root, Diagnostic>, mut sources: Sources) -> Result<Self, Failure> {
        match settings(root, &mut sources) {
            Ok(Opened { root, settings, problems, has_all_facts }) if problems.is_empty() => {
                Ok(Self { has_all_facts, ..Self::of(sources, settings, root) })
            }
            Ok(Opened { problems: diagnostics, .. }) | Err(diagnostics) => Err(Failure { diagnostics, sources }),
        }
    }

    /// Whether there is a project, and not only what is bundled.
    pub fn is_project(&self) -> bool {
        self.root.is_project()
    }

    /// The name of the project, if its settings give it one.
    pub fn name(&self) -> Option<&str> {
        self.settings.as_ref()?.name.as_ref().map(|name| name.value.as_str())
    }

    /// The directory of a project on disk, from the working directory.
    pub fn directory(&self) -> Option<&Path> {
        self.root.directory()
    }

    /// The name of the file on disk at whose head is shown what no line of a file causes: the settings, otherwise the
    /// budget, a stage or a price sheet of the project; `None` if it has none of them, or is not on disk.
    pub fn main_file(&self) -> Option<String> {
        let path =
            |wanted: fn(&PathsRaw) -> Option<&Spanned<String>>| self.path(wanted).map(|path| path.value.as_str());
        let first = |files: Result<Vec<ProjectFile>, Diagnostic>| files.ok()?.into_iter().find(ProjectFile::is_on_disk);
        let found = self.root.settings.clone().filter(ProjectFile::is_on_disk);
        let found = found.or_else(|| self.root.budget().ok()?.filter(ProjectFile::is_on_disk));
        let found = found.or_else(|| first(self.root.stages(path(|paths| paths.stages.as_ref()))));
        let found = found.or_else(|| first(self.root.pricing(path(|paths| paths.pricing.as_ref()))));
        found.map(|file| file.name)
    }

    /// Whether the stages are those of the project, and not the bundled ones. What cannot be read counts as its own.
    pub(crate) fn has_own_stages(&self) -> bool {
        let given = self.path(|paths| paths.stages.as_ref()).map(|path| path.value.as_str());
        self.root.stages(given).map_or(true, |files| files.iter().any(|file| !file.is_bundled()))
    }

    /// Refuses what would take the bundled plan for the user's: a comparison with it passes without a look at theirs.
    ///
    /// # Errors
    /// `no-project` if there is no project, or if it has no stages of its own.
    pub fn require_own_stages(&self) -> Result<(), Failure> {
        self.require_project()?;
        if self.has_own_stages() {
            return Ok(());
        }
        let of = self.directory().filter(|path| *path != Path::new("")).map(|path| format!(" in `{}`", path.display()));
        let message = format!("the project{} has no stages of its own", of.unwrap_or_default());
        let diagnostic = Diagnostic::new(Code::NoProject, message);
        let help = "add one in `stages/`, or name their directory under `[paths]` in costplan.toml; the bundled plan is \
                    only an example";
        Err(self.failure(vec![diagnostic.help(help)]))
    }

    /// Refuses to work on nothing.
    ///
    /// # Errors
    /// `no-project` if there is no project.
    pub fn require_project(&self) -> Result<(), Failure> {
        if self.is_project() {
            return Ok(());
        }
        let message = "there is no project here, nor in a directory above";
        let help = "`costplan init DIRECTORY` writes one to start from, and `--project DIRECTORY` names another; the \
                    bundled plan is only an example";
        Err(self.failure(vec![Diagnostic::new(Code::NoProject, message).help(help)]))
    }

    /// The error that shows diagnostics in the texts that were read.
    pub(crate) fn failure(&self, diagnostics: Vec<Diagnostic>) -> Failure {
        Failure { diagnostics, sources: self.sources.clone() }
    }

    pub(super) fn path(&self, wanted: fn(&PathsRaw) -> Option<&Spanned<String>>) -> Option<&Spanned<String>> {
        wanted(self.settings.as_ref()?.paths.as_ref()?)
    }

    /// The text of a file, which is read only once.
    pub(super) fn text_of(&mut self, file: &ProjectFile) -> Result<FileId, Diagnostic> {
        if let Some(id) = self.files.get(file) {
            return Ok(*id);
        }
        let id = load::read(file, &mut self.sources)?;
        self.files.insert(file.clone(), id);
        Ok(id)
    }

    /// The text of a file; reports what is wrong if it cannot be read.
    pub(super) fn read(&mut self, file: &ProjectFile, problems: &mut Problems) -> Option<FileId> {
        problems.keep(self.text_of(file).map_err(|problem| vec![problem]))
    }

    /// Forgets the text of a file that was written since.
    #[cfg(feature = "cli")]
    pub(super) fn forget(&mut self, file: &ProjectFile) {
        self.files.remove(file);
    }

    /// Reads a value that is given as text, such as a formula; messages show it under `name`.
    ///
    /// # Errors
    /// The errors of the value.
    pub fn argument<T: FromNode>(&mut self, name: &str, text: &str) -> Result<T, Failure> {
        self.typed(name, text).map_err(|wrong| self.failure(wrong))
    }

    /// As [`Self::argument`].
    pub(crate) fn typed<T: FromNode>(&mut self, flag: &str, text: &str) -> Failed<T> {
        let file = self.sources.add_argument(flag, text);
        let mut problems = Problems::default();
        let value = parse::argument(file, self.sources.text(file), &mut problems);
        value.ok_or_else(|| problems.into_sorted())
    }
}

/// A project with its settings, as far as they can be read, and what is wrong with them.
struct Opened {
    root: Root,
    settings: Option<ProjectRaw>,
    problems: Vec<Diagnostic>,
    has_all_facts: bool,
}

/// Reads the settings of a project; an error if they cannot be read at all.
fn settings(root: Result<Root, Diagnostic>, sources: &mut Sources) -> Failed<Opened> {
    let root = root.map_err(|problem| vec![problem])?;
    let Some(file) = &root.settings else {
        return Ok(Opened { root, settings: None, problems: Vec::new(), has_all_facts: true });
    };
    let file = load::read(file, sources).map_err(|problem| vec![problem])?;
    let mut problems = Problems::default();
    let settings = parse::project(file, sources.text(file), &mut problems);
    if let Some(settings) = &settings {
        resolve::check_version(settings.version, &mut problems);
    }
    if problems.is_empty() {
        return Ok(Opened { root, settings, problems: Vec::new(), has_all_facts: true });
    }
    let problems = problems.into_sorted();
    match parse::readable_project(file, sources.text(file)) {
        Some((settings, has_all_facts)) => Ok(Opened { root, settings: Some(settings), problems, has_all_facts }),
        None => Err(problems),
    }
}

pub(super) fn text(path: &Spanned<String>) -> &str {
    &path.value
}

/// Adds the place where the settings name the directory of a problem.
pub(super) fn named_at(problem: Diagnostic, path: Option<&Spanned<String>>) -> Diagnostic {
    match path {
        Some(path) => {
            let problem = problem.and_at(path.span, "named here");
            let help = problem.help.clone();
            problem.help(help.unwrap_or_else(|| "a path is relative to the directory of costplan.toml".to_owned()))
        }
        None => problem,
    }
}

/// The file with a stem; an error with `code` if there is none.
pub(super) fn by_stem<'f>(files: &'f [ProjectFile], name: &str, code: Code, what: &str) -> Failed<&'f ProjectFile> {
    let unknown = || {
        let diagnostic = Diagnostic::new(code, format!("there is no {what} `{name}`"));
        vec![diagnostic.suggest(name, files.iter().map(|file| file.stem.as_str()))]
    };
    files.iter().find(|file| file.stem == name).ok_or_else(unknown)
}
