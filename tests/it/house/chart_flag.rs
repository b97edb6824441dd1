//! `--chart`: where pictures are drawn and where not, and what the picture of a stage shows.

use crate::project::{HEAD, command, costplan, project, stdout};

const TITLE: &str = "Cost by category, USD a month, and share of the subtotal";

/// The picture of a page: the lines from its headline to the next empty line.
fn picture(page: &str) -> Vec<&str> {
    page.lines()
        .skip_while(|line| !line.starts_with("Cost by category, USD a month"))
        .take_while(|line| !line.is_empty())
        .collect()
}

/// What the program prints with an environment.
fn with(directory: &std::path::Path, arguments: &[&str], environment: &[(&str, &str)]) -> String {
    let output = command(directory).args(arguments).envs(environment.iter().copied()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn what_is_piped_has_no_picture_unless_one_is_asked_for() {
    let directory = project(&[]);
    let page = |rest: &[&str]| stdout(directory.path(), &[&["stage", "2", "--customers", "60"], rest].concat());
    let plain = page(&[]);
    assert!(picture(&plain).is_empty());
    assert_eq!(page(&["--chart", "auto"]), plain);
    assert_eq!(page(&["--chart", "never"]), plain);
    let drawn = page(&["--chart"]);
    assert_eq!(page(&["--chart", "always"]), drawn);
    // The picture and the empty line in front of it are all that is more.
    let more = format!("{}\n\n", picture(&drawn).join("\n"));
    assert_eq!(drawn.replace(&more, ""), plain);
    // Data has no picture.
    for format in ["json", "csv"] {
        assert_eq!(page(&["--chart", "--format", format]), page(&["--format", format]));
    }
}

#[test]
fn bars_show_the_categories() {
    // Two thirds and a third of 60 USD; the bars have 80 - 7 - 2 - 2 - 12 = 57 columns.
    let items =
        "line_items:\n  - { name: A, category: compute, cost: 40 }\n  - { name: B, category: disk, cost: 20 }\n";
    let directory = project(&[("stages/1-test.yaml", &format!("{HEAD}{items}"))]);
    let expected = vec![
        TITLE.to_owned(),
        format!("compute  {}  40.00  66.7%", "█".repeat(57)),
        format!("disk     {}▌{}  20.00  33.3%", "█".repeat(28), " ".repeat(28)),
    ];
    assert_eq!(picture(&stdout(directory.path(), &["stage", "1", "--customers", "5", "--chart"])), expected);
    // Both ends of the range cost the same.
    assert_eq!(picture(&stdout(directory.path(), &["stage", "1", "--chart"])), expected);
    let ascii = stdout(directory.path(), &["stage", "1", "--chart", "ascii"]);
    assert!(ascii.is_ascii());
    // Half a column more than 28 is drawn as one.
    let expected = vec![
        TITLE.to_owned(),
        format!("compute  {}  40.00  66.7%", "#".repeat(57)),
        format!("disk     {}{}  20.00  33.3%", "#".repeat(29), " ".repeat(28)),
    ];
    assert_eq!(picture(&ascii), expected);
}

#[test]
fn ends_that_differ_have_no_picture() {
    let items = "line_items:\n  - { name: A, category: compute, cost: customers * 1 USD }\n";
    let directory = project(&[("stages/1-test.yaml", &format!("{HEAD}{items}"))]);
    assert!(picture(&stdout(directory.path(), &["stage", "1", "--chart"])).is_empty());
    assert_eq!(picture(&stdout(directory.path(), &["stage", "1", "--customers", "5", "--chart"])).len(), 2);
}

#[test]
fn what_is_unknown_has_no_bar_and_leaves_no_share() {
    let sheet = "version = 1\nvendor = \"v\"\ncurrency = \"USD\"\nsource = \"s\"\nretrieved_on = 2026-01-01\n\
                 trust = \"vendor\"\n[skus.s]\n[[skus.s.charges]]\nmeter = \"calls\"\nunit = \"call\"\n\
                 model = \"per_unit\"\nprice = 1\n\
                 [skus.t]\n[[skus.t.charges]]\nmeter = \"plan\"\nmodel = \"flat\"\nprice = 3\n\
                 [[skus.t.charges]]\nmeter = \"calls\"\nunit = \"call\"\nmodel = \"per_unit\"\nprice = 1\n";
    let items = "line_items:\n  - { name: A, category: known, cost: 9 }\n  - { name: B, category: open, sku: v/s }\n  \
                 - { name: C, category: part, sku: v/t }\n";
    let files = [("stages/1-test.yaml", &*format!("{HEAD}{items}")), ("pricing/v.toml", sheet)];
    let directory = project(&files);
    let page = stdout(directory.path(), &["stage", "1", "--customers", "5", "--chart"]);
    let lines = picture(&page);
    assert_eq!(lines[0], "Cost by category, USD a month");
    assert!(lines[1].starts_with("known  █") && lines[1].ends_with("      9.00"), "{page}");
    assert!(lines[2].starts_with("open   ?  ") && lines[2].ends_with(" ?"), "{page}");
    assert!(lines[3].starts_with("part   █") && lines[3].ends_with("  3.00 + ?"), "{page}");
}

#[test]
fn markdown_has_the_picture_between_fences() {
    let directory = project(&[]);
    let page = |rest: &[&str]| {
        stdout(directory.path(), &[&["stage", "2", "--customers", "60", "--format", "markdown"], rest].concat())
    };
    assert!(!page(&[]).contains("```"));
    let drawn = page(&["--chart", "--color", "always"]);
    assert_eq!(drawn.matches("```").count(), 2);
    assert!(drawn.contains(&format!("\n\n```text\n{TITLE}\ndatabase    █")), "{drawn}");
    assert!(!drawn.contains('\u{1b}'));
}

#[test]
fn unicode_is_drawn_only_where_the_locale_has_it() {
    let directory = project(&[]);
    let stage = ["stage", "2", "--customers", "60"];
    let ascii = stdout(directory.path(), &[&stage[..], &["--chart", "ascii"]].concat());
    let unicode = stdout(directory.path(), &[&stage[..], &["--chart"]].concat());
    let drawn =
        |environment: &[(&str, &str)]| with(directory.path(), &[&stage[..], &["--chart"]].concat(), environment);
    assert_eq!(drawn(&[("LC_ALL", "C")]), ascii);
    assert_eq!(drawn(&[("LC_ALL", "de_DE.utf8")]), unicode);
    assert_eq!(drawn(&[("LC_ALL", ""), ("LC_CTYPE", "en_US.UTF-8"), ("LANG", "C")]), unicode);
    assert_eq!(drawn(&[("LC_ALL", ""), ("LC_CTYPE", "POSIX"), ("LANG", "en_US.UTF-8")]), ascii);
    assert_eq!(drawn(&[("LC_ALL", ""), ("LC_CTYPE", ""), ("LANG", "en_US.UTF-8")]), unicode);
    assert_eq!(drawn(&[("LC_ALL", ""), ("LC_CTYPE", ""), ("LANG", "")]), ascii);
    // The environment may ask for pictures, and the flag wins over it.
    assert_eq!(with(directory.path(), &stage, &[("COSTPLAN_CHART", "always")]), unicode);
    let never = [&stage[..], &["--chart", "never"]].concat();
    assert_eq!(with(directory.path(), &never, &[("COSTPLAN_CHART", "always")]), stdout(directory.path(), &stage));
}

#[test]
fn pictures_are_coloured_only_with_the_rest() {
    let directory = project(&[]);
    let stage = ["stage", "2", "--customers", "60", "--chart"];
    let plain = stdout(directory.path(), &stage);
    assert!(!plain.contains('\u{1b}'));
    assert_eq!(with(directory.path(), &stage, &[("NO_COLOR", "1")]), plain);
    let coloured = stdout(directory.path(), &[&stage[..], &["--color", "always"]].concat());
    assert!(coloured.contains(&format!("\u{1b}[1m{TITLE}\u{1b}[0m\n")), "{coloured}");
    assert!(coloured.contains("\u{1b}[36m█"), "{coloured}");
    assert_eq!(anstream::adapter::strip_str(&coloured).to_string(), plain);
}

#[test]
fn another_word_for_when_is_a_usage_error() {
    let directory = project(&[]);
    let output = costplan(directory.path(), &["stage", "2", "--chart", "sometimes"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stdout.is_empty());
}
