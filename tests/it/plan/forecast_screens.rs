//! The months that a forecast shows on a screen, and that its cash can be added up from them.

use crate::project::{project, stdout};

/// A stage of 50 USD with a credit of 20 until December 2026 and a discount of 10 USD from March 2028 on, which are not at the
/// places of months that are evenly spread.
const STAGE: &str = "version: 1\nstage: 1\nname: Launch\ncustomers: 0..\ncurrency: USD\n\
    credits: [{ amount: 20 USD/month, reason: launch credit, until: 2026-12-31 }]\n\
    discounts: [{ amount: 10 USD/month, reason: loyalty, from: 2028-03-01 }]\n\
    line_items: [{ name: A, category: c, cost: 50 }]\n";

fn shown(settings: &str, arguments: &[&str]) -> String {
    let settings = format!("version = 1\n[forecast]\n{settings}\n");
    let directory = project(&[("stages/1-launch.yaml", STAGE), ("costplan.toml", &settings)]);
    stdout(directory.path(), &[&["forecast", "--as-of", "2026-11-24"], arguments].concat())
}

/// The line of a month.
fn of<'t>(text: &'t str, month: &str) -> &'t str {
    text.lines().find(|line| line.starts_with(month)).unwrap_or_else(|| panic!("{month} is not in\n{text}"))
}

#[test]
fn months_in_which_costs_change_are_shown_with_the_reason() {
    let text = shown("from = 5\ngrowth = \"0%/month\"\nmonths = 36\nseason = { june = 1.5 }", &[]);
    assert!(of(&text, "Jan 2027").ends_with("50  < credit ends"), "{text}");
    assert!(of(&text, "Mar 2028").ends_with("40  < discount"), "{text}");
    assert!(of(&text, "Jun 2028").ends_with("< season x 1.50"), "{text}");
    let text = shown("from = 5\ngrowth = \"0%/month\"\nmonths = 36", &["--events"]);
    assert!(text.contains("the credit `launch credit` has ended"), "{text}");
    assert!(text.contains("the discount `loyalty` begins"), "{text}");
    let json = shown("from = 5\ngrowth = \"0%/month\"\nmonths = 36", &["--format", "json"]);
    assert!(json.contains("\"code\": \"credit-ends\"") || json.contains("\"code\":\"credit-ends\""), "{json}");
}

#[test]
fn cash_is_the_sum_of_the_changes_that_are_shown() {
    let text =
        shown("from = 5\ngrowth = \"+1/month\"\nmonths = 36\ncash = 12000\nother_costs = 400", &["--arpu", "49"]);
    assert!(text.contains("Cash begins with 12,000 USD; other costs of 400 a month"), "{text}");
    // 5 customers pay 245; 30 for the stage and 400 beside it: 185 less.
    assert!(of(&text, "Nov 2026").contains("-185     11,815"), "{text}");
    let mut cash = 12_000;
    let mut months = 0;
    for line in text.lines().skip_while(|line| !line.starts_with("Month")).skip(1).take_while(|line| !line.is_empty()) {
        let words: Vec<String> = line.split_whitespace().map(|word| word.replace([',', '+'], "")).collect();
        // The month, its year, customers, the stage, costs and revenue are before.
        let numbers: Vec<i64> = words.iter().skip(6).filter_map(|word| word.parse().ok()).collect();
        let [change, left] = numbers[..2] else { panic!("{line}") };
        cash += change;
        assert_eq!(cash, left, "{line}");
        months += 1;
    }
    assert!(months >= 9, "{text}");
}
