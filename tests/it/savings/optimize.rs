//! What techniques save on stages: results worked out by hand, the plan against every set of techniques, and the laws by
//! which techniques combine.

use crate::project::{costplan, in_memory, json, project, stdout};
use costplan::calculate;
use costplan::calculate::{Optimization, Unobserved};
use costplan::model::{
    FitStanding, Inputs, PlanOrder, Progress, Revenue, Stage, TechniqueFit, TechniqueOffer, UsedTechnique,
};
use costplan::resolve::{self, Request};
use costplan::source::Spanned;
use costplan::workspace::Workspace;
use jiff::civil::date;
use proptest::prelude::*;
use rust_decimal::Decimal;
use serde_json::Value;

const BUNDLED: [(&str, u64); 4] = [("1", 8), ("2", 60), ("3", 300), ("4", 1250)];

/// A bundled stage with the techniques that it may use, on this share if none is given.
fn offered(stage: &str, share: Option<&str>) -> (Stage, Vec<TechniqueOffer>) {
    let mut workspace = Workspace::bundled();
    let (stage, _) = workspace.stage(stage, &Request::on(date(2026, 11, 24))).unwrap();
    let techniques = workspace.all_techniques(&stage, &[]).unwrap();
    let share = share.map(|share| Spanned::given(share.parse().unwrap()));
    let offers = resolve::offers(&stage, &techniques, share);
    (stage, offers)
}

fn inputs(customers: u64) -> Inputs {
    Inputs { customers, revenue: Revenue::Unknown }
}

fn optimized(stage: &Stage, offers: &[TechniqueOffer], customers: u64, order: PlanOrder) -> Optimization {
    calculate::optimize(stage, offers, inputs(customers), order, &Progress::default()).unwrap()
}

/// The exact total of a stage with some techniques in use.
fn total<'u>(stage: &Stage, customers: u64, used: impl IntoIterator<Item = (usize, &'u UsedTechnique)>) -> Decimal {
    let stage = stage.with_techniques(used);
    calculate::stage(&stage, inputs(customers), &mut Unobserved).unwrap().totals.total_exact
}

/// Whether a set needs nothing that is missing, and has no two that conflict on a line item.
fn is_possible(stage: &Stage, offers: &[TechniqueOffer], set: &[usize]) -> bool {
    // What is needed must be for some line item, if only one that is billed for nothing of it.
    let begins = |place: usize| {
        let cannot = |fit: &TechniqueFit| {
            matches!(fit.standing, FitStanding::InUse | FitStanding::Never | FitStanding::Conflicts(_))
        };
        offers[place].fits.iter().any(|fit| !cannot(fit))
    };
    let is = |place: usize, stem: &str| *offers[place].technique.id == *stem && begins(place);
    let has = |stem: &str| stage.uses_technique(stem) || set.iter().any(|place| is(*place, stem));
    let needs_nothing = set.iter().all(|place| offers[*place].technique.requires.iter().all(|stem| has(stem)));
    let conflicts = |a: usize, b: usize| {
        let shares = offers[a].usable().any(|(on, _)| offers[b].usable().any(|(other, _)| on == other));
        let names = |a: usize, b: usize| offers[a].technique.conflicts.contains(&offers[b].technique.id);
        shares && (names(a, b) || names(b, a))
    };
    needs_nothing && !set.iter().any(|a| set.iter().any(|b| a != b && conflicts(*a, *b)))
}

#[test]
fn the_plan_is_the_best_of_all_sets() {
    for (name, customers) in BUNDLED {
        for share in [None, Some("0.05"), Some("0.3"), Some("1")] {
            let (stage, offers) = offered(name, share);
            let found = optimized(&stage, &offers, customers, PlanOrder::Saving);
            assert!(found.is_best);
            let mut least = total(&stage, customers, []);
            let mut sets = 0;
            for mask in 0_u32..1 << offers.len() {
                let set: Vec<usize> = (0..offers.len()).filter(|place| mask & (1 << place) != 0).collect();
                // What lowers nothing is in a set only if another one needs it.
                let is_idle = |place: &usize| {
                    let id = &offers[*place].technique.id;
                    offers[*place].usable().next().is_none()
                        && !set.iter().any(|other| offers[*other].technique.requires.contains(id))
                };
                if set.iter().any(is_idle) || !is_possible(&stage, &offers, &set) {
                    continue;
                }
                sets += 1;
                least = least.min(total(&stage, customers, set.iter().flat_map(|place| offers[*place].usable())));
            }
            let planned: Vec<usize> = found.plan.iter().map(|planned| planned.offer).collect();
            assert!(is_possible(&stage, &offers, &planned), "stage {name}");
            assert_eq!(found.after.totals.total_exact, least, "stage {name}, share {share:?}, {sets} sets");
            // The order decides what each adds, and nothing else.
            let by_effort = optimized(&stage, &offers, customers, PlanOrder::Effort);
            assert_eq!(by_effort.after.totals.total_exact, least);
        }
    }
}

#[test]
fn a_plan_foots() {
    for (name, customers) in BUNDLED {
        for order in [PlanOrder::Saving, PlanOrder::Effort] {
            let (stage, offers) = offered(name, Some("0.3"));
            let found = optimized(&stage, &offers, customers, order);
            let saved: Decimal = found.plan.iter().map(|planned| planned.saved).sum();
            assert_eq!(found.before.totals.total_exact - saved, found.after.totals.total_exact);
            if let Some(last) = found.plan.last() {
                assert_eq!(last.total, found.after.totals.total_exact);
            }
            // What one needs comes before it.
            for (at, planned) in found.plan.iter().enumerate() {
                for stem in &offers[planned.offer].technique.requires {
                    let before = found.plan[..at].iter().any(|other| offers[other.offer].technique.id == *stem);
                    assert!(before || stage.uses_technique(stem), "{stem} comes too late");
                }
            }
        }
    }
}

#[test]
fn what_one_saves_alone_is_worked_out_by_hand() {
    let (stage, offers) = offered("3", None);
    let found = optimized(&stage, &offers, 300, PlanOrder::Saving);
    let plan: Vec<(&str, String)> = found
        .plan
        .iter()
        .map(|planned| (&*offers[planned.offer].technique.id, planned.saved.round_dp(6).normalize().to_string()))
        .collect();
    // From 2.50 to 0.80 an hour, for the same hours: 160 is left of 500; a fifth of 20,000 GB at 0.005 is left of 100.
    assert_eq!(plan, [("spot-gpu", "340".to_owned()), ("image-optimization", "80".to_owned())]);
    assert_eq!(found.before.totals.total, Decimal::from(1800));
    // 1800 - 340 - 80.
    assert_eq!(found.after.totals.total, Decimal::from(1380));

    let (stage, offers) = offered("2", None);
    let found = optimized(&stage, &offers, 60, PlanOrder::Saving);
    // 24 of 30 with the buffer of 30 %; (172 - 24) x 1.3 = 192.40, up to the next 5.
    assert_eq!(found.plan[0].saved, Decimal::new(312, 1));
    assert_eq!(found.after.totals.total, Decimal::from(195));
}

#[test]
fn inputs_come_from_the_line_item_or_are_asked_for() {
    let found = |items: &str, more: &[&str], technique: &str| {
        let found = optimized_json(small(items, &[]).path(), more);
        let one = found["techniques"].as_array().unwrap().iter().find(|one| one["technique"] == technique).unwrap();
        let fit = one["line_items"][0].clone();
        let needs: Vec<String> =
            fit["needs_inputs"].as_array().unwrap().iter().map(|name| name.as_str().unwrap().to_owned()).collect();
        (fit["standing"].as_str().unwrap().to_owned(), needs.join(" "), fit["saved"].to_string())
    };
    let usable = |saved: &str| ("usable".to_owned(), String::new(), saved.to_owned());
    let needs = |names: &str| ("needs_input".to_owned(), names.to_owned(), "null".to_owned());
    let gpu = |more: &str| {
        format!("  - {{ name: G, category: ml, cost: 500, techniques: {{ spot-gpu: {{ share: 100%{more} }} }} }}\n")
    };
    // From 2.50 to 0.80 an hour, for as many hours.
    assert_eq!(found(&gpu(""), &[], "spot-gpu"), usable("340"));
    // Fewer hours say nothing without the hours of now; with them 0.80 x 100 / (2.50 x 200) = 16 % is left.
    assert_eq!(found(&gpu(", inputs: { spot_hours: 100 }"), &[], "spot-gpu"), needs("on_demand_hours"));
    assert_eq!(found(&gpu(", inputs: { spot_hours: 100, on_demand_hours: 200 }"), &[], "spot-gpu"), usable("420"));
    let set = ["--set", "spot-gpu.on_demand_hours=200", "--set", "spot-gpu.spot_hours=100"];
    assert_eq!(found(&gpu(""), &set, "spot-gpu"), usable("420"));
    // The spot price belongs to the price on demand: another one asks for its own.
    assert_eq!(found(&gpu(", inputs: { on_demand_price: 5 USD/hour }"), &[], "spot-gpu"), needs("spot_price"));
    // A SKU has its own price for an hour.
    let sku = "  - { name: G, category: ml, sku: lambda/gpu-1x-a10, usage: { gpu: 100 hours }, techniques: { spot-gpu: { share: 100% } } }\n";
    assert_eq!(found(sku, &[], "spot-gpu"), needs("spot_price"));
    // 100 hours at 1.29, and at half of it.
    assert_eq!(found(sku, &["--set", "spot-gpu.spot_price=0.645 USD/hour"], "spot-gpu"), usable("64.5"));
    // What runs, idles, arrives and is queried is each one's own.
    let compute = "  - { name: H, category: compute, cost: 10, quantity: 10 }\n";
    assert_eq!(found(compute, &[], "auto-scaling"), needs("average_share"));
    assert_eq!(found(compute, &["--share", "100%"], "serverless"), needs("requests seconds memory"));
    let data = "  - { name: D, category: database, cost: 100 }\n";
    assert_eq!(found(data, &[], "query-optimization"), needs("cost_ratio"));
    assert_eq!(found(data, &[], "data-retention"), needs("database_price"));
    assert_eq!(found(data, &[], "tiered-storage"), needs("months_kept hot_price"));
    let views = "queries_per_day query_cost view_query_cost refresh_cost";
    assert_eq!(found(data, &[], "materialized-views"), needs(views));
    let logs = "  - { name: L, category: monitoring, cost: 100 }\n";
    assert_eq!(found(logs, &[], "log-retention"), needs("error_logs access_logs audit_logs hot_price"));
    let ml = "  - { name: M, category: ml, cost: 100 }\n";
    assert_eq!(found(ml, &[], "batch-predictions"), needs("realtime_price batch_price"));
    assert_eq!(found(ml, &[], "model-caching"), needs("load_price cached_price"));
    let apply = costplan(small(compute, &[]).path(), &["stage", "1", "--apply", "auto-scaling"]);
    let message = String::from_utf8_lossy(&apply.stderr);
    assert_eq!(apply.status.code(), Some(2));
    assert!(message.contains("`auto-scaling` saves depends on average_share"), "{message}");
    assert!(message.contains("--set auto-scaling.average_share=..."), "{message}");
    // An input that the technique does not have, or of another unit.
    for wrong in ["hours: 5", "spot_hours: 5 USD"] {
        let output = costplan(small(&gpu(&format!(", inputs: {{ {wrong} }}")), &[]).path(), &["validate"]);
        assert_eq!(output.status.code(), Some(2), "{wrong}");
    }
}

#[test]
fn the_order_of_techniques_does_not_matter() {
    for (name, customers) in BUNDLED {
        let (stage, offers) = offered(name, Some("0.3"));
        let used: Vec<(usize, &UsedTechnique)> = offers.iter().flat_map(TechniqueOffer::usable).collect();
        let forwards = total(&stage, customers, used.iter().copied());
        let backwards = total(&stage, customers, used.iter().rev().copied());
        assert_eq!(forwards, backwards, "stage {name}");
        let by_id = {
            let mut sorted = used.clone();
            sorted.sort_by_key(|(place, used)| (std::cmp::Reverse(*place), used.technique.name.clone()));
            total(&stage, customers, sorted)
        };
        assert_eq!(forwards, by_id, "stage {name}");
    }
}

#[test]
fn nothing_falls_below_zero_and_nothing_saves_more_than_all() {
    for (name, customers) in BUNDLED {
        for share in ["0.01", "0.5", "1"] {
            let (stage, offers) = offered(name, Some(share));
            // All of them at once, whether they go together or not.
            let all = stage.with_techniques(offers.iter().flat_map(TechniqueOffer::usable));
            let costing = calculate::stage(&all, inputs(customers), &mut Unobserved).unwrap();
            let before = calculate::stage(&stage, inputs(customers), &mut Unobserved).unwrap();
            for (line, old) in costing.line_items.iter().zip(&before.line_items) {
                assert!(line.exact >= Decimal::ZERO && line.exact <= old.exact);
            }
            let found = optimized(&stage, &offers, customers, PlanOrder::Saving);
            for (offer, alone) in offers.iter().zip(&found.alone) {
                for (fit, saved) in offer.fits.iter().zip(&alone.of_line_items) {
                    let whole = before.line_items[fit.line_item].exact;
                    assert!(saved.is_none_or(|saved| saved <= whole), "{}", offer.technique.id);
                }
            }
        }
    }
}

/// Auto-scaling with the average share of the replicas that run.
const SCALING: [&str; 4] = ["--apply", "auto-scaling", "--set", "auto-scaling.average_share=35%"];

/// A sheet with an allowance, a quantity and a percentage of the whole.
const SHEET: &str = "version = 1\nvendor = \"v\"\ncurrency = \"USD\"\nsource = \"s\"\nretrieved_on = 2026-01-01\n\
    trust = \"fixture\"\n[skus.host]\n[[skus.host.charges]]\nmeter = \"server\"\nmodel = \"flat\"\nprice = 20\n\
    [[skus.host.charges]]\nmeter = \"egress\"\nunit = \"GB\"\nincluded = 250\nmodel = \"per_unit\"\nprice = 0.10\n\
    [skus.support]\n[[skus.support.charges]]\nmeter = \"support\"\nof = \"vendor\"\nmodel = \"percentage\"\npercent = \"10%\"\n";

const STAGE: &str = "version: 1\nstage: 1\nname: Test\ncustomers: 0..100\ncurrency: USD\nline_items:\n\
    \x20 - { name: Hosts, category: compute, sku: v/host, quantity: customers / 5, usage: { egress: customers * 40 GB } }\n\
    \x20 - { name: Support, category: support, sku: v/support }\n";

fn rows(arguments: &[&str]) -> Vec<(String, String)> {
    let directory = project(&[("stages/1-test.yaml", STAGE), ("pricing/v.toml", SHEET)]);
    let text = stdout(directory.path(), &[arguments, &["--format", "json"]].concat());
    let costing: Value = serde_json::from_str(&text).unwrap();
    let row = |item: &Value| (item["quantity"].to_string(), item["monthly_cost_exact"].to_string());
    costing["line_items"].as_array().unwrap().iter().map(row).collect()
}

#[test]
fn quantity_and_usage_are_lowered_before_they_are_priced() {
    let stage = ["stage", "1", "--customers", "50"];
    let with = |more: &[&str]| rows(&[&stage[..], more].concat());
    let pair = |quantity: &str, cost: &str| (quantity.to_owned(), cost.to_owned());
    // 10 hosts at 20, and 2000 - 250 GB at 0.10; 10 % of both.
    assert_eq!(with(&[]), [pair("10", "375"), pair("1", "37.5")]);
    // 30 % of 2000 are 600 GB, of which 350 cost: the allowance stays whole.
    let compressed = ["--apply", "response-compression", "--set", "response-compression.share=100%"];
    assert_eq!(with(&compressed), [pair("10", "235"), pair("1", "23.5")]);
    // 3.5 hosts on average instead of 10.
    assert_eq!(with(&SCALING), [pair("3.5", "245"), pair("1", "24.5")]);
    // At least two run, so that of two none is saved.
    let few = [&["stage", "1", "--customers", "10"][..], &SCALING].concat();
    assert_eq!(rows(&few)[0], pair("2", "55"));
    // Half of the traffic is static, and none of it leaves the origin: 1000 - 250 GB. Then 30 % of that: 300 - 250 GB.
    let cdn = ["--apply", "cdn-static-assets", "--set", "cdn-static-assets.share=50%"];
    assert_eq!(with(&cdn)[0], pair("10", "275"));
    assert_eq!(with(&[&cdn[..], &compressed[..]].concat())[0], pair("10", "205"));
}

#[test]
fn scenarios_forecasts_and_comparisons_take_techniques() {
    let scenario = "version: 1\ncustomers: 50\ntechniques: [auto-scaling]\nset: { auto-scaling.average_share: 50% }\n";
    let files = [("stages/1-test.yaml", STAGE), ("pricing/v.toml", SHEET), ("scenarios/lean.yaml", scenario)];
    let directory = project(&files);
    let json = |arguments: &[&str]| -> Value {
        let text = stdout(directory.path(), &[arguments, &["--format", "json"]].concat());
        serde_json::from_str(&text).unwrap()
    };
    // 5 hosts: 100 + 175, and 10 % of it.
    let lean = json(&["stage", "1", "--scenario", "lean"]);
    assert_eq!(lean["total"].to_string(), "302.5");
    assert_eq!(lean["techniques"][0], "auto-scaling");
    // What is typed wins over what the scenario sets: 2 hosts are 40 + 175.
    let typed = json(&["stage", "1", "--scenario", "lean", "--set", "auto-scaling.average_share=20%"]);
    assert_eq!(typed["total"].to_string(), "236.5");
    let forecast = ["forecast", "--from", "50", "--growth", "0%/month", "--months", "2"];
    let forecast = json(&[&forecast[..], &SCALING].concat());
    // 3.5 hosts: 70 + 175, and 10 % of it.
    assert_eq!(forecast["months"][1]["total"].to_string(), "269.5");
    assert_eq!(forecast["techniques"][0], "auto-scaling");
    let bundled = project(&[]);
    let compare = ["compare", "2", "3", "--customers", "100", "--apply", "spot-gpu", "--format", "json"];
    let compare: Value = serde_json::from_str(&stdout(bundled.path(), &compare)).unwrap();
    // Stage 2 trains nothing, and stays as it is.
    assert_eq!(compare["total"]["first"].to_string(), "250");
    // 1525, of which the GPU has 475, and 0.80 / 2.50 of that is left: 152.
    assert_eq!(compare["total"]["second"].to_string(), "1202");
    let sweep = [&["sweep", "1", "--customers", "49..50", "--format", "csv"][..], &SCALING].concat();
    assert!(stdout(directory.path(), &sweep).contains("269.5"));
}

#[test]
fn data_that_is_kept_is_computed_with_its_own_inputs() {
    let directory = project(&[]);
    let total = |months: &str, data: &str| {
        let (months, data) =
            (format!("tiered-storage.months_kept={months}"), format!("tiered-storage.data_per_month={data}"));
        let arguments = ["stage", "3", "--customers", "300", "--apply", "tiered-storage", "--format", "json"];
        let set = ["--set", "tiered-storage.share=50%", "--set", "tiered-storage.hot_price=0.10 USD"];
        let own = ["--set", &*months, "--set", &*data];
        let text = stdout(directory.path(), &[&arguments[..], &set, &own].concat());
        let costing: Value = serde_json::from_str(&text).unwrap();
        costing["total_exact"].to_string()
    };
    // Half of the database's 400 and of the 200 of analytics: with 24 months kept 78 % of 300 are saved, with 60 months 88.8 %.
    assert_eq!(total("24", "5 GB"), "1566");
    assert_eq!(total("60", "1 GB"), "1533.6");
    let set = "tiered-storage.share=50%,tiered-storage.hot_price=0.10 USD,tiered-storage.months_kept=5000";
    let set: Vec<&str> = set.split(',').flat_map(|set| ["--set", set]).collect();
    let arguments = [&["stage", "3", "--apply", "tiered-storage"], &set[..]].concat();
    let output = costplan(directory.path(), &arguments);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("error[invalid-range]"));
}

#[test]
fn a_technique_that_is_asked_for_is_explained() {
    let directory = project(&[("stages/1-test.yaml", STAGE), ("pricing/v.toml", SHEET)]);
    let set = "response-compression.share=50%";
    let arguments = ["explain", "1", "Hosts", "--customers", "50", "--apply", "response-compression", "--set", set];
    let text = stdout(directory.path(), &arguments);
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    // Half of the traffic, and 30 % of the other half.
    for line in
        ["with 300.00 USD / without 1,000.00 USD = 30%", "the rest 50% + of the share 15% = 65%", "2,000 GB x left 65%"]
    {
        assert!(text.contains(line), "{line} is not in\n{text}");
    }
}

#[test]
fn a_bundled_technique_that_conflicts_says_so_on_both_sides() {
    let mut workspace = Workspace::bundled();
    let (stage, _) = workspace.stage("1", &Request::on(date(2026, 11, 24))).unwrap();
    let techniques = workspace.all_techniques(&stage, &[]).unwrap();
    for one in &techniques {
        assert!(
            one.technique.snippet.is_some() && !one.technique.needs.is_empty() && !one.technique.applies_to.is_empty()
        );
        for stem in &one.technique.conflicts {
            let other = techniques.iter().find(|other| other.technique.id == *stem).unwrap();
            assert!(other.technique.conflicts.contains(&one.technique.id), "{stem}");
        }
    }
}

#[test]
fn a_technique_on_its_own_says_where_it_stands() {
    let directory = project(&[]);
    let found = costplan(directory.path(), &["optimize", "3", "--customers", "300", "--format", "csv"]);
    let text = String::from_utf8(found.stdout).unwrap();
    for line in [
        "3,300,spot-gpu,ML infrastructure,usable,cost,1,340,,USD,1,medium,medium,",
        "3,300,query-optimization,Database cluster,needs_input,,,,",
        "3,300,quantization,ML infrastructure,not_billed,,,,",
        "3,300,serverless,API servers (Kubernetes),conflicts,",
        "3,300,connection-pooling,Database cluster,in_use,",
    ] {
        assert!(text.contains(line), "{line} is not in\n{text}");
    }
}

/// A technique of random effect: what it lowers, before and after in cents, and on how much in percent.
type Random = (usize, i64, i64, i64);

/// The exact cost of the rows of a project with random techniques in use, in the order of `places`.
fn with_random(usage: i64, quantity: i64, techniques: &[Random], places: &[usize]) -> Vec<Decimal> {
    let lowers = ["lowers: quantity", "meter: egress, lowers: usage", "meter: egress", "lowers: cost"];
    let file = |(kind, before, after, share): &Random| {
        format!(
            "version: 1\nname: T\narea: a\nsummary: s\neffort: low\nrisk: low\ninputs: {{}}\n\
             effects: [{{ name: e, before: {}, after: {} }}]\napplies_to: [{{ category: compute, {}, share: {share}% }}]\n",
            Decimal::new(*before, 2),
            Decimal::new(*after, 2),
            lowers[*kind]
        )
    };
    let stage = STAGE
        .replace("quantity: customers / 5", &format!("quantity: {quantity}"))
        .replace("egress: customers * 40 GB", &format!("egress: {usage} GB"));
    let texts: Vec<(String, String)> =
        (0..).zip(techniques).map(|(index, one)| (format!("techniques/t{index}.yaml"), file(one))).collect();
    let mut files = vec![("stages/1-test.yaml", stage.as_str()), ("pricing/v.toml", SHEET)];
    files.extend(texts.iter().map(|(name, text)| (name.as_str(), text.as_str())));
    let mut workspace = in_memory(&files).unwrap();
    let apply = places.iter().map(|place| Spanned::given(format!("t{place}"))).collect();
    let request = Request { apply, ..Request::on(date(2026, 11, 24)) };
    let (stage, _) = workspace.stage("1", &request).unwrap();
    let costing = calculate::stage(&stage, inputs(10), &mut Unobserved).unwrap();
    costing.line_items.iter().map(|line| line.exact).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, ..ProptestConfig::default() })]

    /// In whatever order techniques are used they leave the same, never less than nothing, and never more than there was;
    /// and one more never costs more, but for what keeping 12 decimals rounds up.
    #[test]
    fn techniques_combine_by_their_product(
        usage in 0_i64..2000,
        quantity in 0_i64..20,
        techniques in prop::collection::vec((0_usize..4, 1_i64..500, 0_i64..500, 0_i64..=100), 1..5),
    ) {
        // None of them leaves more than there was.
        let techniques: Vec<Random> =
            techniques.into_iter().map(|(kind, before, after, share)| (kind, before, after.min(before), share)).collect();
        let forwards: Vec<usize> = (0..techniques.len()).collect();
        let backwards: Vec<usize> = forwards.iter().rev().copied().collect();
        let all = with_random(usage, quantity, &techniques, &forwards);
        prop_assert_eq!(&all, &with_random(usage, quantity, &techniques, &backwards));
        let mut before = with_random(usage, quantity, &techniques, &[]);
        for count in 1..=forwards.len() {
            let after = with_random(usage, quantity, &techniques, &forwards[..count]);
            for (less, more) in after.iter().zip(&before) {
                // What is left is kept to 12 decimals, which may round up.
                prop_assert!(*less >= Decimal::ZERO && *less <= more + Decimal::new(1, 9));
            }
            before = after;
        }
    }
}

/// A project whose line items are these, with the techniques of these files.
fn small(items: &str, techniques: &[(&str, &str)]) -> tempfile::TempDir {
    let manifest = format!("version: 1\nstage: 1\nname: Test\ncustomers: 0..100\ncurrency: USD\nline_items:\n{items}");
    let files = [("stages/1-test.yaml", manifest.as_str()), ("pricing/v.toml", SHEET)];
    project(&[&files[..], techniques].concat())
}

fn optimized_json(directory: &std::path::Path, more: &[&str]) -> Value {
    let arguments = [&["optimize", "1", "--customers", "10"], more, &["--format", "json"]].concat();
    serde_json::from_str(&stdout(directory, &arguments)).unwrap()
}

fn planned(found: &Value) -> Vec<&str> {
    found["plan"].as_array().unwrap().iter().map(|planned| planned["technique"].as_str().unwrap()).collect()
}

#[test]
fn of_nothing_nothing_is_left() {
    let directory = small("  - { name: H, category: compute, cost: 10, quantity: customers / 5 }\n", &[]);
    let stage = [&["stage", "1", "--customers", "0"][..], &SCALING].concat();
    assert!(stdout(directory.path(), &stage).contains("Total"));
    let nothing = "version: 1\nname: T\narea: a\nsummary: s\neffort: low\nrisk: low\ninputs: {}\n\
        effects: [{ name: e, before: 0, after: 0 }]\napplies_to: [{ category: compute, share: 1 }]\n";
    let directory = small("  - { name: H, category: compute, cost: 10 }\n", &[("techniques/t.yaml", nothing)]);
    let output = costplan(directory.path(), &["stage", "1", "--apply", "t"]);
    let message = String::from_utf8_lossy(&output.stderr);
    assert!(message.contains("a technique in use has nothing to reduce"), "{message}");
    // The file of the technique is what has to change, not a divisor in a formula.
    assert!(!message.contains("guard against a divisor"), "{message}");
}

#[test]
fn a_percentage_of_a_charge_is_lowered_once() {
    let sheet = SHEET.replace(
        "[skus.support]",
        "[skus.care]\n[[skus.care.charges]]\nmeter = \"server\"\nmodel = \"flat\"\nprice = 100\n\
         [[skus.care.charges]]\nmeter = \"care\"\nof = \"server\"\nmodel = \"percentage\"\npercent = \"10%\"\n[skus.support]",
    );
    let manifest = "version: 1\nstage: 1\nname: Test\ncustomers: 0..100\ncurrency: USD\nline_items:\n\
        \x20 - { name: H, category: compute, sku: v/care, quantity: 2 }\n\
        \x20 - { name: D, category: database, cost: 0, techniques: { connection-pooling: in_use } }\n";
    let directory = project(&[("stages/1-test.yaml", manifest), ("pricing/v.toml", &sheet)]);
    let set = "--apply serverless --set serverless.share=50% --set serverless.idle_share=80% --format json";
    let set: Vec<&str> = set.split(' ').collect();
    let text = stdout(directory.path(), &[&["stage", "1", "--details", "--customers", "1"], &set[..]].concat());
    let costing: Value = serde_json::from_str(&text).unwrap();
    // Half of 220 stays, and a fifth of the other half: 110 + 22.
    assert_eq!(costing["line_items"][0]["monthly_cost_exact"].to_string(), "132");
}

#[test]
fn a_plan_is_one_that_can_be_carried_out() {
    let compute = "  - { name: H, category: compute, cost: 10, quantity: 20 }\n";
    let pooled = "  - { name: D, category: database, cost: 5, techniques: { connection-pooling: in_use } }\n";
    let directory = small(&[compute, pooled].concat(), &[]);
    // A requested one conflicts as much as one of the manifest.
    let found = optimized_json(directory.path(), &[&SCALING[..], &["--share", "100%"]].concat());
    assert!(!planned(&found).contains(&"serverless"));
    // What is needed is ruled out, or for no line item.
    for database in ["  - { name: D, category: database, cost: 5, techniques: { connection-pooling: never } }\n", ""] {
        let directory = small(&[compute, database].concat(), &[]);
        let set = ["--set", "serverless.share=100%", "--set", "serverless.idle_share=80%"];
        let found = optimized_json(directory.path(), &[&set[..], &SCALING[2..]].concat());
        assert_eq!(planned(&found), ["auto-scaling"]);
        let apply = [&["stage", "1", "--apply", "serverless,connection-pooling"][..], &set].concat();
        assert_eq!(costplan(directory.path(), &apply).status.code(), Some(2));
    }
}

#[test]
fn shares_of_many_digits_are_kept() {
    let directory = project(&[]);
    let after = |share: &str| {
        let arguments = ["optimize", "3", "--customers", "300", "--as-of", "2026-11-24", "--share", share];
        let set = ["--set", "query-optimization.cost_ratio=10%"];
        json(directory.path(), &[&arguments[..], &set].concat())["after"]["total_exact"].to_string()
    };
    // 1380, less 90 % of that share of 400; what is left of it is kept to twelve decimals.
    assert_eq!(after("33.3333333%"), "1260.00000012");
    assert_eq!(after("66.666666666666%"), "1140");
}

#[test]
fn a_part_of_a_stage_costs_what_it_costs_in_the_whole() {
    let directory = project(&[("stages/1-test.yaml", STAGE), ("pricing/v.toml", SHEET)]);
    let stage = ["stage", "1", "--customers", "50", "--where", "category=support", "--format", "json"];
    let text = stdout(directory.path(), &[&stage[..], &SCALING].concat());
    let costing: Value = serde_json::from_str(&text).unwrap();
    // 10 % of 245, which the technique has lowered.
    assert_eq!(costing["total"].to_string(), "24.5");
}

#[test]
fn alternatives_have_the_techniques_of_their_line_item() {
    let item = "  - name: F\n    category: compute\n    cost: 10\n    quantity: 10\n    alternatives: [{ name: B, cost: 8 }]\n";
    let directory = small(item, &[]);
    let saved = |more: &[&str]| {
        let found = optimized_json(directory.path(), more);
        let alternative = found["opportunities"].as_array().unwrap().iter().find(|one| one["alternative"] == "B");
        alternative.unwrap()["saved"].to_string()
    };
    assert_eq!(saved(&[]), "20");
    // 3.5 of 10 at 2 less each.
    assert_eq!(saved(&SCALING), "7");
}

#[test]
fn what_the_user_sets_counts_or_is_an_error() {
    let directory = small("  - { name: H, category: compute, cost: 10, quantity: 10 }\n", &[]);
    let total = |set: &str| {
        let arguments = ["stage", "1", "--apply", "auto-scaling", "--set", set, "--format", "json"];
        let costing: Value = serde_json::from_str(&stdout(directory.path(), &arguments)).unwrap();
        costing["total"].to_string()
    };
    assert_eq!(total("auto-scaling.average_share=35%"), "35");
    // Of 4 replicas at least 2 run: half of them.
    let few = ["stage", "1", "--set", "auto-scaling.fixed_replicas=4", "--format", "json"];
    let few: Value = serde_json::from_str(&stdout(directory.path(), &[&few[..], &SCALING].concat())).unwrap();
    assert_eq!(few["total"].to_string(), "50");
    for set in ["graphql.share=30%", "spot-gpu.spot_hours=5"] {
        let output = costplan(directory.path(), &["optimize", "1", "--set", set]);
        assert!(String::from_utf8_lossy(&output.stderr).contains("error[technique-not-used]"), "{set}");
    }
    let other = "version: 1\nstage: 2\nname: Other\ncustomers: 0..100\ncurrency: USD\n\
        line_items: [{ name: A, category: x, cost: 1 / customers }]\n";
    let files = [("stages/1-test.yaml", STAGE), ("stages/2-other.yaml", other), ("pricing/v.toml", SHEET)];
    let directory = project(&files);
    let found = stdout(directory.path(), &["optimize", "1", "--details", "--customers", "0"]);
    assert!(found.contains("The other stages are not compared"));
}
