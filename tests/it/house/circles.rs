//! No file of `src` needs another file that needs it: the graph of files, as their paths and `use` lines have it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use super::layering::sources;
use crate::project::root;

/// A path such as `calculate::stage`, from the root of the crate.
type Path = Vec<String>;

/// A file of `src`.
struct File {
    name: String,
    module: Path,
    /// The names that its `use` lines bring in, each with its path.
    imports: BTreeMap<String, Path>,
    /// The paths that its code needs, as they are written.
    needs: Vec<Path>,
}

impl File {
    fn read(name: String, text: &str) -> Self {
        let module: Path = name.trim_end_matches(".rs").split('/').map(str::to_owned).collect();
        let mut file = Self { name, module, imports: BTreeMap::new(), needs: Vec::new() };
        let code = code(text);
        let mut lines = code.lines();
        while let Some(line) = lines.next() {
            let Some((is_public, tree)) = use_tree(line) else {
                file.needs
                    .extend(line.split(|mark: char| !is_of_path(mark)).filter(|word| word.contains("::")).map(parts));
                continue;
            };
            let mut tree = tree.to_owned();
            while !tree.contains(';') {
                tree.push_str(lines.next().unwrap());
            }
            for (name, path) in named(tree.split(';').next().unwrap()) {
                if !is_public {
                    file.needs.push(path.clone());
                }
                file.imports.insert(name, path);
            }
        }
        file
    }
}

/// The code of a file, without comments and tests.
fn code(text: &str) -> String {
    let end = text.find("#[cfg(test)]\nmod tests {").unwrap_or(text.len());
    text[..end].lines().map(|line| line.split("//").next().unwrap_or_default().to_owned() + "\n").collect()
}

fn is_of_path(mark: char) -> bool {
    mark.is_alphanumeric() || mark == '_' || mark == ':'
}

/// The parts of a path. `self` changes nothing.
fn parts(path: &str) -> Path {
    path.split("::").map(str::trim).filter(|part| !part.is_empty() && *part != "self").map(str::to_owned).collect()
}

/// What follows `use` in a line, and whether others see it.
fn use_tree(line: &str) -> Option<(bool, &str)> {
    let line = line.trim_start();
    let (visibility, tree) = line.split_once("use ")?;
    ["", "pub ", "pub(crate) ", "pub(super) "].contains(&visibility).then_some((!visibility.is_empty(), tree))
}

/// The names that a tree of `use` brings in: `a::{b, c::D as E}` has `b` of `a::b` and `E` of `a::c::D`.
fn named(tree: &str) -> Vec<(String, Path)> {
    let Some((before, group)) = tree.split_once('{') else {
        let (path, name) = tree.split_once(" as ").unwrap_or((tree, ""));
        let path = parts(path);
        let name = if name.is_empty() { path.last().cloned().unwrap_or_default() } else { name.trim().to_owned() };
        return vec![(name, path)];
    };
    let mut depth = 0;
    let is_comma = |mark: char| {
        depth += i32::from(mark == '{') - i32::from(mark == '}');
        mark == ',' && depth == 0
    };
    let group = group.trim_end().strip_suffix('}').unwrap();
    let trees: Vec<&str> = group.split(is_comma).map(str::trim).filter(|tree| !tree.is_empty()).collect();
    trees.into_iter().flat_map(|tree| named(&format!("{before}{tree}"))).collect()
}

/// The files that a file needs, itself or over others.
fn reached<'g>(needed: &BTreeMap<&'g str, BTreeSet<&'g str>>, from: &'g str) -> BTreeSet<&'g str> {
    let (mut reached, mut waiting) = (BTreeSet::new(), vec![from]);
    while let Some(file) = waiting.pop() {
        waiting.extend(needed[file].iter().copied().filter(|next| reached.insert(*next)));
    }
    reached
}

/// The files of `src` by their modules.
struct Graph(BTreeMap<Path, File>);

impl Graph {
    fn read() -> Self {
        let src = root().join("src");
        let file = |path: &std::path::PathBuf| {
            let name = path.strip_prefix(&src).unwrap().to_string_lossy().replace('\\', "/");
            File::read(name, &fs::read_to_string(path).unwrap())
        };
        let files = sources().iter().map(file).collect::<Vec<_>>();
        Self(files.into_iter().map(|file| (file.module.clone(), file)).collect())
    }

    /// A path that is written in a file, from the root of the crate; `None` if it is of another crate.
    fn absolute(&self, file: &File, path: &[String]) -> Option<Path> {
        let mut whole = file.module.clone();
        let (first, rest) = path.split_first()?;
        match first.as_str() {
            "crate" => whole.clear(),
            "super" => drop(whole.pop()),
            name => {
                whole.push(name.to_owned());
                if !self.0.contains_key(&whole) {
                    let import = file.imports.get(name).filter(|import| import.first() != Some(first))?;
                    whole = self.absolute(file, import)?;
                }
            }
        }
        for part in rest {
            if part == "super" { drop(whole.pop()) } else { whole.push(part.clone()) }
        }
        Some(whole)
    }

    /// The file that defines what a path names: that of the longest module in it, or the one that the module has it from.
    fn definer(&self, path: &[String]) -> Option<&File> {
        let at = (1..=path.len()).rev().find(|length| self.0.contains_key(&path[..*length]))?;
        let file = &self.0[&path[..at]];
        let import = path.get(at).and_then(|name| file.imports.get(name));
        let import = import.and_then(|import| self.absolute(file, import)).filter(|import| import[..] != *path);
        import.and_then(|import| self.definer(&[&import[..], &path[at + 1..]].concat())).or(Some(file))
    }

    /// The names of the files that a file needs.
    fn needed<'g>(&'g self, file: &'g File) -> BTreeSet<&'g str> {
        let paths = file.needs.iter().filter_map(|path| self.absolute(file, path));
        // A module that is only named is not needed yet: the paths that begin with it count. A function may have its name.
        let is_item = |path: &Path| {
            let (last, parent) = path.split_last().unwrap();
            !self.0.contains_key(path) || self.0.get(parent).is_some_and(|file| file.imports.contains_key(last))
        };
        let paths = paths.filter(|path| !path.is_empty() && is_item(path));
        paths
            .filter_map(|path| self.definer(&path))
            .map(|file| file.name.as_str())
            .filter(|name| *name != file.name)
            .collect()
    }

    /// The sets of files of which each needs each other one, over others or not.
    fn circles(&self) -> BTreeSet<Vec<&str>> {
        let needed: BTreeMap<&str, BTreeSet<&str>> =
            self.0.values().map(|file| (file.name.as_str(), self.needed(file))).collect();
        let reached: BTreeMap<&str, BTreeSet<&str>> =
            needed.keys().map(|file| (*file, reached(&needed, file))).collect();
        let circle = |file: &&str| -> Vec<&str> {
            reached[*file].iter().copied().filter(|other| reached[other].contains(*file)).collect()
        };
        reached.keys().map(circle).filter(|files| files.len() > 1).collect()
    }
}

#[test]
fn no_files_need_each_other() {
    let graph = Graph::read();
    let needs: usize = graph.0.values().map(|file| graph.needed(file).len()).sum();
    assert!(graph.0.len() > 200 && needs > 1000, "{} files with {needs} needs: the graph was not found", graph.0.len());
    let circles: String = graph.circles().iter().map(|files| format!("\n    {}", files.join(", "))).collect();
    assert!(circles.is_empty(), "files that need each other:{circles}");
}
