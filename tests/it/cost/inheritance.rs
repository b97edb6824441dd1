//! What stages inherit: the facts of `costplan.toml`, and those of the stages that they extend.

use crate::project::{command, git, in_memory, json, project, stderr, stdout, write};
use costplan::calculate::{self, Unobserved};
use costplan::model::{Inputs, LineItem, Revenue, Stage};
use costplan::resolve::Request;
use costplan::workspace::Workspace;

/// Facts of a company: a driver, a tag and two line items.
const FACTS: &str = r#"version = 1

[drivers]
seats = "2 + floor(customers / 40)"
visits = "customers * 10"

[tags]
company = "acme"
env = "prod"

[[line_items]]
name = "Chat"
category = "tools"
quantity = "seats"
cost = "8 USD"

[[line_items]]
name = "Help desk"
category = "tools"
cost = 30
"#;

const START: &str = "version: 1
stage: 1
name: Start
customers: 0..10
currency: USD
buffer: 10%
drivers: { gb: customers * 2, visits: customers * 20 }
tags: { env: test }
tax: { rate: 20%, rates: [{ rate: 5%, category: tools }] }
targets: { category_share: { compute: 10%..90%, tools: ..50% } }
line_items:
  - { name: Server, category: compute, cost: 10, tags: { team: web } }
  - { name: Database, category: database, cost: 25 + gb }
  - { name: Search, category: compute, cost: visits * 0.1 }
";

const GROWTH: &str = "version: 1
stage: 2
name: Growth
extends: 1
customers: 10..100
remove: [Search, Help desk]
tax: 21%
line_items:
  - { name: Server, quantity: ceil(customers / 20), tags: { tier: front } }
  - { name: Chat, cost: 9 USD }
  - { name: Cache, category: compute, cost: 7 }
";

const PLAN: [(&str, &str); 3] =
    [("costplan.toml", FACTS), ("stages/1-start.yaml", START), ("stages/2-growth.yaml", GROWTH)];

fn stage(files: &[(&str, &str)], name: &str) -> Result<Stage, String> {
    let mut workspace = in_memory(files)?;
    let request = Request::on("2026-11-24".parse().unwrap());
    workspace.stage(name, &request).map(|(stage, _)| stage).map_err(|failure| failure.to_string())
}

/// The names of the line items of a stage with their costs at a number of customers, and its total.
fn costs(files: &[(&str, &str)], name: &str, customers: u64) -> (Vec<String>, String) {
    let stage = stage(files, name).unwrap();
    let inputs = Inputs { customers, revenue: Revenue::Unknown };
    let costing = calculate::stage(&stage, inputs, &mut Unobserved).unwrap();
    let rows = stage.line_items.iter().zip(&costing.line_items);
    let rows = rows.map(|(item, row)| format!("{} {}", item.name, row.monthly.normalize())).collect();
    (rows, costing.totals.total.normalize().to_string())
}

/// A project of two stages, of which the second has these lines after its head and extends the first.
fn extending(lines: &str) -> Result<Stage, String> {
    let own = format!("version: 1\nstage: 2\nname: Next\ncustomers: 10..100\nextends: 1\n{lines}");
    stage(&[("stages/1-start.yaml", START), ("stages/2-next.yaml", &own)], "2")
}

fn wrong(lines: &str) -> String {
    extending(lines).unwrap_err()
}

#[test]
fn every_stage_has_the_line_items_and_drivers_of_the_project() {
    // At 5 customers: chat 2 x 8, a database of 25 + 10, a search of 100 x 0.1; the stage's own `visits` counts.
    let (rows, total) = costs(&PLAN, "1", 5);
    assert_eq!(rows, ["Chat 16", "Help desk 30", "Server 10", "Database 35", "Search 10"]);
    // 101 and a buffer of 10%.
    assert_eq!(total, "111.1");
}

#[test]
fn a_stage_adds_changes_and_removes_line_items_of_the_stage_that_it_extends() {
    // At 50 customers: 2 + 1 seats at 9, 3 servers at 10, a database of 25 + 100.
    let (rows, total) = costs(&PLAN, "growth", 50);
    assert_eq!(rows, ["Chat 27", "Server 30", "Database 125", "Cache 7"]);
    // 189 and a buffer of 10%.
    assert_eq!(total, "207.9");
}

#[test]
fn a_stage_that_inherits_is_the_stage_that_is_written_out() {
    let whole = "version: 1\nstage: 2\nname: Growth\ncustomers: 10..100\ncurrency: USD\nbuffer: 10%
drivers: { seats: 2 + floor(customers / 40), visits: customers * 20, gb: customers * 2 }
tags: { company: acme, env: test }
tax: { rate: 21%, rates: [{ rate: 5%, category: tools }] }
targets: { category_share: { compute: 10%..90%, tools: ..50% } }
line_items:
  - { name: Chat, category: tools, quantity: seats, cost: 9 USD }
  - { name: Server, category: compute, cost: 10, quantity: ceil(customers / 20), tags: { team: web, tier: front } }
  - { name: Database, category: database, cost: 25 + gb }
  - { name: Cache, category: compute, cost: 7 }
";
    let inherits = project(&PLAN);
    let written_out = project(&[("costplan.toml", "version = 1\n"), ("stages/2-growth.yaml", whole)]);
    for arguments in [
        ["stage", "2", "--customers", "50", "--by", "env", "--by", "team", "--by", "company"].as_slice(),
        &["stage", "2", "--customers", "99", "--mrr", "1000"],
        &["explain", "2", "--customers", "10"],
        &["sweep", "2"],
    ] {
        let arguments = [arguments, &["--as-of", "2026-11-24"]].concat();
        let without_places = |mut value: serde_json::Value| {
            strip(&mut value, &["source", "origin", "from"]);
            value
        };
        let [one, other] = [&inherits, &written_out].map(|files| without_places(json(files.path(), &arguments)));
        assert_eq!(one, other, "{arguments:?}");
    }
    // A snapshot has the whole stage.
    let snapshot = |files: &tempfile::TempDir| {
        let text = stdout(files.path(), &["snapshot", "--as-of", "2026-11-24"]);
        text.split_once("name: Growth").unwrap().1.to_owned()
    };
    assert_eq!(snapshot(&inherits), snapshot(&written_out));
}

/// Removes keys at every depth.
fn strip(value: &mut serde_json::Value, keys: &[&str]) {
    match value {
        serde_json::Value::Object(entries) => {
            entries.retain(|key, _| !keys.contains(&key.as_str()));
            entries.values_mut().for_each(|value| strip(value, keys));
        }
        serde_json::Value::Array(values) => values.iter_mut().for_each(|value| strip(value, keys)),
        _ => {}
    }
}

#[test]
fn the_example_that_extends_a_stage_costs_what_it_cost_when_it_was_written_out() {
    let example = crate::project::root().join("examples/saas");
    for (customers, subtotal, total) in [("50", "95.29", "110"), ("399", "126.21", "146"), ("1000", "296.76", "342")] {
        let value = json(&example, &["stage", "2", "--customers", customers, "--as-of", "2026-11-24"]);
        assert_eq!([value["subtotal"].to_string(), value["total"].to_string()], [subtotal, total], "{customers}");
    }
}

#[test]
fn a_line_item_that_is_removed_and_written_again_has_nothing_of_the_other() {
    let stage = extending(
        "remove: [Server]\nline_items: [{ name: Server, category: compute, sku: hetzner/cpx11, options: { region: eu } }]\n",
    )
    .unwrap();
    let names: Vec<&str> = stage.line_items.iter().map(|item| &*item.name).collect();
    assert_eq!(names, ["Database", "Search", "Server"]);
    assert_eq!(stage.line_items[2].sku(), Some("hetzner/cpx11"));
}

#[test]
fn tables_are_combined_and_lists_are_replaced() {
    let base = START.replace("cost: 10, tags: { team: web }", "sku: backblaze/b2, usage: { storage: 5 TB, egress: 1 TB }, \
        other_usage: within_allowance, features: [a, b], agreed_price: { storage: 0.006 USD/GB, egress: 1 USD/GB, reason: x }");
    let own = "version: 1\nstage: 2\nname: Next\ncustomers: 10..100\nextends: start\nline_items:\n\
        - { name: Server, usage: { egress: 2 TB }, features: [c], agreed_price: { storage: 0.005 USD/GB, reason: y } }\n";
    let stage = stage(&[("stages/1-start.yaml", &base), ("stages/2-next.yaml", own)], "2").unwrap();
    let costplan::model::LinePricing::Sku(line) = &stage.line_items[0].pricing else { panic!() };
    let agreed: Vec<&str> =
        line.charges.iter().filter(|charge| charge.agreed.is_some()).map(costplan::model::ChargeLine::meter).collect();
    assert_eq!(agreed, ["storage"], "an agreed price is replaced as a whole");
    let features: Vec<&str> =
        stage.line_items[0].details.as_ref().unwrap().features.iter().map(|feature| &**feature).collect();
    assert_eq!(features, ["c"]);
}

#[test]
fn a_stage_does_not_inherit_what_it_is() {
    let base = format!("{START}summary: The first\nmonths: 1..3\nruns: [nginx]\narchitecture: one server\n");
    let own = "version: 1\nstage: 2\nname: Next\ncustomers: 10..100\nextends: 1-start\n";
    let stage = stage(&[("stages/1-start.yaml", &base), ("stages/2-next.yaml", own)], "next").unwrap();
    assert_eq!((stage.id, &*stage.name, stage.months), (2, "Next", None));
    assert_eq!(stage.description, costplan::model::Description::default());
    assert_eq!(stage.line_items.len(), 3);
}

#[test]
fn the_limits_of_a_stage_are_its_own() {
    let base = format!("{START}monthly_budget: ..400\ncapacity: {{ visits: 900 }}\n");
    let base = base.replace("tax: { rate: 20%, rates: [{ rate: 5%, category: tools }] }", "tax: 20%");
    let base = base.replace(", tools: ..50% }", " }");
    let own = "version: 1\nstage: 2\nname: Next\ncustomers: 10..100\nextends: start\n";
    let files = [("stages/1-start.yaml", &*base), ("stages/2-next.yaml", own)];
    let next = stage(&files, "2").unwrap();
    assert!(next.monthly_budget.is_none() && next.capacity.is_empty());
    // What is relative to customers and revenue is a goal of the company, and is inherited.
    assert_eq!(next.targets.category_share.len(), 1);
    let notes = stdout(project(&files).path(), &["validate"]);
    for key in ["monthly_budget", "capacity"] {
        let note = format!("stages/2-next.yaml:5: the stage has no `{key}`: that of the stage which it extends is not");
        assert!(notes.contains(&note), "{notes}");
    }
}

#[test]
fn a_note_does_not_pass_to_other_figures() {
    let base = START
        .replace("cost: 10, tags", "cost: 10, note: \"from the contract\", tags")
        .replace("cost: 25 + gb", "cost: 25 + gb, quantity: 2, note: \"guess: two are enough\"");
    let notes = |changes: &str| {
        let own =
            format!("version: 1\nstage: 2\nname: Next\ncustomers: 10..100\nextends: start\nline_items:\n{changes}");
        let stage = stage(&[("stages/1-start.yaml", &*base), ("stages/2-next.yaml", &own)], "2").unwrap();
        let note =
            |item: &LineItem| item.details.as_ref().and_then(|details| details.note.as_deref().map(str::to_owned));
        [0, 1].map(|place| note(&stage.line_items[place]))
    };
    let (contract, guess) = (Some("from the contract".to_owned()), Some("guess: two are enough".to_owned()));
    assert_eq!(notes("  - { name: Server, quantity: 3 }\n"), [contract.clone(), guess.clone()]);
    assert_eq!(notes("  - { name: Server, cost: 12 }\n"), [None, guess]);
    assert_eq!(notes("  - { name: Database, quantity: 3 }\n"), [contract.clone(), None]);
    let own = "  - { name: Database, quantity: 3, note: \"guess: three\" }\n";
    assert_eq!(notes(own), [contract, Some("guess: three".to_owned())]);
}

#[test]
fn facts_of_the_project_do_not_change_the_bundled_plan() {
    let with_facts = project(&[("costplan.toml", FACTS)]);
    let without = project(&[("costplan.toml", "version = 1\n")]);
    let arguments = ["stage", "2", "--customers", "60", "--as-of", "2026-11-24"];
    assert_eq!(json(with_facts.path(), &arguments), json(without.path(), &arguments));
    let notes = stdout(with_facts.path(), &["validate"]);
    for key in ["drivers", "tags", "line_items"] {
        assert!(notes.contains(&format!("`{key}` has no effect on the bundled plan")), "{notes}");
    }
}

#[test]
fn what_nothing_depends_on_is_noted() {
    let files = [
        ("costplan.toml", FACTS),
        ("stages/1-start.yaml", &format!("{START}remove: [Help desk]\n") as &str),
        ("stages/2-growth.yaml", &GROWTH.replace(", Help desk", "")),
    ];
    let notes = stdout(project(&files).path(), &["validate"]);
    let notes: Vec<&str> = notes.lines().filter_map(|line| line.strip_prefix("note: ")).collect();
    assert_eq!(
        notes,
        [
            "costplan.toml:5: the driver `visits` has no effect: no formula and no capacity uses it",
            "costplan.toml:9: the tag `env` has no effect: every stage has its own",
            "costplan.toml:18: the line item `Help desk` has no effect: every stage removes it",
        ]
    );
}

#[test]
fn a_cost_without_a_currency_in_stages_of_several_currencies_is_noted() {
    let euro = "version: 1\nstage: 3\nname: Euro\ncustomers: 0..1\ncurrency: EUR\n";
    let files = [PLAN[0], PLAN[1], ("stages/3-euro.yaml", euro)];
    let notes = stdout(project(&files).path(), &["validate"]);
    let note =
        "note: costplan.toml:20: the cost of `Help desk` names no currency, and is in EUR and in USD by the stage";
    assert!(notes.contains(note), "{notes}");
    assert!(!notes.contains("the cost of `Chat`"), "{notes}");
}

#[test]
fn places_are_those_where_values_are_written() {
    let directory = project(&PLAN);
    let text = stdout(directory.path(), &["explain", "2", "Chat", "--customers", "50", "--as-of", "2026-11-24"]);
    assert!(text.contains("seats = 3\n    from costplan.toml:14\n"), "{text}");
    assert!(text.contains("9.00 USD\n    from stages/2-growth.yaml:10\n"), "{text}");
    let text = stdout(directory.path(), &["explain", "2", "Database", "--customers", "50", "--as-of", "2026-11-24"]);
    assert!(text.contains("from stages/1-start.yaml:7\n"), "{text}");

    let facts = FACTS.replace("\"seats\"", "\"seets\"");
    let files = [("costplan.toml", &*facts), PLAN[1], PLAN[2]];
    assert_eq!(stage(&files, "2").unwrap_err(), "costplan.toml:14:13: unknown name `seets`");
    // Missing in the stage that defines it, not where it is changed.
    let base = START.replace("category: compute, cost: 10", "cost: 10");
    let found = stage(&[("stages/1-start.yaml", &base), PLAN[2]], "2").unwrap_err();
    assert!(found.contains("stages/1-start.yaml:12:5: a line item needs the key `category`"), "{found}");
}

#[test]
fn what_cannot_be_inherited_is_an_error() {
    assert_eq!(wrong("remove: [Databse]\n"), "stages/2-next.yaml:6:10: no line item `Databse` is inherited");
    assert_eq!(
        wrong("line_items: [{ name: Databse, quantity: 2 }]\n"),
        "stages/2-next.yaml:6:22: no line item `Databse` is inherited, and a new one needs the key `category`"
    );
    assert_eq!(
        wrong("line_items: [{ name: Server, quantity: 2 }, { name: Server, cost: 3 }]\n"),
        "stages/2-next.yaml:6:53: two line items are called `Server`"
    );
    assert_eq!(
        wrong("currency: EUR\n"),
        "stages/2-next.yaml:6:11: a stage has the currency of the stage that it extends"
    );
    assert_eq!(
        wrong("line_items: [{ name: Server, sku: hetzner/cx31 }]\n"),
        "stages/2-next.yaml:6:35: a line item takes a `sku` or a `cost`, and the other one is inherited"
    );
    assert_eq!(wrong("remove: [Server, Database, Search]\n"), "stages/2-next.yaml:3:7: the stage has no line items");
    assert_eq!(wrong("remove: Server\n"), "stages/2-next.yaml:6:9: expected a list, found a single value");
    assert!(wrong("line_items: [{ quantity: 2 }]\n").contains("needs the key `name`"));
    assert!(wrong("line_items: { name: Server }\n").contains("expected a list, found a table"));
    assert!(wrong("drivers: [1]\n").contains("expected a table, found a list"));
    assert!(extending("currency: USD\nline_items: []\n").is_ok());
    assert!(extending("version: 1\n").unwrap_err().contains("duplicate key `version`"));
}

#[test]
fn an_agreed_price_does_not_pass_to_another_sku() {
    let base =
        START.replace("cost: 10,", "sku: hetzner/cx41, agreed_price: { server: 30 EUR/month, reason: the invoice },");
    let own = |change: &str| {
        let head = "version: 1\nstage: 2\nname: Next\ncustomers: 10..100\nextends: 1\n";
        let own = format!("{head}line_items: [{{ name: Server, {change} }}]\n");
        stage(&[("stages/1-start.yaml", &base), ("stages/2-next.yaml", &own)], "2")
    };
    assert_eq!(
        own("sku: hetzner/cx31").unwrap_err(),
        "stages/2-next.yaml:6:35: the inherited agreed price is for another SKU"
    );
    assert!(own("sku: hetzner/cx31, agreed_price: { server: 9 EUR/month, reason: new }").is_ok());
    assert!(own("sku: hetzner/cx41, quantity: 2").is_ok());
}

#[test]
fn names_of_an_inherited_tax_or_target_may_be_of_other_stages() {
    let tax = START.replace("category: tools }]", "category: compute }]");
    let own = "version: 1\nstage: 2\nname: Next\ncustomers: 10..100\nextends: 1\nremove: [Server, Search]\n";
    let base = tax.replace(", tools: ..50%", "");
    assert!(stage(&[("stages/1-start.yaml", &base), ("stages/2-next.yaml", own)], "2").is_ok());
    // A discount that is for nothing is not silent.
    let base = format!("{base}discounts: [{{ rate: 5%, line_item: Server, reason: contract }}]\n");
    let found = stage(&[("stages/1-start.yaml", &base), ("stages/2-next.yaml", own)], "2").unwrap_err();
    assert_eq!(found, "stages/1-start.yaml:15:36: no line item is called `Server`");
}

/// A stage with its number, its name and the stage that it extends.
fn linked(number: u32, name: &str, extends: &str) -> String {
    format!("version: 1\nstage: {number}\nname: {name}\ncustomers: 0..10\nextends: {extends}\n")
}

#[test]
fn a_circle_of_stages_is_an_error_that_names_it() {
    let files = [
        ("stages/1-a.yaml", &*linked(1, "A", "b")),
        ("stages/2-b.yaml", &*linked(2, "B", "3")),
        ("stages/3-c.yaml", &*linked(3, "C", "2-b")),
    ];
    let message = "stages extend each other in a circle: 2 (B) -> 3 (C) -> 2 (B)";
    for name in ["1", "2", "3"] {
        let found = stage(&files, name).unwrap_err();
        assert!(found.contains("stages extend each other in a circle"), "{found}");
    }
    assert_eq!(stage(&files, "1").unwrap_err(), format!("stages/2-b.yaml:5:10: {message}"));
    let itself = [("stages/1-a.yaml", &*linked(1, "A", "1"))];
    assert_eq!(
        stage(&itself, "1").unwrap_err(),
        "stages/1-a.yaml:5:10: stages extend each other in a circle: 1 (A) -> 1 (A)"
    );
}

#[test]
fn the_extended_stage_must_be_one() {
    assert_eq!(
        stage(&[("stages/1-a.yaml", &linked(1, "A", "9"))], "1").unwrap_err(),
        "stages/1-a.yaml:5:10: there is no stage `9`"
    );
    let files = [
        ("stages/a.yaml", &*linked(1, "A", "Twin")),
        ("stages/b.yaml", &START.replace("name: Start", "name: Twin")),
        ("stages/c.yaml", &START.replace("name: Start", "name: twin")),
    ];
    assert_eq!(stage(&files, "a").unwrap_err(), "stages/a.yaml:5:10: several stages are called `Twin`");
    let found = stage(&[("stages/1-a.yaml", &linked(1, "A", ""))], "1").unwrap_err();
    assert!(found.contains("stages/1-a.yaml:5:9: expected a text, found nothing"), "{found}");
    let found = stage(&[("stages/1-a.yaml", &linked(1, "A", "[b, c]"))], "1").unwrap_err();
    assert!(found.contains("expected a text, found a list"), "{found}");
}

#[test]
fn stages_extend_each_other_in_a_chain_of_limited_length() {
    let chain = |length: u32| {
        let mut files = vec![("stages/1.yaml".to_owned(), START.to_owned())];
        for number in 2..=length {
            let own = linked(number, &format!("S{number}"), &(number - 1).to_string());
            let added = format!("{own}line_items: [{{ name: L{number}, category: c, cost: 1 }}]\n");
            files.push((format!("stages/{number}.yaml"), added));
        }
        let mut workspace = Workspace::in_memory(files).unwrap();
        let request = Request::on("2026-11-24".parse().unwrap());
        workspace.stage(&length.to_string(), &request).map(|(stage, _)| stage.line_items.len())
    };
    assert_eq!(chain(60).unwrap(), 62);
    assert_eq!(chain(101).unwrap(), 103);
    let failure = chain(102).unwrap_err().to_string();
    assert_eq!(failure, "stages/2.yaml:5:10: a stage extends at most 100 others, one after another");
}

#[test]
fn only_the_stages_that_a_stage_extends_are_read() {
    let mut files = PLAN.to_vec();
    files.push(("stages/3-broken.yaml", "not: [valid"));
    let mut workspace = in_memory(&files).unwrap();
    let request = Request::on("2026-11-24".parse().unwrap());
    for _ in 0..2 {
        workspace.stage("2", &request).unwrap();
    }
    // The settings, two stages and the bundled exchange rates.
    assert_eq!(workspace.sources.len(), 4);
}

#[test]
fn a_stage_at_a_revision_inherits_from_that_revision() {
    let directory = project(&PLAN);
    git(directory.path(), &["init", "-q"]);
    crate::project::commit(directory.path(), "before");
    write(directory.path(), "costplan.toml", FACTS.replace("8 USD", "10 USD").replace("cost = 30", "cost = 40"));
    write(directory.path(), "stages/1-start.yaml", START.replace("cost: 25 + gb", "cost: 26 + gb"));
    let output = command(directory.path()).args(["diff", "git:HEAD", ".", "--as-of", "2026-11-24"]).output().unwrap();
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    // Its own price of the chat hides that of the project; at both ends of the range the database costs 1 more.
    assert!(text.contains("Database"), "{text}{}", stderr(&output));
    let json: serde_json::Value = json(directory.path(), &["diff", "git:HEAD", ".", "--as-of", "2026-11-24"]);
    let of_stage = |id: u64| {
        let entries = json["stages"].as_array().unwrap().iter().filter(move |entry| entry["stage"]["id"] == id);
        let names =
            entries.map(|entry| entry["line_items"].as_array().unwrap().iter().map(|item| item["name"].to_string()));
        names.map(|names| names.collect::<Vec<_>>().join(" ")).collect::<Vec<_>>()
    };
    assert_eq!(of_stage(1), [r#""Chat" "Help desk" "Database""#; 2]);
    assert_eq!(of_stage(2), [r#""Database""#; 2]);
}

#[test]
fn scenarios_budgets_and_techniques_see_what_is_inherited() {
    let scenario = "version: 1\nname: Busy\nset: { seats: 10 }\n";
    let settings =
        format!("{FACTS}\n[budget]\nlimits = [{{ stage = 2, where = \"category=tools\", monthly = \"50 USD\" }}]\n");
    let files = [("costplan.toml", &*settings), PLAN[1], PLAN[2], ("scenarios/busy.yaml", scenario)];
    let directory = project(&files);
    let value = json(directory.path(), &["stage", "2", "--customers", "50", "--scenario", "busy"]);
    assert_eq!(value["line_items"][0]["monthly_cost"].to_string(), "90");
    let value = json(directory.path(), &["stage", "2", "--customers", "50", "--set", "seats=1"]);
    assert_eq!(value["line_items"][0]["monthly_cost"].to_string(), "9");
    stdout(directory.path(), &["validate"]);
    let output = command(directory.path()).args(["check", "--scenario", "busy", "--customers", "50"]).output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
}

#[test]
fn a_stage_of_a_snapshot_inherits_nothing() {
    let directory = project(&PLAN);
    let text = stdout(directory.path(), &["snapshot", "--as-of", "2026-11-24"]);
    let text = text.replacen("      name: Start\n", "      name: Start\n      extends: 2\n", 1);
    assert!(text.contains("extends"), "{text}");
    write(directory.path(), "costplan.snapshot.yaml", text);
    let output = command(directory.path()).args(["diff"]).output().unwrap();
    assert!(stderr(&output).contains("a stage of a snapshot is whole"), "{}", stderr(&output));
}
