//! What a person sees: screens within 22 lines and 80 columns, whatever the width of the terminal.
//!
//! Each screen is pinned at 80 and at 120 columns, with colours and without, as a hash of what is written: its text is in
//! `tests/outputs`, which has the command lines for a pipe.

use costplan::app::{self, CostedRange, Request};
use costplan::render::{self, Charts, Format, Layout};
use costplan::view::{StageView, View};
use costplan::workspace::Workspace;

use crate::project::{costplan, in_memory, project, root, stdout};

/// The commands whose screens fit a small terminal.
const COMMANDS: [&[&str]; 29] = [
    &["stage", "2"],
    &["stage", "2", "--customers", "60", "--mrr", "6000"],
    &["stage", "3", "--customers", "300", "--mrr", "500"],
    &["stages"],
    &["stages", "--arpu", "49"],
    &["afford", "--mrr", "10000"],
    &["afford", "--mrr", "800", "--customers", "60"],
    &["forecast", "--from", "5", "--growth", "15%/month", "--months", "36", "--arpu", "49", "--stages", "revenue"],
    &["recommend", "--customers", "60", "--mrr", "600"],
    &["recommend", "--customers", "180"],
    &["breakeven", "2", "--arpu", "49", "--customers", "60"],
    &["forecast", "--from", "5", "--growth", "15%/month", "--arpu", "49", "--cash", "12000", "--other-costs", "2000"],
    &["forecast", "--from", "9", "--growth", "+20/month", "--months", "12"],
    &["sweep", "2", "--customers", "20..500", "--arpu", "3"],
    &["sweep", "--all", "--customers", "0..2000"],
    &["sensitivity", "2", "--customers", "60"],
    &["optimize", "3", "--customers", "300"],
    &["optimize", "2", "--customers", "100"],
    &["optimize", "--all-stages"],
    &["check", "--arpu", "3"],
    &["explain", "2"],
    &["explain", "2", "total"],
    &["compare", "2", "3", "--customers", "100"],
    &["stage", "2", "--customers", "60", "--assumptions"],
    &["stage", "2", "--customers", "60", "--tax", "19%"],
    &["prices", "stale"],
    &["prices", "check"],
    &["prices", "search", "postgres"],
    &["prices", "show", "supabase/pro"],
];

/// The same of a plan that `init` has just made, which has one stage.
const OF_NEW_PLAN: [&[&str]; 12] = [
    &["stage", "1"],
    &["stage", "1", "--customers", "60"],
    &["stages"],
    &["explain", "1"],
    &["recommend", "--customers", "60"],
    &["breakeven", "1"],
    &["forecast"],
    &["forecast", "--from", "5", "--growth", "15%/month", "--cash", "12000", "--other-costs", "2000"],
    &["sweep", "1"],
    &["sensitivity", "1", "--customers", "60"],
    &["optimize", "1", "--customers", "100"],
    &["check", "--arpu", "3"],
];

/// What a command prints in a directory, whatever its exit code.
fn printed(directory: &std::path::Path, arguments: &[&str]) -> String {
    let output = costplan(directory, &[arguments, &["--as-of", "2026-11-24"]].concat());
    assert_ne!(output.status.code(), Some(2), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// The number of columns that a line takes, without escape sequences.
fn columns(line: &str) -> usize {
    let mut count = 0;
    let mut in_escape = false;
    for character in line.chars() {
        match character {
            '\u{1b}' => in_escape = true,
            'm' if in_escape => in_escape = false,
            _ if in_escape => {}
            _ => count += 1,
        }
    }
    count
}

/// Asserts that the screens of some commands fit a small terminal.
fn assert_fit(directory: &std::path::Path, commands: &[&[&str]]) {
    for arguments in commands {
        let text = printed(directory, arguments);
        let lines = text.lines().count();
        assert!(lines <= 22, "{lines} lines of {arguments:?} in {}:\n{text}", directory.display());
        for line in text.lines() {
            assert!(columns(line) <= 80, "{} columns in {arguments:?}: {line}", columns(line));
            assert_eq!(line, line.trim_end(), "{arguments:?}");
        }
    }
    for arguments in [&[][..], &["techniques"]] {
        let text = stdout(directory, arguments);
        assert!(text.lines().count() <= 22, "{text}");
    }
}

// A test for each plan, so that they run next to each other.

#[test]
fn every_screen_of_the_example_plan_fits_a_small_terminal() {
    // A copy of the bundled plan is a project of its own, which `check` needs.
    let plan = tempfile::tempdir().unwrap();
    for part in ["stages", "pricing"] {
        std::fs::create_dir(plan.path().join(part)).unwrap();
        for file in std::fs::read_dir(root().join(part)).unwrap() {
            let file = file.unwrap();
            std::fs::copy(file.path(), plan.path().join(part).join(file.file_name())).unwrap();
        }
    }
    assert_fit(plan.path(), &COMMANDS);
}

#[test]
fn every_screen_of_the_saas_example_fits_a_small_terminal() {
    let (first, second) = COMMANDS.split_at(COMMANDS.len() / 2);
    let saas = root().join("examples/saas");
    std::thread::scope(|scope| {
        // Its last stage is computed at 9,000 numbers of customers.
        let other = scope.spawn(|| assert_fit(&saas, first));
        assert_fit(&saas, second);
        other.join().unwrap();
    });
}

#[test]
fn every_screen_of_a_new_plan_fits_a_small_terminal() {
    let new = tempfile::tempdir().unwrap();
    let vendors = "digitalocean,vercel,openai,stripe";
    let asked = ["init", ".", "--with", vendors, "--currency", "EUR", "--arpu", "49", "--customers", "20..500"];
    assert!(costplan(new.path(), &asked).status.success());
    assert_fit(new.path(), &OF_NEW_PLAN);
}

#[test]
fn without_a_project_the_first_line_says_that_the_plan_is_the_example() {
    let empty = project(&[]);
    let of_stages = |arguments: &&&[&str]| !["check", "prices"].contains(&arguments[0]);
    for arguments in COMMANDS.iter().filter(of_stages) {
        let text = printed(empty.path(), arguments);
        assert!(text.starts_with("This is the example plan"), "{arguments:?}: {text}");
        assert!(text.lines().count() <= 22, "{} lines of {arguments:?}:\n{text}", text.lines().count());
    }
    let own = printed(&root().join("examples/saas"), &["stage", "2"]);
    assert!(own.starts_with("2 Growth at 50 to 1,000 customers: "), "{own}");
}

#[test]
fn costplan_alone_shows_the_plan_or_the_ways_to_one() {
    let alone = stdout(project(&[]).path(), &[]);
    assert!(alone.contains("There is no plan here") && alone.contains("costplan init my-plan"), "{alone}");
    let plan = stdout(&root().join("examples/saas"), &[]);
    assert!(plan.contains("3 stages, USD") && plan.contains("costplan explain 1 total"), "{plan}");
}

/// A stage with rows of 700, 200, 60, 25, 10, 4 and 1 USD, of which the last ones are folded; a buffer of 10%.
const ROWS: &str = "version: 1\nstage: 1\nname: Test\ncustomers: 1..100\ncurrency: USD\nbuffer: 10%\n\
    targets: { share_of_mrr: 40% }\nline_items:\n\
    \x20 - { name: A, category: a, vendor: x, cost: 700 }\n  - { name: B, category: a, vendor: x, cost: 200 }\n\
    \x20 - { name: C, category: b, vendor: y, cost: 60 }\n  - { name: D, category: b, vendor: y, cost: 25 }\n";

/// The screen of that stage, with ten rows of 1 USD more, at a width.
fn stage_screen(width: usize, styled: bool, customers: u64) -> String {
    let small: String = (0..10).map(|row| format!("  - {{ name: small {row}, category: c, cost: 1 }}\n")).collect();
    let mut workspace = in_memory(&[("stages/1.yaml", &(ROWS.to_owned() + &small))]).unwrap();
    let request = Request::on("2026-11-24".parse().unwrap()).customers(customers);
    let CostedRange { stage, costings } = app::stage(&mut workspace, "1", &request).unwrap();
    written(&StageView::new(&stage, &costings, false), width, styled)
}

fn written(view: &impl View, width: usize, styled: bool) -> String {
    let mut out = Vec::new();
    render::write(view, Format::Table, Layout { width, styled, charts: Charts::None }, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn the_rows_of_a_screen_add_up_with_those_that_are_folded() {
    let text = stage_screen(80, false, 50);
    let amount = |label: &str| {
        let line = text.lines().find(|line| line.starts_with(label)).unwrap_or_else(|| panic!("{label}: {text}"));
        let found = line.split_whitespace().find(|word| word.contains('.') && !word.contains('%')).unwrap();
        found.replace(',', "").parse::<rust_decimal::Decimal>().unwrap()
    };
    // 700 + 200 + 60 + 25 + 10 = 995; the buffer is 99.50.
    let sum: rust_decimal::Decimal = text
        .lines()
        .skip_while(|line| !line.starts_with("Item"))
        .skip(1)
        .take_while(|line| !line.starts_with("Total"))
        .map(|line| amount(line.split("  ").next().unwrap()))
        .sum();
    assert_eq!(sum.to_string(), "1094.50", "{text}");
    assert_eq!(amount("Total").to_string(), "1094.50");
    assert!(text.contains(" more (--all)"), "{text}");
    assert!(text.starts_with("1 Test at 50 customers: 1,094.50 USD a month\n"), "{text}");
    assert!(text.contains("21.89 per customer"), "{text}");
}

#[test]
fn screens_are_pinned_at_80_and_120_columns_with_and_without_colours() {
    for width in [80, 120] {
        for styled in [false, true] {
            let name = format!("screen-stage-{width}{}", if styled { "-colours" } else { "" });
            insta::assert_snapshot!(name, stage_screen(width, styled, 50));
        }
    }
}

#[test]
fn no_screen_is_wider_than_the_terminal_and_no_word_is_cut() {
    for width in [60, 72, 80, 100, 120] {
        let text = stage_screen(width, true, 50);
        for line in text.lines() {
            assert!(columns(line) <= width, "{} of {width} columns: {line}", columns(line));
        }
        for word in ["customers:", "Buffer", "unknown", "customer"] {
            assert!(text.contains(word), "{word} is cut at {width} columns:\n{text}");
        }
    }
}

#[test]
fn a_share_over_the_target_is_coloured_and_says_by_how_many_points() {
    let mut workspace = in_memory(&[("stages/1.yaml", ROWS)]).unwrap();
    let request = Request::on("2026-11-24".parse().unwrap()).customers(10);
    let request = request.mrr("1083.50".parse().unwrap());
    let CostedRange { stage, costings } = app::stage(&mut workspace, "1", &request).unwrap();
    let text = written(&StageView::new(&stage, &costings, false), 80, true);
    // 985 with the buffer is 1,083.50: all of the revenue, 60 points over 40%.
    let line = text.lines().find(|line| line.contains("100.0% of revenue")).unwrap_or_else(|| panic!("{text}"));
    assert!(line.contains("your target 40%  over by 60.0 points"), "{line}");
    let is_coloured = ["\u{1b}[31m", "\u{1b}[33m"].iter().any(|colour| line.contains(colour));
    assert!(is_coloured && line.trim_end().ends_with("\u{1b}[0m"), "{line:?}");
    // What is wrong comes first.
    assert_eq!(text.lines().nth(2), Some(line), "{text}");
}

#[test]
fn a_table_ends_after_a_thousand_rows_with_its_sums() {
    let items: String = (0..1200).map(|row| format!("  - {{ name: row {row}, category: c, cost: 1 }}\n")).collect();
    let text = ROWS.split("line_items:").next().unwrap().to_owned() + "line_items:\n" + &items;
    let mut workspace = in_memory(&[("stages/1.yaml", &text)]).unwrap();
    let request = Request::on("2026-11-24".parse().unwrap()).customers(10);
    let CostedRange { stage, costings } = app::stage(&mut workspace, "1", &request).unwrap();
    let shown = written(&StageView::new(&stage, &costings, true), 80, false);
    assert!(shown.contains("\n... 200 more rows: all are in --format csv and --format json\n"), "{shown}");
    assert!(shown.contains("row 999 ") && !shown.contains("row 1000 "));
    // 1200 USD and a buffer of 10%.
    assert!(shown.contains("1,320.00"), "{shown}");
}

#[test]
fn costs_are_shown_by_vendor_and_by_category() {
    let directory = project(&[("stages/1.yaml", ROWS)]);
    let by = |name: &str| stdout(directory.path(), &["stage", "1", "--customers", "10", "--by", name]);
    let rows = |text: &str| -> Vec<(String, String)> {
        let words = text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
        words.filter(|words| words.len() == 4).map(|words| (words[0].to_owned(), words[2].to_owned())).collect()
    };
    // 700 + 200, and 60 + 25.
    for (name, first, second) in [("vendor", "x", "y"), ("category", "a", "b")] {
        let found = rows(&by(name));
        assert!(found.contains(&(first.to_owned(), "900.00".to_owned())), "{found:?}");
        assert!(found.contains(&(second.to_owned(), "85.00".to_owned())), "{found:?}");
    }
    let csv = stdout(directory.path(), &["stages", "--by", "vendor", "--format", "csv"]);
    assert!(csv.contains("vendor,x,2,900,USD"), "{csv}");
}

#[test]
fn a_library_shows_a_screen_of_the_bundled_plan() {
    let mut workspace = Workspace::bundled();
    let request = Request::on("2026-11-24".parse().unwrap()).customers(60);
    let CostedRange { stage, costings } = app::stage(&mut workspace, "growth", &request).unwrap();
    let text = written(&StageView::new(&stage, &costings, false), 80, false);
    assert!(text.starts_with("2 Growth at 60 customers: 225.00 USD a month\n"), "{text}");
}
