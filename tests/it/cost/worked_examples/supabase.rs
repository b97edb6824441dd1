//! supabase.com/docs/guides/platform/manage-your-usage: plans with quotas, packages and a credit. Most of the pages
//! print the rounded month price of compute.

use super::{Group, bill, results};

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

[skus.mfa]
[[skus.mfa.charges]]
meter = "mfa"
unit = "project"
model = "graduated"
tiers = [{ up_to = 1, price = 75 }, { price = 10 }]

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
meter = "replicated"
unit = "GB"
model = "per_unit"
price = 3.00
[[skus.pipeline.charges]]
meter = "backfill"
unit = "GB"
model = "per_unit"
price = 0.60

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

[skus.drain-by-the-hour]
[[skus.drain-by-the-hour.charges]]
meter = "drain"
unit = "hour"
round_usage_up_to = 1
model = "per_unit"
price = 0.0822
round_cost_to = 0.01

[skus.messages-without-quota]
[[skus.messages-without-quota.charges]]
meter = "messages"
unit = "message"
model = "package"
price = 2.50
per = 1_000_000

[skus.connections-without-quota]
[[skus.connections-without-quota.charges]]
meter = "connections"
unit = "connection"
model = "package"
price = 10
per = 1_000

[skus.images-by-five]
[[skus.images-by-five.charges]]
meter = "images"
unit = "image"
model = "package"
price = 2
per = 5

[skus.events]
[[skus.events.charges]]
meter = "events"
unit = "event"
model = "package"
price = 0.20
per = 1_000_000
"#;

const PRO: &str = "sku: v/pro, other_usage: within_allowance";
const MICRO: &str = "sku: v/compute-micro, usage: { compute: 744 hours }";
const SMALL: &str = "sku: v/compute-small";

pub(super) const GROUP: Group = Group {
    sheet: SHEET,
    examples: &[
        bill(
            "Supabase: two egress quotas",
            "manage-your-usage/egress at 015ca3f",
            "flat fee, allowance, credit of a plan",
            &["sku: v/pro, other_usage: within_allowance, usage: { egress: 300 GB, cached_egress: 800 GB }", SMALL],
            &["25 + 4.5 + 16.5", "15"],
            "51",
        ),
        bill(
            "Supabase: packages of messages",
            "manage-your-usage/realtime-messages at 04410d8",
            "package, allowance, credit of a plan",
            &["sku: v/pro, other_usage: within_allowance, usage: { messages: 8_500_000 }", MICRO],
            &["25 + 10", "10"],
            "35",
        ),
        results(
            "Supabase: packages of messages at their bounds",
            "manage-your-usage/realtime-messages at 04410d8",
            "package",
            &[
                "sku: v/messages-without-quota, usage: { messages: 999_999 }",
                "sku: v/messages-without-quota, usage: { messages: 1_000_000 }",
                "sku: v/messages-without-quota, usage: { messages: 1_000_001 }",
                "sku: v/messages-without-quota, usage: { messages: 1_500_000 }",
            ],
            &["2.5", "2.5", "5", "5"],
        ),
        bill(
            "Supabase: projects that live for some hours",
            "manage-your-usage/compute at 05f9540",
            "started hours, lines rounded to cents, credit of a plan",
            &[
                PRO,
                MICRO,
                "sku: v/compute-micro, usage: { compute: 20 hours }",
                "sku: v/compute-micro, usage: { compute: 70 hours }",
            ],
            &["25", "10", "0.27", "0.94"],
            "26.21",
        ),
        bill(
            "Supabase: the first project costs more",
            "manage-your-usage/advanced-mfa-phone at 0a7098d",
            "graduated, credit of a plan",
            &[PRO, SMALL, SMALL, SMALL, "sku: v/mfa, usage: { mfa: 3 }"],
            &["25", "15", "15", "15", "75 + 20"],
            "155",
        ),
        bill(
            "Supabase: the first project alone",
            "manage-your-usage/advanced-mfa-phone at 0a7098d",
            "graduated, credit of a plan",
            &[PRO, SMALL, "sku: v/mfa, usage: { mfa: 1 }"],
            &["25", "15", "75"],
            "105",
        ),
        bill(
            "Supabase: an add-on for 24 hours",
            "manage-your-usage/advanced-mfa-phone at 0a7098d",
            "started hours, lines rounded to cents, credit of a plan",
            &[PRO, SMALL, "sku: v/mfa-by-the-hour, usage: { hours: 24 hours }"],
            &["25", "15", "2.46"],
            "32.46",
        ),
        bill(
            "Supabase: log drains with packages of their own",
            "manage-your-usage/log-drains at 05f9540",
            "flat fee, package, per unit, credit of a plan",
            &[
                "sku: v/team",
                MICRO,
                "sku: v/drain, usage: { events: 800_000, egress: 2 GB }",
                "sku: v/drain, usage: { events: 1_600_000, egress: 4 GB }",
            ],
            &["599", "10", "60 + 0.2 + 0.18", "60 + 0.4 + 0.36"],
            "720.14",
        ),
        bill(
            "Supabase: a log drain for 24 hours",
            "manage-your-usage/log-drains at 05f9540",
            "started hours, lines rounded to cents, credit of a plan",
            &[PRO, MICRO, "sku: v/drain-by-the-hour, usage: { drain: 24 hours }"],
            &["25", "10", "1.97"],
            "26.97",
        ),
        results(
            "Supabase: packages of events at their bounds",
            "manage-your-usage/log-drains at 05f9540",
            "package",
            &[
                "sku: v/events, usage: { events: 999_999 }",
                "sku: v/events, usage: { events: 1_000_000 }",
                "sku: v/events, usage: { events: 1_000_001 }",
                "sku: v/events, usage: { events: 1_500_000 }",
            ],
            &["0.2", "0.2", "0.4", "0.4"],
        ),
        bill(
            "Supabase: packages of peak connections",
            "manage-your-usage/realtime-peak-connections at 04faecc",
            "package, allowance, credit of a plan",
            &["sku: v/pro, other_usage: within_allowance, usage: { connections: 1_700 }", SMALL],
            &["25 + 20", "15"],
            "50",
        ),
        results(
            "Supabase: packages of connections at their bounds",
            "manage-your-usage/realtime-peak-connections at 04faecc",
            "package",
            &[
                "sku: v/connections-without-quota, usage: { connections: 999 }",
                "sku: v/connections-without-quota, usage: { connections: 1_000 }",
                "sku: v/connections-without-quota, usage: { connections: 1_001 }",
                "sku: v/connections-without-quota, usage: { connections: 1_500 }",
            ],
            &["10", "10", "20", "20"],
        ),
        bill(
            "Supabase: a started package of images",
            "manage-your-usage/storage-image-transformations at 00af6c3",
            "package, allowance, credit of a plan",
            &["sku: v/pro, other_usage: within_allowance, usage: { images: 850 }", MICRO],
            &["25 + 5", "10"],
            "30",
        ),
        bill(
            "Supabase: images within their quota",
            "manage-your-usage/storage-image-transformations at 00af6c3",
            "package, allowance, credit of a plan",
            &["sku: v/pro, other_usage: within_allowance, usage: { images: 74 }", MICRO],
            &["25", "10"],
            "25",
        ),
        results(
            "Supabase: packages of five images",
            "manage-your-usage/storage-image-transformations at 00af6c3",
            "package",
            &[
                "sku: v/images-by-five, usage: { images: 4 }",
                "sku: v/images-by-five, usage: { images: 5 }",
                "sku: v/images-by-five, usage: { images: 6 }",
            ],
            &["2", "2", "4"],
        ),
        bill(
            "Supabase: monthly active users",
            "manage-your-usage/monthly-active-users at 04410d8",
            "per unit, allowance, credit of a plan",
            &["sku: v/pro, other_usage: within_allowance, usage: { users: 160_000 }", MICRO],
            &["25 + 195", "10"],
            "220",
        ),
        bill(
            "Supabase: monthly active users within their quota",
            "manage-your-usage/monthly-active-users at 04410d8",
            "per unit, allowance, credit of a plan",
            &["sku: v/pro, other_usage: within_allowance, usage: { users: 23_000 }", MICRO],
            &["25", "10"],
            "25",
        ),
        bill(
            "Supabase: stored gigabytes",
            "manage-your-usage/storage-size at 04410d8",
            "per unit, allowance, lines rounded to cents, credit of a plan",
            &["sku: v/pro, other_usage: within_allowance, usage: { storage: 357 GB }", MICRO],
            &["25 + 5.4", "10"],
            "30.4",
        ),
        bill(
            "Supabase: two pipelines",
            "manage-your-usage/pipelines at 1f06a05",
            "hours, per unit, lines rounded to cents, credit of a plan",
            &[
                PRO,
                "sku: v/compute-small-by-the-hour",
                "sku: v/pipeline, usage: { replicated: 15 GB, backfill: 150 GB }",
                "sku: v/compute-small-by-the-hour",
                "sku: v/pipeline, usage: { replicated: 70 GB, backfill: 1_500 GB }",
            ],
            &["25", "15.04", "38.69 + 45 + 90", "15.04", "38.69 + 210 + 900"],
            "1367.46",
        ),
        bill(
            "Supabase: one pipeline",
            "manage-your-usage/pipelines at 1f06a05",
            "hours, per unit, lines rounded to cents, credit of a plan",
            &[
                PRO,
                "sku: v/compute-small-by-the-hour",
                "sku: v/pipeline, usage: { replicated: 150 GB, backfill: 0 GB }",
            ],
            &["25", "15.04", "38.69 + 450"],
            "518.73",
        ),
    ],
};
