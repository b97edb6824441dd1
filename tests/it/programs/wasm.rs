//! The core as WebAssembly answers as the program does, to the last digit. `page-core/build` makes it.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use costplan::app::{self, PageProject, Request};
use costplan::model::Stage;
use costplan::workspace::{Selection, Workspace};
use serde_json::{Value, json};

use crate::project::{PROGRAM, root};

const DAY: &str = "2026-11-24";
/// How many questions about a stage have to have an answer.
const ANSWERS: usize = 50;

/// A stream of numbers that look random and are the same in each run.
struct Random(u64);

impl Random {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % end
    }
}

/// A question about a stage: a number of customers, mostly a revenue, some drivers, techniques and a scenario.
fn question(stage: &Stage, techniques: &[String], scenarios: &[String], random: &mut Random) -> Value {
    let range = stage.customers.value;
    let high = range.high.unwrap_or(range.low * 3 + 1000);
    let mut question = json!({
        "stage": stage.id.to_string(),
        "today": DAY,
        "as_of": DAY,
        "customers": range.low + random.below(high - range.low + 1),
    });
    match random.below(3) {
        0 => question["mrr"] = format!("{}.{:02}", random.below(50_000), random.below(100)).into(),
        1 => question["arpu"] = random.below(200).to_string().into(),
        _ => {}
    }
    let mut set = BTreeMap::new();
    for driver in &stage.drivers {
        if random.below(3) == 0 && driver.formula.dimension == costplan::model::Dimension::PLAIN {
            let value = format!("{} + customers * {}.{}", random.below(100), random.below(20), random.below(1000));
            set.insert(stage.scope.name(driver.slot).to_owned(), value);
        }
    }
    question["set"] = json!(set);
    if random.below(4) == 0 && !techniques.is_empty() {
        let place = usize::try_from(random.below(techniques.len() as u64)).unwrap();
        question["apply"] = json!([techniques[place]]);
    }
    if random.below(3) == 0 && !scenarios.is_empty() {
        let place = usize::try_from(random.below(scenarios.len() as u64)).unwrap();
        question["scenario"] = scenarios[place].clone().into();
    }
    question
}

/// What the program prints for a question; `None` if it refuses it.
fn program(directory: Option<&Path>, question: &Value) -> Option<String> {
    let mut command = Command::new(PROGRAM);
    let text = |key: &str| question[key].as_str().map(str::to_owned);
    command.args([
        "stage",
        &text("stage")?,
        "--as-of",
        DAY,
        "--format",
        "json",
        "--customers",
        &question["customers"].to_string(),
    ]);
    for key in ["mrr", "arpu", "scenario"] {
        command.args(text(key).into_iter().flat_map(|value| [format!("--{key}"), value]));
    }
    for (name, value) in question["set"].as_object()? {
        command.args(["--set", &format!("{name}={}", value.as_str()?)]);
    }
    for technique in question["apply"].as_array().into_iter().flatten() {
        command.args(["--apply", technique.as_str()?]);
    }
    let nowhere = tempfile::tempdir().unwrap();
    command.current_dir(directory.unwrap_or(nowhere.path()));
    let output = command.output().unwrap();
    output.status.success().then(|| String::from_utf8(output.stdout).unwrap())
}

/// The answers of the core in Node.js, and how long each took.
fn core(project: &Value, questions: &[Value]) -> (Vec<String>, f64) {
    let built = root().join("target/page-core");
    assert!(built.join("core.wasm").is_file(), "there is no core: run page-core/build");
    let mut node = Command::new("node")
        .arg(root().join("tests/it/programs/wasm.mjs"))
        .arg(root().join("src/render/page/core.js"))
        .arg(built.join("core.wasm"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("Node.js is there");
    let input = json!({ "project": project, "questions": questions }).to_string();
    node.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = node.wait_with_output().unwrap();
    assert!(output.status.success());
    let output: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(output["imports"], json!([]), "the core can ask nothing of a browser");
    let answers = output["answers"].as_array().unwrap().iter().map(|answer| answer.as_str().unwrap().to_owned());
    (answers.collect(), output["milliseconds"].as_f64().unwrap())
}

fn agree(directory: Option<&Path>) {
    let mut workspace = directory.map_or_else(Workspace::bundled, |path| Workspace::open(Some(path)).unwrap());
    let request = Request::today(DAY.parse().unwrap());
    let stages = workspace.stages(Selection::all(), &costplan::resolve::Request::on(DAY.parse().unwrap())).unwrap();
    let project = serde_json::to_value(PageProject::of(&workspace, &[], &request).unwrap()).unwrap();
    let mut random = Random(20_261_124);
    for (stage, _) in &stages {
        let asked = json!({ "ask": "inputs", "stage": stage.id.to_string(), "today": DAY }).to_string();
        let inputs: Value = serde_json::from_str(&app::answer(&mut workspace, &asked)).unwrap();
        let ids = |key: &str| -> Vec<String> {
            inputs[key].as_array().unwrap().iter().map(|of| of["id"].as_str().unwrap().to_owned()).collect()
        };
        let (techniques, scenarios) = (ids("techniques"), ids("scenarios"));
        let questions: Vec<Value> =
            (0..ANSWERS * 2).map(|_| question(stage, &techniques, &scenarios, &mut random)).collect();
        let (answers, milliseconds) = core(&project, &questions);
        let mut agreed = 0;
        for (question, answer) in questions.iter().zip(answers) {
            match program(directory, question) {
                Some(printed) => {
                    assert_eq!(answer, printed, "{question}");
                    agreed += 1;
                }
                None => assert!(answer.contains("costplan.failure.v1"), "{question}: {answer}"),
            }
        }
        assert!(agreed >= ANSWERS, "stage {}: {agreed} answers", stage.id);
        assert!(milliseconds < 1000.0, "{milliseconds} ms an answer");
    }
}

#[test]
#[ignore = "needs Node.js and the core: page-core/build"]
fn the_core_answers_as_the_program_about_the_bundled_plan() {
    agree(None);
}

#[test]
#[ignore = "needs Node.js and the core: page-core/build"]
fn the_core_answers_as_the_program_about_a_project_with_scenarios() {
    agree(Some(&root().join("examples/saas")));
    agree(Some(&root().join("examples/own-prices")));
}
