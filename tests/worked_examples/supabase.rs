//! supabase.com/docs/guides/platform/manage-your-usage: the pages print rounded month prices for compute.

use super::{Group, bill};

const SHEET: &str = r#"
[skus.pro]
[[skus.pro.credits]]
reason = "compute credit"
amount = 10
skus = ["compute-*"]
[[skus.pro.charges]]
meter = "plan"
model = "flat"
price = 25
[[skus.pro.charges]]
meter = "egress"
unit = "GB"
included = 250
model = "per_unit"
price = 0.09
[[skus.pro.charges]]
meter = "cached_egress"
unit = "GB"
included = 250
model = "per_unit"
price = 0.03
[[skus.pro.charges]]
meter = "messages"
unit = "message"
included = 5_000_000
model = "package"
price = 2.50
per = 1_000_000
[[skus.pro.charges]]
meter = "connections"
unit = "connection"
included = 500
model = "package"
price = 10
per = 1_000
[[skus.pro.charges]]
meter = "images"
unit = "image"
included = 100
model = "package"
price = 5
per = 1_000
[[skus.pro.charges]]
meter = "users"
unit = "user"
included = 100_000
model = "per_unit"
price = 0.00325
[[skus.pro.charges]]
meter = "storage"
unit = "GB-month"
included = 100
model = "per_unit"
price = 0.021
round_cost_to = 0.01
[[skus.pro.charges]]
meter = "mfa"
unit = "project"
model = "graduated"
tiers = [{ up_to = 1, price = 75 }, { price = 10 }]

[skus.compute-micro]
[[skus.compute-micro.charges]]
meter = "compute"
unit = "hour"
each = true
round_usage_up_to = 1
model = "per_unit"
price = 0.01344
round_cost_to = 0.01

[skus.compute-small]
[[skus.compute-small.charges]]
meter = "compute"
model = "flat"
price = 15

[skus.compute-small-by-the-hour]
[[skus.compute-small-by-the-hour.charges]]
meter = "compute"
unit = "hour"
usage = "hours_per_month"
model = "per_unit"
price = 0.0206
round_cost_to = 0.01

[skus.compute-large]
[[skus.compute-large.charges]]
meter = "compute"
model = "flat"
price = 110

[skus.compute-large-in-dollars]
[[skus.compute-large-in-dollars.charges]]
meter = "compute"
unit = "hour"
usage = "hours_per_month"
model = "per_unit"
price = 0.1517
round_cost_to = 1

[skus.replica]
[[skus.replica.charges]]
meter = "compute"
model = "flat"
price = 110
[[skus.replica.charges]]
meter = "disk"
unit = "GB-month"
model = "per_unit"
price = 0.125
[[skus.replica.charges]]
meter = "iops"
unit = "iops"
included = 3_000
model = "per_unit"
price = 0.024
[[skus.replica.charges]]
meter = "throughput"
unit = "unit"
included = 125
model = "per_unit"
price = 0.095
round_cost_to = 0.01
[[skus.replica.charges]]
meter = "ipv4"
model = "flat"
price = 4

[skus.primary-extras]
[[skus.primary-extras.charges]]
meter = "iops"
unit = "iops"
included = 3_000
model = "per_unit"
price = 0.024
[[skus.primary-extras.charges]]
meter = "throughput"
unit = "unit"
included = 125
model = "per_unit"
price = 0.095
round_cost_to = 0.01
[[skus.primary-extras.charges]]
meter = "ipv4"
unit = "database"
model = "per_unit"
price = 4

[skus.disk-gp3]
[[skus.disk-gp3.charges]]
meter = "disk"
unit = "GB-hour"
included = "8 GB * hours_per_month * quantity"
model = "per_unit"
price = 0.000171
round_cost_to = 0.01

[skus.disk-io2]
[[skus.disk-io2.charges]]
meter = "disk"
unit = "GB-hour"
model = "per_unit"
price = 0.000267
round_cost_to = 0.01

[skus.iops-by-the-hour]
[[skus.iops-by-the-hour.charges]]
meter = "iops"
unit = "iops-hour"
included = "3_000 * hours_per_month"
model = "per_unit"
price = 0.00003288
round_cost_to = 0.01

[skus.iops-io2]
[[skus.iops-io2.charges]]
meter = "iops"
unit = "iops"
model = "per_unit"
price = 0.119

[skus.mfa-by-the-hour]
[[skus.mfa-by-the-hour.charges]]
meter = "hours"
unit = "hour"
round_usage_up_to = 1
model = "per_unit"
price = 0.1027
round_cost_to = 0.01

[skus.pipeline]
[[skus.pipeline.charges]]
meter = "hours"
unit = "hour"
usage = "hours_per_month"
model = "per_unit"
price = 0.053
round_cost_to = 0.01
[[skus.pipeline.charges]]
meter = "backfill"
unit = "GB"
model = "per_unit"
price = 0.60
[[skus.pipeline.charges]]
meter = "replicated"
unit = "GB"
model = "per_unit"
price = 3.00

[skus.team]
[[skus.team.credits]]
reason = "compute credit"
amount = 10
skus = ["compute-*"]
[[skus.team.charges]]
meter = "plan"
model = "flat"
price = 599

[skus.drain]
[[skus.drain.charges]]
meter = "drain"
model = "flat"
price = 60
[[skus.drain.charges]]
meter = "events"
unit = "event"
model = "package"
price = 0.20
per = 1_000_000
[[skus.drain.charges]]
meter = "egress"
unit = "GB"
model = "per_unit"
price = 0.09
"#;

pub(super) const GROUP: Group = Group {
    sheet: SHEET,
    examples: &[
        bill(
            "Supabase: two egress quotas",
            "manage-your-usage/egress at 015ca3f",
            &[
                "sku: v/pro, other_usage: within_allowance, usage: { egress: 300 GB, cached_egress: 800 GB, mfa: 0 }",
                "sku: v/compute-small",
            ],
            &["46", "15"],
            "51",
        ),
        bill(
            "Supabase: packages of messages",
            "manage-your-usage/realtime-messages at 04410d8",
            &[
                "sku: v/pro, other_usage: within_allowance, usage: { messages: 8_500_000, mfa: 0 }",
                "sku: v/compute-micro, usage: { compute: 744 hours }",
            ],
            &["35", "10"],
            "35",
        ),
        bill(
            "Supabase: projects that live for some hours",
            "manage-your-usage/compute at 05f9540",
            &[
                "sku: v/pro, other_usage: within_allowance, usage: { mfa: 0 }",
                "sku: v/compute-micro, usage: { compute: 744 hours }",
                "sku: v/compute-micro, usage: { compute: 20 hours }",
                "sku: v/compute-micro, usage: { compute: 70 hours }",
            ],
            &["25", "10", "0.27", "0.94"],
            "26.21",
        ),
        bill(
            "Supabase: disks with 8 GB in each project",
            "manage-your-usage/disk-size at 124cddf",
            &[
                "sku: v/pro, other_usage: within_allowance, usage: { mfa: 0 }",
                "sku: v/compute-small, quantity: 3",
                "sku: v/disk-gp3, usage: { disk: 8 GB * hours_per_month }",
                "sku: v/disk-gp3, usage: { disk: 50 GB * hours_per_month }",
            ],
            &["25", "45", "0", "5.24"],
            "65.24",
        ),
        bill(
            "Supabase: io2 disks, each line rounded",
            "manage-your-usage/disk-size at 124cddf",
            &[
                "sku: v/pro, other_usage: within_allowance, usage: { mfa: 0 }",
                "sku: v/compute-small, quantity: 3",
                "sku: v/disk-io2, usage: { disk: 8 GB * hours_per_month }",
                "sku: v/disk-io2, usage: { disk: 8 GB * hours_per_month }",
                "sku: v/disk-io2, usage: { disk: 50 GB * hours_per_month }",
            ],
            &["25", "45", "1.56", "1.56", "9.75"],
            "72.87",
        ),
        bill(
            "Supabase: IOPS over a baseline, compute in whole dollars",
            "manage-your-usage/disk-iops at 0a7098d",
            &[
                "sku: v/pro, other_usage: within_allowance, usage: { mfa: 0 }",
                "sku: v/compute-small",
                "sku: v/compute-large-in-dollars",
                "sku: v/iops-by-the-hour, usage: { iops: 3_600 * hours_per_month }",
            ],
            &["25", "15", "111", "14.4"],
            "155.4",
        ),
        bill(
            "Supabase: IOPS of io2 by the month",
            "manage-your-usage/disk-iops at 0a7098d",
            &[
                "sku: v/pro, other_usage: within_allowance, usage: { mfa: 0 }",
                "sku: v/compute-large-in-dollars",
                "sku: v/iops-io2, usage: { iops: 8_000 }",
            ],
            &["25", "111", "952"],
            "1078",
        ),
        bill(
            "Supabase: throughput, half a cent rounds up",
            "manage-your-usage/disk-throughput at 0c36997",
            &[
                "sku: v/pro, other_usage: within_allowance, usage: { mfa: 0 }",
                "sku: v/compute-large",
                "sku: v/primary-extras, usage: { iops: 0, throughput: 200, ipv4: 0 }",
            ],
            &["25", "110", "7.13"],
            "132.13",
        ),
        bill(
            "Supabase: two read replicas with everything",
            "manage-your-usage/read-replicas at 06a73ac",
            &[
                "sku: v/pro, other_usage: within_allowance, usage: { mfa: 0 }",
                "sku: v/compute-large",
                "sku: v/primary-extras, usage: { iops: 3_600, throughput: 200, ipv4: 1 }",
                "sku: v/replica, usage: { disk: 8 GB * 1.25, iops: 3_600, throughput: 200 }",
                "sku: v/replica, usage: { disk: 8 GB * 1.25, iops: 3_600, throughput: 200 }",
            ],
            &["25", "110", "25.53", "136.78", "136.78"],
            "424.09",
        ),
        bill(
            "Supabase: the first project costs more",
            "manage-your-usage/advanced-mfa-phone at 0a7098d",
            &["sku: v/pro, other_usage: within_allowance, usage: { mfa: 3 }", "sku: v/compute-small, quantity: 3"],
            &["120", "45"],
            "155",
        ),
        bill(
            "Supabase: an add-on for 24 hours",
            "manage-your-usage/advanced-mfa-phone at 0a7098d",
            &[
                "sku: v/pro, other_usage: within_allowance, usage: { mfa: 0 }",
                "sku: v/compute-small",
                "sku: v/mfa-by-the-hour, usage: { hours: 24 hours }",
            ],
            &["25", "15", "2.46"],
            "32.46",
        ),
        bill(
            "Supabase: log drains with packages of their own",
            "manage-your-usage/log-drains at 05f9540",
            &[
                "sku: v/team",
                "sku: v/compute-micro, usage: { compute: 744 hours }",
                "sku: v/drain, usage: { events: 800_000, egress: 2 GB }",
                "sku: v/drain, usage: { events: 1_600_000, egress: 4 GB }",
            ],
            &["599", "10", "60.38", "60.76"],
            "720.14",
        ),
        bill(
            "Supabase: packages of peak connections",
            "manage-your-usage/realtime-peak-connections at 04faecc",
            &[
                "sku: v/pro, other_usage: within_allowance, usage: { connections: 1_700, mfa: 0 }",
                "sku: v/compute-small",
            ],
            &["45", "15"],
            "50",
        ),
        bill(
            "Supabase: a started package of images",
            "manage-your-usage/storage-image-transformations at 00af6c3",
            &[
                "sku: v/pro, other_usage: within_allowance, usage: { images: 850, mfa: 0 }",
                "sku: v/compute-micro, usage: { compute: 744 hours }",
            ],
            &["30", "10"],
            "30",
        ),
        bill(
            "Supabase: monthly active users",
            "manage-your-usage/monthly-active-users at 04410d8",
            &[
                "sku: v/pro, other_usage: within_allowance, usage: { users: 160_000, mfa: 0 }",
                "sku: v/compute-micro, usage: { compute: 744 hours }",
            ],
            &["220", "10"],
            "220",
        ),
        bill(
            "Supabase: stored gigabytes",
            "manage-your-usage/storage-size at 04410d8",
            &[
                "sku: v/pro, other_usage: within_allowance, usage: { storage: 357 GB, mfa: 0 }",
                "sku: v/compute-micro, usage: { compute: 744 hours }",
            ],
            &["30.4", "10"],
            "30.4",
        ),
        bill(
            "Supabase: two pipelines",
            "manage-your-usage/pipelines at 1f06a05",
            &[
                "sku: v/pro, other_usage: within_allowance, usage: { mfa: 0 }",
                "sku: v/compute-small-by-the-hour",
                "sku: v/pipeline, usage: { replicated: 15 GB, backfill: 150 GB }",
                "sku: v/compute-small-by-the-hour",
                "sku: v/pipeline, usage: { replicated: 70 GB, backfill: 1_500 GB }",
            ],
            &["25", "15.04", "173.69", "15.04", "1148.69"],
            "1367.46",
        ),
    ],
};
