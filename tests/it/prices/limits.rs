//! Limits without a price beyond them: within one the cost is known, and beyond it unknown.

use costplan::calculate::{Finding, Severity, Unknown};

use crate::project::{HEAD, computed, costplan, json, project, stdout};

/// A plan of 35 with 500 users, more on request.
const PLAN: &str = "version = 1\nvendor = \"v\"\ncurrency = \"USD\"\nsource = \"s\"\nretrieved_on = 2026-11-01\ntrust = \"vendor\"\n\n\
    [[skus.a.charges]]\nmeter = \"plan\"\nmodel = \"flat\"\nprice = 35\n\n\
    [[skus.a.charges]]\nmeter = \"users\"\nunit = \"user\"\nmodel = \"per_unit\"\nincluded = 500\nprice = \"quote\"\n";

/// What is known of the cost of a line item of the plan, what is unknown, and how much its limit matters.
fn bought(sheet: &str, item: &str, customers: u64) -> (String, Vec<Unknown>, Option<Severity>) {
    let manifest = format!("{HEAD}line_items:\n  - {{ name: A, category: c, sku: v/a{item} }}\n");
    let files = [("stages/1-test.yaml", &*manifest), ("pricing/v.toml", sheet)];
    let (_, costing) = computed(&files, customers).unwrap();
    let line = &costing.line_items[0];
    let limits = costing.findings.iter().filter(|found| matches!(found, Finding::UsageLimit { .. }));
    (line.exact.normalize().to_string(), line.unknown.to_vec(), limits.map(Finding::severity).next())
}

#[test]
fn within_the_limit_the_cost_is_known_and_beyond_it_is_not() {
    let users = ", usage: { users: customers }";
    for within in [0, 1, 499, 500] {
        assert_eq!(bought(PLAN, users, within), ("35".to_owned(), vec![], None), "{within}");
    }
    let beyond = ("35".to_owned(), vec![Unknown::PriceBeyond(1)], Some(Severity::Warning));
    assert_eq!(bought(PLAN, users, 501), beyond);
}

#[test]
fn usage_that_is_not_given_is_assumed_within_the_limit_and_said() {
    assert_eq!(bought(PLAN, "", 900), ("35".to_owned(), vec![], Some(Severity::Note)));
    // Whoever says so needs no reminder.
    assert_eq!(bought(PLAN, ", other_usage: within_allowance", 900), ("35".to_owned(), vec![], None));
    // What is not bought has no limit.
    assert_eq!(bought(PLAN, ", quantity: 0", 900), ("0".to_owned(), vec![], None));
    // Usage that depends on something unknown is not assumed to be within.
    let (cost, unknown, limit) = bought(PLAN, ", usage: { users: mrr / 10 }", 900);
    assert_eq!((&*cost, unknown, limit), ("35", vec![Unknown::Mrr], None));
}

#[test]
fn an_agreed_price_is_for_what_is_beyond_the_limit() {
    let agreed = ", usage: { users: 620 }, agreed_price: { users: 0.50 USD/user, reason: our contract }";
    // 35, and 120 users beyond 500 at 0.50.
    assert_eq!(bought(PLAN, agreed, 1), ("95".to_owned(), vec![], None));
}

#[test]
fn a_price_on_request_without_an_allowance_is_known_for_no_usage_only() {
    let sheet = PLAN.replace("included = 500\n", "");
    assert_eq!(bought(&sheet, ", usage: { users: 0 }", 1), ("35".to_owned(), vec![], None));
    assert_eq!(bought(&sheet, ", usage: { users: 1 }", 1), ("35".to_owned(), vec![Unknown::Price(1)], None));
    assert_eq!(bought(&sheet, "", 1), ("35".to_owned(), vec![Unknown::Price(1)], None));
}

#[test]
fn a_limit_can_grow_with_the_quantity_and_a_commitment_is_paid_within_it() {
    let each = PLAN.replace("included = 500", "included = \"500 * quantity\"");
    assert_eq!(bought(&each, ", quantity: 2, usage: { users: 1000 }", 1), ("70".to_owned(), vec![], None));
    assert_eq!(bought(&each, ", quantity: 2, usage: { users: 1001 }", 1).1, [Unknown::PriceBeyond(1)]);
    // A committed minimum is paid for whatever is used, and its price is not known.
    let committed = PLAN.replace("price = \"quote\"", "commitment = { usage = 10 }\nprice = \"quote\"");
    assert_eq!(bought(&committed, ", usage: { users: 1 }", 1).1, [Unknown::Price(1)]);
}

#[test]
fn the_message_says_which_limit_how_much_is_used_and_what_to_do() {
    let head = HEAD.replace("0..100", "0..1000");
    let manifest =
        format!("{head}line_items:\n  - {{ name: Sign-in, category: c, sku: v/a, usage: {{ users: customers }} }}\n");
    let directory = project(&[("stages/1-test.yaml", &manifest), ("pricing/v.toml", PLAN)]);
    let found = json(directory.path(), &["stage", "1", "--customers", "620", "--as-of", "2026-11-24"]);
    let findings = found["findings"].as_array().unwrap();
    let limit = findings.iter().find(|finding| finding["code"] == "usage-limit").unwrap();
    let message = limit["message"].as_str().unwrap();
    for part in [
        "`Sign-in`: 620 users of `users` are 120 users more than the 500 users of v/a",
        "a larger plan",
        "`agreed_price`",
    ] {
        assert!(message.contains(part), "{message}");
    }
    // A check does not pass where a part of the cost is unknown, and the screen shows by how much the limit is exceeded.
    let check = costplan(directory.path(), &["check", "--customers", "620", "--as-of", "2026-11-24"]);
    assert_eq!(check.status.code(), Some(1));
    let screen = stdout(directory.path(), &["stage", "1", "--customers", "620", "--as-of", "2026-11-24"]);
    assert!(screen.contains("620 users of Sign-in") && screen.contains("over by 120 users"), "{screen}");
}
