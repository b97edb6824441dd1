//! `costplan init`: the plan that it writes from the vendors that are named, and that nothing is overwritten.

use std::fs;
use std::path::Path;

use costplan::app::{self, NewPlan};
use costplan::calculate::{Completeness, price_ages, rate_ages};
use costplan::model::MaxAge;
use costplan::source::Spanned;
use costplan::workspace::Workspace;

use super::schemas::{Schema, toml, yaml};
use crate::project::{costplan, json, project, stderr, stdout};

/// The day on which the prices of new plans are fresh: that of the newest bundled prices, and some.
const DAY: &str = "2026-11-30";

/// A plan of Stripe's fees on that day.
const STRIPE: [&str; 6] = ["--with", "stripe", "--arpu", "49", "--as-of", DAY];

const FAKTURA: [&str; 10] = [
    "init",
    "faktura",
    "--with",
    "digitalocean,vercel,openai,stripe",
    "--currency",
    "EUR",
    "--arpu",
    "49",
    "--customers",
    "20..500",
];

/// The names of the files below a directory, sorted.
fn names(directory: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            found.extend(names(&path).iter().map(|below| format!("{name}/{below}")));
        } else {
            found.push(name);
        }
    }
    found.sort();
    found
}

/// A Droplet of 12 USD is 11.11 EUR at 1.08, three seats of 20 are 55.56, 10 million tokens in at 0.10 and 2 million out at 0.50 a
/// million are 1.85. 20 payments of 0.25 EUR and 1.5 % of 20 times 49 EUR are 19.70: together 88.22 EUR, of 980.
#[test]
fn a_plan_is_made_of_the_vendors_that_are_named() {
    let directory = project(&[]);
    let said = stdout(directory.path(), &FAKTURA);
    assert!(said.contains("At 20 customers it costs 88.22 EUR a month: 4.41 each, 9.0% of revenue."), "{said}");
    assert!(said.contains("Next: cd faktura, costplan stages; what we guessed is marked `guess` in"), "{said}");
    let plan = directory.path().join("faktura");
    let files: Vec<String> = names(&plan).into_iter().filter(|name| !name.starts_with('.')).collect();
    assert_eq!(files, ["costplan.toml", "stages/1-launch.yaml"]);
    let validated = stdout(&plan, &["validate"]);
    assert!(validated.starts_with("valid: 1 stage,"), "{validated}");
    assert!(!validated.contains("note"), "{validated}");
    let stage = json(&plan, &["stage", "1", "--customers", "20"]);
    assert_eq!(stage["total"].to_string(), "88.22", "{stage}");
    assert_eq!((&stage["currency"], &stage["complete"]), (&"EUR".into(), &true.into()));
    assert_eq!(stage["inputs"]["mrr"], 980);
    for arguments in [&["stages"][..], &["check"], &["forecast"], &["sensitivity", "1", "--customers", "20"]] {
        stdout(&plan, arguments);
    }
    let text = fs::read_to_string(plan.join("stages/1-launch.yaml")).unwrap();
    for said in [
        "customers: 20..500",
        "note: \"guess: ",
        "source: \"guess: card payments a month",
        "payments:\n    value: paying_customers\n",
    ] {
        assert!(text.contains(said), "{said} is not in:\n{text}");
    }
    // Only what is used is there.
    assert!(!text.contains("emails:"), "{text}");
    let settings = fs::read_to_string(plan.join("costplan.toml")).unwrap();
    for said in ["arpu = \"49 EUR\"", "from = 20 ", "growth = \"+40/month\" # guess", "currency = \"EUR\""] {
        assert!(settings.contains(said), "{said} is not in:\n{settings}");
    }
}

/// The fees of a euro account are the newest that were found, which is said; those of a US account are fresh.
#[test]
fn the_fees_of_payments_are_those_of_the_currency_of_the_plan() {
    let directory = project(&[]);
    for (currency, sku, old) in [("USD", "stripe/cards", None), ("EUR", "stripe/cards-eur", Some("of 2023-04-10"))] {
        let plan = format!("plan-{currency}");
        let said = stdout(directory.path(), &[&["init", &plan, "--currency", currency], &STRIPE[..]].concat());
        assert_eq!(said.contains("Old prices"), old.is_some(), "{said}");
        assert!(old.is_none_or(|old| said.contains(&format!("{sku} {old}"))), "{said}");
        let plan = directory.path().join(plan);
        let text = fs::read_to_string(plan.join("stages/1-launch.yaml")).unwrap();
        assert!(text.contains(&format!("sku: {sku}\n")), "{text}");
        let stale = costplan(&plan, &["prices", "stale", "--as-of", DAY]);
        assert_eq!(stale.status.code(), Some(i32::from(old.is_some())));
        // Guesses of drivers and of line items are assumptions.
        let shown = json(&plan, &["stage", "1", "--customers", "20"]);
        let kinds: Vec<&str> =
            shown["assumptions"].as_array().unwrap().iter().map(|found| found["kind"].as_str().unwrap()).collect();
        assert_eq!(kinds, ["driver", "line_item"], "{shown}");
    }
    // All of it is in pounds, so no exchange rate is needed.
    let said = stdout(directory.path(), &[&["init", "uk", "--currency", "GBP"], &STRIPE[..]].concat());
    assert!(said.contains("stripe/cards-gbp of 2026-02-02"), "{said}");
}

/// US fees were read on 2026-09-20; 180 days later is 2027-03-19.
#[test]
fn how_old_the_prices_of_a_new_plan_are_is_asked_of_a_day() {
    let directory = project(&[]);
    for (plan, day, is_old) in [("a", "2027-03-19", false), ("b", "2027-03-20", true), ("c", "2028-02-29", true)] {
        let said = stdout(directory.path(), &["init", plan, "--with", "stripe", "--as-of", day]);
        assert_eq!(said.contains("stripe/cards of 2026-09-20"), is_old, "{day}: {said}");
    }
    // An exchange rate that is given is of that day.
    let flags = ["--with", "digitalocean", "--currency", "GBP", "--rate", "USD=0.75", "--as-of", DAY];
    stdout(directory.path(), &[&["init", "uk"], &flags[..]].concat());
    let rates = fs::read_to_string(directory.path().join("uk/pricing/fx.toml")).unwrap();
    assert!(rates.contains("effective_from = 2026-11-30\n"), "{rates}");
    let output = costplan(directory.path(), &["init", "d", "--as-of", "2026-02-30"]);
    assert!(stderr(&output).contains("error[invalid-date]") && !directory.path().join("d").exists());
}

#[test]
fn every_vendor_of_new_plans_has_fresh_prices_of_what_is_sold() {
    let day = DAY.parse().unwrap();
    let mut book = Workspace::bundled();
    let known = app::vendors_of_new_plans(&mut book).unwrap();
    assert!(known.len() > 20, "{known:?}");
    let arpu = book.argument("--arpu", "49 EUR").unwrap();
    // Together, so that no two line items have one name.
    let vendors = known.iter().map(|(id, _)| Spanned::given(id.clone())).collect();
    let asked = NewPlan { vendors, arpu: Some(arpu), ..NewPlan::default() };
    let new = app::new_plan(&mut book, &asked, day).unwrap();
    let stage = &new.costed.stage;
    let old: Vec<String> = price_ages([stage], MaxAge::DEFAULT, day)
        .iter()
        .filter(|price| price.is_stale)
        .map(|price| format!("{} {}, read on {}", price.sku.id, price.meter, price.citation.retrieved_on))
        .collect();
    assert_eq!(old, Vec::<String>::new());
    assert!(rate_ages([stage], MaxAge::DEFAULT, day).iter().all(|rate| !rate.is_stale));
    assert_eq!((new.old_prices, new.old_rates), (vec![], 0));
    let rows = stage.rows(&new.costed.costings[0].line_items);
    let unknown: Vec<&str> =
        rows.filter(|(.., cost)| cost.completeness() != Completeness::Full).map(|(_, item, _)| &*item.name).collect();
    assert_eq!(unknown, Vec::<&str>::new());
    let findings: Vec<&str> = new.costed.costings[0].findings.iter().map(|finding| finding.code().as_str()).collect();
    assert!(!findings.contains(&"not-sold") && !findings.contains(&"vendor-closed"), "{findings:?}");
    // Each alone is a valid plan without remarks.
    for (vendor, _) in &known {
        let arpu = book.argument("--arpu", "49 EUR").unwrap();
        let vendors = vec![Spanned::given(vendor.clone())];
        let asked = NewPlan { vendors, arpu: Some(arpu), ..NewPlan::default() };
        let new = app::new_plan(&mut book, &asked, day).unwrap_or_else(|failure| panic!("{vendor}: {failure}"));
        let mut plan = Workspace::in_memory(new.files).unwrap();
        let request = app::Request::on(day);
        app::validate(&mut plan, &request).unwrap_or_else(|failure| panic!("{vendor}: {failure}"));
        let remarks = app::remarks(&mut plan, &request).unwrap();
        assert!(remarks.is_empty(), "{vendor}: {remarks:?}");
    }
}

#[test]
fn what_is_not_given_is_guessed_and_what_is_given_is_kept() {
    let directory = project(&[]);
    let said = stdout(directory.path(), &["init"]);
    assert!(said.contains("At 20 customers it costs ") && said.contains("Next: costplan stages;"), "{said}");
    assert!(!said.contains("of revenue") && !said.contains("cd "), "{said}");
    stdout(directory.path(), &["validate"]);
    let directory = project(&[]);
    let flags = ["--name", "Acme \"pay\"", "--other-costs", "9000", "--cash", "50k USD", "--customers", "7"];
    stdout(directory.path(), &[&["init", "a b"][..], &flags].concat());
    let plan = directory.path().join("a b");
    let settings = fs::read_to_string(plan.join("costplan.toml")).unwrap();
    for said in ["name = \"Acme \\\"pay\\\"\"", "other_costs = \"9000 USD\"", "cash = \"50k USD\"", "from = 7 "] {
        assert!(settings.contains(said), "{said} is not in:\n{settings}");
    }
    assert!(!settings.contains("growth"), "{settings}");
    assert!(fs::read_to_string(plan.join("stages/1-launch.yaml")).unwrap().contains("customers: 7.. "));
    stdout(&plan, &["validate"]);
    // A fee on a revenue that is not known makes the sum a lower bound.
    let said = stdout(directory.path(), &["init", "fees", "--with", "stripe", "--customers", "0..10"]);
    assert!(said.contains("it costs at least ") || said.contains("the cost is unknown"), "{said}");
}

#[test]
fn a_currency_without_a_bundled_rate_needs_one() {
    let directory = project(&[]);
    let start = ["init", "uk", "--with", "digitalocean,hetzner", "--currency", "GBP"];
    let output = costplan(directory.path(), &start);
    let said = stderr(&output);
    assert_eq!(output.status.code(), Some(2));
    assert!(said.contains("no exchange rate from USD to GBP") && said.contains("`--rate EUR=NUMBER`"), "{said}");
    assert!(!directory.path().join("uk").exists());
    // 12 USD and 5.49 EUR.
    let said = stdout(directory.path(), &[&start[..], &["--rate", "USD=0.75", "--rate", "EUR=0.8"]].concat());
    assert!(said.contains("13.39 GBP a month"), "{said}");
    let plan = directory.path().join("uk");
    assert_eq!(json(&plan, &["stage", "1", "--customers", "20"])["total"].to_string(), "13.39");
    stdout(&plan, &["validate"]);
    // The rates are of the day of `init`; whether prices are old by then is not asked here.
    assert_ne!(costplan(&plan, &["prices", "stale"]).status.code(), Some(2));
    for (rate, said) in
        [("USD=0", "must be above zero"), ("CHF=2", "none of these vendors"), ("USD=x", "invalid-number")]
    {
        let output = costplan(directory.path(), &[&["init", "x"][..], &start[2..], &["--rate", rate]].concat());
        assert!(output.status.code() == Some(2) && stderr(&output).contains(said), "{}", stderr(&output));
    }
}

#[test]
fn what_is_wrong_is_reported_at_once_and_nothing_is_written() {
    let directory = project(&[]);
    let flags = ["--with", "quagga,digitalocaen,newrelic,../x", "--arpu", "-5", "--customers", "20..500"];
    let output = costplan(directory.path(), &[&["init", "plan"][..], &flags].concat());
    let said = stderr(&output);
    assert_eq!(output.status.code(), Some(2));
    for expected in [
        "error[unknown-vendor]: there is no price sheet for the vendor `quagga`",
        "`costplan prices new quagga` writes a sheet to fill in",
        "`cost: 20 USD`",
        "did you mean `digitalocean`?",
        "the price sheet of `newrelic` has no line items for a new plan",
        "error[negative-amount]",
    ] {
        assert!(said.contains(expected), "{expected} is not in:\n{said}");
    }
    for flags in [
        &["--customers", "500..20"][..],
        &["--customers", "many"],
        &["--currency", "EURO"],
        &["--cash", "lots"],
        &["--name", " "],
        &["--rate", "USD"],
        &["--with", ""],
        &["--example", "--with", "stripe"],
    ] {
        let output = costplan(directory.path(), &[&["init", "plan"][..], flags].concat());
        assert_eq!(output.status.code(), Some(2), "{flags:?}");
    }
    assert_eq!(names(directory.path()), Vec::<String>::new());
}

#[test]
fn nothing_is_overwritten() {
    let directory = project(&[]);
    stdout(directory.path(), &FAKTURA);
    let plan = directory.path().join("faktura");
    fs::remove_file(plan.join("costplan.toml")).unwrap();
    let before = names(&plan);
    for arguments in [&FAKTURA[..], &["init", "faktura", "--example"], &["init", "faktura"]] {
        let output = costplan(directory.path(), arguments);
        assert_eq!(output.status.code(), Some(2));
        assert!(stderr(&output).contains("error[file-exists]"), "{}", stderr(&output));
        assert_eq!(names(&plan), before);
    }
}

#[test]
fn the_example_is_a_copy_of_the_bundled_plan() {
    let directory = project(&[]);
    let said = stdout(directory.path(), &["init", "demo", "--example"]);
    assert!(said.contains("wrote demo/stages/2-growth.yaml"), "{said}");
    let demo = directory.path().join("demo");
    stdout(&demo, &["validate"]);
    let elsewhere = project(&[]);
    for (stage, customers, total) in [("1", "5", "21"), ("2", "60", "225"), ("3", "300", "1800"), ("4", "1250", "8500")]
    {
        let arguments = ["stage", stage, "--customers", customers, "--as-of", "2026-11-24"];
        assert_eq!(json(&demo, &arguments)["total"].to_string(), total, "stage {stage}");
        assert_eq!(json(elsewhere.path(), &arguments)["total"].to_string(), total, "stage {stage}");
    }
    // Its cost monitor is that of the plan: 3,000 USD a month is kept by the stages 1 to 3, and 1,700 is not.
    let check = || costplan(&demo, &["check", "--as-of", "2026-11-24"]).status.code();
    assert_eq!(check(), Some(0));
    let settings = demo.join("costplan.toml");
    let text = fs::read_to_string(&settings).unwrap();
    assert!(text.starts_with("#:schema .costplan/project.schema.json\n"), "{text}");
    fs::write(&settings, text.replace("3000 USD", "1700 USD")).unwrap();
    assert_eq!(check(), Some(1));
    // Its runbooks are those of the bundled plan.
    assert_eq!(stdout(&demo, &["runbook", "2"]), stdout(elsewhere.path(), &["runbook", "2"]));
}

#[test]
fn every_file_of_a_started_project_names_its_schema() {
    let directory = project(&[]);
    stdout(directory.path(), &["init", ".", "--with", "vercel", "--currency", "GBP", "--rate", "USD=0.75"]);
    for (file, schema) in [
        ("costplan.toml", ".costplan/project.schema.json"),
        ("stages/1-launch.yaml", ".costplan/stage.schema.json"),
        ("pricing/fx.toml", ".costplan/exchange-rates.schema.json"),
    ] {
        let text = fs::read_to_string(directory.path().join(file)).unwrap();
        assert!(text.lines().next().unwrap().contains(schema), "{file}");
        let name = schema.trim_start_matches(".costplan/").trim_end_matches(".schema.json");
        let value = if file.ends_with("toml") { toml(&text) } else { yaml(&text) };
        Schema::of_format(name).fits(&value, file);
        let written = fs::read_to_string(directory.path().join(schema)).unwrap();
        let skus: &[&str] = if name == "exchange-rates" { &[] } else { &["--skus"] };
        assert_eq!(written, stdout(directory.path(), &[&["schema", name], skus].concat()));
    }
    assert!(!directory.path().join("schemas").exists());
}
