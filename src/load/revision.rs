//! A project at a revision of git: what the repository held then, whatever is in the working tree.
//!
//! The files of the commit are listed once, and the contents of a file are fetched when it is read. Paths are taken from
//! the directory of the project and do not lead out of it. Neither a symbolic link
//! nor a submodule can be followed in a repository: either is an error if the project needs what it leads to.

use std::collections::BTreeMap;
use std::hash::{Hash, Hasher};
use std::ops::Bound;
use std::path::{Component, Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use crate::diagnostic::{Code, Diagnostic};
use crate::load::fault::{missing, not_a_directory, too_large, too_many_files};
use crate::load::git::{Contents, Repository, incomplete, path_of};
use crate::load::git_output::{Content, Entry};
use crate::load::inside::outside;
use crate::load::limits::{MAX_FILE, MAX_FILES, SETTINGS};

/// A project at a revision.
#[derive(Debug)]
pub(super) struct Revision {
    /// The revision as it was typed.
    typed: String,
    /// The directory of the project, from the root of the repository.
    project: PathBuf,
    commit: String,
    /// Every file of the commit, by its path from the root of the repository.
    entries: BTreeMap<Vec<u8>, Entry>,
    repository: Repository,
    contents: Mutex<Option<Contents>>,
}

/// What is at a path.
enum Place<'r> {
    Directory(Vec<u8>),
    Entry(&'r Entry),
    Nothing,
}

impl PartialEq for Revision {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl Eq for Revision {}

impl Hash for Revision {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.key().hash(state);
    }
}

impl Revision {
    /// What distinguishes it from others.
    fn key(&self) -> (&str, &Path, &str) {
        (&self.typed, &self.project, &self.commit)
    }

    /// The project in a directory, or the one around the working directory, among the files of a revision.
    ///
    /// # Errors
    /// `git-not-available`, `not-a-repository`, `unknown-revision`, `not-in-revision`, `not-a-file`, `too-many-files`.
    pub(super) fn find(explicit: Option<&Path>, revision: &str) -> Result<Self, Diagnostic> {
        // The directory may have been removed since.
        let asked = explicit.unwrap_or(Path::new(""));
        let is_there = |part: &&Path| part.as_os_str().is_empty() || part.is_dir();
        let there = asked.ancestors().find(is_there).unwrap_or(Path::new(""));
        let repository = Repository::around(there)?;
        let commit = repository.commit(revision)?;
        let entries = repository.files(&commit)?.into_iter().collect();
        let removed = asked.strip_prefix(there).unwrap_or(Path::new(""));
        let project = repository.prefix.components().chain(removed.components()).collect();
        let typed = revision.to_owned();
        let mut found = Self { typed, project, commit, entries, repository, contents: Mutex::default() };
        if explicit.is_none() {
            let around: Vec<PathBuf> = found.project.ancestors().map(Path::to_owned).collect();
            let nearest = around.into_iter().find(|directory| found.has_settings(directory));
            found.project = nearest.unwrap_or(found.project);
        }
        if found.has_directory(Path::new(""))? && (found.has_settings(&found.project) || found.has_plan()) {
            return Ok(found);
        }
        Err(found.no_project())
    }

    fn has_settings(&self, directory: &Path) -> bool {
        matches!(self.place(&directory.join(SETTINGS)), Ok(Place::Entry(_)))
    }

    fn has_plan(&self) -> bool {
        self.holds(Path::new("stages")) || self.holds(Path::new("pricing"))
    }

    fn no_project(&self) -> Diagnostic {
        let message = if self.project.as_os_str().is_empty() {
            format!("`git:{}` holds no project", self.typed)
        } else {
            format!("`git:{}` holds no project in `{}`", self.typed, self.project.display())
        };
        let help = "it has no `costplan.toml`, `stages/` or `pricing/` there; name a revision that has one";
        Diagnostic::new(Code::NotInRevision, message).help(help)
    }

    /// The name of a path in messages: `git:HEAD~1:stages/1-mvp.yaml`.
    pub(super) fn name(&self, path: &Path) -> String {
        let parts: Vec<_> = path.components().map(|part| part.as_os_str().to_string_lossy()).collect();
        format!("git:{}:{}", self.typed, parts.join("/"))
    }

    /// Whether anything is at a path, even a link.
    pub(super) fn holds(&self, path: &Path) -> bool {
        !matches!(self.below_project(path), Ok(Place::Nothing))
    }

    /// Whether a directory is at a path; an error if something else is.
    ///
    /// # Errors
    /// `file-not-readable`, `not-a-file`.
    pub(super) fn has_directory(&self, path: &Path) -> Result<bool, Diagnostic> {
        match self.below_project(path)? {
            Place::Directory(_) => Ok(true),
            Place::Entry(Entry::File(_)) => Err(not_a_directory(&self.name(path))),
            Place::Entry(entry) => Err(not_followed(&self.name(path), entry)),
            Place::Nothing => Ok(false),
        }
    }

    /// The names of what is in a directory; none if it does not exist.
    ///
    /// # Errors
    /// `file-not-readable`, `not-a-file`, `too-many-files`.
    pub(super) fn names(&self, directory: &Path) -> Result<Vec<PathBuf>, Diagnostic> {
        let Place::Directory(within) = self.place(&self.project.join(directory))? else { return Ok(Vec::new()) };
        let mut names: Vec<&[u8]> = Vec::new();
        for (path, _) in below(&self.entries, &within) {
            let rest = &path[within.len()..];
            let name = rest.split(|byte| *byte == b'/').next().unwrap_or(rest);
            if names.last() == Some(&name) {
                continue;
            }
            if names.len() >= MAX_FILES {
                return Err(too_many_files(&self.name(directory)));
            }
            names.push(name);
        }
        Ok(names.into_iter().map(|name| path_of(name.to_vec())).collect())
    }

    /// The contents of a file.
    ///
    /// # Errors
    /// `file-not-readable`, `not-a-file`, `file-too-large`, `git-not-available`, `unknown-revision`.
    pub(super) fn read(&self, path: &Path) -> Result<Vec<u8>, Diagnostic> {
        let name = self.name(path);
        let object = match self.below_project(path)? {
            Place::Entry(Entry::File(object)) => object,
            Place::Entry(entry) => return Err(not_followed(&name, entry)),
            Place::Directory(_) => return Err(Diagnostic::new(Code::NotAFile, format!("`{name}` is a directory"))),
            Place::Nothing => return Err(missing(&name)),
        };
        let mut reader = self.contents.lock().unwrap_or_else(PoisonError::into_inner);
        // A reader that failed, or has more data than was requested, is not used again.
        let mut contents = match reader.take() {
            Some(contents) => contents,
            None => self.repository.contents()?,
        };
        match contents.read(object, MAX_FILE) {
            Ok(Content::Bytes(bytes)) => {
                *reader = Some(contents);
                Ok(bytes)
            }
            Ok(Content::TooLarge(size)) => Err(too_large(&name, size)),
            Ok(Content::Missing) | Err(_) => Err(incomplete(&format!("`{name}`"))),
        }
    }

    /// What is at a path from the directory of the project, which it does not leave.
    fn below_project(&self, path: &Path) -> Result<Place<'_>, Diagnostic> {
        if leads_out(path) { Err(outside(Path::new(&self.name(path)))) } else { self.place(&self.project.join(path)) }
    }

    /// What is at a path from the root of the repository.
    fn place(&self, path: &Path) -> Result<Place<'_>, Diagnostic> {
        let mut place: Vec<u8> = Vec::new();
        for component in path.components() {
            if component == Component::CurDir {
                continue;
            }
            if let Some(entry @ (Entry::Link | Entry::Submodule)) = self.entries.get(&place) {
                return Err(not_followed(&format!("git:{}:/{}", self.typed, String::from_utf8_lossy(&place)), entry));
            }
            match component {
                Component::Normal(name) => {
                    if !place.is_empty() {
                        place.push(b'/');
                    }
                    place.extend(name.as_encoded_bytes());
                }
                Component::ParentDir if !place.is_empty() => {
                    let parent = place.iter().rposition(|byte| *byte == b'/').unwrap_or(0);
                    place.truncate(parent);
                }
                _ => {
                    let message = format!("`{}` leads out of the repository", path.display());
                    let help = "at a revision only what git keeps can be read";
                    return Err(Diagnostic::new(Code::FileNotReadable, message).help(help));
                }
            }
        }
        if let Some(entry) = self.entries.get(&place) {
            return Ok(Place::Entry(entry));
        }
        let is_root = place.is_empty();
        if !is_root {
            place.push(b'/');
        }
        let is_directory = is_root || below(&self.entries, &place).next().is_some();
        Ok(if is_directory { Place::Directory(place) } else { Place::Nothing })
    }
}

/// The entries whose paths begin with that of a directory, which ends with `/` unless it is the root.
fn below<'e>(
    entries: &'e BTreeMap<Vec<u8>, Entry>,
    directory: &'e [u8],
) -> impl Iterator<Item = (&'e Vec<u8>, &'e Entry)> {
    let from = (Bound::Included(directory), Bound::Unbounded);
    entries.range::<[u8], _>(from).take_while(move |(path, _)| path.starts_with(directory))
}

fn not_followed(name: &str, entry: &Entry) -> Diagnostic {
    let (what, help) = match entry {
        Entry::Submodule => ("a submodule", "the files of a submodule are not in this repository"),
        _ => ("a symbolic link", "at a revision links are not followed: keep the file itself where the link is"),
    };
    Diagnostic::new(Code::NotAFile, format!("`{name}` is {what}")).help(help)
}

/// Whether a path leads out of the directory that it starts from, if no part of it is a link.
fn leads_out(path: &Path) -> bool {
    let mut depth = 0_usize;
    path.components().any(|part| match part {
        Component::Normal(_) => {
            depth += 1;
            false
        }
        Component::ParentDir => match depth.checked_sub(1) {
            Some(above) => {
                depth = above;
                false
            }
            None => true,
        },
        Component::CurDir => false,
        Component::RootDir | Component::Prefix(_) => true,
    })
}
