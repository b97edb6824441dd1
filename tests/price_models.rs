//! Price models on sheets of their own, and calculations that vendors published, with the vendors' own answers.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod project;

use project::{HEAD, computed};

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
    assert!(line.unknown_usage.is_empty(), "usage of {:?} is unknown", line.unknown_usage);
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
        ("0", "0", "0"),
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
fn an_agreed_price_holds_where_no_list_price_does() {
    let ended = "effective_to = 2025-12-31";
    let yearly = format!("meter = \"plan\"\nmodel = \"flat\"\nperiod = \"year\"\nprice = 120\n{ended}");
    let traffic = "meter = \"m\"\nunit = \"GB\"\nmodel = \"per_unit\"\nincluded = 10\n";
    let (dated, on_request) = (format!("{traffic}price = 2\n{ended}"), format!("{traffic}price = \"quote\""));
    for traffic in [&dated, &on_request] {
        let item = format!("{}    agreed_price: {{ plan: 60, m: 1 USD/GB, reason: r }}\n", usage(&[("m", "15 GB")]));
        // The agreed 60 are for the period of the charge, and its allowance stays: 60 / 12 + (15 - 10) x 1.
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
    // One Small project for 730 hours at 0.0206; the page prints the rounded price 15.
    assert_eq!(bundled("supabase/compute-small", ""), "15.038");
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
