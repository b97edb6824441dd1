//! Amounts of money as people write them: one grammar for YAML, TOML, formulas and flags.

use crate::project::{HEAD, computed, costplan, json, project, resolved, stderr};
use costplan::model::Stage;

const ITEM: &str = "line_items:\n  - { name: A, category: c, cost: 1 }\n";

/// The cost of a line item whose manifest is in a currency.
fn cost(currency: &str, written: &str) -> Result<String, String> {
    let head = HEAD.replace("USD", currency);
    let manifest = format!("{head}line_items:\n  - name: A\n    category: c\n    cost: {written}\n");
    let (_, costing) = computed(&[("stages/1-test.yaml", &manifest)], 10)?;
    Ok(costing.line_items[0].exact.normalize().to_string())
}

/// What is written, and what it is a month in USD at 1.08 USD for a euro.
const READ: [(&str, &str); 30] = [
    ("25", "25"),
    ("25 USD", "25"),
    ("$25", "25"),
    ("$ 25", "25"),
    ("25 $", "25"),
    ("25$", "25"),
    ("US$25", "25"),
    ("USD 25", "25"),
    ("$25 USD", "25"),
    ("€25", "27"),
    ("25€", "27"),
    ("25 eur", "27"),
    ("5 usd", "5"),
    ("5 Usd", "5"),
    ("1.5k", "1500"),
    ("1.5K USD", "1500"),
    ("$1.5k", "1500"),
    ("2m", "2000000"),
    ("2M usd", "2000000"),
    ("1,250.00 USD", "1250"),
    ("$1,250,000", "1250000"),
    ("1'250.50 USD", "1250.5"),
    ("1_250 USD", "1250"),
    ("25\u{a0}USD", "25"),
    ("1\u{202f}250\u{a0}USD", "1250"),
    ("120 USD/year", "10"),
    ("$1.2k / year", "100"),
    ("120/yr", "10"),
    ("10 USD/month", "10"),
    ("10 USD/mo", "10"),
];

#[test]
fn an_amount_with_one_meaning_is_read_everywhere() {
    for (written, amount) in READ {
        let quoted = format!("\"{written}\"");
        assert_eq!(cost("USD", &quoted).as_deref(), Ok(amount), "a cost of {written}");
        assert_eq!(cost("USD", written).as_deref(), Ok(amount), "a plain cost of {written}");
    }
    let manifest = format!("{HEAD}{ITEM}");
    for (written, amount) in READ {
        let settings = format!("version = 1\n[defaults]\nmrr = \"{written}\"\n");
        let scenario = format!("version: 1\nmrr: {written}\n");
        let files = [("stages/1-test.yaml", &*manifest), ("costplan.toml", &settings), ("scenarios/s.yaml", &scenario)];
        let directory = project(&files);
        let mrr = |arguments: &[&str]| {
            let shown = json(
                directory.path(),
                &[&["stage", "1", "--customers", "1", "--as-of", "2026-11-24"], arguments].concat(),
            );
            shown["inputs"]["mrr"].to_string().trim_end_matches('0').trim_end_matches('.').to_owned()
        };
        let amount = amount.trim_end_matches('0');
        for arguments in [&[][..], &["--scenario", "s"], &["--mrr", written]] {
            assert_eq!(mrr(arguments).trim_end_matches('0'), amount, "{written} {arguments:?}");
        }
    }
}

#[test]
fn an_amount_with_two_meanings_or_none_is_refused_with_what_to_write() {
    for (written, help) in [
        ("12,50", "write `12.50`"),
        ("12,50 EUR", "write `12.50`"),
        ("$12,50", "write `12.50`"),
        ("1,250", "write `1250` or `1.250`"),
        ("1,250 USD", "write `1250` or `1.250`"),
        ("1.250,00 EUR", "write `1250.00`"),
        ("1.250.000", "write `1250000`"),
        ("0,3k", "write `0.3k`"),
        ("¥500", "write `JPY` or `CNY`"),
        ("500 ¥", "write `JPY` or `CNY`"),
        ("5 dollars", "USD"),
    ] {
        let wrong = cost("USD", &format!("\"{written}\"")).unwrap_err();
        assert!(wrong.contains(help), "a cost of {written}: {wrong}");
        let directory = project(&[("stages/1-test.yaml", &format!("{HEAD}{ITEM}"))]);
        let output = costplan(directory.path(), &["stage", "1", "--customers", "1", "--mrr", written]);
        let wrong = stderr(&output);
        assert!(output.status.code() == Some(2) && wrong.contains(help), "--mrr {written}: {wrong}");
    }
    for written in ["$25 EUR", "€5 usd", "$", "25 USD/", "5 seats", "5 dolars", "25 USD 30", "1 250 USD"] {
        assert!(cost("USD", &format!("\"{written}\"")).is_err(), "{written}");
    }
}

#[test]
fn a_dollar_sign_is_the_us_dollar_unless_other_dollars_are_meant() {
    assert_eq!(cost("EUR", "$27").as_deref(), Ok("25"));
    for currency in ["CAD", "AUD", "SGD"] {
        for written in ["$25", "customers * $5", "5 $"] {
            let wrong = cost(currency, written).unwrap_err();
            assert!(wrong.contains("InvalidCurrency") && wrong.contains("or USD?"), "{currency}, {written}: {wrong}");
        }
        assert_eq!(cost(currency, &format!("$25 {currency}")).as_deref(), Ok("25"));
        assert_eq!(cost(currency, "25").as_deref(), Ok("25"));
        let manifest = format!("{}monthly_budget: $5..$10\n{ITEM}", HEAD.replace("USD", currency));
        assert!(resolved(&[("stages/1-test.yaml", &manifest)]).unwrap_err().contains("InvalidCurrency"), "{currency}");
    }
}

#[test]
fn bands_of_money_are_amounts() {
    let budget = |written: &str| -> Result<Stage, String> {
        resolved(&[("stages/1-test.yaml", &format!("{HEAD}monthly_budget: {written}\n{ITEM}"))])
    };
    for (written, low, high) in [
        ("200..400", Some("200"), Some("400")),
        ("$200..$400", Some("200"), Some("400")),
        ("200..400 EUR", Some("216"), Some("432")),
        ("2.4k..4.8k USD/year", Some("200"), Some("400")),
        ("\"1,200.50..2,400.50\"", Some("1200.50"), Some("2400.50")),
        ("..€100", None, Some("108")),
        ("50 usd..", Some("50"), None),
    ] {
        let band = budget(written).unwrap().monthly_budget.unwrap().value;
        let shown = |end: Option<rust_decimal::Decimal>| end.map(|end| end.normalize().to_string());
        let wanted =
            |end: Option<&str>| end.map(|end| end.parse::<rust_decimal::Decimal>().unwrap().normalize().to_string());
        assert_eq!((shown(band.low), shown(band.high)), (wanted(low), wanted(high)), "{written}");
    }
    for written in ["$200..€400", "400..200", "..", "200/month..400", "200..400 USD/week", "12,50..20"] {
        assert!(budget(written).is_err(), "{written}");
    }
}

#[test]
fn a_comma_that_tears_a_number_apart_is_one_problem() {
    for item in ["{ name: A, category: c, cost: 12,50 }", "{ name: A, category: c, cost: 1,250.00 USD }"] {
        let wrong = computed(&[("stages/1-test.yaml", &format!("{HEAD}line_items:\n  - {item}\n"))], 0).unwrap_err();
        assert!(wrong.contains("a comma ends a value") && !wrong.contains("UnknownKey"), "{item}: {wrong}");
    }
}

#[test]
fn whole_numbers_have_thousands_and_scales() {
    let directory = project(&[("stages/1-test.yaml", &format!("{HEAD}{ITEM}").replace("0..100", "1k..2.5m"))]);
    for (written, customers) in [("1,250", "1250"), ("1.5k", "1500"), ("2m", "2000000"), ("2_000", "2000")] {
        let shown = json(directory.path(), &["stage", "1", "--customers", written]);
        assert_eq!(shown["inputs"]["customers"].to_string(), customers, "{written}");
    }
    for written in ["1.5", "12,50", "1e3", "-5", "1.0001k"] {
        assert_eq!(
            costplan(directory.path(), &["stage", "1", "--customers", written]).status.code(),
            Some(2),
            "{written}"
        );
    }
}

#[test]
fn a_count_is_any_word_and_a_mistyped_unit_is_none() {
    let sheet = |unit: &str| {
        format!(
            "version = 1\nvendor = \"v\"\ncurrency = \"USD\"\nsource = \"s\"\nretrieved_on = 2026-01-01\n\
             trust = \"vendor\"\n[[skus.s.charges]]\nmeter = \"m\"\nunit = \"{unit}\"\nmodel = \"per_unit\"\nprice = 2\n"
        )
    };
    let used = |unit: &str, usage: &str| {
        let item = format!("  - {{ name: A, category: c, sku: v/s, usage: {{ m: {usage} }} }}\n");
        let manifest = format!("{HEAD}line_items:\n{item}");
        let files = [("pricing/v.toml", &*sheet(unit)), ("stages/1-test.yaml", &manifest)];
        computed(&files, 10).map(|(_, costing)| costing.line_items[0].exact.normalize().to_string())
    };
    for (unit, usage, amount) in [
        ("widget", "5", "10"),
        ("widget", "5 widgets", "10"),
        ("parcel", "customers * 3 parcels", "60"),
        ("delivery", "5 deliveries", "10"),
        ("vcpu", "8 vcpu", "16"),
        ("widget-month", "5 widgets", "10"),
        ("widget-hour", "5 widgets * 730 hours", "7300"),
        ("unit", "5 widgets", "10"),
        ("seat", "1.5k seats", "3000"),
    ] {
        assert_eq!(used(unit, usage).as_deref(), Ok(amount), "{usage} of {unit}");
    }
    for (unit, usage, code, says) in [
        ("widget", "5 gadgets", "UnitMismatch", "`5 widget`"),
        ("request", "5 requets", "UnitMismatch", "`5 request`"),
        ("widget", "5 GB", "UnitMismatch", "write a number without a unit"),
        ("GB-hour", "50 GB", "UnitMismatch", "`50 GB * 730 hours`"),
        ("GB-second", "512 MB", "UnitMismatch", "`512 MB * 730 hours`"),
        ("GB-hour", "customers * 2 GB", "UnitMismatch", "`... * hours_per_month`"),
        ("GB-hour", "50", "UnitMismatch", "`50 GB * 730 hours`"),
        ("GB", "5 gigabytes", "UnknownUnit", "did you mean `GB`?"),
        ("GB", "5 gb", "UnknownUnit", "did you mean `GB`?"),
        ("hour", "5 huors", "UnknownUnit", "did you mean `hour`?"),
        ("hour", "5 hrs", "UnknownUnit", "did you mean `hour`?"),
        ("widget", "5 months", "UnknownUnit", "hours_per_month"),
        ("widget", "5 Widgets", "UnknownUnit", "`widgets`"),
        ("widget", "5 m", "UnknownUnit", "`5m`"),
        ("GB-mouth", "5 GB", "UnknownUnit", "did you mean `GB-month`?"),
        ("gigabyte", "5 GB", "UnknownUnit", "did you mean `GB`?"),
        ("hrs", "5 hours", "UnknownUnit", "did you mean `hour`?"),
    ] {
        let wrong = used(unit, usage).unwrap_err();
        assert!(wrong.contains(code) && wrong.contains(says), "{usage} of {unit}: {wrong}");
    }
}
