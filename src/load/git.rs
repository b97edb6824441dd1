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
//! involved: a revision is one argument, whatever it contains.
//!
//! The files of a project may be a stranger's, and git would take a directory that looks like a bare repository for one,
//! with its settings and its history. So costplan looks for the repository itself: it is where `.git` is, a name that
//! no commit can have. git then starts in that directory, and nothing in its settings can start a program.

use std::fs;
use std::io::{self, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Output, Stdio};

use crate::diagnostic::{Code, Diagnostic};
use crate::load::fault::not_readable;
use crate::load::git_output::{self, Content, Entry, Unlisted};
use crate::load::inside::repository_around;

/// What is between two revisions if the commit where they parted is meant.
const MERGE_BASE: &str = "...";
/// How a shallow clone gets what it lacks.
const SHALLOW: &str = "the clone is shallow, and has only the latest commits: `git fetch --unshallow` brings the others; in a \
     workflow set `fetch-depth: 0` where it checks out";
/// The variables that a hook of git sets for its repository, from `git rev-parse --local-env-vars`. Those for the place
/// of objects are kept: objects that are being pushed are only there.
const REPOSITORY_OF_A_HOOK: [&str; 6] =
    ["GIT_DIR", "GIT_WORK_TREE", "GIT_IMPLICIT_WORK_TREE", "GIT_COMMON_DIR", "GIT_INDEX_FILE", "GIT_PREFIX"];

/// Settings that override those of the repository and the system: no other program is started, and nothing is fetched.
const NO_PROGRAMS: [&str; 8] = [
    "safe.bareRepository=explicit",
    "protocol.allow=never",
    "core.fsmonitor=false",
    "core.hooksPath=/dev/null",
    "core.sshCommand=false",
    "core.askPass=false",
    "core.alternateRefsCommand=false",
    "credential.helper=",
];

/// A repository.
#[derive(Debug)]
pub(super) struct Repository {
    /// Its root, in which git runs.
    root: PathBuf,
    /// The path of the given directory from the root.
    pub(super) prefix: PathBuf,
    /// Whether the clone lacks older commits.
    is_shallow: bool,
}

impl Repository {
    /// The repository around an existing directory.
    ///
    /// # Errors
    /// `git-not-available`, `not-a-repository`.
    pub(super) fn around(directory: &Path) -> Result<Self, Diagnostic> {
        let directory = if directory.as_os_str().is_empty() { Path::new(".") } else { directory };
        let whole = fs::canonicalize(directory).map_err(|error| not_readable(directory, &error))?;
        let Some(root) = repository_around(&whole) else {
            let message = format!("`{}` is in no git repository", directory.display());
            let help = "name a directory of a clone, or a snapshot";
            return Err(Diagnostic::new(Code::NotARepository, message).help(help));
        };
        let output = run(root, &["rev-parse", "--is-shallow-repository"])?;
        if !output.status.success() {
            let words = String::from_utf8_lossy(&output.stderr);
            let reason = words.lines().next().unwrap_or_default().trim_start_matches("fatal: ");
            let message = format!("git cannot read the repository of `{}`: {reason}", directory.display());
            return Err(Diagnostic::new(Code::NotARepository, message).help("run `git status` there"));
        }
        let prefix = whole.strip_prefix(root).unwrap_or(Path::new("")).to_owned();
        Ok(Self { root: root.to_owned(), prefix, is_shallow: output.stdout.trim_ascii() == b"true" })
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
        let output = run(&self.root, &["merge-base", &main_commit, &topic_commit])?;
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
        let output = run(&self.root, &["rev-parse", "--verify", "--end-of-options", &meant])?;
        let words = String::from_utf8_lossy(&output.stderr);
        if words.contains("ambiguous") {
            let message = format!("`{revision}` means several revisions");
            let help = "write it in full: `refs/heads/...` for a branch, `refs/tags/...` for a tag, or a longer commit";
            return Err(Diagnostic::new(Code::UnknownRevision, message).help(help));
        }
        let name = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        if output.status.success() && is_name_of_commit(&name) {
            Ok(name)
        } else {
            Err(self.unknown_revision(revision))
        }
    }

    fn unknown_revision(&self, revision: &str) -> Diagnostic {
        let diagnostic = Diagnostic::new(Code::UnknownRevision, format!("there is no commit `{revision}`"));
        if self.is_shallow {
            return diagnostic.help(SHALLOW);
        }
        let references = run(&self.root, &["for-each-ref", "--format=%(refname:short)"]);
        let names = references.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
        diagnostic.suggest(revision, names.lines())
    }

    /// The files of a commit by their paths from the root of the repository, in any order.
    ///
    /// # Errors
    /// `git-not-available`, `unknown-revision` if the repository lacks a part, `too-many-files`.
    pub(super) fn files(&self, commit: &str) -> Result<Vec<(Vec<u8>, Entry)>, Diagnostic> {
        let unreadable = || incomplete(&format!("the files of the commit {commit}"));
        let mut listing = command(&self.root);
        listing.args(["ls-tree", "-r", "-z", "--full-tree", commit]).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = Running(listing.spawn().map_err(|error| not_available(&error))?);
        let listed = child.0.stdout.take().map_or(Ok(Vec::new()), |output| git_output::files(BufReader::new(output)));
        let files = listed.map_err(|wrong| match wrong {
            Unlisted::TooMany(what) => {
                Diagnostic::new(Code::TooManyFiles, format!("the commit {commit} holds more than {what}"))
            }
            Unlisted::Unreadable => unreadable(),
        })?;
        let is_whole = child.0.wait().is_ok_and(|status| status.success());
        if is_whole { Ok(files) } else { Err(unreadable()) }
    }

    /// A reader of the contents of files.
    ///
    /// # Errors
    /// `git-not-available`.
    pub(super) fn contents(&self) -> Result<Contents, Diagnostic> {
        let mut command = command(&self.root);
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

impl Contents {
    /// The contents with a name, up to a number of bytes.
    pub(super) fn read(&mut self, name: &str, most: u64) -> io::Result<Content> {
        self.input.write_all(format!("{name}\n").as_bytes())?;
        self.input.flush()?;
        git_output::content(&mut self.output, most)
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

/// git in the root of a repository, from whose settings nothing is started.
fn command(root: &Path) -> Command {
    let mut command = Command::new("git");
    command.arg("--no-pager").arg("-C").arg(root).stdin(Stdio::null());
    for setting in NO_PROGRAMS {
        command.args(["-c", setting]);
    }
    for name in REPOSITORY_OF_A_HOOK {
        command.env_remove(name);
    }
    // Only the repository in this directory is meant, and none around it.
    command.env("GIT_CEILING_DIRECTORIES", root.parent().unwrap_or(root));
    command.env("LC_ALL", "C").env("GIT_TERMINAL_PROMPT", "0").env("GIT_OPTIONAL_LOCKS", "0");
    command.env("GIT_NO_LAZY_FETCH", "1").env("GIT_ALLOW_PROTOCOL", "");
    command
}

fn run(root: &Path, arguments: &[&str]) -> Result<Output, Diagnostic> {
    command(root).args(arguments).output().map_err(|error| not_available(&error))
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
