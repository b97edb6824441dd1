//! Projects made of an input, and files that are read on their own.

use costplan::app::{Failure, Request};
use costplan::diagnostic::Problems;
use costplan::parse;
use costplan::source::{FileId, Sources};
use costplan::workspace::Workspace;
use jiff::civil::Date;

use crate::{commands, refused};

/// The snapshot of a project.
pub const SNAPSHOT: &str = "costplan.snapshot.yaml";

/// The line before each file of a project that is one text: `-- stages/1.yaml --`.
const BEFORE: &str = "-- ";
const AFTER: &str = " --";

/// The files around the one that is fuzzed.
const AROUND: [(&str, &str); 5] = [
    ("stages/1-test.yaml", include_str!("../../tests/everything/1-test.yaml")),
    ("pricing/v.toml", include_str!("../../tests/everything/v.toml")),
    ("pricing/fx.toml", include_str!("../../tests/everything/fx.toml")),
    ("metrics.yaml", "version: 1\nmetrics: { storage_growth: 25%, cache_hit_rate: 70% }\n"),
    (
        "costplan.toml",
        "version = 1\n[forecast]\nfrom = 5\ngrowth = \"15%/month\"\nmonths = 3\n[budget]\nmonthly = \"150 EUR\"\n",
    ),
];

/// Small files of the folders that a project would otherwise have bundled files in, which take long to read.
const SMALL: [(&str, &str); 4] = [
    (
        "checklists/",
        "version: 1\nname: C\nsummary: s\nitems:\n  - { check: It grows, metric: storage_growth, below: 20% }\n",
    ),
    (
        "techniques/",
        "version: 1\nname: T\narea: compute\nsummary: s\neffort: low\nrisk: low\ninputs:\n  \
         size: { default: 10, unit: replica, meaning: m }\neffects:\n  - { name: cost, before: size, after: size / 2 }\n\
         claim: half\nsteps: [Do it]\napplies_to:\n  - { category: compute, lowers: cost, share: 10%, because: b }\n",
    ),
    ("runbooks/", "version: 1\nname: R\nsummary: s\nstages: [1]\nsteps:\n  - { name: Say it, commands: [echo it] }\n"),
    (
        "pricing/",
        "version = 1\nvendor = \"small\"\ncurrency = \"USD\"\nsource = \"assumed\"\nretrieved_on = 2026-01-01\n\
         trust = \"fixture\"\n[[skus.box.charges]]\nmeter = \"box\"\nmodel = \"flat\"\nprice = 5\n",
    ),
];

/// A project in memory, and what is requested of it.
#[derive(Clone, Debug)]
pub struct Project {
    /// Its files by their paths.
    pub files: Vec<(String, String)>,
    /// SKUs that are quoted.
    pub skus: Vec<String>,
    /// The options of the request, one a line: `where=env=prod`.
    options: String,
}

impl Project {
    /// The project that a text describes: options, and files after the lines `-- path --`.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let mut project = Self { files: Vec::new(), skus: Vec::new(), options: String::new() };
        for line in text.split_inclusive('\n') {
            let name = line.trim_end().strip_prefix(BEFORE).and_then(|rest| rest.strip_suffix(AFTER));
            match (name, project.files.last_mut()) {
                (Some(name), _) => project.files.push((name.to_owned(), String::new())),
                (None, Some((_, text))) => text.push_str(line),
                (None, None) => project.options.push_str(line),
            }
        }
        project.with_small()
    }

    /// A project with one more file, in place of one of the same path.
    #[must_use]
    pub fn with(mut self, path: &str, text: &str) -> Self {
        self.files.retain(|(other, _)| other != path);
        self.files.push((path.to_owned(), text.to_owned()));
        self
    }

    /// The project with a small file in each folder that it has none in.
    fn with_small(mut self) -> Self {
        for (folder, text) in SMALL {
            if !self.files.iter().any(|(path, _)| path.starts_with(folder)) {
                let name = if folder == "pricing/" { "small.toml" } else { "small.yaml" };
                self.files.push((format!("{folder}{name}"), text.to_owned()));
            }
        }
        self
    }

    /// Whether it has a file.
    #[must_use]
    pub fn has(&self, path: &str) -> bool {
        self.files.iter().any(|(other, _)| other == path)
    }

    /// The day of the computation.
    #[must_use]
    pub fn day(&self) -> Date {
        jiff::civil::date(2026, 11, 24)
    }

    /// What is requested of it.
    ///
    /// # Errors
    /// What is wrong with an option.
    pub fn request(&self, workspace: &mut Workspace) -> Result<Request, Failure> {
        let mut request = Request::on(self.day());
        for (name, value) in self.options.lines().filter_map(|line| line.split_once('=')) {
            match name {
                "customers" => request.customers = value.parse().ok(),
                "scenario" => request.scenarios.push(value.to_owned()),
                "apply" => request.apply.push(workspace.argument("--apply", value)?),
                "where" => request.conditions.push(workspace.argument("--where", value)?),
                "currency" => request.currency = Some(workspace.argument("--currency", value)?),
                "buffer" => request.buffer = Some(workspace.argument("--buffer", value)?),
                "as_of" => request.as_of = Some(workspace.argument("--as-of", value)?),
                "hours" => request.hours_per_month = Some(workspace.argument("--hours-per-month", value)?),
                "set" => {
                    let Some((name, value)) = value.split_once('=') else { continue };
                    request.set.push((workspace.argument("--set", name)?, workspace.argument("--set", value)?));
                }
                "list_prices" => request.list_prices = true,
                _ => {}
            }
        }
        Ok(request)
    }
}

/// Reads a text as a file of its format, and runs every command over a project that has it at a path, if it can be read.
pub fn file<T>(path: &str, data: &[u8], parse: impl Fn(FileId, &str, &mut Problems) -> Option<T>) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if parsed(path, text, parse).is_some() {
        commands::all(&around(path, text));
    }
}

/// A project that has a text at a path, among files that go with it.
#[must_use]
pub fn around(path: &str, text: &str) -> Project {
    let files = AROUND.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
    let project = Project { files: files.collect(), skus: Vec::new(), options: "customers=7\n".to_owned() };
    let mut project = project.with(path, text);
    let option = match path.split_once('/') {
        Some(("scenarios", _)) => "scenario=fuzzed\n",
        Some(("techniques", _)) => "apply=fuzzed\n",
        _ => "",
    };
    project.options.push_str(option);
    project.with_small()
}

/// What is read of a text; if nothing, there is an error, and otherwise there is none.
pub fn parsed<T>(path: &str, text: &str, parse: impl Fn(FileId, &str, &mut Problems) -> Option<T>) -> Option<T> {
    let mut sources = Sources::default();
    let file = sources.add(path, text.to_owned());
    let mut problems = Problems::default();
    let read = parse(file, text, &mut problems);
    assert!(read.is_some() || !problems.is_empty(), "nothing is read, and nothing is wrong");
    let are_none = problems.is_empty();
    refused::diagnostics(&problems.into_sorted(), &sources);
    read.filter(|_| are_none)
}

/// A price sheet: read whole and in part, and each SKU quoted.
pub fn price_sheet(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let Some(sheet) = parsed("pricing/v.toml", text, parse::price_sheet) else { return };
    let skus =
        |sheet: &parse::PriceSheetRaw| sheet.skus.iter().flat_map(|skus| skus.entries.clone()).collect::<Vec<_>>();
    let names: Vec<String> = skus(&sheet).into_iter().map(|(name, _)| name.value).collect();
    for name in &names {
        let wanted = std::iter::once(name.clone()).collect();
        let part = |file, text: &str, problems: &mut Problems| parse::price_sheet_part(file, text, &wanted, problems);
        let part = parsed("pricing/v.toml", text, part).expect("the whole sheet was read");
        let of = |sheet: &parse::PriceSheetRaw| {
            let found = skus(sheet).into_iter().find(|(other, _)| other.value == *name);
            format!("{:?}", found.expect("the SKU is in its part").1)
        };
        assert_eq!(of(&part), of(&sheet), "a SKU is read differently from a part of its sheet");
    }
    let mut project = around("pricing/v.toml", text);
    project.skus = names.into_iter().take(5).map(|name| format!("v/{name}")).collect();
    commands::all(&project);
}

/// Customers month by month, in both formats.
pub fn customers(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    for (path, is_yaml) in [("customers.csv", false), ("customers.yaml", true)] {
        let list = |file, text: &str, problems: &mut Problems| parse::customer_list(file, text, is_yaml, problems);
        if parsed(path, text, list).is_some() {
            let settings = format!("version = 1\n[forecast]\ncustomers_file = \"{path}\"\n");
            commands::all(&around(path, text).with("costplan.toml", &settings));
        }
    }
}

/// A file of metrics, in both formats.
pub fn metrics(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    for (path, is_toml) in [("metrics.yaml", false), ("metrics.toml", true)] {
        file(path, text.as_bytes(), |file, text, problems| parse::metrics(file, text, is_toml, problems));
    }
}

/// A whole project in one text.
pub fn project(data: &[u8]) {
    if let Ok(text) = std::str::from_utf8(data) {
        commands::all(&Project::of(text));
    }
}
