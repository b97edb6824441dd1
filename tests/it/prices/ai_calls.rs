//! What calls of language models cost, against another program's answers and by hand.

use std::fmt::Write as _;

use rust_decimal::Decimal;

use crate::project::{HEAD, computed, project, resolved, stdout};
use costplan::calculate::alternative_costs;
use costplan::model::{Inputs, Revenue};

/// The exact costs of line items.
fn costs(line_items: &str) -> Vec<String> {
    let manifest = format!("{HEAD}line_items:\n{line_items}");
    let (_, costing) = computed(&[("stages/1-test.yaml", &manifest)], 100).unwrap();
    let cost = |line: &costplan::calculate::LineCost| {
        assert!(line.unknown.is_empty(), "{:?} is unknown", line.unknown);
        line.exact.normalize().to_string()
    };
    costing.line_items.iter().map(cost).collect()
}

#[test]
fn two_hundred_calls_cost_what_genai_prices_says() {
    let calls: Vec<Vec<&str>> = include_str!("ai_calls.txt")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| line.split(' ').collect())
        .collect();
    assert_eq!(calls.len(), 200);
    let mut line_items = String::new();
    for (place, call) in calls.iter().enumerate() {
        let [sku, input, cached, kept, output, _] = call[..] else { panic!("{call:?}") };
        let per_call = if sku.contains("embed") || sku.starts_with("voyage/") {
            String::new()
        } else {
            format!(
                ", output_per_call: {output}, cached_share: {cached} / {input}, cache_written_share: {kept} / {input}"
            )
        };
        writeln!(line_items, "  - {{ name: Call {place}, category: ai, sku: {sku}, usage: {{ calls: 1, input_per_call: {input}{per_call} }} }}")
            .unwrap();
    }
    for (call, cost) in calls.iter().zip(costs(&line_items)) {
        let expected: Decimal = call[5].parse().unwrap();
        // A cost that is a quotient has 12 decimals.
        assert_eq!(cost, expected.round_dp(12).normalize().to_string(), "{call:?}");
    }
}

#[test]
fn a_long_call_costs_more_as_a_whole() {
    let item = |usage: &str| {
        format!("  - {{ name: A, category: ai, sku: anthropic/claude-haiku-5-5, usage: {{ {usage} }} }}\n")
    };
    for (usage, cost) in [
        // 1,000 calls: 100 M tokens x 0.10 + 1 M x 0.50 = 10.50
        ("calls: 1_000, input_per_call: 100_000, output_per_call: 1_000", "10.5"),
        // One token more: 100.001 M x 0.50 + 1 M x 2.50 = 52.5005
        ("calls: 1_000, input_per_call: 100_001, output_per_call: 1_000", "52.5005"),
        // 40% sent before: 60 M x 0.10 + 40 M x 0.01 + 0.50 = 6.90
        ("calls: 1_000, input_per_call: 100_000, output_per_call: 1_000, cached_share: 40%", "6.9"),
        // Without the size of a call the price of short calls applies: 300 M x 0.10 = 30
        ("input: 300_000_000, cached_input: 0, output: 0", "30"),
        ("input: 300_000_000, cached_input: 0, output: 0, input_per_call: 150_000", "150"),
        ("calls: 0, input_per_call: 150_000, output_per_call: 1", "0"),
    ] {
        assert_eq!(costs(&item(usage)), [cost], "{usage}");
    }
}

#[test]
fn shares_of_one_whole_are_at_most_all_of_it_together() {
    let item = |usage: &str| format!("  - {{ name: A, category: ai, sku: openai/gpt-6-luna, usage: {{ {usage} }} }}\n");
    let wrong = |usage: &str| {
        let manifest = format!("{HEAD}line_items:\n{}", item(usage));
        computed(&[("stages/1-test.yaml", &manifest)], 60).unwrap_err()
    };
    let both = "cached_share: 80%, cache_written_share: 30%";
    let calls = "calls: 1_000, input_per_call: 1_000, output_per_call: 1";
    for usage in [
        // Whatever else is given, and even if nothing is bought.
        format!("{calls}, {both}"),
        both.to_owned(),
        format!("input: 1_000, output: 1, {both}"),
        format!("calls: 0, input_per_call: 1_000, output_per_call: 1, {both}"),
    ] {
        let problems = wrong(&usage);
        for said in [
            "code: InvalidRange, message: \"`cached_share` and `cache_written_share` of `A` cannot be computed: together the",
            "they are parts of one whole, so they can be at most 100% together",
        ] {
            assert!(problems.contains(said), "{usage}: {problems}");
        }
    }
    let at = wrong(&format!("{calls}, cached_share: 41%, cache_written_share: customers / 100"));
    assert!(at.contains("`cache_written_share` of `A` at 60 customers cannot be computed: together"), "{at}");
    // Exactly all of it: 0.8 M tokens x 0.01 + 0.2 M x 0.125 + 0.001 M x 0.50 = 0.0335; thirds are no rounding above it.
    assert_eq!(costs(&item(&format!("{calls}, cached_share: 80%, cache_written_share: 20%"))), ["0.0335"]);
    costs(&item(&format!("{calls}, cached_share: 1 / 3, cache_written_share: 2 / 3")));
}

/// Of your own sheets too.
#[test]
fn parts_of_a_sheet_of_your_own_are_parts_of_one_whole() {
    let sheet = "version = 1\nvendor = \"acme\"\ncurrency = \"USD\"\nsource = \"x\"\nretrieved_on = 2026-11-01\ntrust = \"vendor\"\n\n[skus.store]\ninputs.hot = { unit = \"share\" }\ninputs.warm = { unit = \"share\" }\ninputs.cold = { unit = \"share\", usage = \"1 - hot - warm\" }\n\n[[skus.store.charges]]\nmeter = \"storage\"\nunit = \"GB\"\nmodel = \"per_unit\"\nusage = \"1000 GB * (hot + warm / 2 + cold / 10)\"\nprice = 0.10\n";
    let of = |usage: &str| {
        let manifest =
            format!("{HEAD}line_items:\n  - {{ name: A, category: c, sku: acme/store, usage: {{ {usage} }} }}\n");
        computed(&[("stages/1-test.yaml", &manifest), ("pricing/acme.toml", sheet)], 100)
    };
    // 1,000 GB, of which 500, 300 / 2 and 200 / 10 count: 670 x 0.10
    assert_eq!(of("hot: 50%, warm: 30%").unwrap().1.line_items[0].exact.normalize().to_string(), "67");
    let problems = of("hot: 50%, warm: 30%, cold: 20.1%").unwrap_err();
    assert!(problems.contains("`hot` and `warm` and `cold` of `A` cannot be computed: together"), "{problems}");
}

#[test]
fn pictures_and_embeddings_are_meters() {
    let items = "  - { name: A, category: ai, sku: gemini/gemini-2-5-flash-image, usage: { calls: 1_000, input_per_call: 100 } }\n\
                 \x20 - { name: B, category: ai, sku: openai/embedding-small, usage: { calls: 10_000, input_per_call: 500 } }\n";
    // 1,000 pictures x 0.039 + 0.1 M tokens x 0.30 = 39.03; 5 M tokens x 0.02 = 0.10
    assert_eq!(costs(items), ["39.03", "0.1"]);
}

const MODELS: &str = "\
line_items:
  - name: Assistant
    category: ai
    sku: openai/gpt-6-1-sol
    usage: &calls { calls: customers * 120, input_per_call: 3_000, cached_share: 60%, output_per_call: 400 }
    alternatives:
      - { sku: openai/gpt-6-1-sol-batch, usage: *calls }
      - { sku: openai/gpt-6-luna, usage: *calls }
      - { name: a computer of our own, cost: 900 }
";

#[test]
fn models_are_compared_by_month_customer_and_thousand_calls() {
    let manifest = format!("{HEAD}{MODELS}");
    let stage = resolved(&[("stages/1-test.yaml", &manifest)]).unwrap();
    let costs = alternative_costs(&stage, Inputs { customers: 100, revenue: Revenue::Unknown }).unwrap();
    let shown: Vec<(Option<String>, Option<String>)> = costs
        .iter()
        .map(|way| {
            let calls = way.calls.as_ref().and_then(costplan::model::Fraction::exact);
            (way.cost.map(|cost| cost.normalize().to_string()), calls.map(|calls| calls.to_string()))
        })
        .collect();
    let some = |text: &str| Some(text.to_owned());
    // 12,000 calls: 14.4 M x 2 + 21.6 M x 0.10 + 4.8 M x 10 = 78.96; half of it; 1.44 + 0.216 + 2.40 = 4.056
    let expected = [
        (some("78.96"), some("12000")),
        (some("39.48"), some("12000")),
        (some("4.056"), some("12000")),
        (some("900"), None),
    ];
    assert_eq!(shown, expected);
    let directory = project(&[("stages/1-test.yaml", &manifest)]);
    let table = stdout(directory.path(), &["compare", "1", "--customers", "100", "--as-of", "2026-11-24"]);
    // 4.056 / 12 = 0.338
    assert!(
        table.lines().any(|line| line.contains("gpt-6-luna") && line.contains("0.34") && line.contains("least")),
        "{table}"
    );
}

#[test]
fn a_share_above_all_is_named() {
    let wrong = |share: &str| {
        let item = format!(
            "  - {{ name: A, category: ai, sku: openai/gpt-5, usage: {{ calls: 10, input_per_call: 100, output_per_call: 10, {share} }} }}\n"
        );
        let manifest = format!("{HEAD}line_items:\n{item}");
        computed(&[("stages/1-test.yaml", &manifest)], 100).unwrap_err()
    };
    let above = wrong("cached_share: 150%");
    assert!(above.contains("`cached_share` of `A` cannot be computed: a share is at most 100%"), "{above}");
    let below = wrong("cached_share: customers / 100 - 2");
    assert!(below.contains("`cached_share` of `A`") && below.contains("below zero"), "{below}");
}
