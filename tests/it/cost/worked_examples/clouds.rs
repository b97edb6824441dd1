//! AWS and Google Cloud: requests, gigabytes, tiers, percentages of a bill, and allowances that renew each day.

use super::{Group, bill, results};

const SHEET: &str = r#"
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
[[skus.s3-requests.charges]]
meter = "deletes"
unit = "request"
model = "per_unit"
price = 0

[skus.retrieval]
[[skus.retrieval.charges]]
meter = "retrieval"
unit = "GB"
model = "per_unit"
price = 0.01

[skus.data-out]
[[skus.data-out.charges]]
meter = "egress"
unit = "GiB"
model = "graduated"
tiers = [{ up_to = 1 }, { up_to = 10_240, price = 0.09 }, { up_to = 51_200, price = 0.085 }, { price = 0.070 }]

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
model = "per_unit"
price = 0.01
[[skus.nearline.charges]]
meter = "early_deletion"
unit = "GB-month"
usage = "storage * max(30 days - kept_for, 0 days) / kept_for"
model = "per_unit"
price = 0.01

[skus.firestore]
[[skus.firestore.charges]]
meter = "storage"
unit = "GiB"
included = 1
model = "per_unit"
price = 0.18
[[skus.firestore.charges]]
meter = "reads"
unit = "operation"
included = "50_000 * hours_per_month / 24 hours"
model = "per_unit"
price = 0.06
per = 100_000
[[skus.firestore.charges]]
meter = "writes"
unit = "operation"
included = "20_000 * hours_per_month / 24 hours"
model = "per_unit"
price = 0.18
per = 100_000
[[skus.firestore.charges]]
meter = "deletes"
unit = "operation"
included = "20_000 * hours_per_month / 24 hours"
model = "per_unit"
price = 0.02
per = 100_000
"#;

const SUPPORT: &str = "aws.amazon.com/de/premiumsupport/pricing, an undated copy";
const DOCUMENTS: &str =
    "sku: v/firestore, usage: { storage: 100 GiB, reads: 100_000_000, writes: 50_000_000, deletes: 5_000_000 }";
const S3: &str = "aws.amazon.com/s3/faqs, text in public repositories";

pub(super) const GROUP: Group = Group {
    sheet: SHEET,
    examples: &[
        bill(
            "AWS Lambda, example 1",
            "aws.amazon.com/lambda/pricing, an old copy",
            "per unit, allowance, derived usage, lines rounded to cents",
            &["sku: v/lambda, usage: { requests: 3_000_000, seconds: 1 second, memory: 512 MiB }"],
            &["0.4 + 18.34"],
            "18.74",
        ),
        results(
            "AWS developer support",
            SUPPORT,
            "percentage of the vendor",
            &["sku: v/developer-support", "cost: 2_000, vendor: v"],
            &["60", "2000"],
        ),
        results(
            "AWS business support",
            SUPPORT,
            "percentage of the vendor",
            &["sku: v/support", "cost: 85_000, vendor: v"],
            &["1000 + 4900 + 250", "85000"],
        ),
        results(
            "AWS enterprise support",
            SUPPORT,
            "percentage of the vendor",
            &["sku: v/enterprise-support", "cost: 1_200_000, vendor: v"],
            &["15000 + 24500 + 25000 + 6000", "1200000"],
        ),
        bill(
            "AWS Glacier: retrieval by request and by gigabyte",
            "repost.aws/knowledge-center/s3-manage-data-retrieval",
            "retrieval, per unit",
            &["sku: v/glacier-retrieval, usage: { requests: 15_000_000, retrieval: 100 TiB }"],
            &["750 + 1024"],
            "1774",
        ),
        bill(
            "AWS S3 Express One Zone, example 1",
            S3,
            "per unit, derived usage, lines rounded to cents, retrieval",
            &["sku: v/express, usage: { storage: 10 GB, puts: 1_000_000, gets: 9_000_000 }"],
            &["1.1 + 1.13 + 0.27 + 0.03 + 0.05"],
            "2.58",
        ),
        bill(
            "AWS S3: byte-hours through two tiers",
            S3,
            "graduated, derived usage",
            &["sku: v/s3, usage: { storage: (100 GiB * 15 * 24 + 100 TiB * 16 * 24) / 744 }"],
            &["1177.6 + 37.4"],
            "1215",
        ),
        results(
            "AWS S3: requests",
            S3,
            "per unit, lines rounded to cents",
            &["sku: v/s3-requests, usage: { puts: 310_000, gets: 620_000, deletes: 5_000 }"],
            &["1.55 + 0.25"],
        ),
        results("AWS S3: retrieval", S3, "retrieval", &["sku: v/retrieval, usage: { retrieval: 300 GB }"], &["3"]),
        bill(
            "AWS: data out, the first gigabyte free",
            S3,
            "graduated",
            &["sku: v/data-out, usage: { egress: 31 TiB + 31 TiB }"],
            &["921.51 + 3481.6 + 860.16"],
            "5263.27",
        ),
        bill(
            "Google Cloud Storage: a simple example",
            "cloud.google.com/storage/pricing-examples",
            "per unit",
            &["sku: v/gcs, usage: { storage: 50 GB, class_a: 10_000, class_b: 50_000, egress: 1 GB }"],
            &["1 + 0.05 + 0.02 + 0.12"],
            "1.19",
        ),
        // 1,000 GB for 15 of 30 days are half of 1,000 GB for the month.
        results(
            "Google Nearline: deleted after half of its minimum",
            "code.google.com/apis/storage/docs/pricingandterms.html, archived 2015-04-23",
            "minimum duration, derived usage",
            &["sku: v/nearline, usage: { storage: 1_000 GB / 2, kept_for: 15 days }"],
            &["5 + 5"],
        ),
        bill(
            "Google Firestore: quotas that renew each day",
            "the example of Cloud Firestore's page, in ccckmit/misavo, wiki page Firebase at 7ac9490",
            "allowance a day, allowance, per unit",
            &[DOCUMENTS],
            &["17.82 + 59.1 + 88.92 + 0.88"],
            "166.72",
        )
        .with("hours_per_month: 720\n"),
    ],
};
