//! Techniques that replace the SKU of a line item: serverless by the price sheet, and the next smaller machine. Bills worked
//! out by hand.

use crate::project::{costplan, in_memory, json, project, stdout};
use costplan::app::{self, Optimize, Request};
use costplan::model::PlanOrder;
use costplan::workspace::Workspace;
use serde_json::Value;

/// A worker whose jobs grow with the customers, a database that needs 7 GB, and a GPU.
const STAGE: &str = "version: 1\nstage: 1\nname: Own\ncustomers: 1..5000\nsized_for: 100\ncurrency: USD\n\
    drivers: { jobs: customers * 20_000 }\nline_items:\n\
    \x20 - { name: Worker, category: compute, cost: 100, techniques: { connection-pooling: in_use,\n\
    \x20   serverless: { inputs: { requests: jobs, seconds: 0.5 seconds, memory: 512 MiB } } } }\n\
    \x20 - { name: Database, category: database, sku: linode/database-standard-4, options: { nodes: '1' },\n\
    \x20   specification: { role: database, vcpus: 2, memory: 7 GB, disk: 50 GB },\n\
    \x20   techniques: { connection-pooling: { inputs: { connections: 400, pooled_connections: 40 } } } }\n\
    \x20 - { name: GPU, category: ml, sku: lambda/gpu-a100-80gb, usage: { gpu: 200 hours },\n\
    \x20   techniques: { quantization: { inputs: { model_size: 60 GB, quantized_size: 15 GB } } } }\n";

fn request(customers: u64, apply: &[&str]) -> Request {
    let request = Request::on("2026-11-24".parse().unwrap()).customers(customers);
    apply.iter().fold(request, |request, name| request.apply(*name))
}

/// What a line item costs at a number of customers with techniques.
fn cost(workspace: &mut Workspace, customers: u64, apply: &[&str], name: &str) -> String {
    let costed = app::stage(workspace, "1", &request(customers, apply)).unwrap();
    let place = costed.stage.line_items.iter().position(|item| *item.name == *name).unwrap();
    costed.costings[0].line_items[place].exact.normalize().to_string()
}

#[test]
fn serverless_is_billed_by_the_price_sheet_with_its_free_amounts() {
    let mut workspace = in_memory(&[("stages/1.yaml", STAGE)]).unwrap();
    let mut worker = |customers| cost(&mut workspace, customers, &["serverless"], "Worker");
    // 1,000,000 requests of 0.5 s with 0.5 GiB are 250,000 GiB-seconds: both are free.
    assert_eq!(worker(50), "0");
    // A million of two at 0.20, and 100,000 of 500,000 GiB-seconds at 0.0000166667.
    assert_eq!(worker(100), "1.86667");
    // 19 million at 0.20 are 3.80; 4,600,000 at 0.0000166667 are 76.66682.
    assert_eq!(worker(1000), "80.46682");
    // 39 million are 7.80; 9,600,000 are 160.00032: dearer than the machine.
    assert_eq!(worker(2000), "167.80032");
}

fn technique<'v>(found: &'v Value, id: &str) -> &'v Value {
    found["techniques"].as_array().unwrap().iter().find(|technique| technique["technique"] == id).unwrap()
}

#[test]
fn the_break_even_load_is_the_last_that_is_not_dearer() {
    let directory = project(&[("costplan.toml", "version = 1\n"), ("stages/1.yaml", STAGE)]);
    let found = json(directory.path(), &["optimize", "1", "--as-of", "2026-11-24"]);
    let worker = &technique(&found, "serverless")["line_items"][0];
    // (n - 1,000,000) x 0.0000002 + (n / 4 - 400,000) x 0.0000166667 is 100 at 24,473,238.8.
    assert_eq!(worker["breakeven_load"], 24_473_238);
    assert_eq!([&worker["to_sku"], &worker["load_meter"]], ["aws/lambda", "requests"]);
    assert_eq!(worker["from_sku"], Value::Null);
    let details = stdout(directory.path(), &["optimize", "1", "--details", "--as-of", "2026-11-24"]);
    let joined = details.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(joined.contains("From the plain cost to aws/lambda; dearer"), "{details}");
    assert!(joined.contains("24,473,238 requests"), "{details}");
    // At a load that is dearer, it is in no plan.
    let found = json(directory.path(), &["optimize", "1", "--customers", "2000", "--as-of", "2026-11-24"]);
    assert_eq!(technique(&found, "serverless")["line_items"][0]["saved"].to_string(), "-67.80032");
    assert!(found["plan"].as_array().unwrap().iter().all(|planned| planned["technique"] != "serverless"), "{found}");
}

#[test]
fn a_smaller_machine_of_the_same_vendor_takes_the_place() {
    let directory = project(&[("costplan.toml", "version = 1\n"), ("stages/1.yaml", STAGE)]);
    let found = json(directory.path(), &["optimize", "1", "--as-of", "2026-11-24"]);
    // 360 connections fewer of 10 MB are 3.6 GB less than 7: 4 GB are enough. 126 less 63.
    let database = &technique(&found, "connection-pooling")["line_items"][1];
    assert_eq!(
        [&database["from_sku"], &database["to_sku"]],
        ["linode/database-standard-4", "linode/database-standard-2"]
    );
    assert_eq!(database["saved"].to_string(), "63");
    // 45 GB less than 80 are 35: 40 GB are enough. 200 hours at 2.50 and at 1.99.
    let gpu = &technique(&found, "quantization")["line_items"][0];
    assert_eq!([&gpu["from_sku"], &gpu["to_sku"]], ["lambda/gpu-a100-80gb", "lambda/gpu-1x-a100"]);
    assert_eq!(gpu["saved"].to_string(), "102");
    let mut workspace = in_memory(&[("stages/1.yaml", STAGE)]).unwrap();
    assert_eq!(cost(&mut workspace, 100, &["connection-pooling", "quantization"], "Database"), "63");
    // What it needs is less, too: nothing is short.
    let applied = app::stage(&mut workspace, "1", &request(100, &["connection-pooling"])).unwrap();
    let short: Vec<_> =
        applied.costings[0].findings.iter().filter(|found| found.code().as_str() == "specification").collect();
    assert!(short.is_empty(), "{short:?}");
}

#[test]
fn where_no_machine_fits_it_says_so_and_saves_nothing() {
    // The need is not written, so all of the machine is needed: the processors and the disk of a smaller one are too few.
    let stage = STAGE.replace("specification: { role: database, vcpus: 2, memory: 7 GB, disk: 50 GB },\n", "");
    let directory = project(&[("costplan.toml", "version = 1\n"), ("stages/1.yaml", &stage)]);
    let found = json(directory.path(), &["optimize", "1", "--as-of", "2026-11-24"]);
    let database = &technique(&found, "connection-pooling")["line_items"][1];
    assert_eq!([&database["standing"], &database["saved"]], [&Value::from("not_billed"), &Value::Null]);
    assert_eq!(
        database["because"],
        "no smaller SKU of linode fits: with 4.4 GB of `memory` it needs the rest as before"
    );
    // A machine that is large enough as it is saves nothing by the technique.
    let stage = STAGE.replace("memory: 7 GB", "memory: 3 GB");
    let directory = project(&[("costplan.toml", "version = 1\n"), ("stages/1.yaml", &stage)]);
    let found = json(directory.path(), &["optimize", "1", "--as-of", "2026-11-24"]);
    assert_eq!(technique(&found, "connection-pooling")["line_items"][1]["standing"], "not_billed");
}

#[test]
fn the_replaced_sku_is_explained_and_recorded() {
    let files = [("costplan.toml", "version = 1\n"), ("stages/1.yaml", STAGE)];
    let directory = project(&files);
    let apply = ["--apply", "serverless,quantization", "--as-of", "2026-11-24", "--customers", "100"];
    let text = stdout(directory.path(), &[&["explain", "1", "Worker"], &apply[..]].concat());
    let joined = text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(joined.contains("aws/lambda instead of the plain cost"), "{text}");
    assert!(joined.contains("requests 0.20 USD + duration 1.66667 USD = 1.86667 USD"), "{text}");
    let path = directory.path().join("s.yaml");
    let snapshot = path.to_str().unwrap();
    let written = costplan(directory.path(), &[&["snapshot", "1", "-o", snapshot], &apply[..]].concat());
    assert!(written.status.success(), "{written:?}");
    let diff = json(directory.path(), &["diff", snapshot, snapshot]);
    assert_eq!(diff["stages"].as_array().unwrap().len(), 0, "{diff}");
    // 1.86667 + 126 + 398, which is computed again when the snapshot is read.
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.contains("525.86667") && text.contains("lowers: sku"), "{text}");
}

#[test]
fn what_a_file_says_of_a_replacement_is_checked() {
    let own = |rest: &str| {
        let text = format!(
            "version: 1\nname: Own\narea: a\nsummary: s\neffort: low\nrisk: low\n\
             inputs: {{ size: {{ default: 4 GB, meaning: m }}, runs: {{ default: 3, meaning: m }} }}\n\
             effects: [{{ name: memory, before: size, after: 1 GB }}]\n{rest}"
        );
        let files = [("costplan.toml", "version = 1\n"), ("stages/1.yaml", STAGE), ("techniques/own.yaml", &*text)];
        let mut workspace = in_memory(&files).unwrap();
        let wanted = Optimize { order: PlanOrder::Saving, share: None, months: None };
        let found = app::optimize(&mut workspace, "1", &request(100, &[]), wanted);
        found.err().map_or_else(String::new, |failure| failure.diagnostics[0].message.clone())
    };
    let both = "replaces_sku: { with: aws/lambda, smaller: memory }\n";
    assert_eq!(own(both), "`replaces_sku` needs either `with`, a SKU, or `smaller`, a size");
    assert_eq!(own("replaces_sku: { smaller: colour }\n"), "`colour` is no size of a machine");
    assert_eq!(own("replaces_sku: { smaller: vcpus }\n"), "`vcpus` is a plain number, and the effect is data");
    assert_eq!(own("replaces_sku: { with: aws/lambda, load: requests }\n"), "`usage` does not give `requests`");
    let lowers = "applies_to: [{ category: compute, lowers: sku }]\n";
    assert_eq!(own(lowers), "`lowers: sku` needs `replaces_sku`");
    // A SKU that there is not, and a meter that it has not, are reasons why it saves nothing.
    for (usage, because) in [
        ("with: aws/lambda, usage: { sparks: runs }", "`aws/lambda` has no meter or input `sparks`"),
        (
            "with: aws/lambda, usage: { requests: size }",
            "usage of `requests` counted in request must be a plain number, and is given as data",
        ),
        ("with: aws/lambada", "no price sheet has the SKU `aws/lambada`"),
    ] {
        let text = format!(
            "version: 1\nname: Own\narea: a\nsummary: s\neffort: low\nrisk: low\n\
             inputs: {{ size: {{ default: 4 GB, meaning: m }}, runs: {{ default: 3, meaning: m }} }}\n\
             effects: [{{ name: memory, before: size, after: 1 GB }}]\nreplaces_sku: {{ {usage} }}\n{lowers}"
        );
        let files = [("costplan.toml", "version = 1\n"), ("stages/1.yaml", STAGE), ("techniques/own.yaml", &*text)];
        let directory = project(&files);
        let found = json(directory.path(), &["optimize", "1", "--as-of", "2026-11-24"]);
        let found = &technique(&found, "own")["line_items"][0];
        assert_eq!([&found["standing"], &found["because"]], ["not_billed", because], "{usage}");
    }
}

#[test]
fn inputs_are_formulas_over_drivers_and_money_in_any_currency() {
    let stage = "version: 1\nstage: 1\nname: Own\ncustomers: 1..1000\ncurrency: EUR\n\
        drivers: { rate: 'min(0.9, customers / 1000)' }\nline_items:\n\
        \x20 - { name: Database, category: database, cost: 100, techniques: { query-optimization: { share: 100%, \
        inputs: { cost_ratio: 1 - rate } } } }\n\
        \x20 - { name: GPU, category: ml, cost: 500, techniques: { spot-gpu: { share: 100%, \
        inputs: { spot_price: 0.50 EUR/hour } } } }\n";
    let mut workspace = in_memory(&[("stages/1.yaml", stage)]).unwrap();
    // A tenth and a half of the customers' share is saved.
    assert_eq!(cost(&mut workspace, 100, &["query-optimization"], "Database"), "90");
    assert_eq!(cost(&mut workspace, 500, &["query-optimization"], "Database"), "50");
    // 0.50 EUR are 0.54 USD of 2.50.
    assert_eq!(cost(&mut workspace, 1, &["spot-gpu"], "GPU"), "108");
    let directory = project(&[("costplan.toml", "version = 1\n"), ("stages/1.yaml", stage)]);
    let arguments = ["stage", "1", "--customers", "1", "--as-of", "2026-11-24", "--apply", "spot-gpu", "--set"];
    let found = json(directory.path(), &[&arguments[..], &["spot-gpu.spot_price=1 EUR/hour"]].concat());
    // 1.08 of 2.50 of 500.
    assert_eq!(found["line_items"][1]["monthly_cost"].to_string(), "216");
    let run = json(
        directory.path(),
        &["techniques", "run", "serverless", "--set", "machine_cost=50 EUR", "--as-of", "2026-11-24"],
    );
    // 54 USD, of which a fifth is left.
    assert_eq!(run["effects"][0]["after"]["value"].to_string(), "10.8");
}

#[test]
fn fewer_requests_and_bytes_are_priced_by_the_line_item() {
    let stage = "version: 1\nstage: 1\nname: Own\ncustomers: 1..1000\ncurrency: USD\nline_items:\n\
        \x20 - { name: API, category: compute, sku: cloudflare/workers-paid, other_usage: within_allowance,\n\
        \x20   usage: { requests: 60_000_000 }, techniques: { graphql: { share: 100%, inputs: { endpoints: 5 } } } }\n";
    let mut workspace = in_memory(&[("stages/1.yaml", stage)]).unwrap();
    // 5, and 50 million beyond the 10 that are included at 0.30; a fifth of 60 million are 12, of which 2 are beyond.
    assert_eq!(cost(&mut workspace, 1, &[], "API"), "20");
    assert_eq!(cost(&mut workspace, 1, &["graphql"], "API"), "5.6");
}

#[test]
fn several_models_on_one_gpu_need_fewer_of_them() {
    let stage = "version: 1\nstage: 1\nname: Own\ncustomers: 1..1000\ncurrency: USD\nline_items:\n\
        \x20 - { name: GPUs, category: ml, sku: lambda/gpu-1x-a10, quantity: 5, usage: { gpu: 100 hours },\n\
        \x20   techniques: { quantization: { inputs: { model_size: 20 GB, quantized_size: 5 GB } } } }\n";
    // Lambda has no smaller GPU than 24 GB. 9 GB less 15 are left of each 24: five are 45 GB, which two of 24 GB have.
    let mut workspace = in_memory(&[("stages/1.yaml", stage)]).unwrap();
    // 5 and 2 times 100 hours at 1.29.
    assert_eq!(cost(&mut workspace, 1, &[], "GPUs"), "645");
    assert_eq!(cost(&mut workspace, 1, &["quantization"], "GPUs"), "258");
    let directory = project(&[("costplan.toml", "version = 1\n"), ("stages/1.yaml", stage)]);
    let details = stdout(directory.path(), &["optimize", "1", "--details", "--as-of", "2026-11-24"]);
    assert!(details.split_whitespace().collect::<Vec<_>>().join(" ").contains("From 5 to 2 of"), "{details}");
}
