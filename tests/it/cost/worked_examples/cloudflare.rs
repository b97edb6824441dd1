//! cloudflare/cloudflare-docs: usage by the million, in proportion or started.

use super::{Group, bill, results};

const SHEET: &str = r#"
[skus.workers]
inputs.time = { unit = "unit", description = "milliseconds of CPU a request" }
[[skus.workers.charges]]
meter = "plan"
model = "flat"
price = 5
[[skus.workers.charges]]
meter = "requests"
unit = "request"
included = 10_000_000
model = "per_unit"
price = 0.30
per = 1_000_000
round_cost_to = 0.01
[[skus.workers.charges]]
meter = "cpu"
unit = "unit"
usage = "requests * time"
included = 30_000_000
model = "per_unit"
price = 0.02
per = 1_000_000
round_cost_to = 0.01

[skus.r2]
[[skus.r2.charges]]
meter = "storage"
unit = "GB-month"
included = 10
round_usage_up_to = 1
model = "per_unit"
price = 0.015
[[skus.r2.charges]]
meter = "class_a"
unit = "operation"
included = 1_000_000
model = "package"
price = 4.50
per = 1_000_000
[[skus.r2.charges]]
meter = "class_b"
unit = "operation"
included = 10_000_000
model = "package"
price = 0.36
per = 1_000_000

[skus.r2-infrequent]
inputs.kept_for = { unit = "day", usage = "30 days" }
[[skus.r2-infrequent.charges]]
meter = "storage"
unit = "GB-month"
billed_usage = "storage * max(kept_for, 30 days) / kept_for"
model = "per_unit"
price = 0.01
[[skus.r2-infrequent.charges]]
meter = "class_a"
unit = "operation"
model = "package"
price = 9.00
per = 1_000_000
[[skus.r2-infrequent.charges]]
meter = "class_b"
unit = "operation"
model = "package"
price = 0.90
per = 1_000_000
[[skus.r2-infrequent.charges]]
meter = "retrieval"
unit = "GB"
model = "per_unit"
price = 0.01

[skus.durable]
inputs.active = { unit = "second" }
inputs.messages = { unit = "message", usage = "0" }
[[skus.durable.charges]]
meter = "plan"
model = "flat"
price = 5
[[skus.durable.charges]]
meter = "requests"
unit = "request"
billed_usage = "requests + messages / 20"
included = 1_000_000
model = "package"
price = 0.15
per = 1_000_000
[[skus.durable.charges]]
meter = "duration"
unit = "GB-second"
usage = "active * 128 MB"
included = 400_000
model = "package"
price = 12.50
per = 1_000_000

[skus.queues]
[[skus.queues.charges]]
meter = "operations"
unit = "operation"
included = 1_000_000
model = "package"
price = 0.40
per = 1_000_000

[skus.vectors]
[[skus.vectors.charges]]
meter = "dimensions"
unit = "unit"
model = "per_unit"
price = 0.040
per = 1_000_000
round_cost_to = { to = 0.01, direction = "up" }

[skus.logs]
[[skus.logs.charges]]
meter = "logs"
unit = "event"
included = 20_000_000
model = "per_unit"
price = 0.60
per = 1_000_000
"#;

const WORKERS: &str = "workers/platform/pricing.mdx at 07acbb6";
const R2: &str = "r2/pricing.mdx at 07ec87d";
const DURABLE: &str = "durable-objects/platform/pricing.mdx at 04a87f4";
const QUEUES: &str = "queues/platform/pricing.mdx at 0309c8b";

pub(super) const GROUP: Group = Group {
    sheet: SHEET,
    examples: &[
        bill(
            "Cloudflare Workers, example 1",
            WORKERS,
            "flat fee, per unit, allowance, derived usage",
            &["sku: v/workers, usage: { requests: 15_000_000, time: 7 }"],
            &["5 + 1.5 + 1.5"],
            "8",
        ),
        bill(
            "Cloudflare Workers, example 2",
            WORKERS,
            "flat fee, allowance, derived usage",
            &["sku: v/workers, usage: { requests: 15_000_000 - 12_000_000, time: 7 }"],
            &["5"],
            "5",
        ),
        bill(
            "Cloudflare Workers, example 3",
            WORKERS,
            "per unit, derived usage, lines rounded to cents",
            &["sku: v/workers, usage: { requests: 720, time: 180_000 }"],
            &["5 + 1.99"],
            "6.99",
        ),
        bill(
            "Cloudflare Workers, example 4",
            WORKERS,
            "flat fee, per unit, allowance, derived usage",
            &["sku: v/workers, usage: { requests: 100_000_000, time: 7 }"],
            &["5 + 27 + 13.4"],
            "45.4",
        ),
        bill(
            "Cloudflare R2: storage",
            R2,
            "per unit, package, allowance",
            &["sku: v/r2, usage: { storage: 1 TB, class_a: 1_000, class_b: 1_000_000 }"],
            &["14.85"],
            "14.85",
        ),
        bill(
            "Cloudflare R2: five days of a minimum of thirty",
            R2,
            "minimum duration, billed usage, retrieval, package",
            // 1,000 GB for 5 of 30 days are a sixth of 1,000 GB for the month.
            &[
                "sku: v/r2-infrequent, usage: { storage: 1 TB * 5 / 30, kept_for: 5 days, class_a: 1_000, class_b: 1_000_000, retrieval: 1 TB }",
            ],
            &["10 + 9 + 0.9 + 10"],
            "29.9",
        ),
        bill(
            "Cloudflare R2: a rate a day",
            R2,
            "package, allowance",
            &["sku: v/r2, usage: { storage: 10 GB, class_a: 100_000, class_b: 10_000_000 * 30 }"],
            &["104.4"],
            "104.4",
        ),
        bill(
            "Cloudflare Durable Objects, example 1",
            DURABLE,
            "package, allowance, derived usage",
            &["sku: v/durable, usage: { requests: 1_500_000, active: 1_000_000 seconds }"],
            &["5 + 0.15"],
            "5.15",
        ),
        bill(
            "Cloudflare Durable Objects, example 2",
            DURABLE,
            "package, allowance, derived usage, billed usage",
            &["sku: v/durable, usage: { requests: 150_000, messages: 72_000_000, active: 86_400_000 seconds }"],
            &["5 + 0.45 + 137.5"],
            "142.95",
        ),
        bill(
            "Cloudflare Durable Objects, example 3",
            DURABLE,
            "package, allowance, derived usage, billed usage",
            &["sku: v/durable, usage: { requests: 100, messages: 259_200_000, active: 259_200_000 seconds }"],
            &["5 + 1.8 + 412.5"],
            "419.3",
        ),
        bill(
            "Cloudflare Durable Objects, example 4",
            DURABLE,
            "package, allowance, derived usage, billed usage",
            &["sku: v/durable, usage: { requests: 10_000, messages: 432_000_000, active: 4_320_000 seconds }"],
            &["5 + 3.15 + 12.5"],
            "20.65",
        ),
        bill(
            "Cloudflare Queues: three operations a message",
            QUEUES,
            "package, allowance",
            &["sku: v/queues, usage: { operations: 1_000_000 * 30 * 3 }"],
            &["35.6"],
            "35.6",
        ),
        bill(
            "Cloudflare Queues: messages of two chunks",
            QUEUES,
            "package, allowance, derived usage",
            &["sku: v/queues, usage: { operations: 100_000_000 * 3 * ceil(127 / 64) }"],
            &["239.6"],
            "239.6",
        ),
        results(
            "Cloudflare Vectorize: lines rounded up to the cent",
            "vectorize/platform/pricing.mdx at 0058de8",
            "per unit, lines rounded up",
            &[
                "sku: v/vectors, usage: { dimensions: (5_000 + 10_000) * 384 }",
                "sku: v/vectors, usage: { dimensions: (25_000 + 50_000) * 768 }",
                "sku: v/vectors, usage: { dimensions: (50_000 + 200_000) * 768 }",
                "sku: v/vectors, usage: { dimensions: (250_000 + 500_000) * 768 }",
                "sku: v/vectors, usage: { dimensions: (500_000 + 1_000_000) * 1_536 }",
            ],
            &["0.24", "2.31", "7.68", "23.04", "92.16"],
        ),
        results(
            "Cloudflare Workers Logs: sampled",
            "workers/observability/logs/workers-logs.mdx at 015f7bf",
            "per unit, allowance",
            &[
                "sku: v/logs, usage: { logs: 15_000_000 * 2 * 100% }",
                "sku: v/logs, usage: { logs: 1_000_000_000 * 2 * 10% }",
            ],
            &["6", "108"],
        ),
    ],
};
