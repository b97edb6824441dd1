//! The only file IO: finding the project, reading its files, and writing new ones.
//!
//! A project is the directory of the nearest `costplan.toml`, looking upwards from where costplan runs; otherwise the
//! working directory, if it has `stages/` or `pricing/`; otherwise nothing but what is bundled. Stages come from the
//! project if it has a directory of them, otherwise from the bundled plan. A vendor's sheet comes from the project if it
//! has one, otherwise from the bundled price book.
//!
//! Reading is bounded: files of at most 32 MiB, regular files only, at most 10,000 files in a directory.
//!
//! May import `source` and `diagnostic`.

use std::borrow::Cow;
use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use crate::diagnostic::{Code, Diagnostic};
use crate::source::{FileId, Sources};

mod here;

pub use here::from_here;

mod bundled {
    //! The bundled files, listed by the build script.
    include!(concat!(env!("OUT_DIR"), "/bundled.rs"));
}

/// The largest file that is read, in bytes.
const MAX_FILE: u64 = 32 * 1024 * 1024;
/// The most files of a directory that are looked at.
const MAX_FILES: usize = 10_000;

/// Where a text is.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Location {
    Disk(PathBuf),
    Bundled(&'static str),
}

/// A file that can be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProjectFile {
    /// The name without its ending: `2-growth`, `hetzner`.
    pub stem: String,
    /// How messages call it: a path from the working directory, or `bundled:pricing/hetzner.toml`.
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
    /// The directory; `None` if there is no project and only what is bundled counts.
    directory: Option<PathBuf>,
    /// Its `costplan.toml`, if it has one.
    pub settings: Option<ProjectFile>,
}

impl Root {
    /// No project: only what is bundled.
    pub fn bundled() -> Self {
        Self { directory: None, settings: None }
    }
}

/// Finds the project: `explicit` if given, otherwise from the working directory upwards.
///
/// # Errors
/// `file-not-readable` if `explicit` is no directory.
pub fn find_root(explicit: Option<&Path>) -> Result<Root, Diagnostic> {
    if let Some(directory) = explicit {
        let metadata = fs::metadata(directory).map_err(|error| not_readable(directory, &error))?;
        if !metadata.is_dir() {
            let message = format!("`{}` is not a directory", directory.display());
            let diagnostic = Diagnostic::new(Code::FileNotReadable, message);
            return Err(diagnostic.help("give the directory that holds `stages/` or `costplan.toml`"));
        }
        let directory = if directory == Path::new(".") { PathBuf::new() } else { directory.to_owned() };
        return Ok(Root { settings: settings(&directory), directory: Some(directory) });
    }
    let depth = std::env::current_dir().map_or(1, |directory| directory.ancestors().count());
    let mut directory = PathBuf::new();
    for _ in 0..depth {
        if let Some(settings) = settings(&directory) {
            return Ok(Root { settings: Some(settings), directory: Some(directory) });
        }
        directory.push("..");
    }
    let here = Path::new("stages").is_dir() || Path::new("pricing").is_dir();
    Ok(Root { directory: here.then(PathBuf::new), settings: None })
}

fn settings(directory: &Path) -> Option<ProjectFile> {
    let path = directory.join("costplan.toml");
    path.symlink_metadata().is_ok().then(|| on_disk(path))
}

impl Root {
    /// The stage manifests: those of the project, otherwise those that are bundled. Sorted by file name.
    ///
    /// `given` is the directory that the settings name, if they do.
    ///
    /// # Errors
    /// `file-not-readable`, `too-many-files`, `no-stages`.
    pub fn stages(&self, given: Option<&str>) -> Result<Vec<ProjectFile>, Diagnostic> {
        let Some(directory) = self.existing(given, "stages")? else {
            return Ok(bundled::STAGES.iter().map(|file| bundled_file("stages", file)).collect());
        };
        let files = list(&directory, &["yaml", "yml"])?;
        if files.is_empty() {
            let message = format!("`{}` holds no stage manifest", directory.display());
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
            Some(directory) => list(&directory, &["yaml", "yml"]),
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
            Some(own) => list(&own, endings)?,
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
        if let Some(directory) = self.existing(given, "pricing")? {
            let path = directory.join(&name);
            if path.symlink_metadata().is_ok() {
                return Ok(Some(on_disk(path)));
            }
        }
        let found = bundled::PRICING.binary_search_by(|(known, _)| (*known).cmp(&name)).ok();
        Ok(found.map(|index| bundled_file("pricing", &bundled::PRICING[index])))
    }

    fn existing(&self, given: Option<&str>, default: &str) -> Result<Option<PathBuf>, Diagnostic> {
        let Some(root) = &self.directory else { return Ok(None) };
        let directory = root.join(given.unwrap_or(default));
        match fs::metadata(&directory) {
            Ok(metadata) if metadata.is_dir() => Ok(Some(directory)),
            Ok(_) => {
                let message = format!("`{}` is not a directory", directory.display());
                Err(Diagnostic::new(Code::FileNotReadable, message))
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound && given.is_none() => Ok(None),
            Err(error) => Err(not_readable(&directory, &error)),
        }
    }
}

impl Root {
    /// The `budget.yaml` of the project, if it has one.
    pub fn budget(&self) -> Option<ProjectFile> {
        let path = self.directory.as_deref()?.join("budget.yaml");
        path.symlink_metadata().is_ok().then(|| on_disk(path))
    }

    /// A file by its path from the directory of the project.
    pub fn file(&self, path: &Path) -> ProjectFile {
        file(&self.directory.as_deref().map_or_else(|| path.to_owned(), |directory| directory.join(path)))
    }
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

fn list(directory: &Path, endings: &[&str]) -> Result<Vec<ProjectFile>, Diagnostic> {
    let mut files = Vec::new();
    for (count, entry) in fs::read_dir(directory).map_err(|error| not_readable(directory, &error))?.enumerate() {
        if count >= MAX_FILES {
            let message = format!("`{}` holds more than {MAX_FILES} files", directory.display());
            return Err(Diagnostic::new(Code::TooManyFiles, message));
        }
        let path = entry.map_err(|error| not_readable(directory, &error))?.path();
        let hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
        let ending = path.extension().is_some_and(|found| endings.iter().any(|ending| found == *ending));
        if ending && !hidden {
            files.push(on_disk(path));
        }
    }
    files.sort_by(|a, b| a.stem.cmp(&b.stem).then_with(|| a.name.cmp(&b.name)));
    Ok(files)
}

fn not_readable(path: &Path, error: &io::Error) -> Diagnostic {
    let reason = match error.kind() {
        io::ErrorKind::NotFound => "it does not exist".to_owned(),
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        _ => error.to_string(),
    };
    Diagnostic::new(Code::FileNotReadable, format!("`{}` cannot be read: {reason}", path.display()))
}

/// Reads a file into `sources`.
///
/// # Errors
/// `file-not-readable`, `not-a-file`, `file-too-large`, `not-utf8`.
pub fn read(file: &ProjectFile, sources: &mut Sources) -> Result<FileId, Diagnostic> {
    let text: Cow<'static, str> = match &file.location {
        Location::Bundled(text) => Cow::Borrowed(text),
        Location::Disk(path) => Cow::Owned(read_disk(path, &file.name)?),
    };
    Ok(sources.add(file.name.clone(), text))
}

fn read_disk(path: &Path, name: &str) -> Result<String, Diagnostic> {
    let metadata = fs::metadata(path).map_err(|error| not_readable(path, &error))?;
    if !metadata.is_file() {
        let kind = if metadata.is_dir() { "a directory" } else { "not a regular file" };
        return Err(Diagnostic::new(Code::NotAFile, format!("`{name}` is {kind}")));
    }
    let too_large = |size: u64| {
        let message = format!("`{name}` has {size} bytes, and costplan reads at most {MAX_FILE}");
        Diagnostic::new(Code::FileTooLarge, message).help("split the file into several stages or sheets")
    };
    if metadata.len() > MAX_FILE {
        return Err(too_large(metadata.len()));
    }
    let file = fs::File::open(path).map_err(|error| not_readable(path, &error))?;
    let mut bytes = Vec::with_capacity(usize::try_from(metadata.len()).unwrap_or(0) + 1);
    file.take(MAX_FILE + 1).read_to_end(&mut bytes).map_err(|error| not_readable(path, &error))?;
    if bytes.len() as u64 > MAX_FILE {
        return Err(too_large(bytes.len() as u64));
    }
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

fn write_one(path: &Path, text: &str) -> io::Result<()> {
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(parent)?;
    let mut file = tempfile::Builder::new().prefix(".costplan-").tempfile_in(parent)?;
    file.write_all(text.as_bytes())?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        file.as_file().set_permissions(fs::Permissions::from_mode(0o644))?;
    }
    file.persist_noclobber(path).map_err(|error| error.error)?;
    Ok(())
}
