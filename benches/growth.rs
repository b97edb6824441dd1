//! How the time of commands grows with what a project holds: `cargo bench --bench growth [CASE]`.
//!
//! Each case runs at a size, twice and four times that size, and prints the times and by how much each doubling multiplies
//! them: 2 is in step with the size, 4 with its square. Times are looked at by people; no test asserts them.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const HEAD: &str = "version: 1\nstage: 1\nname: Growth\ncustomers: 1..1000\ncurrency: USD\n";
const ONE_ITEM: &str = "line_items:\n  - { name: Server, category: compute, vendor: somebody, cost: 10 }\n";

/// A command over a project that grows.
struct Case {
    name: &'static str,
    /// The smallest size.
    size: usize,
    /// The files of the project.
    files: fn(usize) -> Vec<(String, String)>,
    arguments: &'static [&'static str],
}

const CASES: &[Case] = &[
    Case {
        name: "line items",
        size: 20_000,
        files: |n| stage(&items(n)),
        arguments: &["stage", "1", "--customers", "60"],
    },
    Case {
        name: "sensitivity of line items",
        size: 200,
        files: |n| stage(&items(n)),
        arguments: &["sensitivity", "1", "--customers", "60"],
    },
    Case {
        name: "sensitivity of line items, 20 credits",
        size: 200,
        files: |n| stage(&(credits(20) + &items(n))),
        arguments: &["sensitivity", "1", "--customers", "60"],
    },
    Case {
        name: "credits on as many line items",
        size: 200,
        files: |n| stage(&(credits(n) + &items(n))),
        arguments: &["stage", "1", "--customers", "60"],
    },
    Case { name: "prices list, two sheets", size: 10_000, files: two_sheets, arguments: &["prices", "list", "--all"] },
    Case {
        name: "SKUs of one sheet, all used",
        size: 5_000,
        files: |n| with_sheet(n, "s"),
        arguments: &["stage", "1", "--customers", "60"],
    },
    Case {
        name: "unknown SKUs",
        size: 5_000,
        files: |n| with_sheet(n, "x"),
        arguments: &["stage", "1", "--customers", "60"],
    },
    Case {
        name: "limits on as many line items",
        size: 500,
        files: limits,
        arguments: &["check", "1", "--customers", "60", "--arpu", "10"],
    },
    Case {
        name: "alerts on as many line items",
        size: 500,
        files: |n| limits(n).into_iter().map(|(name, text)| (name, alerts(&text))).collect(),
        arguments: &["check", "1", "--customers", "60"],
    },
    Case {
        name: "limits that all cover the same line items",
        size: 500,
        files: |n| limits(n).into_iter().map(|(name, text)| (name, of_one_team(&text))).collect(),
        arguments: &["check", "1", "--customers", "60", "--arpu", "10"],
    },
    Case { name: "scenarios times stages, checked", size: 40, files: scenarios, arguments: &["check"] },
    Case {
        name: "SKUs that the vendor sells no longer",
        size: 300,
        files: |n| with_sheet(n, "s").into_iter().map(|(name, text)| (name, ended(&text))).collect(),
        arguments: &["stage", "1", "--customers", "60"],
    },
    Case {
        name: "age of as many list prices",
        size: 500,
        files: |n| with_sheet(n, "s"),
        arguments: &["prices", "stale"],
    },
    Case {
        name: "techniques that conflict",
        size: 64,
        files: |n| conflicting(techniques(n)),
        arguments: &["optimize", "1", "--customers", "60"],
    },
    Case {
        name: "stages of a forecast, 12 months",
        size: 250,
        files: stages,
        arguments: &["forecast", "--from", "5", "--growth", "10%/month", "--months", "12", "--arpu", "10"],
    },
    Case {
        name: "coupled techniques",
        size: 32,
        files: techniques,
        arguments: &["optimize", "1", "--customers", "60"],
    },
    Case {
        name: "techniques apart",
        size: 40,
        files: |n| {
            techniques(n)
                .into_iter()
                .map(|(name, text)| (name, text.replace("discounts:\n  - { rate: 1%, reason: r }\n", "")))
                .collect()
        },
        arguments: &["optimize", "1", "--customers", "60"],
    },
];

fn stage(rest: &str) -> Vec<(String, String)> {
    vec![("stages/1.yaml".to_owned(), format!("{HEAD}{rest}"))]
}

fn items(count: usize) -> String {
    let mut text = "line_items:\n".to_owned();
    for index in 0..count {
        let category = index % 7;
        let _ = writeln!(
            text,
            "  - {{ name: Item {index}, category: c{category}, vendor: v, quantity: 2, cost: {}.5 }}",
            index % 97
        );
    }
    text
}

fn credits(count: usize) -> String {
    let mut text = "credits:\n".to_owned();
    for index in 0..count {
        let _ = writeln!(text, "  - {{ amount: 0.01 USD/month, category: c{}, reason: programme }}", index % 7);
    }
    text
}

fn sheet(vendor: &str, count: usize) -> (String, String) {
    let mut text = format!(
        "version = 1\nvendor = \"{vendor}\"\ncurrency = \"USD\"\nsource = \"https://example.com\"\nretrieved_on = 2026-01-01\n\
         trust = \"captured\"\n"
    );
    for index in 0..count {
        let _ = write!(
            text,
            "[skus.s{index}]\n[[skus.s{index}.charges]]\nmeter = \"plan\"\nmodel = \"flat\"\nprice = {}.5\n",
            index % 97
        );
    }
    (format!("pricing/{vendor}.toml"), text)
}

fn two_sheets(count: usize) -> Vec<(String, String)> {
    [stage(ONE_ITEM), vec![sheet("v", count), sheet("w", count)]].concat()
}

/// Line items of as many SKUs, whose names start with `start`: those of the sheet start with `s`.
fn with_sheet(count: usize, start: &str) -> Vec<(String, String)> {
    let mut text = "line_items:\n".to_owned();
    for index in 0..count {
        let _ = writeln!(text, "  - {{ name: Item {index}, category: compute, sku: v/{start}{index} }}");
    }
    [stage(&text), vec![sheet("v", count)]].concat()
}

fn limits(count: usize) -> Vec<(String, String)> {
    let mut settings = "version = 1\n".to_owned();
    for index in 0..count {
        let _ = write!(settings, "[[budget.limits]]\nwhere = \"team=t{index}\"\nmonthly = \"1000 USD\"\n");
    }
    let mut text = "line_items:\n".to_owned();
    for index in 0..count {
        let _ = writeln!(
            text,
            "  - {{ name: Item {index}, category: compute, vendor: v, cost: 5, tags: {{ team: t{index} }} }}"
        );
    }
    [stage(&text), vec![("costplan.toml".to_owned(), settings)]].concat()
}

/// Settings with alerts in place of limits.
fn alerts(text: &str) -> String {
    let text = text.replace("[[budget.limits]]", "[[budget.alerts]]\nmetric = \"cost\"");
    text.replace("monthly = \"1000 USD\"", "threshold = \"50%\"")
}

/// The text with one value of the tag.
fn of_one_team(text: &str) -> String {
    let lines = text.lines().map(|line| match line.split_once("team") {
        Some((before, _)) if line.starts_with("where") => format!("{before}team=t\"\n"),
        Some((before, _)) => format!("{before}team: t }} }}\n"),
        None => format!("{line}\n"),
    });
    lines.collect()
}

/// As many stages as scenarios.
fn scenarios(count: usize) -> Vec<(String, String)> {
    let of = |number: usize| {
        let text = format!("version: 1\nname: Scenario {number}\ncustomers: {number}\n");
        (format!("scenarios/s{number}.yaml"), text)
    };
    let names: Vec<String> = (1..=count).map(|number| format!("\"s{number}\"")).collect();
    let settings = format!("version = 1\n[budget]\nmonthly = \"1 USD\"\n[check]\nscenarios = [{}]\n", names.join(", "));
    let all = [stages(count), (1..=count).map(of).collect(), vec![("costplan.toml".to_owned(), settings)]];
    all.concat()
}

/// A sheet whose SKUs are sold no longer, each with the next one as its successor.
fn ended(text: &str) -> String {
    let mut number = 0;
    let lines = text.lines().map(|line| {
        if !line.starts_with("[skus.s") {
            return format!("{line}\n");
        }
        number += 1;
        let next = if text.contains(&format!("[skus.s{number}]")) { number } else { 0 };
        format!("{line}\nsold_until = 2026-01-01\nsuccessor = \"s{next}\"\n")
    });
    lines.collect()
}

/// Techniques of one line item, each of which conflicts with the next.
fn conflicting(files: Vec<(String, String)>) -> Vec<(String, String)> {
    let count = files.len() - 1;
    let one = |(index, (name, text)): (usize, (String, String))| {
        if !name.starts_with("techniques/") {
            return (name, text.replace("discounts:\n  - { rate: 1%, reason: r }\n", ""));
        }
        let text = text.replace(&format!("category: c{}", index - 1), "category: c0").replace("100%", "1%");
        (name, format!("{text}conflicts: [t{}]\n", index % count))
    };
    files.into_iter().enumerate().map(one).collect()
}

fn stages(count: usize) -> Vec<(String, String)> {
    let of = |number: usize| {
        let head = HEAD.replace("stage: 1\nname: Growth", &format!("stage: {number}\nname: Stage {number}"));
        (format!("stages/{number}.yaml"), head + ONE_ITEM)
    };
    (1..=count).map(of).collect()
}

fn techniques(count: usize) -> Vec<(String, String)> {
    let mut text = "discounts:\n  - { rate: 1%, reason: r }\nline_items:\n".to_owned();
    for index in 0..count {
        let _ = writeln!(text, "  - {{ name: Item {index}, category: c{index}, vendor: v, cost: 10 }}");
    }
    let technique = |index: usize| {
        let text = format!(
            "version: 1\nname: Technique {index}\narea: compute\nsummary: Saves.\neffort: low\nrisk: low\ninputs:\n  \
             size: {{ default: 10, unit: replica, meaning: what there is }}\neffects:\n  \
             - {{ name: cost, before: size, after: size / 2 }}\nclaim: half\nsteps: [Do it]\napplies_to:\n  \
             - {{ category: c{index}, lowers: cost, share: 100%, because: it does }}\n"
        );
        (format!("techniques/t{index}.yaml"), text)
    };
    [stage(&text), (0..count).map(technique).collect()].concat()
}

#[expect(clippy::print_stdout, reason = "a benchmark prints its figures")]
fn main() {
    let wanted = std::env::args().skip(1).find(|argument| !argument.starts_with("--"));
    println!("{:>10} {:>10} {:>10}   growth", "n", "2n", "4n");
    for case in CASES.iter().filter(|case| wanted.as_ref().is_none_or(|wanted| case.name.contains(wanted.as_str()))) {
        let [once, twice, four_times] = [1, 2, 4].map(|factor| run(case, case.size * factor));
        println!(
            "{once:>10.2?} {twice:>10.2?} {four_times:>10.2?}   {}, {}   {}, n = {}",
            ratio(twice, once),
            ratio(four_times, twice),
            case.name,
            case.size
        );
    }
}

/// How many times as long one time is as another, to a tenth.
fn ratio(later: Duration, earlier: Duration) -> String {
    let tenths = later.as_micros() * 10 / earlier.as_micros().max(1);
    format!("x{}.{}", tenths / 10, tenths % 10)
}

fn run(case: &Case, size: usize) -> Duration {
    let directory = tempfile::tempdir().expect("a temporary directory");
    for (name, text) in (case.files)(size) {
        let path = directory.path().join(name);
        fs::create_dir_all(path.parent().expect("a directory")).expect("a directory");
        fs::write(path, text).expect("a file");
    }
    (0..3).map(|_| time(directory.path(), case.arguments)).min().unwrap_or_default()
}

/// How long a command takes. Some of them report problems: they are meant to.
fn time(directory: &Path, arguments: &[&str]) -> Duration {
    let program = std::env::var("COSTPLAN_BENCHED").unwrap_or_else(|_| env!("CARGO_BIN_EXE_costplan").to_owned());
    let start = Instant::now();
    let output = Command::new(program)
        .current_dir(directory)
        .args(arguments)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .output()
        .expect("the program runs");
    let time = start.elapsed();
    assert!(output.status.code().is_some_and(|code| code <= 2), "{}", String::from_utf8_lossy(&output.stderr));
    time
}
