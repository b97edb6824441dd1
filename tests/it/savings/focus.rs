//! What the plan says to focus on, over all stages: literals worked out by hand for the bundled plan, and a plan of its own
//! in which the order of the plan holds.

use crate::project::{in_memory, json, project, stdout};
use costplan::app::{self, Request};
use costplan::calculate::is_in_plan_order;
use costplan::model::Focus;
use serde_json::Value;

fn part<'v>(value: &'v Value, focus: &str) -> &'v Value {
    value["focus"].as_array().unwrap().iter().find(|part| part["focus"] == focus).unwrap()
}

#[test]
fn the_bundled_plan_is_ranked_by_what_each_part_saves_at_most() {
    let directory = project(&[]);
    let found = json(directory.path(), &["optimize", "--all-stages", "--as-of", "2026-11-24"]);
    let ranked: Vec<&str> =
        found["focus"].as_array().unwrap().iter().map(|part| part["focus"].as_str().unwrap()).collect();
    // The databases are 25 with a buffer of 30%, 400 and 2000, and analytics 200 and 1000: 3632.50 in all.
    // Tiers leave 22% of these; 80% of the lookups of the databases, 2432.50, hit a cache; spot saves 1.70 of 2.50 on 500.
    for (focus, saved, at_most) in
        [("tiering", "0", "2833.35"), ("caching", "0", "1946"), ("spot", "340", "340"), ("auto-scaling", "0", "0")]
    {
        let part = part(&found, focus);
        assert_eq!([part["saved"].to_string(), part["saved_at_most"].to_string()], [saved, at_most], "{focus}");
    }
    // 305 of 15,000 are left by a view, 0.020333333333: 31.8391666666775, 587.8000000002 and 2939.000000001 of 32.50, 600
    // and 3000 are saved.
    let database = part(&found, "database");
    assert_eq!(database["saved_at_most"].to_string(), "3558.639166667878");
    assert_eq!(ranked, ["database", "tiering", "caching", "spot", "auto-scaling"]);
    assert_eq!(found["plan_order_holds"], false);
    // Spot instances are in use in stage 4, and the total there accounts for them.
    assert_eq!(part(&found, "spot")["stages"][3]["in_use"][0], "spot-gpu");
    let customers: Vec<u64> =
        found["stages"].as_array().unwrap().iter().map(|stage| stage["customers"].as_u64().unwrap()).collect();
    assert_eq!(customers, [10, 60, 300, 1250]);
}

/// A stage whose database costs 400, of which half can be served by better queries.
const OWN: &str = "version: 1\nstage: 1\nname: Own\ncustomers: 1..100\ncurrency: USD\nline_items:\n\
    \x20 - { name: Database, category: database, cost: 400, techniques: { query-optimization: { share: 50%, inputs: { cost_ratio: 0.1 } }, \
    caching: { share: 20%, inputs: { lookups: 1, hit_rate: 90% } }, tiered-storage: never, materialized-views: never, \
    data-retention: never } }\n  - { name: Images, category: storage, cost: 10 }\n";

#[test]
fn what_is_known_is_counted_and_the_order_can_hold() {
    let mut workspace = in_memory(&[("stages/1.yaml", OWN)]).unwrap();
    let found = app::focus(&mut workspace, &Request::on("2026-11-24".parse().unwrap()), None).unwrap();
    let saved: Vec<(Option<Focus>, String)> = found
        .savings
        .iter()
        .filter(|found| found.focus.is_some())
        .map(|found| (found.focus, found.saved.normalize().to_string()))
        .collect();
    // 90% of half of 400; 90% of a fifth of it.
    let expected = [(Focus::Database, "180"), (Focus::Caching, "72"), (Focus::AutoScaling, "0"), (Focus::Tiering, "0")];
    for (place, (focus, amount)) in expected.into_iter().enumerate() {
        assert_eq!(saved[place], (Some(focus), amount.to_owned()));
    }
    assert!(is_in_plan_order(&found.savings));
}

#[test]
fn the_screen_fits_and_the_other_formats_have_everything() {
    let directory = project(&[]);
    let screen = stdout(directory.path(), &["optimize", "--all-stages", "--as-of", "2026-11-24"]);
    assert!(screen.lines().count() <= 22, "{screen}");
    assert!(screen.lines().all(|line| line.chars().count() <= 80), "{screen}");
    assert!(screen.contains("order of what to focus on does not hold at this size"), "{screen}");
    let arguments = ["optimize", "--all-stages", "--customers", "200", "--as-of", "2026-11-24", "--format"];
    let csv = stdout(directory.path(), &[&arguments[..], &["csv"]].concat());
    assert!(csv.contains("4,5,spot,3,200,331.50,331.50,USD,spot-gpu,,focus"), "{csv}");
    let markdown = stdout(directory.path(), &[&arguments[..], &["markdown"]].concat());
    assert!(markdown.contains("4 stages at 200 customers, USD a month"), "{markdown}");
}
