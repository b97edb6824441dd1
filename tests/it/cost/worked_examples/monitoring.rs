//! Datadog, Grafana and ClickHouse: allowances that grow with hosts, retention, replicas.

use super::{Group, bill};

const SHEET: &str = r#"
[pools.spans]
unit = "span"

[pools.containers]
unit = "unit"

[skus.apm]
[[skus.apm.charges]]
meter = "hosts"
model = "flat"
price = 31
[[skus.apm.charges]]
meter = "indexed"
unit = "span"
pool = "spans"
included = "1_000_000 * quantity"
model = "per_unit"
price = 1.70
per = 1_000_000
[[skus.apm.charges]]
meter = "ingested"
unit = "GB"
included = "150 GB * quantity"
model = "per_unit"
price = 0.10

[skus.task]
[[skus.task.charges]]
meter = "tasks"
model = "flat"
price = 2
[[skus.task.charges]]
meter = "indexed"
unit = "span"
pool = "spans"
included = "65_000 * quantity"
model = "per_unit"
price = 1.70
per = 1_000_000

[skus.profiled]
[[skus.profiled.charges]]
meter = "hosts"
model = "flat"
price = 40
[[skus.profiled.charges]]
meter = "containers"
unit = "unit"
pool = "containers"
included = "4 * quantity"
model = "per_unit"
price = 2
[[skus.profiled.charges]]
meter = "indexed"
unit = "span"
included = "1_000_000 * quantity"
model = "per_unit"
price = 1.70
per = 1_000_000

[skus.functions]
[[skus.functions.charges]]
meter = "invocations"
unit = "invocation"
model = "per_unit"
price = 5
per = 1_000_000
[[skus.functions.charges]]
meter = "indexed"
unit = "span"
included = "150_000 * invocations / 1_000_000"
model = "per_unit"
price = 1.70
per = 1_000_000

[skus.logs]
inputs.months = { unit = "unit", usage = "1" }
[[skus.logs.charges]]
meter = "ingested"
unit = "GB"
model = "per_unit"
price = 0.40
[[skus.logs.charges]]
meter = "retained"
unit = "GB-month"
usage = "ingested * months"
model = "per_unit"
price = 0.10

[skus.warehouse]
[[skus.warehouse.charges]]
meter = "compute"
unit = "hour"
usage = "hours_per_month * quantity"
model = "per_unit"
price = 0.29928
round_cost_to = 0.01
[[skus.warehouse.charges]]
meter = "storage"
unit = "TB-month"
model = "per_unit"
price = 25.30
[[skus.warehouse.charges]]
meter = "egress"
unit = "GB"
model = "per_unit"
price = 0.1152
[[skus.warehouse.charges]]
meter = "between_regions"
unit = "GB"
model = "per_unit"
price = 0.0312
round_cost_to = 0.01

[skus.hosts]
[[skus.hosts.charges]]
meter = "hosts"
model = "flat"
price = 31

[skus.tasks]
[[skus.tasks.charges]]
meter = "tasks"
model = "flat"
price = 2
"#;

const APM: &str = "docs.datadoghq.com account_management/billing/apm_tracing_profiler at 028441b";

pub(super) const GROUP: Group = Group {
    sheet: SHEET,
    examples: &[
        bill(
            "Datadog APM: allowances of five hosts",
            APM,
            "flat fee, per unit, allowance by quantity",
            &["sku: v/apm, quantity: 5, usage: { indexed: 30_000_000, ingested: 900 GB }"],
            &["155 + 42.5 + 15"],
            "212.5",
        ),
        bill(
            "Datadog APM: hosts and tasks pool their spans",
            APM,
            "pool, allowance by quantity",
            &[
                "sku: v/apm, quantity: 5, usage: { indexed: 20_000_000, ingested: 0 GB }",
                "sku: v/task, quantity: 20, usage: { indexed: 0 }",
            ],
            &["155 + 23.29", "40"],
            "218.29",
        ),
        bill(
            "Datadog: containers pool over nodes",
            APM,
            "pool, allowance by quantity",
            &[
                "sku: v/profiled, quantity: 10, usage: { containers: 10 * 8, indexed: 10_000_000 }",
                "sku: v/profiled, quantity: 10, usage: { containers: 10 * 2, indexed: 10_000_000 }",
            ],
            &["400", "400 + 40"],
            "840",
        ),
        bill(
            "Datadog: five nodes of six containers",
            APM,
            "allowance by quantity",
            &["sku: v/profiled, quantity: 5, usage: { containers: 30, indexed: 0 }"],
            &["200 + 20"],
            "220",
        ),
        bill(
            "Datadog: one node, many spans",
            APM,
            "allowance by quantity",
            &["sku: v/profiled, usage: { containers: 2, indexed: 20_000_000 }"],
            &["40 + 32.3"],
            "72.3",
        ),
        bill(
            "Datadog: hosts and tasks without spans",
            APM,
            "flat fee",
            &["sku: v/hosts, quantity: 7", "sku: v/tasks, quantity: 28"],
            &["217", "56"],
            "273",
        ),
        bill(
            "Datadog: spans that invocations bring",
            APM,
            "allowance by meter",
            &["sku: v/functions, usage: { invocations: 10_000_000, indexed: 10_000_000 }"],
            &["50 + 14.45"],
            "64.45",
        ),
        bill(
            "Grafana Cloud: logs, written and kept",
            "grafana.com, understand-your-invoice/logs-invoice, an older copy",
            "per unit, derived usage",
            &["sku: v/logs, usage: { ingested: 1_000 GB }"],
            &["400 + 100"],
            "500",
        ),
        bill(
            "ClickHouse Cloud: two replicas",
            "clickhouse-docs 03_billing/01_billing_overview.md at 0172a76; prices read back from its results",
            "hours, per unit, lines rounded to cents",
            &["sku: v/warehouse, quantity: 2, usage: { storage: 2 TB, egress: 100 GB, between_regions: 10 GB }"],
            &["436.95 + 50.6 + 11.52 + 0.31"],
            "499.38",
        ),
    ],
};
