//! What Zuplo, Flexprice, Lago, Autumn and Chargebee say of tiers, commitments, discounts and tax.

use super::{Group, bill, results};

const SHEET: &str = r#"
[skus.zuplo-graduated]
[[skus.zuplo-graduated.charges]]
meter = "units"
unit = "unit"
model = "graduated"
tiers = [{ up_to = 1_000, price = 0.10 }, { up_to = 10_000, price = 0.05 }, { price = 0.01 }]

[skus.zuplo-volume]
[[skus.zuplo-volume.charges]]
meter = "units"
unit = "unit"
model = "volume"
tiers = [{ up_to = 1_000, price = 0.10 }, { up_to = 10_000, price = 0.05 }, { price = 0.01 }]

[skus.committed]
[[skus.committed.charges]]
meter = "hours"
unit = "hour"
model = "per_unit"
price = 2
commitment = { usage = 500, overage_factor = 1.5, true_up = true }

[skus.committed-without-true-up]
[[skus.committed-without-true-up.charges]]
meter = "hours"
unit = "hour"
model = "per_unit"
price = 2
commitment = { usage = 500, overage_factor = 1.5, true_up = false }

[skus.lago-package]
[[skus.lago-package.charges]]
meter = "units"
unit = "unit"
included = 100
model = "package"
price = 5
per = 100

[skus.lago-volume]
[[skus.lago-volume.charges]]
meter = "units"
unit = "unit"
model = "volume"
tiers = [{ up_to = 10_000, price = 0.0010, flat = 10 }, { up_to = 50_000, price = 0.0008, flat = 10 }, { up_to = 100_000, price = 0.0006, flat = 10 }, { price = 0.0004, flat = 10 }]

[skus.lago-percentage]
[[skus.lago-percentage.charges]]
meter = "fees"
model = "percentage"
of = "line_items"
tiers = [{ up_to = 1_000, percent = "1%", flat = 200 }, { up_to = 10_000, percent = "2%", flat = 300 }, { percent = "3%", flat = 400 }]

[skus.lago-minimum]
[[skus.lago-minimum.charges]]
meter = "users"
unit = "user"
model = "per_unit"
price = 0.010
minimum = 100

[skus.autumn]
[[skus.autumn.charges]]
meter = "requests"
unit = "request"
model = "graduated"
tiers = [{ up_to = 1_000, price = 0.01 }, { up_to = 10_000, price = 0.008 }, { price = 0.005 }]

[skus.slab]
[[skus.slab.charges]]
meter = "calls"
unit = "call"
model = "package"
price = 1.00
per = 1_000

[skus.chargebee]
[[skus.chargebee.charges]]
meter = "units"
unit = "unit"
model = "package"
price = 1.25
per = 1_000_000

[skus.lago-volume-without-fee]
[[skus.lago-volume-without-fee.charges]]
meter = "units"
unit = "unit"
model = "volume"
tiers = [{ up_to = 10_000, price = 0.0010 }, { up_to = 50_000, price = 0.0008 }, { up_to = 100_000, price = 0.0006 }, { price = 0.0004 }]
"#;

const ZUPLO: &str = "zuplo.com/docs/articles/monetization/pricing-models";
const FLEXPRICE: &str = "flexprice/flexprice-docs docs/subscriptions/reservation-discount.mdx at d7a8637";
const LAGO: &str = "getlago.com/docs/guide/plans/charges/charge-models";
const COUPONS: &str = "discounts:
  - { rate: 25%, line_item: Usage, reason: coupon }
  - { amount: 10 USD/month, reason: coupon }
";
const COUPONS_AND_CREDIT: &str = "discounts:
  - { rate: 25%, line_item: Usage, reason: coupon }
  - { amount: 10 USD/month, reason: coupon }
credits: [{ amount: 5 USD/month, reason: wallet }]
";
const TAX: &str = "tax: 10%
discounts: [{ amount: 10 USD/month, reason: coupon }]
credits: [{ amount: 30 USD/month, reason: prepaid }]
";
const FLEXPRICE_INVOICE: &str = "docs.flexprice.io/docs/invoices/calculation";

pub(super) const GROUP: Group = Group {
    sheet: SHEET,
    examples: &[
        bill(
            "Zuplo: graduated",
            ZUPLO,
            "graduated",
            &["sku: v/zuplo-graduated, usage: { units: 15_000 }"],
            &["100 + 450 + 50"],
            "600",
        ),
        bill("Zuplo: volume", ZUPLO, "volume", &["sku: v/zuplo-volume, usage: { units: 15_000 }"], &["150"], "150"),
        bill(
            "Flexprice: beyond a commitment",
            FLEXPRICE,
            "commitment",
            &["sku: v/committed, usage: { hours: 700 hours }"],
            &["1600"],
            "1600",
        ),
        bill(
            "Flexprice: below a commitment, with a true-up",
            FLEXPRICE,
            "commitment",
            &["sku: v/committed, usage: { hours: 300 hours }"],
            &["1000"],
            "1000",
        ),
        bill(
            "Flexprice: below a commitment, without",
            FLEXPRICE,
            "commitment",
            &["sku: v/committed-without-true-up, usage: { hours: 300 hours }"],
            &["600"],
            "600",
        ),
        bill(
            "Lago: packages beyond free units",
            LAGO,
            "package, allowance",
            &["sku: v/lago-package, usage: { units: 201 }"],
            &["10"],
            "10",
        ),
        bill(
            "Lago: volume with a fee",
            LAGO,
            "volume, tier fee",
            &["sku: v/lago-volume, usage: { units: 65_000 }"],
            &["39 + 10"],
            "49",
        ),
        // The page charges 205, then 306, then 80 for payments one after the other: 205, 511 and 591 for them together.
        results(
            "Lago: graduated percentages with fees",
            LAGO,
            "percentage of line items, tier fee",
            &[
                "sku: v/lago-percentage, of: [Payment of 500]",
                "sku: v/lago-percentage, of: [Payment of 500, Payment of 550]",
                "sku: v/lago-percentage, of: [Payment of 500, Payment of 550, Payment of 4000]",
                "name: Payment of 500, cost: 500",
                "name: Payment of 550, cost: 550",
                "name: Payment of 4000, cost: 4_000",
            ],
            &["5 + 200", "10 + 200 + 1 + 300", "10 + 200 + 81 + 300", "500", "550", "4000"],
        ),
        results(
            "Lago: a spending minimum",
            LAGO,
            "minimum",
            &["sku: v/lago-minimum, usage: { users: 5_000 }"],
            &["100"],
        ),
        bill(
            "Autumn: graduated",
            "docs.useautumn.com/documentation/modelling-pricing/graduated-pricing.md",
            "graduated",
            &["sku: v/autumn, usage: { requests: 15_000 }"],
            &["10 + 72 + 25"],
            "107",
        ),
        results(
            "Chargebee: packages",
            "chargebee.com/docs/billing/2.0/product-catalog/package-pricing",
            "package",
            &[
                "sku: v/chargebee, usage: { units: 10 }",
                "sku: v/chargebee, usage: { units: 1_000_000 }",
                "sku: v/chargebee, usage: { units: 1_500_000 }",
            ],
            &["1.25", "1.25", "2.5"],
        ),
        bill(
            "Flexprice: a volume tier by packages",
            "docs.flexprice.io/docs/product-catalogue/plans/billing-models/tiered",
            "package",
            &["sku: v/slab, usage: { calls: 4_500 }"],
            &["5"],
            "5",
        ),
        bill(
            "Flexprice: a volume tier without packages",
            "flexprice-docs docs/product-catalogue/plans/billing-models/volume-tiered.mdx at 2b891ca",
            "volume",
            &["sku: v/lago-volume-without-fee, usage: { units: 65_000 }"],
            &["39"],
            "39",
        ),
        bill(
            "Flexprice: a coupon on a line and one on the invoice",
            FLEXPRICE_INVOICE,
            "agreed discount",
            &["name: Usage, cost: 80.00", "cost: 20.00"],
            &["80", "20"],
            "70",
        )
        .with(COUPONS),
        bill(
            "Flexprice: the same after a credit from the wallet",
            FLEXPRICE_INVOICE,
            "agreed discount, credit",
            &["name: Usage, cost: 80.00", "cost: 20.00"],
            &["80", "20"],
            "65",
        )
        .with(COUPONS_AND_CREDIT),
        // The page says that they give 19 %.
        bill(
            "Flexprice: two coupons of 10 % in a chain",
            FLEXPRICE_INVOICE,
            "agreed discount",
            &["cost: 100"],
            &["100"],
            "81",
        )
        .with("discounts: [{ rate: 10%, reason: first coupon }, { rate: 10%, reason: second coupon }]\n"),
        bill(
            "Lago: tax after coupon and credit",
            "getlago.com/changelog/nvoice-calculation-method, the older rule",
            "agreed discount, credit, tax",
            &["cost: 50", "cost: 20"],
            &["50", "20"],
            "33",
        )
        .with(TAX),
    ],
};
