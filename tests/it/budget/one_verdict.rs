//! One share of revenue has one verdict: that of the user's own target, and without one the plan's rating.

use crate::project::{self, json, stdout};
use serde_json::Value;

/// 24.00 USD a month, of which a target is a share of 100.
fn plan(targets: &str) -> String {
    format!(
        "version: 1\nstage: 1\nname: Test\ncustomers: 0..100\ncurrency: USD\n{targets}line_items:\n  \
         - {{ name: Host, category: compute, cost: 24 }}\n"
    )
}

/// Every command that judges a share of revenue, at 24 % of it.
const COMMANDS: [&[&str]; 6] = [
    &["stage", "1", "--customers", "10", "--arpu", "10"],
    &["stage", "1", "--customers", "10", "--mrr", "100"],
    &["recommend", "--customers", "10", "--arpu", "10"],
    &["sweep", "1", "--customers", "10..12", "--arpu", "10"],
    &["forecast", "--from", "10", "--months", "2", "--arpu", "10"],
    &["optimize", "1", "--customers", "10", "--arpu", "10"],
];

#[test]
fn a_target_of_the_user_silences_the_ratings_in_every_command_and_format() {
    let project_target = "version = 1\n[budget]\nshare_of_mrr = \"40%\"\n";
    let of_manifest = plan("targets: { share_of_mrr: 40% }\n");
    let of_project = plan("");
    let with_settings = [("stages/1-test.yaml", &*of_project), ("costplan.toml", project_target)];
    for files in [&[("stages/1-test.yaml", &*of_manifest)][..], &with_settings] {
        let directory = project::project(files);
        for arguments in COMMANDS {
            for format in ["table", "markdown", "json", "csv"] {
                let all = [arguments, &["--format", format, "--as-of", "2026-11-24"]].concat();
                let text = stdout(directory.path(), &all).to_lowercase();
                for word in ["urgent", "over 20%", "under 20%"] {
                    let is_key = format == "json" && word == "urgent";
                    let text = if is_key { text.replace("first_urgent_month", "") } else { text.clone() };
                    assert!(!text.contains(word), "{word} in {all:?}\n{text}");
                }
            }
        }
        let text = stdout(directory.path(), COMMANDS[0]);
        assert!(text.contains("24.0% of revenue") && text.contains("your target 40%"), "{text}");
        let economics = &json(directory.path(), COMMANDS[0])["unit_economics"];
        assert_eq!(economics["share_of_mrr_target"], 0.4);
        assert_eq!((&economics["share_of_mrr_met"], &economics["rating"]), (&Value::Bool(true), &Value::Null));
    }
}

#[test]
fn a_good_rating_is_not_shown_beside_a_target_that_is_missed() {
    let directory = project::project(&[("stages/1-test.yaml", &plan("targets: { share_of_mrr: 2% }\n"))]);
    // 24 of 1,000 are 2.4 %: "genius" by the plan, and over the user's own target.
    let arguments = ["stage", "1", "--customers", "10", "--mrr", "1000"];
    let text = stdout(directory.path(), &arguments);
    assert!(
        text.contains("2.4% of revenue") && text.contains("over by 0.4 points") && !text.contains("genius"),
        "{text}"
    );
    let economics = &json(directory.path(), &arguments)["unit_economics"];
    assert_eq!((&economics["share_of_mrr_met"], &economics["rating"]), (&Value::Bool(false), &Value::Null));
    // A rating that says the same stays in JSON: 24 of 10,000.
    let economics = &json(directory.path(), &["stage", "1", "--customers", "10", "--mrr", "10000"])["unit_economics"];
    assert_eq!((&economics["share_of_mrr_met"], &economics["rating"]), (&Value::Bool(true), &"genius".into()));
}

#[test]
fn without_a_target_and_in_the_bundled_plan_the_ratings_show() {
    let directory = project::project(&[("stages/1-test.yaml", &plan(""))]);
    let text = stdout(directory.path(), COMMANDS[0]);
    assert!(text.contains("24.0% of revenue") && text.contains("optimise urgently"), "{text}");
    let text = stdout(directory.path(), COMMANDS[4]);
    assert!(text.contains("24.0% of revenue in") && text.contains("the first month at or over 20%"), "{text}");
    // The target of 20 % in the bundled plan is costplan's rule, and nobody's own.
    let directory = project::project(&[]);
    let arguments = ["stage", "2", "--customers", "60", "--mrr", "6000"];
    let text = stdout(directory.path(), &arguments);
    assert!(text.contains("3.8% of revenue") && text.contains("genius, or not scaling"), "{text}");
    assert_eq!(json(directory.path(), &arguments)["unit_economics"]["rating"], "genius");
    // A project with its own target is judged by that one alone, also where its stages are the bundled ones.
    let directory = project::project(&[("costplan.toml", "version = 1\n[budget]\nshare_of_mrr = \"40%\"\n")]);
    let text = stdout(directory.path(), &["stage", "2", "--customers", "60", "--mrr", "1000"]);
    assert!(text.contains("22.5% of revenue") && text.contains("your target 40%") && !text.contains("20%"), "{text}");
}

#[test]
fn a_forecast_names_the_first_month_over_the_own_target() {
    let directory = project::project(&[("stages/1-test.yaml", &plan("targets: { share_of_mrr: 23% }\n"))]);
    let arguments = ["forecast", "--from", "20", "--growth=-50%", "--months", "3", "--arpu", "10"];
    let text = stdout(directory.path(), &arguments);
    // 24 of 200 are 12 %, and of 100 they are 24 %.
    assert!(text.contains("24.0% of revenue in") && !text.contains("urgently"), "{text}");
    assert!(text.contains("the first month at or over the target of 23%"), "{text}");
}
