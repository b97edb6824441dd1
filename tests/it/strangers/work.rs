//! What a file may hold and mean is bounded, and more is one clear error.

use std::fmt::Write as _;

use crate::project::HEAD;
use costplan::app::{self, Optimize, Request, Sweep};
use costplan::calculate;
use costplan::diagnostic::{Code, Diagnostic, Failure};
use costplan::model::{CountRange, PlanOrder};
use costplan::parse::ForecastRaw;
use costplan::source::Span;
use costplan::workspace::Workspace;

const ITEM: &str = "line_items:\n  - { name: Server, category: compute, cost: 1 }\n";

/// What is wrong with a project.
fn problems(files: &[(String, String)]) -> Vec<Diagnostic> {
    fn validated(files: &[(String, String)]) -> Result<(), Failure> {
        let mut workspace = Workspace::in_memory(files.to_vec())?;
        app::validate(&mut workspace, &request()).map(|_| ())
    }
    validated(files).unwrap_err().diagnostics
}

fn request() -> Request {
    Request::on("2026-11-24".parse().unwrap())
}

fn with_settings(settings: String) -> Vec<(String, String)> {
    vec![("stages/1-test.yaml".to_owned(), format!("{HEAD}{ITEM}")), ("costplan.toml".to_owned(), settings)]
}

fn is_one(problems: &[Diagnostic], code: Code, message: &str) {
    let [problem] = problems else { panic!("{} problems: {:?}", problems.len(), problems.first()) };
    assert_eq!((problem.code, problem.message.as_str()), (code, message));
}

#[test]
fn toml_nests_only_so_deep() {
    let deep = "lists and tables nest deeper than 64";
    let parts = |count: usize| vec!["a"; count].join(".");
    for settings in [
        format!("[{}]\nb = 1\n", parts(200_000)),
        format!("[[{}]]\nb = 1\n", parts(200_000)),
        format!("{} = 1\n", parts(200_000)),
        format!("a = {}1{}\n", "[".repeat(200_000), "]".repeat(200_000)),
        format!("a = {}1{}\n", "{a=".repeat(200_000), "}".repeat(200_000)),
        // Neither the header, nor a key, nor the lists alone are too deep.
        format!("[{0}]\n{0} = {1}1{2}\n", parts(30), "[".repeat(30), "]".repeat(30)),
        format!("a = {}1{}\n", format!("{{{} = ", parts(10)).repeat(10), "}".repeat(10)),
    ] {
        is_one(&problems(&with_settings(settings)), Code::InvalidToml, deep);
    }
    // What is less deep is read, and is a key that is not known.
    let shallow = problems(&with_settings(format!("version = 1\n{} = 1\n", parts(30))));
    is_one(&shallow, Code::UnknownKey, "unknown key `a` in costplan.toml");
    // Dots in texts, comments and numbers are no parts.
    let dots = ". ".repeat(100);
    let settings = format!("version = 1 # {dots}\n[budget]\nmonthly = \"{dots}\"\n");
    assert!(problems(&with_settings(settings)).iter().all(|problem| problem.code != Code::InvalidToml));
}

#[test]
fn of_very_many_errors_the_first_are_kept() {
    for line in ["=\n", "a = x\n", "b = [1, x]\n", "k = \"\\q\"\n"] {
        let found = problems(&with_settings(line.repeat(20_000)));
        assert!((900..=5000).contains(&found.len()), "{line}: {}", found.len());
    }
    let mut keys = String::from("version = 1\n");
    for key in 0..50_000 {
        writeln!(keys, "k{key} = 1").unwrap();
    }
    assert_eq!(problems(&with_settings(keys)).len(), 10_000);
    // Each message quotes a long name.
    let mut long = String::from("version = 1\n");
    for key in 0..200 {
        writeln!(long, "{}{key} = 1", "k".repeat(200_000)).unwrap();
    }
    assert!(problems(&with_settings(long)).len() < 100);
}

#[test]
fn a_file_holds_only_so_many_values() {
    let too_many = "a file may hold at most 3000000 keys and values";
    let settings = format!("a = [{}]\n", "1,".repeat(3_000_001));
    is_one(&problems(&with_settings(settings)), Code::FileTooLarge, too_many);
    let settings = "=\n".repeat(7_000_000);
    is_one(&problems(&with_settings(settings)), Code::FileTooLarge, too_many);
    let files = [("stages/1-test.yaml".to_owned(), format!("[{}]", "a,".repeat(3_000_001)))];
    is_one(&problems(&files), Code::FileTooLarge, too_many);
}

#[test]
fn aliases_copy_only_so_much() {
    let too_much = "the aliases of this file expand to more than the file contains";
    let text = |bytes: usize, count: usize| {
        let mut stage =
            format!("{HEAD}line_items:\n  - {{ name: q, category: c, cost: 1, note: &f {} }}\n", "x".repeat(bytes));
        for item in 0..count {
            writeln!(stage, "  - {{ name: n{item}, category: c, cost: 1, note: *f }}").unwrap();
        }
        [("stages/1-test.yaml".to_owned(), stage)]
    };
    is_one(&problems(&text(200_000, 6000)), Code::InvalidYaml, too_much);
    let honest = text(1000, 500);
    let mut workspace = Workspace::in_memory(honest.to_vec()).unwrap();
    app::validate(&mut workspace, &request()).unwrap();
    // Anchors within anchors, each of which would be kept.
    let nested = format!("{}x{}", "&a [".repeat(60), "]".repeat(60));
    let many = format!("a: [{}]\n", vec![nested; 1000].join(", "));
    let files = [("stages/1-test.yaml".to_owned(), many)];
    assert_eq!(problems(&files)[0].message, too_much);
}

#[test]
fn all_files_of_a_run_hold_only_so_much() {
    let comment = format!("# {}\n", "x".repeat(30 * 1024 * 1024));
    let stage = |number: usize| {
        let text =
            format!("version: 1\nstage: {number}\nname: T{number}\ncustomers: 0..100\ncurrency: USD\n{ITEM}{comment}");
        (format!("stages/{number}-test.yaml"), text)
    };
    let files = [stage(1), stage(2), stage(3)];
    let found = problems(&files);
    assert!(found.iter().any(|problem| problem.code == Code::FileTooLarge), "{found:?}");
    let mut workspace = Workspace::in_memory(files[..2].to_vec()).unwrap();
    app::validate(&mut workspace, &request()).unwrap();
}

#[test]
fn a_sku_has_only_so_many_meters() {
    let mut sheet = String::from(
        "version = 1\nvendor = \"v\"\ncurrency = \"USD\"\nsource = \"assumed\"\nretrieved_on = 2026-11-01\ntrust = \"fixture\"\n",
    );
    for charge in 0..1001 {
        write!(sheet, "[[skus.s.charges]]\nmeter = \"m{charge}\"\nmodel = \"flat\"\nprice = 1\n").unwrap();
    }
    let mut files = with_settings("version = 1\n".to_owned());
    files.push(("pricing/v.toml".to_owned(), sheet));
    is_one(&problems(&files), Code::TooManyNames, "`s` can have at most 1000 charges and inputs");
}

/// A stage with line items whose cost depends on the customers.
fn stage_of(number: usize, customers: &str, items: usize, more: &str) -> (String, String) {
    let mut text = format!(
        "version: 1\nstage: {number}\nname: T{number}\ncustomers: {customers}\ncurrency: USD\n{more}line_items:\n"
    );
    for item in 0..items {
        writeln!(text, "  - {{ name: n{item}, category: c, sku: hetzner/cx23, quantity: ceil(customers / 50) }}")
            .unwrap();
    }
    (format!("stages/{number}-test.yaml"), text)
}

fn is_too_much<T>(result: Result<T, Failure>) {
    let problems = result.map(|_| ()).unwrap_err().diagnostics;
    assert!(problems.iter().any(|problem| problem.code == Code::TooMuchWork), "{:?}", problems.first());
}

#[test]
fn what_a_plan_means_is_counted_before_it_is_computed() {
    // A range of the file is swept only if it is not too long; the same range, typed, is the user's own.
    let long = [stage_of(1, "0..9000000", 1, "")];
    let mut whole = Sweep { stage: Some("1".to_owned()), ..Sweep::default() };
    is_too_much(app::sweep(&mut Workspace::in_memory(long.clone()).unwrap(), &request(), &whole));
    whole.range = Some(CountRange { low: 0, high: Some(9_000_000) });
    app::sweep(&mut Workspace::in_memory(long).unwrap(), &request(), &whole).unwrap();
    // The rest with a limit that is met sooner.
    let allowed = |operations: u64, files: &[(String, String)]| {
        let mut workspace = Workspace::in_memory(files.to_vec()).unwrap();
        workspace.allow_operations(operations);
        workspace
    };
    // Each month resolves and computes 20 line items.
    let months = ("costplan.toml".to_owned(), "version = 1\n[forecast]\nfrom = 1\nmonths = 120\n".to_owned());
    let files = [stage_of(1, "0..100", 20, ""), months];
    let nothing = || ForecastRaw::nothing(Span::NOWHERE);
    is_too_much(app::forecast(&mut allowed(20 * 20 * 120, &files), &request(), nothing()));
    app::forecast(&mut allowed(20 * 40 * 120, &files), &request(), nothing()).unwrap();
    // Each stage is computed for each of 500 numbers of customers, to find where it meets its target or costs most.
    let target = "targets: { cost_per_customer: 1..2 }\nmonthly_budget: ..1000\n";
    let files: Vec<_> = (1..=4).map(|number| stage_of(number, "1..500", 10, target)).collect();
    is_too_much(app::stages(&mut allowed(4 * 500 * 10, &files), &[], &request()));
    app::stages(&mut allowed(10 * 4 * 500 * 10, &files), &[], &request()).unwrap();
    is_too_much(app::check(&mut allowed(4 * 500 * 10, &files), &[], &request()));
    is_too_much(app::snapshot(&mut allowed(100, &files), &[], &request()));
    is_too_much(app::validate(&mut allowed(100, &files), &request()));
}

#[test]
fn what_would_keep_a_rule_is_searched_only_so_far() {
    // 10,000 numbers of customers times 2,000 line items would take minutes.
    let mut workspace = Workspace::in_memory([stage_of(1, "1..100", 2000, "")]).unwrap();
    let request = request().customers(10).arpu(1.into());
    let (stages, recommendation) = app::recommend(&mut workspace, &request).unwrap();
    let operations = calculate::rule_operations(&stages[0].0, 10);
    assert!((1_000_000..=10_000_000).contains(&operations), "{operations}");
    workspace.allow_operations(operations - 1);
    is_too_much(app::broken_rule(&mut workspace, &request, &stages, &recommendation));
    // So are the inputs of a stage, and the stages of a recommendation.
    let files = [stage_of(1, "1..100", 50, "")];
    let mut few = Workspace::in_memory(files.clone()).unwrap();
    few.allow_operations(5000);
    is_too_much(app::sensitivity(&mut few, "1", &request, "0.2".parse().unwrap()));
    let mut fewer = Workspace::in_memory(files).unwrap();
    fewer.allow_operations(20 * 51 + 10);
    is_too_much(app::recommend(&mut fewer, &request));
}

#[test]
fn techniques_of_many_alerts_are_counted() {
    let alerts = "[[budget.alerts]]\nmetric = \"c_cost\"\nthreshold = \"1%\"\n".repeat(50);
    let settings = format!(
        "version = 1\n[budget]\nmonthly = \"1 EUR\"\nauto_optimize = true\noptimization_rules = [\"archive_old_data\"]\n{alerts}"
    );
    let files = [stage_of(1, "1..100", 20, ""), ("costplan.toml".to_owned(), settings)];
    let allowed = |operations: u64| {
        let mut workspace = Workspace::in_memory(files.clone()).unwrap();
        workspace.allow_operations(operations);
        workspace
    };
    let request = request().customers(10);
    is_too_much(app::check(&mut allowed(12_000), &[], &request));
    app::check(&mut allowed(1_000_000), &[], &request).unwrap();
}

#[test]
fn techniques_that_depend_on_each_other_are_chosen_only_if_they_are_few() {
    let techniques = (0..100).map(|number| {
        let share = number % 9 + 1;
        let text = format!(
            "version: 1\nname: T{number}\narea: compute\nsummary: s\neffort: low\nrisk: low\ninputs:\n  \
             p: {{ default: 2 USD, meaning: price }}\neffects:\n  - {{ name: cost, before: p, after: p * 0.99 }}\n\
             applies_to:\n  - {{ category: c, share: {share}%, because: b }}\n"
        );
        (format!("techniques/t{number}.yaml"), text)
    });
    let credits = "credits: [{ amount: 1 USD/month, reason: r }]\n";
    let mut files = vec![stage_of(1, "0..100", 30, credits)];
    files.extend(techniques);
    let mut workspace = Workspace::in_memory(files).unwrap();
    let mut request = request();
    request.customers = Some(10);
    let wanted = Optimize { order: PlanOrder::Saving, share: None, months: None };
    is_too_much(app::optimize(&mut workspace, "1", &request, wanted));
}
