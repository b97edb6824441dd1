//! The core for pages is the library: with the same crates.

use std::collections::BTreeSet;
use std::fs;

use crate::project::root;

/// The crates of a lock file, with their versions.
fn locked(path: &str) -> BTreeSet<(String, String)> {
    let lock: toml::Table = fs::read_to_string(root().join(path)).unwrap().parse().unwrap();
    let text = |package: &toml::Value, key: &str| package[key].as_str().unwrap().to_owned();
    let packages = lock["package"].as_array().unwrap().iter();
    packages.map(|package| (text(package, "name"), text(package, "version"))).collect()
}

#[test]
fn the_core_for_pages_has_the_crates_of_the_library_in_the_same_versions() {
    let all = locked("Cargo.lock");
    let other: Vec<_> = locked("page-core/Cargo.lock")
        .into_iter()
        .filter(|package| package.0 != "costplan-page-core" && !all.contains(package))
        .collect();
    assert!(other.is_empty(), "copy Cargo.lock to page-core/ and build it: {other:?}");
}
