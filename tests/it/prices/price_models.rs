//! Price models on sheets of their own, and calculations that vendors published, with the vendors' own answers.

use crate::project::{HEAD, computed, json, project};
use costplan::calculate::Unknown;
use costplan::model::LinePricing;

/// The exact cost of a line item of one SKU, whose charges are given as the keys of a sheet.
fn cost(charges: &[&str], item: &str) -> Result<String, String> {
    let charges: String = charges.iter().map(|charge| format!("[[skus.s.charges]]\n{charge}\n")).collect();
    let sheet = format!(
        "version = 1\nvendor = \"v\"\ncurrency = \"USD\"\nsource = \"s\"\nretrieved_on = 2026-01-01\ntrust = \"vendor\"\n\
         [skus.s]\n{charges}"
    );
    of_sku(&sheet, "v/s", item)
}

fn of_sku(sheet: &str, sku: &str, item: &str) -> Result<String, String> {
    let manifest = format!("{HEAD}line_items:\n  - name: A\n    category: c\n    sku: {sku}\n{item}");
    let mut files = vec![("stages/1-test.yaml", manifest.as_str())];
    if !sheet.is_empty() {
        files.push(("pricing/v.toml", sheet));
    }
    let (_, costing) = computed(&files, 0)?;
    let line = &costing.line_items[0];
    assert!(line.unknown.is_empty(), "{:?} is unknown", line.unknown);
    Ok(line.exact.normalize().to_string())
}

/// The bundled price of a SKU for usage and quantity.
fn bundled(sku: &str, item: &str) -> String {
    of_sku("", sku, item).unwrap()
}

fn usage(pairs: &[(&str, &str)]) -> String {
    let lines: String = pairs.iter().map(|(meter, usage)| format!("      {meter}: {usage}\n")).collect();
    format!("    usage:\n{lines}")
}

#[test]
fn the_table_of_the_documents_is_right() {
    let units = usage(&[("m", "15_000")]);
    let charge = |rest: &str| format!("meter = \"m\"\nunit = \"unit\"\n{rest}");
    let tiers = "tiers = [{ up_to = 1000, price = 0.10 }, { up_to = 10_000, price = 0.05 }, { price = 0.01 }]";
    for (charge, item, amount) in [
        ("meter = \"m\"\nmodel = \"flat\"\nprice = 25".to_owned(), "", "25"),
        (charge("model = \"per_unit\"\nprice = 0.20\nper = 100_000"), &*units, "0.03"),
        (charge("model = \"package\"\nprice = 2.50\nper = 1_000_000"), &units, "2.5"),
        (charge(&format!("model = \"graduated\"\n{tiers}")), &units, "600"),
        (charge(&format!("model = \"volume\"\n{tiers}")), &units, "150"),
    ] {
        assert_eq!(cost(&[&charge], item).as_deref(), Ok(amount), "{charge}");
    }
}

#[test]
fn tiers_include_their_upper_bound() {
    let tiers = "meter = \"m\"\nunit = \"unit\"\ntiers = [{ up_to = 10, price = 2, flat = 5 }, { price = 1, flat = 7 }]\nmodel = ";
    for (usage_text, graduated, volume) in [
        // The fee of the first tier is always charged: "We always bill the first flat fee tier when quantity=0"
        // (docs.stripe.com/products-prices/pricing-models), "defining a flat fee in the first tier will always cause the
        // customer to be billed" (OpenMeter's pricing models).
        ("0", "5", "5"),
        ("0.5", "6", "6"),
        ("10", "25", "25"),
        ("10.0000000001", "32.0000000001", "17.0000000001"),
        ("11", "33", "18"),
    ] {
        let item = usage(&[("m", usage_text)]);
        assert_eq!(cost(&[&format!("{tiers}\"graduated\"")], &item).as_deref(), Ok(graduated), "{usage_text}");
        assert_eq!(cost(&[&format!("{tiers}\"volume\"")], &item).as_deref(), Ok(volume), "{usage_text}");
    }
}

#[test]
fn packages_count_once_they_are_started() {
    // The package table of Supabase's Realtime messages, without the quota.
    let charge = "meter = \"m\"\nunit = \"message\"\nmodel = \"package\"\nprice = 2.50\nper = 1_000_000";
    for (messages, amount) in
        [("0", "0"), ("999_999", "2.5"), ("1_000_000", "2.5"), ("1_000_001", "5"), ("1_500_000", "5")]
    {
        assert_eq!(cost(&[charge], &usage(&[("m", messages)])).as_deref(), Ok(amount), "{messages}");
    }
}

#[test]
fn hours_are_started_hours_up_to_a_cap() {
    for (hours, amount) in [
        ("1 hour", "0.026"),
        ("611.5 hours", "15.9"),
        ("612 hours", "15.9"),
        ("730 hours", "15.9"),
        ("90 minutes", "0.052"),
    ] {
        assert_eq!(bundled("hetzner/cx41", &usage(&[("server", hours)])), in_usd(amount), "{hours}");
    }
    assert_eq!(bundled("hetzner/cx41", "    quantity: 2\n"), in_usd("31.8"));
}

fn in_usd(eur: &str) -> String {
    let eur = rust_decimal::Decimal::from_str_exact(eur).unwrap();
    (eur * rust_decimal::Decimal::new(108, 2)).normalize().to_string()
}

#[test]
fn minimum_cap_increment_and_each_have_their_order() {
    let charge = |rest: &str| format!("meter = \"m\"\nunit = \"unit\"\nmodel = \"per_unit\"\nprice = 2\n{rest}");
    for (rest, item, amount) in [
        ("", "    quantity: 3\n", "20"),
        ("each = true", "    quantity: 3\n", "60"),
        ("minimum = 25", "", "25"),
        ("minimum = 25\neach = true", "    quantity: 3\n", "75"),
        ("cap = 15", "", "15"),
        ("cap = 15\neach = true", "    quantity: 3\n", "45"),
        ("included = 4", "", "12"),
        ("included = 40", "", "0"),
        ("included = 40\nminimum = 3", "", "3"),
        ("included = \"2 * quantity\"", "    quantity: 3\n", "8"),
        ("included = 4\nround_usage_up_to = 4", "", "16"),
        ("round_usage_up_to = 4", "", "24"),
        ("per = 4", "", "5"),
    ] {
        let item = format!("{}{item}", usage(&[("m", "10")]));
        assert_eq!(cost(&[&charge(rest)], &item).as_deref(), Ok(amount), "{rest}");
    }
}

#[test]
fn amounts_of_a_sheet_may_name_their_unit() {
    let charge = |rest: &str| format!("meter = \"m\"\nunit = \"GB\"\n{rest}");
    let used = usage(&[("m", "15 TB")]);
    for (rest, amount) in [
        ("model = \"per_unit\"\nprice = 2\nper = \"1 TB\"", "30"),
        ("model = \"per_unit\"\nprice = 2\nper = \"1,000 GB\"", "30"),
        ("model = \"per_unit\"\nprice = 2\nper = \"1k\"", "30"),
        ("model = \"package\"\nprice = 2\nper = \"2 TB\"", "16"),
        ("model = \"per_unit\"\nprice = 2\nper = \"1 TB\"\nincluded = \"5 TB\"", "20"),
        ("model = \"graduated\"\ntiers = [{ up_to = \"10 TB\", price = 1 }, { price = 0.5 }]", "12500"),
        ("model = \"volume\"\ntiers = [{ up_to = \"10 TB\", price = 1 }, { price = 0.5 }]", "7500"),
        ("model = \"per_unit\"\nprice = 1\ncommitment = { usage = \"20 TB\" }", "20000"),
        ("model = \"per_unit\"\nprice = 1\nround_usage_up_to = \"4 TB\"", "16000"),
        ("model = \"per_unit\"\nprice = 1\nround_usage_down_to = \"4 TB\"", "12000"),
        ("model = \"per_unit\"\nprice = 1\nminimum_usage = \"20 TB\"", "20000"),
        ("model = \"per_unit\"\nprice = 1\nmaximum_usage = \"10 TB\"", "10000"),
    ] {
        let rest = if rest.contains("1,000 GB") { rest.replace("1,000 GB", "1,000.0 GB") } else { rest.to_owned() };
        assert_eq!(cost(&[&charge(&rest)], &used).as_deref(), Ok(amount), "{rest}");
    }
    for (rest, code) in [
        ("model = \"per_unit\"\nprice = 2\nper = \"1 hour\"", "UnitMismatch"),
        ("model = \"per_unit\"\nprice = 2\nper = \"1 request\"", "UnitMismatch"),
        ("model = \"per_unit\"\nprice = 2\nper = \"1,000 GB\"", "InvalidNumber"),
        ("model = \"per_unit\"\nprice = 2\nper = \"0 TB\"", "NegativeAmount"),
        ("model = \"graduated\"\ntiers = [{ up_to = \"10 seats\", price = 1 }, { price = 0.5 }]", "UnitMismatch"),
        (
            "model = \"graduated\"\ntiers = [{ up_to = \"2 TB\", price = 1 }, { up_to = \"1 TB\" }, { price = 0.5 }]",
            "InvalidTiers",
        ),
        ("model = \"per_unit\"\nprice = 1\ncommitment = { usage = \"20 hours\" }", "UnitMismatch"),
    ] {
        assert!(cost(&[&charge(rest)], &used).unwrap_err().contains(code), "{rest}");
    }
    let requests = "meter = \"m\"\nunit = \"request\"\nmodel = \"per_unit\"\nprice = 0.20\nper = \"1m requests\"\nincluded = \"1m\"";
    assert_eq!(cost(&[requests], &usage(&[("m", "3m requests")])).as_deref(), Ok("0.4"));
    let hours = "meter = \"m\"\nunit = \"GB-hour\"\nmodel = \"per_unit\"\nprice = 1\nper = \"730 GB-hour\"";
    assert_eq!(cost(&[hours], &usage(&[("m", "50 GB * 730 hours")])).as_deref(), Ok("50"));
    let share = |up_to: &str| {
        format!(
            "meter = \"m\"\nmodel = \"percentage\"\nof = \"plan\"\ntiers = [{{ up_to = \"{up_to}\", percent = \"10%\" }}, {{ percent = \"5%\" }}]"
        )
    };
    let plan = "meter = \"plan\"\nmodel = \"flat\"\nprice = 300";
    for up_to in ["100", "$100", "100 USD", "0.1k usd"] {
        assert_eq!(cost(&[plan, &share(up_to)], "").as_deref(), Ok("320"), "{up_to}");
    }
    assert!(cost(&[plan, &share("100 EUR")], "").unwrap_err().contains("InvalidCurrency"));
}

#[test]
fn prices_of_a_sheet_may_name_their_currency_and_what_they_buy() {
    let charge = |rest: &str| format!("meter = \"m\"\nunit = \"GB\"\nmodel = \"per_unit\"\n{rest}");
    let used = usage(&[("m", "100 GB")]);
    for (rest, amount) in [
        ("price = \"0.09 USD\"", "9"),
        ("price = \"$0.09\"", "9"),
        ("price = \"0.09 usd/GB\"", "9"),
        ("price = \"$9\"\nper = \"100 GB\"", "9"),
        ("price = 0.01\nminimum = \"$5/month\"", "5"),
        ("price = 1\ncap = \"7 USD\"", "7"),
    ] {
        assert_eq!(cost(&[&charge(rest)], &used).as_deref(), Ok(amount), "{rest}");
    }
    for (rest, code) in [
        ("price = \"0.09 EUR\"", "InvalidCurrency"),
        ("price = \"0.09 USD/TB\"", "UnitMismatch"),
        ("price = \"0.09 USD/month\"", "UnitMismatch"),
        ("price = \"9 USD/GB\"\nper = 100", "UnitMismatch"),
        ("price = 0.01\nminimum = \"5 USD/year\"", "UnitMismatch"),
        ("price = \"0,09\"", "InvalidNumber"),
        ("price = \"-1 USD\"", "NegativeAmount"),
    ] {
        assert!(cost(&[&charge(rest)], &used).unwrap_err().contains(code), "{rest}");
    }
    let flat = |rest: &str| format!("meter = \"m\"\nmodel = \"flat\"\n{rest}");
    assert_eq!(cost(&[&flat("price = \"25 USD/month\"")], "").as_deref(), Ok("25"));
    assert_eq!(cost(&[&flat("price = \"$120/year\"\nperiod = \"year\"")], "").as_deref(), Ok("10"));
    assert!(cost(&[&flat("price = \"$120/year\"")], "").unwrap_err().contains("UnitMismatch"));
    let tiers = "meter = \"m\"\nunit = \"GB\"\nmodel = \"graduated\"\n\
                 tiers = [{ up_to = \"50 GB\", price = \"$0.10/GB\", flat = \"$3\" }, { price = \"0.05 USD\" }]";
    assert_eq!(cost(&[tiers], &used).as_deref(), Ok("10.5"));
}

#[test]
fn what_is_not_bought_costs_nothing_and_is_known() {
    let quote = "meter = \"q\"\nunit = \"GB\"\nmodel = \"per_unit\"\nprice = \"quote\"";
    let plan = "meter = \"plan\"\nmodel = \"flat\"\nprice = 25";
    let egress = "meter = \"m\"\nunit = \"GB\"\nmodel = \"per_unit\"\nprice = 2\nincluded = \"10 GB\"\nminimum = 5\nminimum_usage = 3";
    let computed_from =
        "meter = \"c\"\nunit = \"GB\"\nmodel = \"graduated\"\nusage = \"2 * m\"\ntiers = [{ price = 1, flat = 7 }]";
    let share = "meter = \"share\"\nmodel = \"percentage\"\nof = \"m\"\npercent = \"10%\"";
    let charges = [plan, egress, computed_from, share, quote];
    assert_eq!(cost(&charges, "    quantity: 0\n").as_deref(), Ok("0"));
    assert_eq!(cost(&charges, "    quantity: max(customers - 5, 0)\n").as_deref(), Ok("0"));
    // Usage that is given is not part of what is bought: (15 - 10) x 2, and twice 15 with the fee of the tier.
    let given = format!("    quantity: 0\n{}", usage(&[("m", "15 GB")]));
    assert_eq!(cost(&charges[..4], &given).as_deref(), Ok("47"));
}

#[test]
fn yearly_fees_are_twelfths() {
    let charge = "meter = \"m\"\nmodel = \"flat\"\nprice = 9.77\nperiod = \"year\"";
    assert_eq!(cost(&[charge], "").as_deref(), Ok("0.814166666667"));
    let charge = "meter = \"m\"\nmodel = \"flat\"\nprice = 120\nperiod = \"year\"";
    assert_eq!(cost(&[charge], "    quantity: 2\n").as_deref(), Ok("20"));
}

#[test]
fn a_default_usage_and_an_allowance_may_look_at_other_meters() {
    let charges = [
        "meter = \"requests\"\nunit = \"request\"\nmodel = \"per_unit\"\nprice = 0.20\nper = 1_000_000",
        "meter = \"duration\"\nunit = \"GB-second\"\nmodel = \"per_unit\"\nprice = 0.0001\nusage = \"requests * 2 seconds * 512 MB\"",
    ];
    // 1,000,000 x 2 s x 0.512 GB = 1,024,000 GB-seconds at 0.0001.
    assert_eq!(cost(&charges, &usage(&[("requests", "1_000_000")])).as_deref(), Ok("102.6"));
}

#[test]
fn agreed_prices_replace_the_price_and_keep_the_allowance() {
    let charge = "meter = \"m\"\nunit = \"GB\"\nmodel = \"per_unit\"\nprice = 2\nincluded = 10\nminimum = 100";
    let item = |agreed: &str| format!("{}    agreed_price: {{ m: {agreed}, reason: r }}\n", usage(&[("m", "1 TB")]));
    for (agreed, amount) in [
        ("1 USD/GB", "990"),
        ("1 USD/TB", "0.99"),
        ("{ price: 1 USD/GB, included: 0 }", "1000"),
        ("{ price: 1 USD/GB, included: 1 TB }", "0"),
        ("30 USD/month", "30"),
        ("120 USD/year", "10"),
        ("1.08 EUR/GB", "1154.736"),
    ] {
        assert_eq!(cost(&[charge], &item(agreed)).as_deref(), Ok(amount), "{agreed}");
    }
    for agreed in ["1 USD", "1 USD/hour", "1 USD/request"] {
        assert!(cost(&[charge], &item(agreed)).unwrap_err().contains("AgreedPriceBasis"), "{agreed}");
    }
}

#[test]
fn an_agreed_price_of_time_names_its_period() {
    let charge = |unit: &str| format!("meter = \"m\"\nunit = \"{unit}\"\nmodel = \"per_unit\"\nprice = 1");
    let item = |usage_text: &str, agreed: &str| {
        format!("{}    agreed_price: {{ m: {agreed}, reason: r }}\n", usage(&[("m", usage_text)]))
    };
    for (unit, used) in
        [("hour", "730 hours"), ("GB-hour", "50 GB * 730 hours"), ("GB-month", "50 GB"), ("second", "9 days")]
    {
        for agreed in ["36 USD", "36", "{ price: 36 USD, included: 0 }", "{ price: 36 USD, commitment: { usage: 10 } }"]
        {
            let wrong = cost(&[&charge(unit)], &item(used, agreed)).unwrap_err();
            assert!(wrong.contains("AgreedPriceBasis"), "{unit}, {agreed}: {wrong}");
            let question = format!("36 USD/{unit} or 36 USD/month?");
            assert!(wrong.contains(&question), "{unit}, {agreed}: {wrong}");
        }
    }
    for (unit, used, agreed, amount) in [
        ("hour", "730 hours", "36 USD/month", "36"),
        ("hour", "730 hours", "0.05 USD/hour", "36.5"),
        ("hour", "730 hours", "1.2 USD/day", "36.5"),
        ("GB-hour", "50 GB * 730 hours", "0.0001 USD/GB-hour", "3.65"),
        ("GB-month", "50 GB", "0.02 USD/GB-month", "1"),
        ("GB-month", "50 GB", "0.02 USD/GB", "1"),
        // Nothing that is counted without time is for a month by mistake.
        ("GB", "50 GB", "0.02", "1"),
        ("request", "50", "0.02 USD", "1"),
    ] {
        assert_eq!(cost(&[&charge(unit)], &item(used, agreed)).as_deref(), Ok(amount), "{unit}, {agreed}");
    }
    // A word that the meter does not count is no unit of it.
    for (unit, used, agreed) in
        [("seat", "5", "36 USD/annum"), ("request", "5", "1 USD/seat"), ("host-hour", "5 hours", "1 USD/seat-hour")]
    {
        assert!(
            cost(&[&charge(unit)], &item(used, agreed)).unwrap_err().contains("AgreedPriceBasis"),
            "{unit}, {agreed}"
        );
    }
    for (unit, agreed) in
        [("seat", "7 USD/seat"), ("seat", "7 USD/seats"), ("seat-month", "7 USD/seat/month"), ("unit", "7 USD/widget")]
    {
        assert_eq!(cost(&[&charge(unit)], &item("5", agreed)).as_deref(), Ok("35"), "{unit}, {agreed}");
    }
    // A flat price of another period than a month.
    let flat = |period: &str| format!("meter = \"m\"\nmodel = \"flat\"\nperiod = \"{period}\"\nprice = 360");
    let agreed = |agreed: &str| format!("    agreed_price: {{ m: {agreed}, reason: r }}\n");
    for (period, question) in [("year", "36 USD/year or 36 USD/month?"), ("3 years", "36 USD/3 years or 36 USD/month?")]
    {
        let wrong = cost(&[&flat(period)], &agreed("36 USD")).unwrap_err();
        assert!(wrong.contains("AgreedPriceBasis") && wrong.contains(question), "{period}: {wrong}");
    }
    assert_eq!(cost(&[&flat("month")], &agreed("36 USD")).as_deref(), Ok("36"));
    assert_eq!(cost(&[&flat("3 years")], &agreed("72 USD/3 years")).as_deref(), Ok("2"));
    assert_eq!(cost(&[&flat("year")], &agreed("36 USD/year")).as_deref(), Ok("3"));
}

#[test]
fn the_agreed_price_of_an_alternative_names_its_period() {
    let sheet = "version = 1\nvendor = \"v\"\ncurrency = \"USD\"\nsource = \"s\"\nretrieved_on = 2026-01-01\n\
                 trust = \"vendor\"\n[[skus.s.charges]]\nmeter = \"m\"\nunit = \"hour\"\nmodel = \"per_unit\"\nprice = 1\n\
                 usage = \"quantity * hours_per_month\"\n";
    let item = "    alternatives: [{ sku: v/s, agreed_price: { m: 36 USD, reason: r } }]\n";
    assert!(of_sku(sheet, "v/s", item).unwrap_err().contains("AgreedPriceBasis"));
}

#[test]
fn a_plain_cost_is_one_of_a_month_a_year_or_an_hour() {
    for (written, amount) in [
        ("120 USD/year", "10"),
        ("120 USD / year", "10"),
        ("10 USD/month", "10"),
        ("120/year", "10"),
        ("0.05 USD/hour", "36.5"),
        ("1.20 USD/day", "36.5"),
        ("0.05 USD/hour * 100 hours", "5"),
        ("2 USD/GB * 5 GB", "10"),
        ("(100 USD + 20 USD) / year", "10"),
        ("120 USD/year * 2", "20"),
        ("100 USD/year", "8.333333333333"),
    ] {
        let manifest = format!("{HEAD}line_items:\n  - {{ name: A, category: c, cost: {written} }}\n");
        let (_, costing) = computed(&[("stages/1-test.yaml", &manifest)], 0).unwrap();
        assert_eq!(costing.line_items[0].exact.normalize().to_string(), amount, "{written}");
    }
    // A driver wins over the word.
    let manifest =
        format!("{HEAD}drivers: {{ year: 4 }}\nline_items:\n  - {{ name: A, category: c, cost: 120 USD/year }}\n");
    let (_, costing) = computed(&[("stages/1-test.yaml", &manifest)], 0).unwrap();
    assert_eq!(costing.line_items[0].exact.normalize().to_string(), "30");
    for (written, code) in [("5 USD/GB", "UnitMismatch"), ("5 USD/week", "UnknownName"), ("5 USD/seat", "UnknownName")]
    {
        let manifest = format!("{HEAD}line_items:\n  - {{ name: A, category: c, cost: {written} }}\n");
        assert!(computed(&[("stages/1-test.yaml", &manifest)], 0).unwrap_err().contains(code), "{written}");
    }
}

#[test]
fn an_agreed_price_far_from_the_list_is_a_warning() {
    let hour =
        "meter = \"m\"\nunit = \"hour\"\nmodel = \"per_unit\"\nprice = 0.05\nusage = \"quantity * hours_per_month\"";
    let gb = "meter = \"m\"\nunit = \"GB\"\nmodel = \"per_unit\"\nprice = 20\nper = 1000\nusage = \"1 GB\"";
    let tiers = "meter = \"m\"\nunit = \"GB\"\nmodel = \"graduated\"\nusage = \"1 GB\"\n\
                 tiers = [{ up_to = 10 }, { up_to = 100, price = 0.10 }, { price = 0.02 }]";
    let flat = "meter = \"m\"\nmodel = \"flat\"\nprice = 120\nperiod = \"year\"";
    let quote = "meter = \"m\"\nmodel = \"flat\"\nprice = \"quote\"";
    for (charge, agreed, factor) in [
        // 36 / 0.05
        (hour, "36 USD/hour", Some("720 times the list price of 0.05 USD/hour")),
        (hour, "0.5 USD/hour", Some("10 times the list price")),
        (hour, "0.4999 USD/hour", None),
        (hour, "0.005 USD/hour", Some("is 10 times the agreed price of 0.005 USD/hour")),
        (hour, "0.0051 USD/hour", None),
        (hour, "12 USD/day", Some("10 times the list price")),
        // A month of 730 hours at 0.05 is 36.5.
        (hour, "36 USD/month", None),
        (hour, "365 USD/month", Some("365 USD/month, is 10 times")),
        (hour, "36 USD/year", Some("is 12.2 times the agreed price of 36 USD/year")),
        // 0.02 a GB; a euro is 1.08 dollars.
        (gb, "0.2 USD/GB", Some("10 times")),
        (gb, "0.19 EUR/GB", Some("10.3 times")),
        (gb, "0.18 EUR/GB", None),
        (gb, "2 USD/TB", Some("10 times the agreed price")),
        // Between the tiers nothing is far.
        (tiers, "0.9 USD/GB", None),
        (tiers, "1 USD/GB", Some("10 times")),
        (tiers, "0.002 USD/GB", Some("10 times")),
        (tiers, "5 USD/month", None),
        (flat, "10 USD/month", None),
        (flat, "10 USD/year", Some("12 times")),
        (flat, "120 USD/month", Some("12 times")),
        // Nothing is agreed on purpose, and what has no price is far from none.
        (flat, "0 USD/month", None),
        (quote, "1000 USD/month", None),
    ] {
        let found = far_from_list(charge, agreed);
        assert_eq!(found.len(), usize::from(factor.is_some()), "{agreed}: {found:?}");
        assert!(found.iter().all(|message| message.contains(factor.unwrap())), "{agreed}: {found:?}");
    }
}

/// The warnings about an agreed price of a line item, in words.
fn far_from_list(charge: &str, agreed: &str) -> Vec<String> {
    let sheet = format!(
        "version = 1\nvendor = \"v\"\ncurrency = \"USD\"\nsource = \"s\"\nretrieved_on = 2026-01-01\ntrust = \"vendor\"\n\
         [[skus.s.charges]]\n{charge}\n"
    );
    let item = format!("  - {{ name: A, category: c, sku: v/s, agreed_price: {{ m: {agreed}, reason: r }} }}\n");
    let manifest = format!("{HEAD}line_items:\n{item}");
    let directory = project(&[("stages/1-test.yaml", &manifest), ("pricing/v.toml", &sheet)]);
    let shown = json(directory.path(), &["stage", "1", "--customers", "1", "--as-of", "2026-11-24"]);
    let findings = shown["findings"].as_array().unwrap().iter().filter(|finding| finding["code"] == "far-from-list");
    findings
        .map(|finding| {
            assert_eq!(finding["severity"], "warning");
            finding["message"].as_str().unwrap().to_owned()
        })
        .collect()
}

#[test]
fn an_agreed_price_holds_where_no_list_price_does() {
    let ended = "effective_to = 2025-12-31";
    let yearly = format!("meter = \"plan\"\nmodel = \"flat\"\nperiod = \"year\"\nprice = 120\n{ended}");
    let traffic = "meter = \"m\"\nunit = \"GB\"\nmodel = \"per_unit\"\nincluded = 10\n";
    let (dated, on_request) = (format!("{traffic}price = 2\n{ended}"), format!("{traffic}price = \"quote\""));
    for traffic in [&dated, &on_request] {
        let item =
            format!("{}    agreed_price: {{ plan: 60 USD/year, m: 1 USD/GB, reason: r }}\n", usage(&[("m", "15 GB")]));
        // The allowance of the charge stays: 60 / 12 + (15 - 10) x 1.
        assert_eq!(cost(&[&yearly, traffic], &item).as_deref(), Ok("10"), "{traffic}");
    }
    let item = usage(&[("m", "15 GB")]);
    assert!(cost(&[&yearly, &dated], &item).unwrap_err().contains("NoPriceOnDate"));
}

#[test]
fn supabase_egress() {
    // Published: 25 + 4.50 + 16.50 for 300 GB uncached and 800 GB cached, beside compute.
    // supabase.com/docs/guides/platform/manage-your-usage/egress
    let item =
        format!("{}    other_usage: within_allowance\n", usage(&[("egress", "300 GB"), ("cached_egress", "800 GB")]));
    assert_eq!(bundled("supabase/pro", &item), "46");
    // One Small project for 730 hours at 0.0206 is 15.038, billed to the cent; the page prints the rounded price 15.
    assert_eq!(bundled("supabase/compute-small", ""), "15.04");
}

#[test]
fn supabase_disks() {
    // .../manage-your-usage/disk-size: 8 GB and 50 GB of gp3, the same of io2, for 730 hours.
    let disk = |usage_text: &str, more: &str| {
        format!("{}    other_usage: within_allowance\n{more}", usage(&[("disk", usage_text)]))
    };
    assert_eq!(bundled("supabase/disk-gp3", &disk("8 GB * hours_per_month", "")), "0");
    assert_eq!(bundled("supabase/disk-gp3", &disk("50 GB * 730 hours", "")), "5.24");
    let io2 = |usage_text: &str| usage(&[("disk", usage_text), ("iops", "0")]);
    assert_eq!(bundled("supabase/disk-io2", &io2("8 GB * 730 hours")), "1.56");
    assert_eq!(bundled("supabase/disk-io2", &io2("50 GB * 730 hours")), "9.75");
    // The plan's own disk is given in GB: 42 GB over the 8 GB that are included.
    let plan = format!("{}    other_usage: within_allowance\n", usage(&[("disk", "50 GB")]));
    assert_eq!(bundled("supabase/pro", &plan), "30.24");
    // .../manage-your-usage/disk-throughput: 200 Mbps, of which 125 are included.
    let throughput = usage(&[("disk", "8 GB * 730 hours"), ("iops", "3_000"), ("throughput", "200")]);
    assert_eq!(bundled("supabase/disk-gp3", &throughput), "7.13");
    let wrong = of_sku("", "supabase/disk-gp3", &disk("50 GB", "")).unwrap_err();
    assert!(wrong.contains("`50 GB * 730 hours`"), "{wrong}");
    // 1.25 times a disk of 8 GB: 10 x 730 x 0.000171 = 1.2483, for each of two replicas.
    let replica = format!("{}    quantity: 2\n", usage(&[("primary_disk", "8 GB")]));
    assert_eq!(bundled("supabase/replica-disk", &replica), "2.5");
}

#[test]
fn supabase_phone_mfa() {
    // .../manage-your-usage/advanced-mfa-phone: 75 for the first project, 10 for each further one, and 2.46 for the 24
    // hours of a day. The hours come to 74.97 and 10.00.
    let projects = |count: &str| usage(&[("projects", count)]);
    assert_eq!(bundled("supabase/mfa-phone", &projects("1")), "74.97");
    assert_eq!(bundled("supabase/mfa-phone", &projects("3")), "94.97");
    assert_eq!(bundled("supabase/mfa-phone", &projects("0")), "0");
    let hours = |first: &str, more: &str| usage(&[("first_project", first), ("more_projects", more)]);
    assert_eq!(bundled("supabase/mfa-phone", &hours("24 hours", "0 hours")), "2.46");
    // From January 10, 16:30, to the end of the month: 512 started hours.
    assert_eq!(bundled("supabase/mfa-phone", &hours("511.5 hours", "0 hours")), "52.58");
}

#[test]
fn clickhouse_cloud() {
    // clickhouse.com/docs/cloud/manage/billing/overview: compute of each example, to the cent.
    for (sku, replicas, memory, hours, amount) in [
        ("basic", "1", "8 GiB", "6 hours", "39.91"),
        ("basic", "1", "8 GiB", "12 hours", "79.83"),
        ("basic", "1", "8 GiB", "24 hours", "159.66"),
        ("scale", "2", "8 GiB", "24 hours", "436.95"),
        ("scale", "2", "16 GiB", "24 hours", "873.89"),
        ("scale", "3", "16 GiB", "24 hours", "1310.84"),
        ("enterprise", "2", "32 GiB", "24 hours", "2285.60"),
        ("enterprise", "2", "64 GiB", "24 hours", "4571.19"),
        ("enterprise", "2", "120 GiB", "24 hours", "8570.99"),
        // A child service of 236 GiB, which is 29.5 units: 1142.43 and 1948.05 with its parent's 873.89.
        ("scale", "1", "236 GiB", "1 hour", "268.54"),
        ("scale", "1", "236 GiB", "4 hours", "1074.16"),
    ] {
        let given = [("replicas", replicas), ("memory", memory), ("active_hours", hours)];
        let others = [("storage", "0 TB"), ("egress", "0 GB"), ("cross_region_egress", "0 GB")];
        let item = usage(&[&given[..], &others[..]].concat());
        let cost: rust_decimal::Decimal = bundled(&format!("clickhouse/{sku}"), &item).parse().unwrap();
        let amount: rust_decimal::Decimal = amount.parse().unwrap();
        assert!(
            (cost - amount).abs() <= rust_decimal::Decimal::new(5, 3),
            "{sku} {replicas} x {memory}: {cost}, not {amount}"
        );
    }
}

#[test]
fn grafana_logs_before_and_since_2026() {
    // understand-your-invoice/logs-invoice: 1,000 GB kept for 30 days cost 400 and 100 on the older page. Since then 50
    // GB are included, processing costs 0.05, and the first 30 days cost nothing: 1000 x 0.05 + 950 x 0.40.
    let item = usage(&[("processed", "1_000 GB"), ("written", "1_000 GB")]);
    let on = |day: &str, item: &str| {
        let manifest = format!("{HEAD}line_items:\n  - name: A\n    category: c\n    sku: grafana/logs\n{item}");
        let directory = project(&[("stages/1-test.yaml", &manifest)]);
        json(directory.path(), &["stage", "1", "--customers", "0", "--as-of", day])["subtotal"].to_string()
    };
    assert_eq!(on("2025-12-31", &item), "500");
    assert_eq!(on("2026-01-01", &item), "430");
    let longer = usage(&[("processed", "1_000 GB"), ("written", "1_000 GB"), ("kept_for", "60 days")]);
    assert_eq!(on("2025-12-31", &longer), "600");
    assert_eq!(on("2026-01-01", &longer), "530");
}

#[test]
fn supabase_realtime_messages() {
    // Published: 3.5 million messages over the quota are 4 packages, 10 USD, beside the plan of 25.
    // supabase.com/docs/guides/platform/manage-your-usage/realtime-messages
    let item = format!("{}    other_usage: within_allowance\n", usage(&[("realtime_messages", "8_500_000")]));
    assert_eq!(bundled("supabase/pro", &item), "35");
}

#[test]
fn cloudflare_workers() {
    // Published as "Example 4": 100 million requests of 7 ms CPU, 45.40 USD.
    // developers.cloudflare.com/workers/platform/pricing/
    let item = usage(&[("requests", "100_000_000"), ("cpu_time", "700_000_000 ms")]);
    let item = format!("{item}    other_usage: within_allowance\n");
    assert_eq!(bundled("cloudflare/workers-paid", &item), "45.4");
}

#[test]
fn backblaze_egress_is_free_up_to_three_times_the_storage() {
    let item = |egress: &str| {
        let usage = usage(&[("storage", "3 TB"), ("egress", egress)]);
        format!("{usage}    other_usage: within_allowance\n")
    };
    let storage = bundled("backblaze/b2", &item("9 TB"));
    // (3000 - 10) GB x 0.00695
    assert_eq!(storage, "20.7805");
    // 12 TB are 3 TB over: 30 USD.
    assert_eq!(bundled("backblaze/b2", &item("12 TB")), "50.7805");
}

#[test]
fn many_charges_that_do_not_terminate_have_an_exact_sum() {
    let charge = |index: u32, usage: &str| {
        format!("meter = \"m{index}\"\nunit = \"hour\"\nmodel = \"per_unit\"\nprice = 0.05\nusage = \"{usage}\"\n")
    };
    let sum = |usages: &[&str]| {
        let charges: Vec<String> = (1..).zip(usages).map(|(index, usage)| charge(index, usage)).collect();
        let charges: Vec<&str> = charges.iter().map(String::as_str).collect();
        cost(&charges, "")
    };
    // 30 x 0.05 x 1000 / 3600 = 5 / 12.
    assert_eq!(sum(&["1000 seconds"; 30]).as_deref(), Ok("0.416666666667"));
    // 0.05 x (1 + 7 + 11 + 13 + 17) / 3600.
    let different = ["1 second", "7 seconds", "11 seconds", "13 seconds", "17 seconds"];
    assert_eq!(sum(&different).as_deref(), Ok("0.000680555556"));
}

#[test]
fn nothing_stays_within_an_allowance_below_zero() {
    let charge = "meter = \"m\"\nunit = \"unit\"\nmodel = \"per_unit\"\nprice = 1\nincluded = \"10 - quantity\"";
    let item = |quantity: u32| format!("    quantity: {quantity}\n    other_usage: within_allowance\n");
    // An allowance that comes to nothing leaves no room for usage.
    for quantity in [9, 10] {
        assert_eq!(cost(&[charge], &item(quantity)).as_deref(), Ok("0"), "{quantity}");
    }
    assert!(cost(&[charge], &item(11)).unwrap_err().contains("NegativeAmount"));
}

/// The exact cost of a line item of one SKU, with keys of the SKU before its charges.
fn cost_of_sku(head: &str, charges: &[&str], item: &str) -> Result<String, String> {
    let charges: String = charges.iter().map(|charge| format!("[[skus.s.charges]]\n{charge}\n")).collect();
    of_sku(&format!("{SHEET}[skus.s]\n{head}\n{charges}"), "v/s", item)
}

const SHEET: &str =
    "version = 1\nvendor = \"v\"\ncurrency = \"USD\"\nsource = \"s\"\nretrieved_on = 2026-01-01\ntrust = \"vendor\"\n";

#[test]
fn billable_usage_has_bounds_and_a_rounding() {
    let charge = |rest: &str| format!("meter = \"m\"\nunit = \"unit\"\nmodel = \"per_unit\"\nprice = 2\n{rest}");
    for (rest, units, amount) in [
        ("minimum_usage = 1000", "10", "2000"),
        ("minimum_usage = 1000", "1000.5", "2001"),
        ("minimum_usage = 1000\nincluded = 3000", "3500", "2000"),
        ("minimum_usage = \"3 * quantity\"", "1", "6"),
        ("maximum_usage = 8", "10", "16"),
        ("maximum_usage = 8\nincluded = 4", "10", "12"),
        ("round_usage_down_to = 1", "10.999", "20"),
        ("round_usage_down_to = 4", "10", "16"),
        ("round_usage_down_to = 1\nincluded = 0.5", "10.4", "18"),
        ("billed_usage = \"max(m, 3 * quantity)\"", "1", "6"),
        ("billed_usage = \"m * 2\"\nincluded = 5", "4", "6"),
        ("round_cost_to = 3", "4", "9"),
        ("round_cost_to = { to = 3, direction = \"down\" }", "4", "6"),
        ("round_cost_to = 3\ncap = 7", "4", "6"),
        ("round_cost_to = 3\neach = true", "4", "9"),
    ] {
        assert_eq!(cost(&[&charge(rest)], &usage(&[("m", units)])).as_deref(), Ok(amount), "{rest}, {units}");
    }
    // Nothing is bought, so that no minimum is charged.
    for rest in ["minimum_usage = 1000", "minimum = 50", "commitment = { usage = 500 }"] {
        let item = format!("    quantity: 0\n{}", usage(&[("m", "0")]));
        assert_eq!(cost(&[&charge(rest)], &item).as_deref(), Ok("0"), "{rest}");
    }
}

#[test]
fn a_cap_of_672_hours() {
    // DigitalOcean: at most 672 hours of a month, at least one; docs.digitalocean.com/products/kubernetes.
    let charge = "meter = \"m\"\nunit = \"hour\"\nmodel = \"per_unit\"\neach = true\nusage = \"hours_per_month\"\n\
                  price = 0.00595\nround_usage_up_to = 1\nmaximum_usage = 672";
    assert_eq!(cost(&[charge], "").as_deref(), Ok("3.9984"));
    for (hours, amount) in [("1 minute", "0.00595"), ("671.5 hours", "3.9984"), ("8 hours * 22", "1.0472")] {
        assert_eq!(cost(&[charge], &usage(&[("m", hours)])).as_deref(), Ok(amount), "{hours}");
    }
}

#[test]
fn inputs_are_measured_and_not_priced() {
    // AWS Lambda, "Example 1": 512 MB, 3 million executions of 1 second, 18.74 USD; aws.amazon.com/lambda/pricing/.
    let head = "inputs.seconds = { unit = \"second\" }\ninputs.memory = { unit = \"GiB\", usage = \"512 MiB\" }";
    let charges = [
        "meter = \"requests\"\nunit = \"request\"\nmodel = \"per_unit\"\nincluded = 1_000_000\nprice = 0.20\nper = 1_000_000",
        "meter = \"duration\"\nunit = \"GiB-second\"\nmodel = \"per_unit\"\nincluded = 400_000\nprice = 0.00001667\n\
         usage = \"requests * seconds * memory\"",
    ];
    let item = usage(&[("requests", "3_000_000"), ("seconds", "1 second")]);
    assert_eq!(cost_of_sku(head, &charges, &item).as_deref(), Ok("18.737"));
    let item = usage(&[("requests", "3_000_000"), ("seconds", "1 second"), ("memory", "1 GiB")]);
    assert_eq!(cost_of_sku(head, &charges, &item).as_deref(), Ok("43.742"));
    // What an input is missing for is unknown, by the name of the input.
    let sheet: String = charges.iter().map(|charge| format!("[[skus.s.charges]]\n{charge}\n")).collect();
    let sheet = format!("{SHEET}[skus.s]\n{head}\n{sheet}");
    let item = usage(&[("requests", "3_000_000")]);
    let manifest = format!("{HEAD}line_items:\n  - name: A\n    category: c\n    sku: v/s\n{item}");
    let (stage, costing) = computed(&[("stages/1-test.yaml", &manifest), ("pricing/v.toml", &sheet)], 0).unwrap();
    let LinePricing::Sku(line) = &stage.line_items[0].pricing else { panic!("not a SKU") };
    let names: Vec<&str> = costing.line_items[0]
        .unknown
        .iter()
        .map(|unknown| match unknown {
            Unknown::Usage(slot) => line.sku.scope.name(*slot),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(names, ["seconds"]);
}

#[test]
fn a_minimum_storage_duration_is_billed() {
    // Deleted after 10 days of a minimum of 30: 100 GB are billed as if they had been kept for three times as long.
    let head = "inputs.kept_for = { unit = \"day\", usage = \"30 days\" }";
    let charges = [
        "meter = \"storage\"\nunit = \"GB-month\"\nmodel = \"per_unit\"\nprice = 0.01\n\
         billed_usage = \"storage * max(kept_for, 30 days) / kept_for\"",
        "meter = \"retrieval\"\nunit = \"GB\"\nmodel = \"per_unit\"\nprice = 0.02",
    ];
    for (kept, amount) in [("10 days", "3.4"), ("30 days", "1.4"), ("365 days", "1.4")] {
        let item = usage(&[("storage", "100 GB"), ("retrieval", "20 GB"), ("kept_for", kept)]);
        assert_eq!(cost_of_sku(head, &charges, &item).as_deref(), Ok(amount), "{kept}");
    }
}

#[test]
fn commitments_have_an_overage_and_a_true_up() {
    // Flexprice: 2 USD an hour, 500 hours committed, overage factor 1.5; docs.flexprice.io, reservation discount.
    let charge = |rest: &str| {
        format!(
            "meter = \"m\"\nunit = \"hour\"\nmodel = \"per_unit\"\nprice = 2\ncommitment = {{ usage = 500, {rest} }}"
        )
    };
    for (rest, hours, amount) in [
        ("overage_factor = 1.5", "700 hours", "1600"),
        ("overage_factor = 1.5", "300 hours", "1000"),
        ("overage_factor = 1.5, true_up = false", "300 hours", "600"),
        ("overage_factor = 1.5, true_up = false", "500 hours", "1000"),
        ("overage_factor = 1.5, true_up = false", "501 hours", "1003"),
        ("true_up = true", "700 hours", "1400"),
    ] {
        assert_eq!(cost(&[&charge(rest)], &usage(&[("m", hours)])).as_deref(), Ok(amount), "{rest}, {hours}");
    }
    let agreed =
        "    agreed_price: { m: { price: 1 USD/hour, commitment: { usage: 500, overage_factor: 2 } }, reason: r }\n";
    let item = format!("{}{agreed}", usage(&[("m", "700 hours")]));
    assert_eq!(cost(&["meter = \"m\"\nunit = \"hour\"\nmodel = \"per_unit\"\nprice = 2"], &item).as_deref(), Ok("900"));
}

#[test]
fn upfront_payments_are_spread_over_their_term() {
    let charge = |period: &str| format!("meter = \"m\"\nmodel = \"flat\"\nprice = 720\nperiod = \"{period}\"");
    for (period, amount) in [("month", "720"), ("year", "60"), ("3 years", "20"), ("1 year", "60"), ("36 months", "20")]
    {
        assert_eq!(cost(&[&charge(period)], "").as_deref(), Ok(amount), "{period}");
    }
}

#[test]
fn a_flat_price_has_bounds_too() {
    for (rest, amount) in [("cap = 20", "40"), ("minimum = 30", "60"), ("cap = 30\nminimum = 2", "50")] {
        let charge = format!("meter = \"m\"\nmodel = \"flat\"\nprice = 25\n{rest}");
        assert_eq!(cost(&[&charge], "    quantity: 2\n").as_deref(), Ok(amount), "{rest}");
    }
}

#[test]
fn the_month_has_the_hours_that_the_sheet_says() {
    let charge = "[[skus.s.charges]]\nmeter = \"m\"\nunit = \"hour\"\nmodel = \"per_unit\"\nusage = \"hours_per_month\"\nprice = 1\n";
    for (length, hours) in [("720", "720"), ("744", "744"), ("672", "672"), ("\"calendar\"", "720")] {
        let sheet = format!("{SHEET}hours_per_month = {length}\n[skus.s]\n{charge}");
        // November has 30 days.
        assert_eq!(of_sku(&sheet, "v/s", "").as_deref(), Ok(hours), "{length}");
    }
}

#[test]
fn a_price_is_chosen_by_the_line_item() {
    let charge = "meter = \"m\"\nmodel = \"flat\"\nprices = [
      { when = { region = \"eu\", term = \"on_demand\" }, price = 10 },
      { when = { region = \"eu\", term = \"spot\" }, price = 4 },
      { when = { region = \"us\" }, price = 11, currency = \"EUR\" },
    ]";
    for (options, amount) in [
        ("{ region: eu, term: on_demand }", "10"),
        ("{ region: eu, term: spot }", "4"),
        ("{ region: us }", "11.88"),
        ("{ region: us, term: spot }", "11.88"),
    ] {
        assert_eq!(cost(&[charge], &format!("    options: {options}\n")).as_deref(), Ok(amount), "{options}");
    }
    for (options, code) in [
        ("", "MissingOption"),
        ("    options: { term: spot }\n", "MissingOption"),
        ("    options: { region: eu }\n", "MissingOption"),
        ("    options: { region: mars }\n", "UnknownOption"),
        ("    options: { zone: eu }\n", "UnknownOption"),
    ] {
        assert!(cost(&[charge], options).unwrap_err().contains(code), "{options}");
    }
    // One that holds for any choice beside one that holds for some is ambiguous in the sheet already.
    let ambiguous =
        "meter = \"m\"\nmodel = \"flat\"\nprices = [{ price = 10 }, { when = { region = \"eu\" }, price = 9 }]";
    assert!(cost(&[ambiguous], "    options: { region: eu }\n").unwrap_err().contains("OverlappingPrices"));
}

#[test]
fn servers_ordered_before_a_rise_keep_their_price() {
    let charge = "meter = \"m\"\nmodel = \"flat\"\nprices = [
      { ordered_to = 2026-06-14, price = 10 },
      { ordered_from = 2026-06-15, price = 13 },
    ]";
    for (ordered, amount) in [("2026-06-14", "10"), ("2026-06-15", "13"), ("2020-01-01", "10")] {
        assert_eq!(cost(&[charge], &format!("    ordered_on: {ordered}\n")).as_deref(), Ok(amount), "{ordered}");
    }
    // A line item that says nothing is ordered on the day of the computation.
    assert_eq!(cost(&[charge], "").as_deref(), Ok("13"));
}

#[test]
fn percentages_are_taken_of_charges_before() {
    // Upstash: each extra region costs 50 % of the plan; two of them beside a plan of 20 are 20 more.
    let charges = [
        "meter = \"plan\"\nmodel = \"flat\"\nprice = 20",
        "meter = \"regions\"\nunit = \"unit\"\nmodel = \"percentage\"\neach = true\npercent = \"50%\"\nof = \"plan\"",
        "meter = \"tax\"\nmodel = \"percentage\"\npercent = \"10%\"\nof = \"regions\"\nminimum = 1",
    ];
    for (quantity, regions, amount) in [("1", "2", "42"), ("3", "2", "126"), ("1", "0", "21"), ("0", "2", "0")] {
        let item = format!("    quantity: {quantity}\n{}", usage(&[("regions", regions)]));
        assert_eq!(cost(&charges, &item).as_deref(), Ok(amount), "{quantity}, {regions}");
    }
}

/// The exact costs of the line items of a stage, with one sheet.
fn costs(sheet: &str, items: &str) -> Result<Vec<String>, String> {
    let manifest = format!("{HEAD}line_items:\n{items}");
    let (_, costing) =
        computed(&[("stages/1-test.yaml", &manifest), ("pricing/v.toml", &format!("{SHEET}{sheet}"))], 0)?;
    let lines = costing.line_items.iter();
    Ok(lines.map(|line| if line.is_known { line.exact.normalize().to_string() } else { "?".to_owned() }).collect())
}

const PERCENTAGES: &str = r#"
[skus.server]
[[skus.server.charges]]
meter = "server"
model = "flat"
price = 100
[skus.traffic]
[[skus.traffic.charges]]
meter = "m"
unit = "unit"
model = "per_unit"
price = 1
[skus.backup]
[[skus.backup.charges]]
meter = "backup"
model = "percentage"
percent = "20%"
of = "line_items"
[skus.support]
[[skus.support.charges]]
meter = "support"
model = "percentage"
tiers = [{ up_to = 150, percent = "10%" }, { percent = "5%" }]
of = "vendor"
minimum = 16
[skus.reserve]
[[skus.reserve.charges]]
meter = "reserve"
model = "percentage"
percent = "50%"
of = "subtotal"
"#;

#[test]
fn percentages_are_taken_of_line_items_vendors_and_the_subtotal() {
    let items = "
  - { name: Support, category: c, sku: v/support }
  - { name: Reserve, category: c, sku: v/reserve }
  - { name: Backup, category: c, sku: v/backup, of: [Server, Other] }
  - { name: Server, category: c, sku: v/server, quantity: 2 }
  - { name: Other, category: c, cost: 30, vendor: w }
";
    // Backup: 20 % of 230. Support: 10 % of 150 and 5 % of 96 of the vendor's 246. Reserve: half of 46 + 19.8 + 230.
    assert_eq!(costs(PERCENTAGES, items).unwrap(), ["19.8", "147.9", "46", "200", "30"]);
    let minimum =
        "  - { name: Support, category: c, sku: v/support }\n  - { name: Server, category: c, sku: v/server }\n";
    assert_eq!(costs(PERCENTAGES, minimum).unwrap(), ["16", "100"]);
    // A percentage of something unknown is unknown.
    let unknown =
        "  - { name: Support, category: c, sku: v/support }\n  - { name: Traffic, category: c, sku: v/traffic }\n";
    assert_eq!(costs(PERCENTAGES, unknown).unwrap(), ["?", "?"]);
}

#[test]
fn a_percentage_over_which_a_price_is_agreed_is_none() {
    let agreed = |meter: &str| format!("agreed_price: {{ {meter}: 10 USD/month, reason: r }}");
    let items = format!(
        "  - {{ name: A, category: c, sku: v/backup, of: [B], {} }}\n  - {{ name: B, category: c, sku: v/backup, of: [A] }}\n",
        agreed("backup")
    );
    assert_eq!(costs(PERCENTAGES, &items).unwrap(), ["10", "2"]);
    // It counts for the vendor like any other: 10 % of 150 and 5 % of 50 + 10.
    let items = format!(
        "  - {{ name: A, category: c, sku: v/support, {} }}\n  - {{ name: B, category: c, sku: v/support }}\n  \
         - {{ name: S, category: c, sku: v/server, quantity: 2 }}\n",
        agreed("support")
    );
    assert_eq!(costs(PERCENTAGES, &items).unwrap(), ["10", "18", "200"]);
}

#[test]
fn percentages_in_a_circle_are_errors() {
    let circle =
        "  - { name: A, category: c, sku: v/backup, of: [B] }\n  - { name: B, category: c, sku: v/backup, of: [A] }\n";
    assert!(costs(PERCENTAGES, circle).unwrap_err().contains("PercentageCycle"));
    let itself = "  - { name: A, category: c, sku: v/backup, of: [A] }\n";
    assert!(costs(PERCENTAGES, itself).unwrap_err().contains("PercentageCycle"));
    // The subtotal holds the backup, and the backup is a part of the reserve.
    let through =
        "  - { name: A, category: c, sku: v/backup, of: [B] }\n  - { name: B, category: c, sku: v/reserve }\n";
    assert!(costs(PERCENTAGES, through).unwrap_err().contains("PercentageCycle"));
    let nothing = "  - { name: A, category: c, sku: v/backup }\n";
    assert!(costs(PERCENTAGES, nothing).unwrap_err().contains("MissingKey"));
}

#[test]
fn a_percentage_of_gross_prices_is_taken_of_the_gross_cost() {
    let sheet = r#"
[skus.server]
includes_tax = "19%"
[[skus.server.charges]]
meter = "server"
model = "flat"
price = 119
[[skus.server.charges]]
meter = "backup"
model = "percentage"
percent = "20%"
of = "server"
[skus.tiers]
includes_tax = "19%"
[[skus.tiers.charges]]
meter = "t"
model = "percentage"
tiers = [{ up_to = 119, percent = "11.9%" }, { percent = "5%" }]
of = "line_items"
"#;
    let items = "  - { name: A, category: c, sku: v/server }\n  - { name: B, category: c, cost: 100, vendor: w }\n  \
                 - { name: C, category: c, sku: v/tiers, of: [B] }\n";
    // 20 % of 119 are 23.80, or 20 net; 11.9 % of the gross 119 are 14.161, or 11.90 net.
    assert_eq!(costs(sheet, items).unwrap(), ["120", "100", "11.9"]);
}

#[test]
fn nothing_that_is_bought_costs_nothing_and_usage_within_an_allowance_costs_its_minimum() {
    let items = "  - { name: S, category: c, sku: v/server }\n  - { name: B, category: c, sku: v/backup, quantity: 0, of: [S] }\n";
    assert_eq!(costs(PERCENTAGES, items).unwrap(), ["100", "0"]);
    let tiers = "meter = \"m\"\nunit = \"unit\"\nmodel = \"graduated\"\ntiers = [{ price = 1, flat = 100 }]";
    let item = |quantity: u32| format!("    quantity: {quantity}\n{}", usage(&[("m", "0")]));
    assert_eq!(cost(&[tiers], &item(0)).as_deref(), Ok("0"));
    assert_eq!(cost(&[tiers], &item(1)).as_deref(), Ok("100"));
    let least = "meter = \"m\"\nunit = \"unit\"\nmodel = \"per_unit\"\nprice = 1\nincluded = 10\nminimum_usage = 5";
    assert_eq!(cost(&[least], "    other_usage: within_allowance\n").as_deref(), Ok("5"));
}

#[test]
fn an_agreed_price_is_in_the_currency_of_the_price_that_it_replaces() {
    let charge = "meter = \"m\"\nmodel = \"flat\"\nprices = [{ when = { region = \"eu\" }, price = 100, currency = \"EUR\" }, { when = { region = \"us\" }, price = 110 }]";
    let item =
        |region: &str| format!("    options: {{ region: {region} }}\n    agreed_price: {{ m: 90, reason: r }}\n");
    assert_eq!(cost(&[charge], &item("us")).as_deref(), Ok("90"));
    assert_eq!(cost(&[charge], &item("eu")).as_deref(), Ok("97.2"));
}

#[test]
fn a_long_quotient_is_kept_to_twelve_decimals() {
    // 1234.567890123 x 0.1234567891 / 7 is no decimal: the quotient has more digits than can be scaled at once.
    let charge = "meter = \"m\"\nunit = \"unit\"\nmodel = \"per_unit\"\nprice = 0.1234567891\nper = 7";
    assert_eq!(cost(&[charge], &usage(&[("m", "1234.567890123")])).as_deref(), Ok("21.77368394865"));
}
