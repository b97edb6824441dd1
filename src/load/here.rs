//! Paths for the programs that run costplan: from the root of the repository of git.

use std::fs;
use std::path::{Component, Path, PathBuf};

use crate::load::inside::repository_around;
use crate::load::limits::SETTINGS;

/// A path from the root of the repository that contains it, with `/` between its parts. Outside of a repository, it is the
/// path from the working directory, or an absolute path if it does not lead into that.
///
/// Links are followed only if the path as written does not lead into a repository or the working directory.
pub fn from_root(path: &str) -> String {
    let Ok(here) = std::env::current_dir() else { return path.to_owned() };
    let whole = without_steps(&here.join(path));
    let real = followed(&whole);
    let paths = || [Some(&whole), real.as_ref()].into_iter().flatten();
    let of_repository = |path: &PathBuf| {
        let root = repository_around(path.parent()?)?;
        path.strip_prefix(root).ok().map(written)
    };
    let below = |path: &PathBuf| path.strip_prefix(&here).ok().map(written);
    paths().find_map(of_repository).or_else(|| paths().find_map(below)).unwrap_or_else(|| written(&whole))
}

/// A name for a directory: its path from the root of the repository, or its own name. A hidden directory has none.
pub fn name_of(directory: &Path) -> Option<String> {
    let path = from_root(&directory.join(SETTINGS).to_string_lossy());
    let path = path.strip_suffix(SETTINGS)?.trim_end_matches('/');
    if !path.is_empty() && !Path::new(path).is_absolute() {
        return Some(path.to_owned());
    }
    let whole = if directory.as_os_str().is_empty() { Path::new(".") } else { directory };
    let name = fs::canonicalize(whole).ok()?.file_name()?.to_string_lossy().into_owned();
    (!name.starts_with('.')).then_some(name)
}

/// A path without `.`, and without `..` and the part that it removes.
fn without_steps(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                plain.pop();
            }
            other => plain.push(other),
        }
    }
    plain
}

/// The path of a file whose directory is found by following links.
fn followed(path: &Path) -> Option<PathBuf> {
    let directory = fs::canonicalize(path.parent()?).ok()?;
    Some(directory.join(path.file_name()?))
}

fn written(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_shown_from_the_root_of_the_repository() {
        let temporary = tempfile::tempdir().unwrap();
        let root = temporary.path().canonicalize().unwrap();
        fs::create_dir_all(root.join("infra/stages")).unwrap();
        let file = root.join("infra/stages/2.yaml");
        // Outside of a repository.
        assert_eq!(from_root(&file.to_string_lossy()), written(&file));
        fs::create_dir(root.join(".git")).unwrap();
        for path in ["infra/stages/2.yaml", "./infra/./stages/2.yaml", "other/../infra/stages/2.yaml"] {
            assert_eq!(from_root(&root.join(path).to_string_lossy()), "infra/stages/2.yaml");
        }
        // A submodule is a repository of its own.
        fs::write(root.join("infra/.git"), "gitdir: elsewhere\n").unwrap();
        assert_eq!(from_root(&file.to_string_lossy()), "stages/2.yaml");
        assert_eq!(from_root("/nowhere/stages/2.yaml"), "/nowhere/stages/2.yaml");
    }
}
