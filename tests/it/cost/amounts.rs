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

/// What is wrong with a word: the code, what was expected, and what is said at the word.
fn refusal(stderr: &str) -> String {
    let of_word = stderr.lines().filter(|line| line.starts_with("error[") || line.contains("= help"));
    let label = stderr.lines().find_map(|line| line.split_once("| ").filter(|(_, rest)| rest.trim().starts_with('^')));
    let label = label.map_or("", |(_, rest)| rest.trim().trim_start_matches('^').trim());
    format!("{} {label}", of_word.map(str::trim).collect::<Vec<_>>().join(" "))
}

/// A key that is written in YAML, in TOML and as a flag: the files around a word, the command, and the figure that shows
/// how it was read.
struct Everywhere {
    yaml: fn(&str) -> String,
    toml: fn(&str) -> String,
    flag: &'static str,
    command: &'static [&'static str],
    figure: &'static str,
    words: &'static [&'static str],
}

const KEYS: [Everywhere; 9] = [
    Everywhere {
        yaml: |word| format!("buffer: {word}"),
        toml: |word| format!("[defaults]\nbuffer = {word}"),
        flag: "--buffer=",
        command: &["stage", "1", "--customers", "5"],
        figure: "/buffer/rate",
        words: &["30%", "30 %", "0.3", "0", "1e-1", "3_0%", "30", "-5%", "30pct", "0,3", ".3", "k", "1.5.2", "30%%"],
    },
    Everywhere {
        yaml: |word| format!("customers: {word}"),
        toml: |word| format!("[defaults]\ncustomers = {word}"),
        flag: "--customers=",
        command: &["stage", "1"],
        figure: "/inputs/customers",
        words: &[
            "60", "1,250", "1.5k", "2m", "1_000", "1'000", "5.0", "1e3", "-5", "+5", "1.5", "0x10", "12,50", "60 users",
        ],
    },
    Everywhere {
        yaml: |word| format!("mrr: {word}"),
        toml: |word| format!("[defaults]\nmrr = {word}"),
        flag: "--mrr=",
        command: &["stage", "1", "--customers", "5"],
        figure: "/inputs/mrr",
        words: &[
            "600",
            "6e2",
            "$600",
            "US$600",
            "600 USD",
            "usd 600",
            "€100",
            "EUR100",
            "+600 USD",
            "7.2k USD/year",
            "1.8k/quarter",
            "21,600.00/3 years",
            "0.5k/mo",
            "1,250",
            "12,50",
            ".5k",
            "1.5 k",
            "600 USD per month",
            "600 USD/week",
            "$600 EUR",
            "600 EURO",
            "¥600",
            "0x10",
            "6 00",
            "600,-",
            "-600",
            "",
        ],
    },
    Everywhere {
        yaml: |word| format!("hours_per_month: {word}"),
        toml: |word| format!("[defaults]\nhours_per_month = {word}"),
        flag: "--hours-per-month=",
        command: &["explain", "1", "hours_per_month"],
        figure: "/subjects/0/result/value",
        words: &["720", "720 hours", "720h", "0.72k", "calendar", "720 days", "7,20", "0", "-1", "month"],
    },
    Everywhere {
        yaml: |word| format!("currency: {word}"),
        toml: |word| format!("[defaults]\ncurrency = {word}"),
        flag: "--currency=",
        command: &["stage", "1", "--customers", "5"],
        figure: "/currency",
        words: &["EUR", "eur", "€", "$", "euros", "Dollars", "¥", "EURO", "XXX1"],
    },
    Everywhere {
        yaml: |word| format!("as_of: {word}"),
        toml: |word| format!("[defaults]\nas_of = {word}"),
        flag: "--as-of=",
        command: &["stage", "1", "--customers", "5"],
        figure: "/as_of",
        words: &["2026-11-24", "2026-02-30", "2026-11", "24.11.2026", "2026/11/24", "2026-11-24T10:00:00"],
    },
    Everywhere {
        yaml: |word| format!("set: {{ d: {word} }}"),
        toml: |word| format!("[drivers]\nd = {word}"),
        flag: "--set=d=",
        command: &["stage", "1", "--customers", "5"],
        figure: "/total",
        words: &[
            "25",
            "+25",
            "25 USD",
            "+25 USD",
            "$25",
            "EUR25",
            "€25",
            "1e3",
            "1.5k USD",
            "120 USD/year",
            "90 USD/quarter",
            "360 USD/3 years",
            "customers * 5",
            "5%",
            "1,250.50",
            "1,250",
            ".5",
            "0x10",
            "5x2",
            "2 m",
            "25 EURO",
            "1/0",
        ],
    },
    Everywhere {
        yaml: |word| format!("forecast: {{ growth: {word} }}"),
        toml: |word| format!("[forecast]\ngrowth = {word}"),
        flag: "--growth=",
        command: &["forecast", "--from", "20", "--months", "2"],
        figure: "/months/1/customers",
        words: &["50%", "50%/month", "50 % / mo", "+10", "+10/month", "-5", "+1k", "0.5", "50%/year", "lots", "-150%"],
    },
    Everywhere {
        yaml: |word| format!("forecast: {{ churn: {word} }}"),
        toml: |word| format!("[forecast]\nchurn = {word}"),
        flag: "--churn=",
        command: &["forecast", "--from", "20", "--growth", "+0", "--months", "2"],
        figure: "/months/1/customers",
        words: &["5%", "0.05", "5%/month", "5 %/mo", "5%/year", "5", "-5%", "five"],
    },
];

#[test]
fn the_same_word_is_read_in_the_same_way_in_yaml_toml_and_flags() {
    let manifest = format!(
        "{}\
        line_items:\n  - {{ name: A, category: c, cost: d }}\n",
        HEAD.replace("0..100", "0..2m")
    );
    for Everywhere { yaml, toml, flag, command, figure, words } in &KEYS {
        for word in words.iter().filter(|word| !word.is_empty()) {
            let read = |settings: String, scenario: Option<String>, typed: Option<String>| {
                let drivers = if settings.contains("[drivers]") { "" } else { "\n[drivers]\nd = 1\n" };
                let settings = format!("version = 1\n{settings}\n{drivers}");
                let scenario = scenario.map(|scenario| format!("version: 1\n{scenario}\n"));
                let mut files = vec![("stages/1-test.yaml", &*manifest), ("costplan.toml", &settings)];
                files.extend(scenario.as_deref().map(|scenario| ("scenarios/s.yaml", scenario)));
                let directory = project(&files);
                let mut arguments: Vec<&str> = command.to_vec();
                arguments.extend(["--format", "json"]);
                arguments.extend(scenario.is_some().then_some("--scenario=s"));
                arguments.extend((*figure != "/as_of").then_some("--as-of=2026-11-24"));
                arguments.extend(typed.as_deref());
                let output = costplan(directory.path(), &arguments);
                match output.status.code() {
                    Some(0) => {
                        let shown: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
                        let found = shown.pointer(figure).unwrap_or_else(|| panic!("{figure} is not in {shown}"));
                        found.to_string()
                    }
                    _ => refusal(&stderr(&output)),
                }
            };
            let quoted = format!("\"{word}\"");
            let typed = read(String::new(), None, Some(format!("{flag}{word}")));
            assert_eq!(read(String::new(), Some(yaml(&quoted)), None), typed, "{word} as {flag} and in YAML");
            assert_eq!(read(toml(&quoted), None, None), typed, "{word} as {flag} and in TOML");
        }
    }
}

#[test]
fn what_is_written_for_a_period_is_divided_by_its_months() {
    // 900 / 36 = 25; 90 / 3 = 30; 120 / 12 = 10; 60 / 2 = 30.
    for (written, amount) in [
        ("900 USD/3 years", "25"),
        ("90 USD/quarter", "30"),
        ("90 USD / 1 quarter", "30"),
        ("120 USD/yr", "10"),
        ("60 USD/2 months", "30"),
        ("customers * 90 USD / quarter", "300"),
        ("+25 USD", "25"),
        ("EUR25", "27"),
        ("$+25", "25"),
    ] {
        assert_eq!(cost("USD", written).as_deref(), Ok(amount), "{written}");
    }
    for (written, help) in [("0x10", "not a number"), ("5x2", "not a number"), (".5", "write `0.5`"), ("2.", "")] {
        let wrong = cost("USD", written).unwrap_err();
        assert!(wrong.contains(help), "{written}: {wrong}");
    }
}

#[test]
fn a_range_that_is_written_otherwise_says_what_to_write() {
    let wrong = |key: &str| resolved(&[("stages/1-test.yaml", &format!("{HEAD}{key}\n{ITEM}"))]).unwrap_err();
    for (key, help) in [
        ("months: 4-6", "write `4..6`"),
        ("months: 4 to 6", "write `4..6`"),
        ("months: 4...6", "write `4..6`"),
        ("months: 4\u{2013}6", "write `4..6`"),
        ("monthly_budget: 200-400", "write `200..400`"),
        ("targets: { category_share: { c: 40..60% } }", "write `40%..60%`"),
        ("targets: { category_share: { c: 40-60% } }", "write `40%..60%`"),
    ] {
        assert!(wrong(key).contains(help), "{key}: {}", wrong(key));
    }
    // What is wrong for another reason is not a range that is written otherwise.
    assert!(!wrong("months: 6..4").contains("write `"), "{}", wrong("months: 6..4"));
}

/// Least shares of the subtotal that are together more than all of it.
#[test]
fn shares_of_the_subtotal_can_all_be_met() {
    let of = |shares: &str| {
        let items = "line_items:\n  - { name: A, category: a, cost: 1 }\n  - { name: B, category: b, cost: 1 }\n";
        resolved(&[("stages/1-test.yaml", &format!("{HEAD}targets: {{ category_share: {shares} }}\n{items}"))])
    };
    for fine in
        ["{ a: 40%..60%, b: 60%..70% }", "{ a: ..80%, b: ..80% }", "{ a: 100%..100% }", "{ a: 60%.., b: 40%.. }"]
    {
        of(fine).unwrap();
    }
    for wrong in ["{ a: 40.1%.., b: 60%..70% }", "{ a: 60%..90%, b: 50%..55% }"] {
        let said = of(wrong).unwrap_err();
        assert!(said.contains("InvalidRange, message: \"these categories would have to take more than 100%"), "{said}");
        assert!(said.contains("lower the first numbers of the bands"), "{said}");
    }
}

/// A price sheet with a price, and what 3 units cost at it.
fn priced(price: &str) -> Result<String, String> {
    let sheet = format!(
        "version = 1\nvendor = \"v\"\ncurrency = \"USD\"\nsource = \"s\"\nretrieved_on = 2026-01-01\n\
         trust = \"vendor\"\n[[skus.s.charges]]\nmeter = \"m\"\nunit = \"GB\"\nmodel = \"per_unit\"\nprice = {price}\n"
    );
    let item = "  - { name: A, category: c, sku: v/s, usage: { m: 3 GB } }\n";
    let manifest = format!("{HEAD}line_items:\n{item}");
    let files = [("pricing/v.toml", &*sheet), ("stages/1-test.yaml", &manifest)];
    computed(&files, 10).map(|(_, costing)| costing.line_items[0].exact.normalize().to_string())
}

#[test]
fn ranges_of_prices_are_amounts() {
    // The middle of 0.30 and 0.50 is 0.40, times 3.
    for price in [
        "\"0.30..0.50\"",
        "\"$0.30..$0.50\"",
        "\"0.30..0.50 USD/GB\"",
        "{ low = \"$0.30\", high = \"0.50 USD/GB\" }",
        "{ low = 0.30, expected = \"0.40 usd\", high = 0.5 }",
    ] {
        assert_eq!(priced(price).as_deref(), Ok("1.2"), "{price}");
    }
    for price in [
        "\"0.30..0.50 EUR\"",
        "\"0.30..0.50 USD/TB\"",
        "\"0.30..\"",
        "{ low = \"0.30 EUR\", high = 1 }",
        "\"0.5..0.3\"",
    ] {
        assert!(priced(price).is_err(), "{price}");
    }
}

#[test]
fn a_bound_of_a_percentage_is_an_amount() {
    let cost = |bound: &str| {
        let sheet = format!(
            "version = 1\nvendor = \"v\"\ncurrency = \"USD\"\nsource = \"s\"\nretrieved_on = 2026-01-01\ntrust = \"vendor\"\n\
             [[skus.s.charges]]\nmeter = \"m\"\nmodel = \"percentage\"\nof = \"line_items\"\n\
             tiers = [{{ up_to = {bound}, percent = \"10%\" }}, {{ percent = \"1%\" }}]\n"
        );
        let items = "  - { name: A, category: c, cost: 20000 }\n  - { name: S, category: c, sku: v/s, of: [A] }\n";
        let manifest = format!("{HEAD}line_items:\n{items}");
        let files = [("pricing/v.toml", &*sheet), ("stages/1-test.yaml", &manifest)];
        computed(&files, 10).map(|(_, costing)| costing.line_items[1].exact.normalize().to_string())
    };
    // 10% of 10,000 and 1% of the other 10,000.
    for bound in [
        "10_000",
        "\"10k\"",
        "\"$10k\"",
        "\"US$10k\"",
        "\"10k USD\"",
        "\"USD 10,000.00\"",
        "\"$10k USD\"",
        "\"10000 $\"",
    ] {
        assert_eq!(cost(bound).as_deref(), Ok("1100"), "{bound}");
    }
    for bound in ["\"10k EUR\"", "\"$10k EUR\"", "\"10k GB\"", "\"10 k\"", "\"-10k\""] {
        assert!(cost(bound).is_err(), "{bound}");
    }
}
