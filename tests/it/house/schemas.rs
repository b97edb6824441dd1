//! What costplan reads and writes fits the schemas of it: those in `schemas/`, SARIF's own, and that of `JUnit`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::project::{EVERYTHING, HEAD, costplan, example_plan, project, root, stdout};
use boon::{Compiler, SchemaIndex, Schemas};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use serde_json::Value;

/// A schema that values are checked against, formats such as addresses included.
pub struct Schema {
    schemas: Schemas,
    index: SchemaIndex,
}

impl Schema {
    pub fn read(path: &Path) -> Self {
        Self::of(serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap())
    }

    pub fn of(schema: Value) -> Self {
        let mut compiler = Compiler::new();
        compiler.enable_format_assertions();
        compiler.add_resource("file:///schema.json", schema).unwrap();
        let mut schemas = Schemas::new();
        let index = compiler.compile("file:///schema.json", &mut schemas).unwrap();
        Self { schemas, index }
    }

    pub fn of_format(name: &str) -> Self {
        Self::read(&root().join(format!("schemas/{name}.schema.json")))
    }

    pub fn problem(&self, value: &Value) -> Option<String> {
        self.schemas.validate(value, self.index).err().map(|error| format!("{error:#}"))
    }

    pub fn fits(&self, value: &Value, name: &str) {
        if let Some(problem) = self.problem(value) {
            panic!("{name}: {problem}");
        }
    }
}

pub fn yaml(text: &str) -> Value {
    serde_yaml::from_str(text).unwrap()
}

pub fn toml(text: &str) -> Value {
    /// Dates are texts in a schema.
    fn value(of: toml::Value) -> Value {
        match of {
            toml::Value::Datetime(day) => Value::String(day.to_string()),
            toml::Value::Array(list) => list.into_iter().map(value).collect(),
            toml::Value::Table(table) => Value::Object(table.into_iter().map(|(key, of)| (key, value(of))).collect()),
            other => serde_json::to_value(other).unwrap(),
        }
    }
    value(toml::from_str(text).unwrap())
}

/// The files below a directory of the repository that are what a schema is of.
fn files(directory: &str, kind: Of) -> Vec<PathBuf> {
    let mut waiting = vec![root().join(directory)];
    let mut found = Vec::new();
    while let Some(directory) = waiting.pop() {
        for entry in fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                waiting.push(path);
            } else if kind.is(&path) {
                found.push(path);
            }
        }
    }
    found
}

/// The file of exchange rates, which is among the price sheets.
const RATES: &str = "fx.toml";

/// The files of a kind: those in directories of a name with an ending, or those of a name.
#[derive(Clone, Copy)]
enum Of {
    In(&'static str, &'static str),
    Called(&'static str),
}

impl Of {
    fn is(self, path: &Path) -> bool {
        match self {
            Self::In(directory, ending) => {
                let is_other = path.ends_with(RATES);
                !is_other
                    && path.parent().unwrap().ends_with(directory)
                    && path.extension().is_some_and(|is| is == ending)
            }
            Self::Called(name) => path.ends_with(name),
        }
    }
}

#[test]
fn every_file_of_the_repository_fits_its_schema() {
    let kinds = [
        ("stage", 10, Of::In("stages", "yaml")),
        ("price-sheet", 15, Of::In("pricing", "toml")),
        ("exchange-rates", 1, Of::Called(RATES)),
        ("scenario", 3, Of::In("scenarios", "yaml")),
        ("technique", 17, Of::In("techniques", "yaml")),
        ("checklist", 3, Of::In("checklists", "yaml")),
        ("runbook", 3, Of::In("runbooks", "yaml")),
        ("project", 3, Of::Called("costplan.toml")),
        ("snapshot", 1, Of::Called("costplan.snapshot.yaml")),
    ];
    for (name, least, kind) in kinds {
        let schema = Schema::of_format(name);
        let directories = ["stages", "pricing", "techniques", "checklists", "runbooks", "examples", "templates"];
        let found: Vec<PathBuf> = directories.iter().flat_map(|directory| files(directory, kind)).collect();
        assert!(found.len() >= least, "only {} files of {name}", found.len());
        for path in found {
            let text = fs::read_to_string(&path).unwrap();
            let is_toml = path.extension().is_some_and(|ending| ending == "toml");
            let value = if is_toml { toml(&text) } else { yaml(&text) };
            schema.fits(&value, &path.display().to_string());
        }
    }
}

#[test]
fn a_schema_refuses_what_costplan_refuses() {
    let schema = Schema::of_format("budget");
    let stage = format!("{HEAD}line_items:\n  - {{ name: A, category: c, cost: 1 }}\n");
    for (budget, is_valid) in [
        ("monthly: 3000 USD", true),
        ("montly: 3000 USD", false),
        ("limits: [{ stage: one, monthly: 1 USD }]", false),
        ("alerts: [{ metric: total_cost }]", false),
        ("alerts: [{ metric: total_cost, threshold: 40% }]", true),
    ] {
        let text = format!("version: 1\nbudget:\n  {budget}\n");
        assert_eq!(schema.problem(&yaml(&text)).is_none(), is_valid, "{budget}");
        let directory = project(&[("budget.yaml", &text), ("stages/1-test.yaml", &stage)]);
        assert_eq!(costplan(directory.path(), &["validate"]).status.success(), is_valid, "{budget}");
    }
}

#[test]
fn a_snapshot_of_every_stage_fits_its_schema() {
    let schema = Schema::of_format("snapshot");
    let plan = example_plan(&[]);
    schema.fits(&yaml(&stdout(plan.path(), &["snapshot", "--as-of", "2026-11-24"])), "the example plan");
    let everything = project(&EVERYTHING);
    let text = stdout(everything.path(), &["snapshot", "--as-of", "2026-11-24"]);
    schema.fits(&yaml(&text), "a stage with every key");
}

/// The platform that the tests are built on.
fn host() -> String {
    let output = Command::new(env!("CARGO")).arg("-vV").output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().find_map(|line| line.strip_prefix("host: ")).unwrap().to_owned()
}

/// Where the schema of SARIF 2.1.0 is: `serde-sarif` brings it.
fn sarif_schema() -> PathBuf {
    // Without the platform, cargo wants the crates of all others, which nothing has downloaded.
    let arguments = ["metadata", "--format-version", "1", "--offline", "--locked", "--filter-platform", &host()];
    let output = Command::new(env!("CARGO")).args(arguments).current_dir(root()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    let package = packages.iter().find(|package| package["name"] == "serde-sarif").unwrap();
    Path::new(package["manifest_path"].as_str().unwrap()).parent().unwrap().join("src/schema.json")
}

/// A project whose checks fail, warn, are unknown and are skipped, and another one with other costs.
fn two_projects() -> tempfile::TempDir {
    let settings = "version = 1\n[budget]\nmonthly = \"2 USD\"\ncost_per_customer = \"1 USD\"\nshare_of_mrr = \"20%\"\n\
        [[budget.limits]]\nstage = 1\nmonthly = \"1 USD\"\nseverity = \"warn\"\n\
        [[budget.alerts]]\nmetric = \"c_cost\"\nthreshold = \"50%\"\nactions = [\"<a> & 'b'\"]\n";
    let stage = |cost: &str| {
        let head = HEAD.replace("name: Test", "name: \"<T> & 'x', 100%: ü\"");
        format!("{head}line_items:\n  - {{ name: \"Host | =1+1\", category: c, cost: {cost} }}\n")
    };
    project(&[
        ("a/costplan.toml", settings),
        ("a/stages/1-test.yaml", &stage("3")),
        ("b b/costplan.toml", settings),
        ("b b/stages/1-test.yaml", &stage("4")),
    ])
}

/// What checks and differences print in a format.
fn printed(directory: &Path, format: &str) -> Vec<String> {
    let commands: [&[&str]; 6] = [
        &["check", "--project", "a"],
        &["check", "--project", "b b", "--customers", "0"],
        &["check", "--project", "a", "--mrr", "100"],
        &["diff", "a", "b b"],
        &["diff", "a", "b b", "--threshold", "1%"],
        &["diff", "a", "a"],
    ];
    let of = |command: &[&str]| {
        let output = costplan(directory, &[command, &["--format", format]].concat());
        assert!(output.status.code().is_some_and(|code| code < 2), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    commands.into_iter().map(of).collect()
}

#[test]
fn sarif_fits_the_schema_of_its_standard() {
    let schema = Schema::read(&sarif_schema());
    let directory = two_projects();
    let logs: Vec<Value> =
        printed(directory.path(), "sarif").iter().map(|text| serde_json::from_str(text).unwrap()).collect();
    for log in &logs {
        schema.fits(log, "SARIF");
    }
    let mut wrong = logs[0].clone();
    wrong["runs"][0]["results"][0]["level"] = "fatal".into();
    assert!(schema.problem(&wrong).is_some(), "a level that SARIF does not have is seen");
}

/// What an element of `JUnit` may hold. These are rules of the schema of the Jenkins plugin xunit, `junit-10.xsd`, as far as
/// they are used; GitLab and others read the same.
struct Element {
    name: &'static str,
    needed: &'static [&'static str],
    others: &'static [&'static str],
    inside: &'static [&'static str],
}

const JUNIT: [Element; 6] = [
    Element {
        name: "testsuites",
        needed: &[],
        others: &["name", "time", "tests", "failures", "errors"],
        inside: &["testsuite"],
    },
    Element {
        name: "testsuite",
        needed: &["name", "tests", "failures", "errors"],
        others: &["time", "skipped", "timestamp", "hostname", "id", "package"],
        inside: &["testcase", "system-out", "system-err"],
    },
    Element {
        name: "testcase",
        needed: &["name"],
        others: &["time", "classname", "group"],
        inside: &["skipped", "error", "failure", "system-out", "system-err"],
    },
    Element { name: "failure", needed: &[], others: &["type", "message"], inside: &[] },
    Element { name: "skipped", needed: &[], others: &["type", "message"], inside: &[] },
    Element { name: "system-out", needed: &[], others: &[], inside: &[] },
];

fn rules(name: &str) -> Option<&'static Element> {
    JUNIT.iter().find(|element| element.name == name)
}

/// What of a document is not as the schema of `JUnit` has it.
fn wrong_in_junit(text: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut open: Vec<String> = Vec::new();
    let mut element = |start: &BytesStart<'_>, parent: Option<&String>| {
        let name = String::from_utf8(start.name().as_ref().to_vec()).unwrap();
        let is_inside = |parent: &String| rules(parent).is_some_and(|parent| parent.inside.contains(&&*name));
        if !parent.map_or(name == "testsuites", is_inside) {
            wrong.push(format!("<{name}> in {parent:?}"));
        }
        let Some(rules) = rules(&name) else { return name };
        let given: Vec<String> =
            start.attributes().map(|one| String::from_utf8(one.unwrap().key.as_ref().to_vec()).unwrap()).collect();
        let is_unknown = |attribute: &&String| ![rules.needed, rules.others].concat().contains(&attribute.as_str());
        wrong.extend(given.iter().filter(is_unknown).map(|attribute| format!("<{name} {attribute}>")));
        let missing = rules.needed.iter().filter(|needed| !given.iter().any(|given| given == *needed));
        wrong.extend(missing.map(|missing| format!("<{name}> without {missing}")));
        name
    };
    let mut reader = Reader::from_str(text);
    loop {
        match reader.read_event().unwrap() {
            Event::Start(start) => {
                let name = element(&start, open.last());
                open.push(name);
            }
            Event::Empty(start) => {
                element(&start, open.last());
            }
            Event::End(_) => {
                open.pop();
            }
            Event::Eof => break,
            _ => {}
        }
    }
    assert!(open.is_empty());
    wrong
}

#[test]
fn junit_fits_its_schema() {
    let directory = two_projects();
    let mut seen = String::new();
    for report in printed(directory.path(), "junit") {
        assert_eq!(wrong_in_junit(&report), Vec::<String>::new(), "{report}");
        seen.push_str(&report);
    }
    for element in ["<failure ", "<skipped>", "<system-out>"] {
        assert!(seen.contains(element), "{element} is held against the schema");
    }
    let wrong =
        "<testsuites><testsuite name=\"a\" tests=\"1\" failures=\"0\"><failure kind=\"x\"/></testsuite></testsuites>";
    assert_eq!(
        wrong_in_junit(wrong),
        ["<testsuite> without errors", "<failure> in Some(\"testsuite\")", "<failure kind>"]
    );
}

#[test]
fn a_schema_can_list_the_skus_that_editors_complete() {
    let sheet = "version = 1\nvendor = \"own\"\ncurrency = \"USD\"\nsource = \"s\"\nretrieved_on = 2026-01-01\n\
                 trust = \"vendor\"\n[skus.box]\n[[skus.box.charges]]\nmeter = \"plan\"\nmodel = \"flat\"\nprice = 1\n";
    let directory = project(&[("pricing/own.toml", sheet)]);
    let printed = |rest: &[&str]| -> Value {
        serde_json::from_str(&stdout(directory.path(), &[&["schema"], rest].concat())).unwrap()
    };
    for (format, definition) in [("stage", "LineItem"), ("stage", "Alternative"), ("project", "LineItem")] {
        let mut schema = printed(&[format, "--skus"]);
        let sku = schema["$defs"][definition]["properties"]["sku"].as_object_mut().unwrap();
        let listed = sku.remove("examples").unwrap();
        let listed: Vec<&str> = listed.as_array().unwrap().iter().filter_map(Value::as_str).collect();
        assert!(listed.contains(&"own/box") && listed.contains(&"hetzner/cx41"), "{format} {definition}: {listed:?}");
        // Others are allowed: nothing else is different.
        assert_eq!(schema["$defs"][definition], printed(&[format])["$defs"][definition]);
    }
    // A new project has the bundled ones.
    stdout(directory.path(), &["init", "new", "--with", "stripe"]);
    let schema = fs::read_to_string(directory.path().join("new/.costplan/stage.schema.json")).unwrap();
    assert!(schema.contains("\"hetzner/cx41\""), "{schema}");
}
