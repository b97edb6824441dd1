//! Lists the bundled stages, price sheets, techniques, checklists, runbooks, mappings of imports and schemas of outputs, so that adding one of them is adding one file.

use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs, io};

/// The core for pages, which `page-core/build` writes.
const PAGE_CORE: &str = "target/page-core/core.wasm.gz";

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=build.rs");
    if env::var_os("CARGO_FEATURE_PAGE_CORE").is_some() {
        println!("cargo::rerun-if-changed={PAGE_CORE}");
        if !Path::new(PAGE_CORE).is_file() {
            println!(
                "cargo::error=the feature `page-core` embeds {PAGE_CORE}, which is not there: run page-core/build"
            );
        }
    }
    let mut code = String::new();
    let kinds = [
        ("stages", "STAGES", "yaml"),
        ("pricing", "PRICING", "toml"),
        ("techniques", "TECHNIQUES", "yaml"),
        ("checklists", "CHECKLISTS", "yaml"),
        ("runbooks", "RUNBOOKS", "yaml"),
        ("imports", "IMPORTS", "toml"),
        ("schemas/output", "OUTPUT_SCHEMAS", "json"),
    ];
    for (directory, constant, extension) in kinds {
        println!("cargo::rerun-if-changed={directory}");
        let mut names: Vec<String> = fs::read_dir(directory)?
            .map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()))
            .collect::<io::Result<_>>()?;
        names.retain(|name| Path::new(name).extension().is_some_and(|found| found == extension));
        names.sort();
        // Without its command line, the library prints no schema.
        if constant == "OUTPUT_SCHEMAS" {
            code.push_str("#[cfg(feature = \"cli\")]\n");
        }
        let _ = writeln!(code, "pub(super) const {constant}: &[(&str, &str)] = &[");
        for name in names {
            let path = format!("/{directory}/{name}");
            let _ = writeln!(code, "    ({name:?}, include_str!(concat!(env!(\"CARGO_MANIFEST_DIR\"), {path:?}))),");
        }
        code.push_str("];\n");
    }
    let output = env::var("OUT_DIR").map_err(io::Error::other)?;
    fs::write(Path::new(&output).join("bundled.rs"), code)
}
