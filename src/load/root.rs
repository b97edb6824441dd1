//! The project: how it is found, and which files it has.

use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::diagnostic::{Code, Diagnostic};
use crate::load::bundled;
use crate::load::fault::missing;
use crate::load::file::{ProjectFile, bundled_file, file};
use crate::load::limits::{BUDGETS, SETTINGS};
use crate::load::memory::Memory;
#[cfg(feature = "git")]
use crate::load::revision::Revision;
use crate::load::tree::Tree;

/// Where a project keeps its files.
#[derive(Clone, Debug)]
pub struct Root {
    /// Its files; `None` if there is no project and only the bundled files are used.
    tree: Option<Tree>,
    /// Its `costplan.toml`, if it has one.
    pub settings: Option<ProjectFile>,
}

impl Root {
    /// No project: only the bundled files.
    pub fn bundled() -> Self {
        Self { tree: None, settings: None }
    }

    /// The project whose files are these texts, by their paths from its directory: `costplan.toml`, `stages/1-mvp.yaml`.
    ///
    /// # Errors
    /// `no-stages` if none of them makes a project.
    pub fn in_memory(files: impl IntoIterator<Item = (PathBuf, Cow<'static, str>)>) -> Result<Self, Diagnostic> {
        let tree = Tree::Memory(Arc::new(Memory::new(files)));
        let makes_a_project = [SETTINGS, "stages", "pricing"].into_iter().chain(BUDGETS);
        if makes_a_project.into_iter().any(|name| tree.holds(Path::new(name))) {
            return Ok(Self::of(tree));
        }
        // Otherwise the bundled plan would be mistaken for the user's.
        let diagnostic = Diagnostic::new(Code::NoStages, "the files in memory are not a project");
        Err(diagnostic.help("add `costplan.toml`, `budget.yaml`, or files in `stages/` or `pricing/`"))
    }

    pub(super) fn of(tree: Tree) -> Self {
        Self { settings: settings(&tree), tree: Some(tree) }
    }
}

/// Finds the project as [`find_root`](crate::load::find_root) does, but among the files of a revision, such as `HEAD~1`. The directory need not
/// be in the working tree. A revision without a project is an error: the bundled plan would be mistaken for the user's.
///
/// # Errors
/// `git-not-available`, `not-a-repository`, `unknown-revision`, `not-in-revision`, `not-a-file`, `too-many-files`.
#[cfg(feature = "git")]
pub fn find_revision(explicit: Option<&Path>, revision: &str) -> Result<Root, Diagnostic> {
    Ok(Root::of(Tree::Revision(Arc::new(Revision::find(explicit, revision)?))))
}

pub(crate) fn settings(tree: &Tree) -> Option<ProjectFile> {
    let path = Path::new(SETTINGS);
    tree.holds(path).then(|| tree.file(path))
}

impl Root {
    /// The stage manifests: those of the project, otherwise the bundled ones. Sorted by file name.
    ///
    /// `given` is the directory that the settings name, if they do.
    ///
    /// # Errors
    /// `file-not-readable`, `too-many-files`, `no-stages`.
    pub fn stages(&self, given: Option<&str>) -> Result<Vec<ProjectFile>, Diagnostic> {
        let Some((tree, directory)) = self.existing(given, "stages")? else {
            return Ok(bundled::STAGES.iter().map(|file| bundled_file("stages", file)).collect());
        };
        let files = tree.list(directory, &["yaml", "yml"])?;
        if files.is_empty() {
            let message = format!("`{}` holds no stage manifest", tree.name(directory));
            let diagnostic = Diagnostic::new(Code::NoStages, message);
            return Err(diagnostic.help("add one, such as `1-mvp.yaml`; `costplan init` writes a starter project"));
        }
        Ok(files)
    }

    /// The scenarios of the project; none if it has no directory of them. Sorted by file name.
    ///
    /// # Errors
    /// `file-not-readable`, `too-many-files`.
    pub fn scenarios(&self, given: Option<&str>) -> Result<Vec<ProjectFile>, Diagnostic> {
        match self.existing(given, "scenarios")? {
            Some((tree, directory)) => tree.list(directory, &["yaml", "yml"]),
            None => Ok(Vec::new()),
        }
    }

    /// The price sheets and `fx`: those of the project, and the bundled ones of other vendors. Sorted by file name.
    ///
    /// # Errors
    /// `file-not-readable`, `too-many-files`.
    pub fn pricing(&self, given: Option<&str>) -> Result<Vec<ProjectFile>, Diagnostic> {
        self.with_bundled(given, "pricing", &["toml"], bundled::PRICING)
    }

    /// The techniques: those of the project, and the bundled ones of other names. Sorted by file name.
    ///
    /// # Errors
    /// `file-not-readable`, `too-many-files`.
    pub fn techniques(&self, given: Option<&str>) -> Result<Vec<ProjectFile>, Diagnostic> {
        self.with_bundled(given, "techniques", &["yaml", "yml"], bundled::TECHNIQUES)
    }

    /// The checklists: those of the project, and the bundled ones of other names. Sorted by file name.
    ///
    /// # Errors
    /// `file-not-readable`, `too-many-files`.
    pub fn checklists(&self, given: Option<&str>) -> Result<Vec<ProjectFile>, Diagnostic> {
        self.with_bundled(given, "checklists", &["yaml", "yml"], bundled::CHECKLISTS)
    }

    /// The runbooks: those of the project, and the bundled ones of other names. Sorted by file name.
    ///
    /// # Errors
    /// `file-not-readable`, `too-many-files`.
    pub fn runbooks(&self, given: Option<&str>) -> Result<Vec<ProjectFile>, Diagnostic> {
        self.with_bundled(given, "runbooks", &["yaml", "yml"], bundled::RUNBOOKS)
    }

    /// A record of the project by the name of its file, if there is one.
    pub fn record(&self, given: Option<&str>, name: &str) -> Option<ProjectFile> {
        let tree = self.tree.as_ref()?;
        let path = Path::new(given.unwrap_or("records")).join(name);
        tree.holds(&path).then(|| tree.file(&path))
    }

    /// The records of the project; none if it has no directory of them. Sorted by file name.
    ///
    /// # Errors
    /// `file-not-readable`, `too-many-files`.
    pub fn records(&self, given: Option<&str>) -> Result<Vec<ProjectFile>, Diagnostic> {
        self.written(given.unwrap_or("records"))
    }

    /// What months really cost; none if the project has no directory of it. Sorted by file name.
    ///
    /// # Errors
    /// `file-not-readable`, `too-many-files`.
    pub fn actuals(&self, given: Option<&str>) -> Result<Vec<ProjectFile>, Diagnostic> {
        self.written(given.unwrap_or("actuals"))
    }

    /// The files of a directory that the first file in it makes.
    fn written(&self, directory: &str) -> Result<Vec<ProjectFile>, Diagnostic> {
        let Some(tree) = &self.tree else { return Ok(Vec::new()) };
        let directory = Path::new(directory);
        if tree.has_directory(directory)? { tree.list(directory, &["yaml", "yml"]) } else { Ok(Vec::new()) }
    }

    /// The files of a directory of the project, and the bundled ones with other stems. Sorted by stem.
    fn with_bundled(
        &self,
        given: Option<&str>,
        directory: &str,
        endings: &[&str],
        bundled: &[(&'static str, &'static str)],
    ) -> Result<Vec<ProjectFile>, Diagnostic> {
        let mut files = match self.existing(given, directory)? {
            Some((tree, own)) => tree.list(own, endings)?,
            None => Vec::new(),
        };
        let own = files.len();
        for file in bundled.iter().map(|file| bundled_file(directory, file)) {
            if files[..own].binary_search_by(|known| known.stem.cmp(&file.stem)).is_err() {
                files.push(file);
            }
        }
        files.sort_by(|a, b| a.stem.cmp(&b.stem));
        Ok(files)
    }

    /// The file of prices with a stem: that of the project, otherwise the bundled one. `stem` comes from a manifest: only
    /// letters, digits, `-`, `_` and `.` are allowed, so that it names nothing outside of the directory.
    ///
    /// # Errors
    /// `file-not-readable`.
    pub fn price_file(&self, given: Option<&str>, stem: &str) -> Result<Option<ProjectFile>, Diagnostic> {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
        if stem.is_empty() || stem.starts_with('.') || !stem.bytes().all(plain) {
            return Ok(None);
        }
        let name = format!("{stem}.toml");
        if let Some((tree, directory)) = self.existing(given, "pricing")? {
            let path = directory.join(&name);
            if tree.holds(&path) {
                return Ok(Some(tree.file(&path)));
            }
        }
        Ok(Self::bundled_price_file(stem))
    }

    /// The bundled file of prices with a stem.
    pub fn bundled_price_file(stem: &str) -> Option<ProjectFile> {
        let name = format!("{stem}.toml");
        let found = bundled::PRICING.binary_search_by(|(known, _)| (*known).cmp(&name)).ok();
        found.map(|index| bundled_file("pricing", &bundled::PRICING[index]))
    }

    /// The directory that the settings name, or the one with the fixed name; `None` if the latter does not exist.
    pub(super) fn existing<'r>(
        &'r self,
        given: Option<&'r str>,
        default: &'r str,
    ) -> Result<Option<(&'r Tree, &'r Path)>, Diagnostic> {
        let Some(tree) = &self.tree else { return Ok(None) };
        let directory = Path::new(given.unwrap_or(default));
        match tree.has_directory(directory)? {
            true => Ok(Some((tree, directory))),
            false if given.is_none() => Ok(None),
            false => Err(missing(&tree.name(directory))),
        }
    }
}

impl Root {
    /// The directory of a project on disk, from the working directory.
    pub fn directory(&self) -> Option<&Path> {
        self.tree.as_ref()?.directory()
    }

    /// Whether there is a project, not only the bundled files.
    pub fn is_project(&self) -> bool {
        self.tree.is_some()
    }

    /// The file of the project with its budget, if it has one.
    ///
    /// # Errors
    /// `duplicate-name` if it has two.
    pub fn budget(&self) -> Result<Option<ProjectFile>, Diagnostic> {
        let Some(tree) = &self.tree else { return Ok(None) };
        let there = BUDGETS.map(Path::new).into_iter().filter(|path| tree.holds(path));
        match there.collect::<Vec<&Path>>()[..] {
            [one, other, ..] => {
                let message = format!("`{}` and `{}` both exist", tree.name(one), tree.name(other));
                Err(Diagnostic::new(Code::DuplicateName, message).help("keep one of the two"))
            }
            [one] => Ok(Some(tree.file(one))),
            [] => Ok(None),
        }
    }

    /// A file by its path relative to the directory of the project.
    pub fn file(&self, path: &Path) -> ProjectFile {
        self.tree.as_ref().map_or_else(|| file(path), |tree| tree.file(path))
    }

    /// A file that a user names by its path relative to the working directory, or to the project if it is in memory.
    pub fn named_file(&self, path: &Path) -> ProjectFile {
        match &self.tree {
            Some(tree @ Tree::Memory(_)) => tree.file(path),
            _ => file(path),
        }
    }

    /// Whether there is anything at a path that a user names, as [`Self::named_file`] finds it.
    pub fn has_named(&self, path: &Path) -> bool {
        match &self.tree {
            Some(tree @ Tree::Memory(_)) => tree.holds(path),
            _ => path.symlink_metadata().is_ok(),
        }
    }

    /// Whether there is anything at a path from the directory of the project.
    #[cfg(feature = "cli")]
    pub fn holds(&self, path: &Path) -> bool {
        self.tree.as_ref().is_some_and(|tree| tree.holds(path))
    }

    /// Converts a path that a file of the project names to one relative to the working directory.
    ///
    /// # Errors
    /// `file-not-readable`, `outside-of-project`.
    pub fn place(&self, path: &Path) -> Result<PathBuf, Diagnostic> {
        self.tree.as_ref().map_or_else(|| Ok(path.to_owned()), |tree| tree.place(path))
    }
}
