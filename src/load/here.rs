//! Paths for the programs that run costplan: relative to the working directory.

use std::fs;
use std::path::{Component, Path, PathBuf};

/// A path relative to the working directory, with `/` between its parts; an absolute path if it is outside of it.
///
/// Links are followed only if the path as written does not lead into the working directory.
pub fn from_here(path: &str) -> String {
    let Ok(here) = std::env::current_dir() else { return path.to_owned() };
    let whole = without_steps(&here.join(path));
    let below = |path: &Path| path.strip_prefix(&here).ok().map(written);
    below(&whole).or_else(|| below(&followed(&whole)?)).unwrap_or_else(|| written(&whole))
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
    fn a_path_is_shown_from_the_working_directory() {
        let here = std::env::current_dir().unwrap();
        let whole = here.join("infra/stages/2.yaml");
        for path in ["infra/stages/2.yaml", "./infra/./stages/2.yaml", "other/../infra/stages/2.yaml"] {
            assert_eq!(from_here(path), "infra/stages/2.yaml");
        }
        assert_eq!(from_here(&whole.to_string_lossy()), "infra/stages/2.yaml");
        let beside = here.parent().unwrap().join("costplan.toml");
        assert_eq!(from_here("../costplan.toml"), written(&beside));
        assert_eq!(from_here("/nowhere/stages/2.yaml"), "/nowhere/stages/2.yaml");
    }
}
