//! A repository, read by running `git`.
//!
//! ```text
//! git rev-parse   where the directory is in the repository, and which commit is meant
//! git merge-base  the commit in which two histories last agreed
//! git ls-tree     the files of the commit
//! git cat-file    the text of those that are needed
//! ```
//!
//! None of them touches the working tree or the index, runs a hook, asks for a password or fetches anything. No shell is
//! involved: a revision is one argument, whatever it contains. The repository is the one around the directory, even if
//! a hook of git sets `GIT_DIR` to another.

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Output, Stdio};

use crate::diagnostic::{Code, Diagnostic};

/// What is between two revisions if the commit where they parted is meant.
const MERGE_BASE: &str = "...";
/// How a shallow clone gets what it lacks.
const SHALLOW: &str = "the clone is shallow, and has only the latest commits: `git fetch --unshallow` brings the others; in a \
     workflow set `fetch-depth: 0` where it checks out";
/// The most files of a revision that are listed.
const MAX_ENTRIES: usize = 1_000_000;
/// The longest line with which git announces a file.
const MAX_LINE: u64 = 1024;
/// The variables that a hook of git sets for its repository, from `git rev-parse --local-env-vars`. Those for the place
/// of objects are kept: objects that are being pushed are only there.
const REPOSITORY_OF_A_HOOK: [&str; 6] =
    ["GIT_DIR", "GIT_WORK_TREE", "GIT_IMPLICIT_WORK_TREE", "GIT_COMMON_DIR", "GIT_INDEX_FILE", "GIT_PREFIX"];

/// A repository.
#[derive(Debug)]
pub(super) struct Repository {
    /// The directory that git runs in.
    directory: PathBuf,
    /// The path of that directory from the root of the repository.
    pub(super) prefix: PathBuf,
    /// Whether the clone lacks older commits.
    is_shallow: bool,
}

/// An entry at a path of a commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Entry {
    /// A regular file, with the name of its contents.
    File(String),
    /// A symbolic link.
    Link,
    /// A directory whose files are in another repository.
    Submodule,
}

impl Repository {
    /// The repository around an existing directory.
    ///
    /// # Errors
    /// `git-not-available`, `not-a-repository`.
    pub(super) fn around(directory: &Path) -> Result<Self, Diagnostic> {
        let directory = if directory.as_os_str().is_empty() { Path::new(".") } else { directory };
        let output = run(directory, &["rev-parse", "--is-shallow-repository", "--show-prefix"])?;
        let answer = output.stdout.strip_suffix(b"\n").unwrap_or(&output.stdout);
        let found = memchr::memchr(b'\n', answer).filter(|_| output.status.success());
        let Some(end) = found else { return Err(not_a_repository(directory, &output)) };
        let prefix = &answer[end + 1..];
        let prefix = path_of(prefix.strip_suffix(b"/").unwrap_or(prefix).to_vec());
        Ok(Self { directory: directory.to_owned(), prefix, is_shallow: &answer[..end] == b"true" })
    }

    /// The full name of the commit that a revision means. As for `git diff`, `main...topic` means the commit where `topic`
    /// left `main`, and an end that is left out is `HEAD`.
    ///
    /// # Errors
    /// `git-not-available`, `unknown-revision`.
    pub(super) fn commit(&self, revision: &str) -> Result<String, Diagnostic> {
        let or_head = |end: &str| if end.is_empty() { "HEAD" } else { end }.to_owned();
        match revision.split_once(MERGE_BASE) {
            Some((main, topic)) => self.merge_base(&or_head(main), &or_head(topic)),
            None => self.named_commit(revision),
        }
    }

    /// The commit in which two histories last agreed.
    fn merge_base(&self, main: &str, topic: &str) -> Result<String, Diagnostic> {
        let (main_commit, topic_commit) = (self.named_commit(main)?, self.named_commit(topic)?);
        let output = run(&self.directory, &["merge-base", &main_commit, &topic_commit])?;
        let name = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        if output.status.success() && is_name_of_commit(&name) {
            return Ok(name);
        }
        let message = format!("`{main}` and `{topic}` have no commit in common");
        let help = if self.is_shallow { SHALLOW } else { "name one of the two, or a branch with the same history" };
        Err(Diagnostic::new(Code::UnknownRevision, message).help(help))
    }

    /// The full name of the commit that a single revision means.
    fn named_commit(&self, revision: &str) -> Result<String, Diagnostic> {
        if revision.is_empty() || revision.starts_with('-') || revision.contains(char::is_control) {
            let message = format!("`{revision}` cannot be a revision");
            let help = "give a branch, a tag or a commit, such as `git:main` or `git:HEAD~1`";
            return Err(Diagnostic::new(Code::UnknownRevision, message).help(help));
        }
        if let Some((main, topic)) = revision.split_once("..") {
            let message = format!("`{revision}` is a range and not one revision");
            let help = format!(
                "`git:{main}...{topic}` is the commit where they parted; `git:{main} git:{topic}` are the two sides of a \
                 difference"
            );
            return Err(Diagnostic::new(Code::UnknownRevision, message).help(help));
        }
        let meant = format!("{revision}^{{commit}}");
        let output = run(&self.directory, &["rev-parse", "--verify", "--end-of-options", &meant])?;
        let words = String::from_utf8_lossy(&output.stderr);
        if words.contains("ambiguous") {
            let message = format!("`{revision}` means several revisions");
            let help = "write it in full: `refs/heads/...` for a branch, `refs/tags/...` for a tag, or a longer commit";
            return Err(Diagnostic::new(Code::UnknownRevision, message).help(help));
        }
        let name = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        if output.status.success() && is_name_of_commit(&name) { Ok(name) } else { Err(self.unknown_revision(revision)) }
    }

    fn unknown_revision(&self, revision: &str) -> Diagnostic {
        let diagnostic = Diagnostic::new(Code::UnknownRevision, format!("there is no commit `{revision}`"));
        if self.is_shallow {
            return diagnostic.help(SHALLOW);
        }
        let references = run(&self.directory, &["for-each-ref", "--format=%(refname:short)"]);
        let names = references.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
        diagnostic.suggest(revision, names.lines())
    }

    /// The files of a commit by their paths from the root of the repository, in any order.
    ///
    /// # Errors
    /// `git-not-available`, `unknown-revision` if the repository lacks a part, `too-many-files`.
    pub(super) fn files(&self, commit: &str) -> Result<Vec<(Vec<u8>, Entry)>, Diagnostic> {
        let unreadable = || incomplete(&format!("the files of the commit {commit}"));
        let mut listing = command(&self.directory);
        listing.args(["ls-tree", "-r", "-z", "--full-tree", commit]).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = Running(listing.spawn().map_err(|error| not_available(&error))?);
        let mut files = Vec::new();
        if let Some(output) = child.0.stdout.take() {
            for line in BufReader::new(output).split(0) {
                if files.len() >= MAX_ENTRIES {
                    let message = format!("the commit {commit} holds more than {MAX_ENTRIES} files");
                    return Err(Diagnostic::new(Code::TooManyFiles, message));
                }
                files.push(line.ok().as_deref().and_then(entry).ok_or_else(unreadable)?);
            }
        }
        let is_whole = child.0.wait().is_ok_and(|status| status.success());
        if is_whole { Ok(files) } else { Err(unreadable()) }
    }

    /// A reader of the contents of files.
    ///
    /// # Errors
    /// `git-not-available`.
    pub(super) fn contents(&self) -> Result<Contents, Diagnostic> {
        let mut command = command(&self.directory);
        command.args(["cat-file", "--batch"]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = Running(command.spawn().map_err(|error| not_available(&error))?);
        match (child.0.stdin.take(), child.0.stdout.take()) {
            (Some(input), Some(output)) => Ok(Contents { input, output: BufReader::new(output), _git: child }),
            _ => Err(not_available(&io::ErrorKind::BrokenPipe.into())),
        }
    }
}

/// A `git` process that returns the contents of one file after another.
#[derive(Debug)]
pub(super) struct Contents {
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    _git: Running,
}

/// What git returns for a file.
#[derive(Debug)]
pub(super) enum Content {
    /// Its bytes.
    Bytes(Vec<u8>),
    /// The number of its bytes, which is too large. They are not read, so the reader cannot be used again.
    TooLarge(u64),
    /// The repository does not have them.
    Missing,
}

impl Contents {
    /// The contents with a name, up to a number of bytes.
    pub(super) fn read(&mut self, name: &str, most: u64) -> io::Result<Content> {
        self.input.write_all(format!("{name}\n").as_bytes())?;
        self.input.flush()?;
        let mut line = String::new();
        self.output.by_ref().take(MAX_LINE).read_line(&mut line)?;
        // `5716ca59... blob 412`, or `5716ca59... missing`.
        let size: Option<u64> = line.trim_end().rsplit_once(" blob ").and_then(|(_, size)| size.parse().ok());
        let size = match size {
            Some(size) if size > most => return Ok(Content::TooLarge(size)),
            Some(size) => size,
            None => return Ok(Content::Missing),
        };
        let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or(0) + 1);
        // A line break that belongs to no file ends it.
        self.output.by_ref().take(size + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 != size + 1 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        bytes.pop();
        Ok(Content::Bytes(bytes))
    }
}

/// A process that is stopped once it is no longer needed.
#[derive(Debug)]
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It only reads, so nothing is lost. If it has ended by itself, there is nothing to do.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn is_name_of_commit(name: &str) -> bool {
    name.len() >= 40 && name.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// The error for a part of a repository that git cannot read.
pub(super) fn incomplete(what: &str) -> Diagnostic {
    let message = format!("git cannot read {what}");
    let help = "the clone may be incomplete: fetch the rest, or run `git fsck`; costplan fetches nothing";
    Diagnostic::new(Code::UnknownRevision, message).help(help)
}

fn command(directory: &Path) -> Command {
    let mut command = Command::new("git");
    command.arg("-C").arg(directory).stdin(Stdio::null());
    for name in REPOSITORY_OF_A_HOOK {
        command.env_remove(name);
    }
    command.env("LC_ALL", "C");
    command.env("GIT_TERMINAL_PROMPT", "0").env("GIT_OPTIONAL_LOCKS", "0").env("GIT_NO_LAZY_FETCH", "1");
    command
}

fn run(directory: &Path, arguments: &[&str]) -> Result<Output, Diagnostic> {
    command(directory).args(arguments).output().map_err(|error| not_available(&error))
}

/// A line of `git ls-tree -z`: `100644 blob 5716ca59...<tab>stages/1-mvp.yaml`.
fn entry(line: &[u8]) -> Option<(Vec<u8>, Entry)> {
    let tab = memchr::memchr(b'\t', line)?;
    let mut words = std::str::from_utf8(&line[..tab]).ok()?.split(' ');
    let (mode, _, name) = (words.next()?, words.next()?, words.next()?);
    let entry = match mode {
        "120000" => Entry::Link,
        "160000" => Entry::Submodule,
        _ => Entry::File(name.to_owned()),
    };
    Some((line[tab + 1..].to_vec(), entry))
}

fn not_available(error: &io::Error) -> Diagnostic {
    let reason = match error.kind() {
        io::ErrorKind::NotFound => "it is not on the PATH".to_owned(),
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        _ => error.to_string(),
    };
    let message = format!("`git` cannot be run: {reason}");
    Diagnostic::new(Code::GitNotAvailable, message).help("install git, or name a directory or a snapshot instead")
}

fn not_a_repository(directory: &Path, output: &Output) -> Diagnostic {
    let words = String::from_utf8_lossy(&output.stderr);
    let is_outside = words.contains("not a git repository");
    let directory = directory.display();
    let (message, help) = if is_outside {
        (format!("`{directory}` is in no git repository"), "name a directory of a clone, or a snapshot")
    } else {
        let reason = words.lines().next().unwrap_or_default().trim_start_matches("fatal: ");
        (format!("git cannot read the repository of `{directory}`: {reason}"), "run `git status` there")
    };
    Diagnostic::new(Code::NotARepository, message).help(help)
}

/// A path of git as a path of this system.
#[cfg(unix)]
pub(super) fn path_of(bytes: Vec<u8>) -> PathBuf {
    use std::os::unix::ffi::OsStringExt as _;
    PathBuf::from(std::ffi::OsString::from_vec(bytes))
}

/// A path of git as a path of this system. A path that is not UTF-8 will not be found by its name.
#[cfg(not(unix))]
pub(super) fn path_of(bytes: Vec<u8>) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(&bytes).into_owned())
}
