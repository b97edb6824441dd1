//! Numbers keep every digit that was written, in YAML and in TOML, quoted or not; what cannot be kept is an error.

use crate::project::{HEAD, computed, resolved};
use costplan::parse::decimal;
use rust_decimal::Decimal;

const LITERALS: [&str; 8] = [
    "0.1",
    "0.00000000123",
    "123456789012345.123456789",
    "1e-7",
    "0.30000000000000000004",
    "0.1000",
    "1_000.50",
    "79228162514264337593543950335",
];

fn plain(literal: &str) -> Decimal {
    match literal {
        "1e-7" => Decimal::new(1, 7),
        other => Decimal::from_str_exact(&other.replace('_', "")).unwrap(),
    }
}

#[test]
fn literals_in_a_manifest_are_exact() {
    for literal in LITERALS {
        for written in [literal.to_owned(), format!("\"{literal}\""), format!("'{literal}'")] {
            let manifest = format!("{HEAD}line_items:\n  - name: A\n    category: c\n    cost: {written}\n");
            let (_, costing) = computed(&[("stages/1-test.yaml", &manifest)], 1).unwrap();
            assert_eq!(costing.totals.subtotal_exact, plain(literal), "{written}");
        }
    }
}

#[test]
fn literals_in_a_price_sheet_are_exact() {
    for literal in LITERALS.into_iter().filter(|literal| !literal.contains("79228")) {
        for written in [literal.to_owned(), format!("\"{literal}\"")] {
            let sheet = format!(
                "version = 1\nvendor = \"v\"\ncurrency = \"USD\"\nsource = \"s\"\nretrieved_on = 2026-01-01\n\
                 trust = \"vendor\"\n[skus.s]\n[[skus.s.charges]]\nmeter = \"m\"\nmodel = \"flat\"\nprice = {written}\n"
            );
            let manifest = format!("{HEAD}line_items:\n  - name: A\n    category: c\n    sku: v/s\n");
            let files = [("stages/1-test.yaml", &*manifest), ("pricing/v.toml", &*sheet)];
            let (_, costing) = computed(&files, 1).unwrap();
            assert_eq!(costing.totals.subtotal_exact, plain(literal), "{written}");
        }
    }
}

#[test]
fn thirty_digits_are_an_error_and_no_rounding() {
    let literal = "0.123456789012345678901234567890";
    let manifest = format!("{HEAD}line_items:\n  - name: A\n    category: c\n    cost: {literal}\n");
    let problems = resolved(&[("stages/1-test.yaml", &manifest)]).unwrap_err();
    assert!(problems.contains("InvalidNumber") && problems.contains("28 digits"), "{problems}");
}

#[test]
fn numbers_are_read_or_refused() {
    for (text, value) in [
        ("0", Some("0")),
        ("-1.5", Some("-1.5")),
        ("+2", Some("2")),
        ("1e3", Some("1000")),
        ("1.5e3", Some("1500")),
        ("12e-3", Some("0.012")),
        ("0e99", Some("0")),
        ("1e28", Some("10000000000000000000000000000")),
        ("1e29", None),
        ("1e-28", Some("0.0000000000000000000000000001")),
        ("1e-29", None),
        ("1e", None),
        ("e1", None),
        (".5", None),
        ("5.", None),
        ("1__0", None),
        ("_1", None),
        ("1_", None),
        ("1 0", None),
        ("0x10", None),
        ("inf", None),
        ("nan", None),
        ("", None),
        ("-", None),
        ("1.2.3", None),
        ("99999999999999999999999999999", None),
    ] {
        assert_eq!(decimal(text).ok().map(|value| value.to_string()), value.map(str::to_owned), "{text:?}");
    }
}

#[test]
fn overflow_and_lost_digits_name_the_line_item() {
    let item = |cost: &str, quantity: &str| {
        let manifest = format!(
            "{HEAD}line_items:\n  - name: Big one\n    category: c\n    cost: {cost}\n    quantity: {quantity}\n"
        );
        computed(&[("stages/1-test.yaml", &manifest)], 1).map(|(_, costing)| costing.totals.total)
    };
    let overflow = item("79228162514264337593543950335", "2").unwrap_err();
    assert!(overflow.contains("Overflow") && overflow.contains("Big one"), "{overflow}");
    let long = ["1.000000000000000000000000001"; 30].join(" * ");
    let lost = item(&long, "1").unwrap_err();
    assert!(lost.contains("LostDigits") && lost.contains("Big one"), "{lost}");
    let zero = item("1", "1 / (customers - customers)").unwrap_err();
    assert!(zero.contains("DivisionByZero") && zero.contains("Big one"), "{zero}");
    let negative = item("1", "customers - 5").unwrap_err();
    assert!(negative.contains("NegativeAmount") && negative.contains("Big one"), "{negative}");
}

#[test]
fn a_quotient_is_rounded_once_and_late() {
    let item = |cost: &str| {
        let manifest = format!("{HEAD}line_items:\n  - name: A\n    category: c\n    cost: {cost}\n");
        computed(&[("stages/1-test.yaml", &manifest)], 7).unwrap().1.totals.subtotal_exact.normalize().to_string()
    };
    assert_eq!(item("customers / 3 * 3"), "7");
    assert_eq!(item("ceil(2 / 3 * 3)"), "2");
    assert_eq!(item("1 / 3"), "0.333333333333");
    assert_eq!(item("2 / 3"), "0.666666666667");
    assert_eq!(item("10 / 3 * 0.07"), "0.233333333333");
    assert_eq!(item("round(2.675, 2)"), "2.68");
    assert_eq!(item("1 / 3 + 2 / 3"), "1");
}

#[test]
fn a_quotient_is_not_rounded_before_it_is_multiplied() {
    let manifest = format!(
        "{HEAD}line_items:\n  - name: A\n    category: c\n    cost: 3\n    quantity: customers / 3\n\
         \x20 - name: B\n    category: c\n    sku: v/s\n    quantity: 6\n"
    );
    let sheet = "version = 1\nvendor = \"v\"\ncurrency = \"USD\"\nsource = \"s\"\nretrieved_on = 2026-01-01\n\
                 trust = \"vendor\"\n[skus.s]\n[[skus.s.charges]]\nmeter = \"m\"\nmodel = \"flat\"\nperiod = \"year\"\n\
                 price = 10\n";
    let files = [("stages/1-test.yaml", &*manifest), ("pricing/v.toml", sheet)];
    let (_, costing) = computed(&files, 10).unwrap();
    let exact: Vec<String> = costing.line_items.iter().map(|line| line.exact.normalize().to_string()).collect();
    // A third of ten, three times; a twelfth of ten, six times.
    assert_eq!(exact, ["10", "5"]);
}

#[test]
fn zeros_at_the_end_of_a_number_change_no_cost() {
    let cost = |of: &str| {
        let manifest = format!("{HEAD}line_items:\n  - {{ name: A, category: c, cost: \"{of}\" }}\n");
        computed(&[("stages/1-test.yaml", &manifest)], 1).unwrap().1.totals.subtotal_exact
    };
    // 1 / 8192 is 0.0001220703125: thirteen decimals.
    let kept = Decimal::from_str_exact("0.000122070313").unwrap();
    for of in
        ["1 / 8192", "1.00000000000000 / 8192", "0.1000000000000000 / 819.2", "10.0 * 0.0500 * 0.2000 * 10.0000 / 8192"]
    {
        assert_eq!(cost(of), kept, "{of}");
    }
    // What is written with all of its digits keeps them.
    assert_eq!(cost("0.0001220703125"), Decimal::from_str_exact("0.0001220703125").unwrap());
}

#[test]
fn a_price_for_2_to_the_30_bytes_leaves_digits_for_the_rest() {
    let sheet = "version = 1\nvendor = \"v\"\ncurrency = \"USD\"\nsource = \"s\"\nretrieved_on = 2026-01-01\ntrust = \"fixture\"\n\
                 [[skus.s.charges]]\nmeter = \"m\"\nunit = \"GiB\"\nmodel = \"per_unit\"\nprice = 0.085\n";
    for usage in ["20179.05", "15726.43", "98765.43", "1001.37", "6460.31"] {
        let manifest = format!(
            "{HEAD}buffer: 12.5%\ndiscounts: [{{ rate: 7.5%, reason: r }}]\nline_items:\n\
             \x20 - {{ name: A, category: c, sku: v/s, usage: {{ m: {usage} GB }} }}\n"
        );
        let (_, costing) = computed(&[("stages/1-test.yaml", &manifest), ("pricing/v.toml", sheet)], 1).unwrap();
        // usage * 10^9 / 2^30 * 0.085, less 7.5 %, to twelve decimals, with 12.5 % on it.
        let exact = Decimal::from_str_exact(usage).unwrap() * Decimal::new(85, 3) / Decimal::new(1_073_741_824, 9);
        let half = rust_decimal::RoundingStrategy::MidpointAwayFromZero;
        let kept = (exact * Decimal::new(925, 3)).round_dp_with_strategy(12, half) * Decimal::new(1125, 3);
        assert_eq!(costing.totals.total_exact, kept, "{usage}");
    }
}
