//! Azure, DigitalOcean, Cloudways and the terms of AWS databases: provisioned throughput, payments up front, pools and
//! caps.

use super::{Group, bill, results};

const SHEET: &str = r#"
[pools.transfer]
unit = "GB"

[skus.cosmos]
[[skus.cosmos.charges]]
meter = "throughput"
unit = "unit-hour"
model = "per_unit"
price = 0.008
per = 100
[[skus.cosmos.charges]]
meter = "storage"
unit = "GB-month"
model = "per_unit"
price = 0.25

[skus.cosmos-east]
[[skus.cosmos-east.charges]]
meter = "throughput"
unit = "unit-hour"
model = "per_unit"
price = 0.008
per = 100
round_cost_to = 0.01
[[skus.cosmos-east.charges]]
meter = "storage"
unit = "GB-month"
model = "per_unit"
price = 0.25

[skus.cosmos-japan]
[[skus.cosmos-japan.charges]]
meter = "throughput"
unit = "unit-hour"
model = "per_unit"
price = 0.009
per = 100

[skus.cosmos-free-tier]
[[skus.cosmos-free-tier.charges]]
meter = "throughput"
unit = "unit-hour"
included = "1_000 * hours_per_month"
model = "per_unit"
price = 0.008
per = 100
round_cost_to = 0.01
[[skus.cosmos-free-tier.charges]]
meter = "storage"
unit = "GB-month"
included = 25
model = "per_unit"
price = 0.25

[skus.cosmos-free-writes]
[[skus.cosmos-free-writes.charges]]
meter = "throughput"
unit = "unit-hour"
included = "1_000 * hours_per_month"
model = "per_unit"
price = 0.016
per = 100
round_cost_to = 0.01
[[skus.cosmos-free-writes.charges]]
meter = "storage"
unit = "GB-month"
included = 25
model = "per_unit"
price = 0.25

[skus.cosmos-autoscale]
[[skus.cosmos-autoscale.charges]]
meter = "throughput"
unit = "unit-hour"
model = "per_unit"
price = 0.012
per = 100

[skus.serverless]
[[skus.serverless.charges]]
meter = "units"
unit = "unit"
model = "per_unit"
price = 0.25
per = 1_000_000

[skus.reservation]
[[skus.reservation.charges]]
meter = "reservation"
model = "flat"
period = "year"
price = 70_080

[skus.archive]
[[skus.archive.charges]]
meter = "reads"
unit = "operation"
model = "per_unit"
price = 0.00055
[[skus.archive.charges]]
meter = "retrieval"
unit = "GB"
model = "per_unit"
price = 0.0220
[[skus.archive.charges]]
meter = "early_months"
unit = "GB-month"
usage = "retrieval * 3"
model = "per_unit"
price = 0.0020

[skus.droplet]
[[skus.droplet.charges]]
meter = "egress"
unit = "GB"
pool = "transfer"
included = "1_000 GB * quantity"
model = "per_unit"
price = 0.01

[skus.cloudways-48]
[[skus.cloudways-48.charges]]
meter = "server"
unit = "hour"
usage = "hours_per_month"
model = "per_unit"
price = 0.5774
cap = 388
round_cost_to = 0.01

[skus.cloudways-16]
[[skus.cloudways-16.charges]]
meter = "server"
unit = "hour"
usage = "hours_per_month"
model = "per_unit"
price = 0.253
round_cost_to = 0.01

[skus.database]
[[skus.database.charges]]
meter = "upfront"
model = "flat"
period = "year"
prices = [
  { when = { term = "on_demand" }, price = 0 },
  { when = { term = "1_year_no_upfront" }, price = 0 },
  { when = { term = "1_year_partial" }, price = 1_828 },
  { when = { term = "1_year_all" }, price = 3_582 },
]
[[skus.database.charges]]
meter = "hours"
unit = "hour"
usage = "hours_per_month * quantity"
model = "per_unit"
prices = [
  { when = { term = "on_demand" }, price = 0.684 },
  { when = { term = "1_year_no_upfront" }, price = 0.438 },
  { when = { term = "1_year_partial" }, price = 0.209 },
  { when = { term = "1_year_all" }, price = 0 },
]

[skus.database-3-years]
[[skus.database-3-years.charges]]
meter = "upfront"
model = "flat"
period = "3 years"
prices = [
  { when = { term = "partial" }, price = 3_685 },
  { when = { term = "all" }, price = 7_223 },
]
[[skus.database-3-years.charges]]
meter = "hours"
unit = "hour"
usage = "hours_per_month * quantity"
model = "per_unit"
prices = [
  { when = { term = "partial" }, price = 0.14 },
  { when = { term = "all" }, price = 0 },
]
"#;

const COSMOS: &str = "MicrosoftDocs/azure-docs articles/cosmos-db/understand-your-bill.md at 0483d14";
const TRANSFER: &str = "digitalocean.com/community/tutorials/digitalocean-bandwidth-billing-faq, 2018-04-26";
const HOURLY: &str = "support article 12157984, Understanding monthly vs hourly billing on Cloudways";
const TERMS: &str = "geekcafe.com/blog/2025/10/rds-reserved-instances-the-surprising-math-behind-aws-database-savings";

pub(super) const GROUP: Group = Group {
    sheet: SHEET,
    examples: &[
        bill(
            "Azure Cosmos DB: provisioned throughput",
            COSMOS,
            "hours, per unit",
            &["sku: v/cosmos, usage: { throughput: 1_000 * 720 hours, storage: 0 GB }"],
            &["57.6"],
            "57.6",
        ),
        bill(
            "Azure Cosmos DB: a day",
            COSMOS,
            "hours, per unit",
            &["sku: v/cosmos, usage: { throughput: 2_500 * 24 hours, storage: 0 GB }"],
            &["4.8"],
            "4.8",
        ),
        bill(
            "Azure Cosmos DB: serverless",
            COSMOS,
            "per unit",
            &["sku: v/serverless, usage: { units: 500_000 }"],
            &["0.125"],
            "0.125",
        ),
        bill(
            "Azure Cosmos DB: two levels in a month",
            COSMOS,
            "hours, per unit",
            &["sku: v/cosmos, usage: { throughput: 1_200 * 500 hours + 22_200 * 220 hours, storage: 0 GB }"],
            &["438.72"],
            "438.72",
        ),
        bill(
            "Azure Cosmos DB: two high levels in a month",
            COSMOS,
            "hours, per unit",
            &[
                "sku: v/cosmos, usage: { throughput: 120_000 * 300 hours, storage: 0 GB }",
                "sku: v/cosmos, usage: { throughput: 155_000 * 420 hours, storage: 0 GB }",
            ],
            &["2880", "5208"],
            "8088",
        ),
        bill(
            "Azure Cosmos DB: four regions",
            COSMOS,
            "hours, per unit",
            &[
                "sku: v/cosmos, usage: { throughput: 10_000 * 720 hours, storage: 250 GB }",
                "sku: v/cosmos, usage: { throughput: 3 * 10_000 * 720 hours, storage: 3 * 250 GB }",
            ],
            &["576 + 62.5", "1728 + 187.5"],
            "2554",
        ),
        bill(
            "Azure Cosmos DB: an estimate",
            COSMOS,
            "hours, per unit, lines rounded to cents",
            &["sku: v/cosmos-east, usage: { throughput: 900 * hours_per_month, storage: 100 GB }"],
            &["53.57 + 25"],
            "78.57",
        )
        .with("hours_per_month: 744\n"),
        bill(
            "Azure Cosmos DB: an hour that scales itself",
            COSMOS,
            "hours, per unit",
            &["sku: v/cosmos-autoscale, usage: { throughput: 600 * 1 hour }"],
            &["0.072"],
            "0.072",
        ),
        bill(
            "Azure Cosmos DB: a free tier off three regions",
            COSMOS,
            "allowance, hours, lines rounded to cents",
            &["sku: v/cosmos-free-tier, usage: { throughput: 3 * 1_200 * hours_per_month, storage: 3 * 10 GB }"],
            &["154.75 + 1.25"],
            "156",
        )
        .with("hours_per_month: 744\n"),
        bill(
            "Azure Cosmos DB: a free tier off three written regions",
            COSMOS,
            "allowance, hours, lines rounded to cents",
            &["sku: v/cosmos-free-writes, usage: { throughput: 3 * 1_200 * hours_per_month, storage: 3 * 10 GB }"],
            &["309.5 + 1.25"],
            "310.75",
        )
        .with("hours_per_month: 744\n"),
        bill(
            "Azure Cosmos DB: two regions as they go",
            COSMOS,
            "hours, per unit",
            &[
                "sku: v/cosmos, usage: { throughput: 50_000 * 720 hours, storage: 0 GB }",
                "sku: v/cosmos-japan, usage: { throughput: 50_000 * 720 hours }",
            ],
            &["2880", "3240"],
            "6120",
        ),
        // The reservation is worth 8.00 an hour at list prices.
        bill(
            "Azure Cosmos DB: what a reservation leaves to pay",
            COSMOS,
            "hours, credit",
            &[
                "sku: v/cosmos, usage: { throughput: 50_000 * 720 hours, storage: 0 GB }",
                "sku: v/cosmos-japan, usage: { throughput: 50_000 * 720 hours }",
            ],
            &["2880", "3240"],
            "360",
        )
        .with("credits: [{ amount: 5760 USD/month, reason: reservation }]\n"),
        // Twelve months of it.
        bill(
            "Azure Cosmos DB: a reservation for a year",
            COSMOS,
            "upfront, agreed discount",
            &["sku: v/reservation, quantity: 12"],
            &["70080"],
            "56064",
        )
        .with("discounts: [{ rate: 20%, reason: reservation }]\n"),
        bill(
            "Azure archive: early retrieval",
            "learn.microsoft.com/azure/storage/blobs/cost-estimate-archive-retrieval-set-tier",
            "retrieval, minimum duration, derived usage",
            &["sku: v/archive, usage: { reads: 400, retrieval: 4_000 GB }"],
            &["0.22 + 88 + 24"],
            "112.22",
        ),
        bill(
            "DigitalOcean: one server uses what another leaves",
            TRANSFER,
            "pool, allowance by quantity",
            &["sku: v/droplet, usage: { egress: 1_500 GB }", "sku: v/droplet, usage: { egress: 100 GB }"],
            &["0", "0"],
            "0",
        ),
        bill(
            "DigitalOcean: a thousand gigabytes over the pool",
            TRANSFER,
            "pool, allowance by quantity",
            &["sku: v/droplet, usage: { egress: 2_000 GB }", "sku: v/droplet, usage: { egress: 1_000 GB }"],
            &["0", "10"],
            "10",
        ),
        bill("Cloudways: a capped month", HOURLY, "hours, cap", &["sku: v/cloudways-48"], &["388"], "388"),
        bill(
            "Cloudways: two sizes in one month",
            HOURLY,
            "hours, lines rounded to cents",
            &["sku: v/cloudways-16, usage: { server: 200 hours }", "sku: v/cloudways-48, usage: { server: 472 hours }"],
            &["50.6", "272.53"],
            "323.13",
        ),
        // The table is that of a third party and has the cost of whole terms: a quantity of 12 or 36 is that many months.
        results(
            "AWS RDS: a database for a year, by terms",
            TERMS,
            "upfront, hours, chosen price",
            &[
                "sku: v/database, quantity: 12, options: { term: 1_year_no_upfront }",
                "sku: v/database, quantity: 12, options: { term: 1_year_partial }",
                "sku: v/database, quantity: 12, options: { term: 1_year_all }",
            ],
            &["3836.88", "1828 + 1830.84", "3582"],
        ),
        results(
            "AWS RDS: a database for three years, by terms",
            TERMS,
            "upfront, hours, chosen price",
            &[
                "sku: v/database, quantity: 36, options: { term: on_demand }",
                "sku: v/database-3-years, quantity: 36, options: { term: partial }",
                "sku: v/database-3-years, quantity: 36, options: { term: all }",
            ],
            &["17975.52", "3685 + 3679.2", "7223"],
        ),
        results(
            "AWS RDS: a year of three",
            TERMS,
            "upfront, hours, chosen price, lines rounded to cents",
            &[
                "sku: v/database, quantity: 12, options: { term: on_demand }",
                "sku: v/database-3-years, quantity: 12, options: { term: partial }",
                "sku: v/database-3-years, quantity: 12, options: { term: all }",
            ],
            &["5991.84", "2454.73", "2407.67"],
        )
        .with("rounding: { line_items: 0.01 }\n"),
    ],
};
