//! The only file IO: finding the project, reading its files, and writing new ones.
//!
//! A project is the directory of the nearest `costplan.toml`, looking upwards from where costplan runs; otherwise the
//! working directory, if it has `stages/`, `pricing/` or `budget.yaml`; otherwise nothing but what is bundled. Stages come from the
//! project if it has a directory of them, otherwise from the bundled plan. A vendor's sheet comes from the project if it
//! has one, otherwise from the bundled price book.
//!
//! A project can be opened as it was at a revision of git too ([`find_revision`]). Its files are then read out of the
//! repository, and those of the working tree are not looked at.
//!
//! Reading is bounded: files of at most 32 MiB, regular files only, at most 10,000 files in a directory.
//!
//! May import `source` and `diagnostic`.

use std::borrow::Cow;
use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use self::revision::Revision;
use self::tree::Tree;
use crate::diagnostic::{Code, Diagnostic};
use crate::source::{FileId, Sources};

mod git;
mod here;
mod revision;
mod tree;

pub use here::from_here;

mod bundled {
    //! The bundled files, listed by the build script.
    include!(concat!(env!("OUT_DIR"), "/bundled.rs"));
}

/// The largest file that is read, in bytes.
const MAX_FILE: u64 = 32 * 1024 * 1024;
/// The most files of a directory that are looked at.
const MAX_FILES: usize = 10_000;
/// The file of settings, by which a project is found.
const SETTINGS: &str = "costplan.toml";

/// The files in which a budget may stand.
const BUDGETS: [&str; 2] = ["budget.yaml", "budget.yml"];

/// Where a text is.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Location {
    Disk(PathBuf),
    Bundled(&'static str),
    /// A path from the directory of the project, at a revision.
    Revision(Arc<Revision>, PathBuf),
}

/// A file that can be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProjectFile {
    /// The name without its ending: `2-growth`, `hetzner`.
    pub stem: String,
    /// How messages call it: a path from the working directory, `bundled:pricing/hetzner.toml`, or
    /// `git:HEAD~1:stages/2-growth.yaml`.
    pub name: String,
    location: Location,
}

impl ProjectFile {
    /// Whether costplan brings it.
    pub fn is_bundled(&self) -> bool {
        matches!(self.location, Location::Bundled(_))
    }
}

/// Where a project keeps its files.
#[derive(Clone, Debug)]
pub struct Root {
    /// Its files; `None` if there is no project and only what is bundled counts.
    tree: Option<Tree>,
    /// Its `costplan.toml`, if it has one.
    pub settings: Option<ProjectFile>,
}

impl Root {
    /// No project: only what is bundled.
    pub fn bundled() -> Self {
        Self { tree: None, settings: None }
    }

    fn of(tree: Tree) -> Self {
        Self { settings: settings(&tree), tree: Some(tree) }
    }
}

/// Finds the project: `explicit` if given, otherwise from the working directory upwards.
///
/// # Errors
/// `file-not-readable` if `explicit` is no directory, `no-stages` if it holds no project.
pub fn find_root(explicit: Option<&Path>) -> Result<Root, Diagnostic> {
    if let Some(directory) = explicit {
        let metadata = fs::metadata(directory).map_err(|error| not_readable(directory, &error))?;
        if !metadata.is_dir() {
            let message = format!("`{}` is not a directory", directory.display());
            let diagnostic = Diagnostic::new(Code::FileNotReadable, message);
            return Err(diagnostic.help("give the directory that holds `stages/` or `costplan.toml`"));
        }
        if !holds_project(directory) {
            // Otherwise the bundled plan would be taken for the user's.
            let message = format!("`{}` holds no project", directory.display());
            let diagnostic = Diagnostic::new(Code::NoStages, message);
            let help = "give the directory that holds `costplan.toml`, `budget.yaml`, `stages/` or `pricing/`";
            return Err(diagnostic.help(help));
        }
        let directory = if directory == Path::new(".") { PathBuf::new() } else { directory.to_owned() };
        return Ok(Root::of(Tree::Disk(directory)));
    }
    let depth = std::env::current_dir().map_or(1, |directory| directory.ancestors().count());
    let mut directory = PathBuf::new();
    for _ in 0..depth {
        let tree = Tree::Disk(directory.clone());
        if let Some(settings) = settings(&tree) {
            return Ok(Root { settings: Some(settings), tree: Some(tree) });
        }
        directory.push("..");
    }
    let here = holds_project(Path::new("."));
    Ok(Root { tree: here.then(|| Tree::Disk(PathBuf::new())), settings: None })
}

/// Whether a directory is that of a project: it has settings, a budget, stages or price sheets of its own.
fn holds_project(directory: &Path) -> bool {
    let has_file = [SETTINGS].iter().chain(&BUDGETS).any(|name| directory.join(name).is_file());
    has_file || ["stages", "pricing"].iter().any(|name| directory.join(name).is_dir())
}

/// Finds the project as [`find_root`] does, but among the files of a revision, such as `HEAD~1`. The directory need not
/// be in the working tree. A revision that holds no project is an error: what is bundled would be taken for the user's.
///
/// # Errors
/// `git-not-available`, `not-a-repository`, `unknown-revision`, `not-in-revision`, `not-a-file`, `too-many-files`.
pub fn find_revision(explicit: Option<&Path>, revision: &str) -> Result<Root, Diagnostic> {
    Ok(Root::of(Tree::Revision(Arc::new(Revision::find(explicit, revision)?))))
}

fn settings(tree: &Tree) -> Option<ProjectFile> {
    let path = Path::new(SETTINGS);
    tree.holds(path).then(|| tree.file(path))
}

impl Root {
    /// The stage manifests: those of the project, otherwise those that are bundled. Sorted by file name.
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

    /// The scenarios of the project, none if it has no directory of them. Sorted by file name.
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

    /// The files of a directory of the project, and the bundled ones whose stem none of them has. Sorted by stem.
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
    /// letters, digits, `-`, `_` and `.` are looked for, so that it names nothing outside of the directory.
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
        let found = bundled::PRICING.binary_search_by(|(known, _)| (*known).cmp(&name)).ok();
        Ok(found.map(|index| bundled_file("pricing", &bundled::PRICING[index])))
    }

    /// The directory that the settings name, or that of a fixed name; `None` if the latter is not there.
    fn existing<'r>(
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
    /// Whether there is a project, and not only what is bundled.
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
                let message = format!("`{}` and `{}` are both there", tree.name(one), tree.name(other));
                Err(Diagnostic::new(Code::DuplicateName, message).help("keep one of the two"))
            }
            [one] => Ok(Some(tree.file(one))),
            [] => Ok(None),
        }
    }

    /// A file by its path from the directory of the project.
    pub fn file(&self, path: &Path) -> ProjectFile {
        self.tree.as_ref().map_or_else(|| file(path), |tree| tree.file(path))
    }

    /// A path from the directory of the project as one from the working directory.
    pub fn path(&self, path: &Path) -> PathBuf {
        match &self.tree {
            Some(Tree::Disk(directory)) => directory.join(path),
            Some(Tree::Revision(_)) | None => path.to_owned(),
        }
    }
}

/// Whether there is anything at a path.
pub fn exists(path: &Path) -> bool {
    path.symlink_metadata().is_ok()
}

/// A file by its path.
pub fn file(path: &Path) -> ProjectFile {
    on_disk(path.to_owned())
}

fn bundled_file(directory: &str, (name, text): &(&str, &'static str)) -> ProjectFile {
    ProjectFile { stem: stem(name), name: format!("bundled:{directory}/{name}"), location: Location::Bundled(text) }
}

/// The text of a bundled file, such as `stages/1-mvp.yaml`, to be written into a new project.
pub fn bundled_text(path: &str) -> Option<&'static str> {
    let (directory, name) = path.split_once('/')?;
    let files = if directory == "stages" { bundled::STAGES } else { bundled::PRICING };
    files.iter().find(|(known, _)| *known == name).map(|(_, text)| *text)
}

fn stem(name: &str) -> String {
    name.rsplit_once('.').map_or(name, |(stem, _)| stem).to_owned()
}

fn on_disk(path: PathBuf) -> ProjectFile {
    let file_name = path.file_name().unwrap_or_default().to_string_lossy();
    ProjectFile { stem: stem(&file_name), name: path.to_string_lossy().into_owned(), location: Location::Disk(path) }
}

fn not_readable(path: &Path, error: &io::Error) -> Diagnostic {
    let name = path.display().to_string();
    let reason = match error.kind() {
        io::ErrorKind::NotFound => return missing(&name),
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        _ => error.to_string(),
    };
    Diagnostic::new(Code::FileNotReadable, format!("`{name}` cannot be read: {reason}"))
}

fn missing(name: &str) -> Diagnostic {
    Diagnostic::new(Code::FileNotReadable, format!("`{name}` cannot be read: it does not exist"))
}

fn not_a_directory(name: &str) -> Diagnostic {
    Diagnostic::new(Code::FileNotReadable, format!("`{name}` is not a directory"))
}

fn too_many_files(name: &str) -> Diagnostic {
    Diagnostic::new(Code::TooManyFiles, format!("`{name}` holds more than {MAX_FILES} files"))
}

fn too_large(name: &str, size: u64) -> Diagnostic {
    let message = format!("`{name}` has {size} bytes, and costplan reads at most {MAX_FILE}");
    Diagnostic::new(Code::FileTooLarge, message).help("stages and price sheets may be split into several files")
}

/// Reads a file into `sources`.
///
/// # Errors
/// `file-not-readable`, `not-a-file`, `file-too-large`, `not-utf8`; `git-not-available` and `unknown-revision` for a file
/// at a revision.
pub fn read(file: &ProjectFile, sources: &mut Sources) -> Result<FileId, Diagnostic> {
    let text: Cow<'static, str> = match &file.location {
        Location::Bundled(text) => Cow::Borrowed(text),
        Location::Disk(path) => Cow::Owned(read_disk(path, &file.name)?),
        Location::Revision(revision, path) => Cow::Owned(decoded(revision.read(path)?, &file.name)?),
    };
    Ok(sources.add(file.name.clone(), text))
}

fn read_disk(path: &Path, name: &str) -> Result<String, Diagnostic> {
    let metadata = fs::metadata(path).map_err(|error| not_readable(path, &error))?;
    if !metadata.is_file() {
        let kind = if metadata.is_dir() { "a directory" } else { "not a regular file" };
        return Err(Diagnostic::new(Code::NotAFile, format!("`{name}` is {kind}")));
    }
    if metadata.len() > MAX_FILE {
        return Err(too_large(name, metadata.len()));
    }
    let file = fs::File::open(path).map_err(|error| not_readable(path, &error))?;
    let mut bytes = Vec::with_capacity(usize::try_from(metadata.len()).unwrap_or(0) + 1);
    file.take(MAX_FILE + 1).read_to_end(&mut bytes).map_err(|error| not_readable(path, &error))?;
    if bytes.len() as u64 > MAX_FILE {
        return Err(too_large(name, bytes.len() as u64));
    }
    decoded(bytes, name)
}

fn decoded(bytes: Vec<u8>, name: &str) -> Result<String, Diagnostic> {
    String::from_utf8(bytes).map_err(|error| {
        let offset = error.utf8_error().valid_up_to();
        let before = &error.as_bytes()[..offset];
        let line = memchr::memchr_iter(b'\n', before).count() + 1;
        let message = format!("`{name}` is not UTF-8: byte {offset}, on line {line}, starts no character");
        Diagnostic::new(Code::NotUtf8, message).help("save the file as UTF-8")
    })
}

/// Writes new files below `directory`, all or none: reports every one that exists already and then writes nothing.
/// Each is written beside its place and renamed into it, so that none is ever there by half.
///
/// # Errors
/// `file-exists`, `file-not-readable`.
pub fn write_new(directory: &Path, files: &[(&str, &str)]) -> Result<(), Vec<Diagnostic>> {
    let exists = |(name, _): &&(&str, &str)| directory.join(name).symlink_metadata().is_ok();
    let existing: Vec<Diagnostic> = files
        .iter()
        .filter(exists)
        .map(|(name, _)| {
            let message = format!("`{}` exists already", directory.join(name).display());
            Diagnostic::new(Code::FileExists, message)
                .help("costplan never overwrites a file; choose another directory")
        })
        .collect();
    if !existing.is_empty() {
        return Err(existing);
    }
    let mut written: Vec<PathBuf> = Vec::new();
    for (name, text) in files {
        let path = directory.join(name);
        if let Err(error) = write_one(&path, text) {
            for path in &written {
                // What cannot be removed again is named by the next run as existing.
                let _ = fs::remove_file(path);
            }
            let message = format!("`{}` cannot be written: {error}", path.display());
            return Err(vec![Diagnostic::new(Code::FileNotReadable, message)]);
        }
        written.push(path);
    }
    Ok(())
}

/// Writes a file in the place of one that may be there. It is written beside its place and renamed into it, so that it is
/// never there by half. Where a link stands, what it leads to is replaced. Nothing is written that could not be read.
///
/// # Errors
/// `file-not-readable`, `file-too-large`.
pub fn replace(path: &Path, text: &str) -> Result<(), Diagnostic> {
    if text.len() as u64 > MAX_FILE {
        let name = path.display();
        let message = format!("`{name}` would have {} bytes, and costplan reads at most {MAX_FILE}", text.len());
        return Err(
            Diagnostic::new(Code::FileTooLarge, message).help("write less into one file: fewer stages or scenarios")
        );
    }
    let replaced = || {
        let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let permissions = fs::metadata(&path).ok().map(|metadata| metadata.permissions());
        let file = beside(&path, text)?;
        if let Some(permissions) = permissions {
            file.as_file().set_permissions(permissions)?;
        }
        file.persist(&path).map_err(|error| error.error)?;
        Ok::<(), io::Error>(())
    };
    replaced().map_err(|error| {
        Diagnostic::new(Code::FileNotReadable, format!("`{}` cannot be written: {error}", path.display()))
    })
}

fn write_one(path: &Path, text: &str) -> io::Result<()> {
    beside(path, text)?.persist_noclobber(path).map_err(|error| error.error)?;
    Ok(())
}

/// A new file with a text beside the place that it is for.
fn beside(path: &Path, text: &str) -> io::Result<tempfile::NamedTempFile> {
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(parent)?;
    let mut builder = tempfile::Builder::new();
    builder.prefix(".costplan-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        // As every other new file: what the user's mask leaves of it.
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    let mut file = builder.tempfile_in(parent)?;
    file.write_all(text.as_bytes())?;
    Ok(file)
}
