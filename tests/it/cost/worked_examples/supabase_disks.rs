//! supabase.com/docs/guides/platform/manage-your-usage: disks, their operations and throughput, replicas.

use super::{Group, bill};

const SHEET: &str = r#"
[skus.plan]
[[skus.plan.credits]]
reason = "compute credit"
amount = 10
skus = ["compute-*"]
[[skus.plan.charges]]
meter = "plan"
model = "flat"
price = 25

[skus.compute-small]
[[skus.compute-small.charges]]
meter = "compute"
model = "flat"
price = 15

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

[skus.small-replica]
[[skus.small-replica.charges]]
meter = "compute"
model = "flat"
price = 15
[[skus.small-replica.charges]]
meter = "disk"
unit = "GB-month"
model = "per_unit"
price = 0.125

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
"#;

const PLAN: &str = "sku: v/plan";
const SMALL: &str = "sku: v/compute-small";
const LARGE: &str = "sku: v/compute-large";
const REPLICA: &str = "sku: v/replica, usage: { disk: 8 GB * 1.25, iops: 3_600, throughput: 200, ipv4: 1 }";

pub(super) const GROUP: Group = Group {
    sheet: SHEET,
    examples: &[
        bill(
            "Supabase: disks with 8 GB in each project",
            "manage-your-usage/disk-size at 124cddf",
            "hours, allowance by quantity, lines rounded to cents, credit of a plan",
            &[
                PLAN,
                SMALL,
                "sku: v/disk-gp3, usage: { disk: 8 GB * hours_per_month }",
                SMALL,
                "sku: v/disk-gp3, usage: { disk: 8 GB * hours_per_month }",
                SMALL,
                "sku: v/disk-gp3, usage: { disk: 50 GB * hours_per_month }",
            ],
            &["25", "15", "0", "15", "0", "15", "5.24"],
            "65.24",
        ),
        bill(
            "Supabase: io2 disks, each line rounded",
            "manage-your-usage/disk-size at 124cddf",
            "hours, per unit, lines rounded to cents, credit of a plan",
            &[
                PLAN,
                SMALL,
                "sku: v/disk-io2, usage: { disk: 8 GB * hours_per_month }",
                SMALL,
                "sku: v/disk-io2, usage: { disk: 8 GB * hours_per_month }",
                SMALL,
                "sku: v/disk-io2, usage: { disk: 50 GB * hours_per_month }",
            ],
            &["25", "15", "1.56", "15", "1.56", "15", "9.75"],
            "72.87",
        ),
        bill(
            "Supabase: IOPS over a baseline, compute in whole dollars",
            "manage-your-usage/disk-iops at 0a7098d",
            "hours, allowance, lines rounded to a whole, credit of a plan",
            &[
                PLAN,
                SMALL,
                "sku: v/iops-by-the-hour, usage: { iops: 3_000 * hours_per_month }",
                "sku: v/compute-large-in-dollars",
                "sku: v/iops-by-the-hour, usage: { iops: 3_600 * hours_per_month }",
            ],
            &["25", "15", "0", "111", "14.4"],
            "155.4",
        ),
        bill(
            "Supabase: IOPS of io2 by the month",
            "manage-your-usage/disk-iops at 0a7098d",
            "per unit, lines rounded to a whole, credit of a plan",
            &[PLAN, "sku: v/compute-large-in-dollars", "sku: v/iops-io2, usage: { iops: 8_000 }"],
            &["25", "111", "952"],
            "1078",
        ),
        bill(
            "Supabase: throughput, half a cent rounds up",
            "manage-your-usage/disk-throughput at 0c36997",
            "per unit, allowance, lines rounded to cents, credit of a plan",
            &[PLAN, LARGE, "sku: v/primary-extras, usage: { iops: 0, throughput: 200, ipv4: 0 }"],
            &["25", "110", "7.13"],
            "132.13",
        ),
        bill(
            "Supabase: throughput with a replica",
            "manage-your-usage/disk-throughput at 0c36997",
            "per unit, allowance, lines rounded to cents, credit of a plan",
            &[
                PLAN,
                LARGE,
                "sku: v/primary-extras, usage: { iops: 0, throughput: 200, ipv4: 0 }",
                "sku: v/replica, usage: { disk: 0 GB, iops: 0, throughput: 200, ipv4: 0 }",
            ],
            &["25", "110", "7.13", "110 + 7.13"],
            "249.26",
        ),
        bill(
            "Supabase: two read replicas with everything",
            "manage-your-usage/read-replicas at 06a73ac",
            "per unit, allowance, derived usage, lines rounded to cents, credit of a plan",
            &[PLAN, LARGE, "sku: v/primary-extras, usage: { iops: 3_600, throughput: 200, ipv4: 1 }", REPLICA, REPLICA],
            &["25", "110", "14.4 + 7.13 + 4", "110 + 1.25 + 14.4 + 7.13 + 4", "110 + 1.25 + 14.4 + 7.13 + 4"],
            "424.09",
        ),
        bill(
            "Supabase: one read replica",
            "manage-your-usage/read-replicas at 06a73ac",
            "per unit, derived usage, credit of a plan",
            &[PLAN, SMALL, "sku: v/small-replica, usage: { disk: 8 GB * 1.25 }"],
            &["25", "15", "15 + 1.25"],
            "46.25",
        ),
    ],
};
