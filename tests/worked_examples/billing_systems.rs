//! What billing systems say of tiers, packages, commitments, discounts and tax.

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

[skus.stripe-volume]
[[skus.stripe-volume.charges]]
meter = "units"
unit = "unit"
model = "volume"
tiers = [{ up_to = 5, price = 5, flat = 10 }, { up_to = 10, price = 4, flat = 20 }, { up_to = 15, price = 3, flat = 30 }, { up_to = 20, price = 2, flat = 40 }, { price = 1, flat = 50 }]

[skus.stripe-graduated]
[[skus.stripe-graduated.charges]]
meter = "units"
unit = "unit"
model = "graduated"
tiers = [{ up_to = 5, price = 5, flat = 10 }, { up_to = 10, price = 4, flat = 20 }, { up_to = 15, price = 3, flat = 30 }, { up_to = 20, price = 2, flat = 40 }, { price = 1, flat = 50 }]

[skus.typographic]
[[skus.typographic.charges]]
meter = "units"
unit = "unit"
model = "volume"
tiers = [{ up_to = 5, price = 7 }, { up_to = 10, price = 6.5 }, { price = 6 }]

[skus.kong-graduated]
[[skus.kong-graduated.charges]]
meter = "units"
unit = "unit"
model = "graduated"
tiers = [{ up_to = 1_000, price = 0.3 }, { up_to = 5_000, price = 0.2 }, { price = 0.1 }]

[skus.kong-volume]
[[skus.kong-volume.charges]]
meter = "units"
unit = "unit"
model = "volume"
tiers = [{ up_to = 1_000, price = 0.3 }, { up_to = 5_000, price = 0.2 }, { price = 0.1 }]

[skus.kong-base]
[[skus.kong-base.charges]]
meter = "units"
unit = "unit"
model = "graduated"
tiers = [{ up_to = 1_000, flat = 500 }, { price = 0.1 }]

[skus.kong-first-unit]
[[skus.kong-first-unit.charges]]
meter = "units"
unit = "unit"
model = "graduated"
tiers = [{ up_to = 1, price = 500 }, { up_to = 1_000 }, { price = 0.1 }]

[skus.kong-package]
[[skus.kong-package.charges]]
meter = "units"
unit = "unit"
model = "package"
price = 10
per = 20

[skus.openmeter-graduated]
[[skus.openmeter-graduated.charges]]
meter = "units"
unit = "unit"
model = "graduated"
tiers = [{ up_to = 5, flat = 100 }, { up_to = 10, flat = 50 }, { up_to = 15, price = 10 }, { price = 5 }]

[skus.openmeter-volume]
[[skus.openmeter-volume.charges]]
meter = "units"
unit = "unit"
model = "volume"
tiers = [{ up_to = 5, flat = 100 }, { up_to = 10, flat = 150 }, { up_to = 15, price = 10 }, { price = 5 }]

[skus.openmeter-volume-minimum]
[[skus.openmeter-volume-minimum.charges]]
meter = "units"
unit = "unit"
model = "volume"
minimum = 150
tiers = [{ up_to = 5, flat = 100 }, { up_to = 10, flat = 150 }, { up_to = 15, price = 10 }, { price = 5 }]

[skus.openmeter-volume-maximum]
[[skus.openmeter-volume-maximum.charges]]
meter = "units"
unit = "unit"
model = "volume"
cap = 125
tiers = [{ up_to = 5, flat = 100 }, { up_to = 10, flat = 150 }, { up_to = 15, price = 10 }, { price = 5 }]

[skus.openmeter-package]
[[skus.openmeter-package.charges]]
meter = "units"
unit = "unit"
model = "package"
price = 15
per = 10

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

[skus.typographic-graduated]
[[skus.typographic-graduated.charges]]
meter = "units"
unit = "unit"
model = "graduated"
tiers = [{ up_to = 5, price = 7 }, { up_to = 10, price = 6.5 }, { price = 6 }]

[skus.openmeter-cheaper]
[[skus.openmeter-cheaper.charges]]
meter = "units"
unit = "unit"
model = "graduated"
tiers = [{ up_to = 5, flat = 100 }, { up_to = 10, flat = 50 }, { up_to = 15, price = 5 }, { price = 1 }]

[skus.lago-volume-without-fee]
[[skus.lago-volume-without-fee.charges]]
meter = "units"
unit = "unit"
model = "volume"
tiers = [{ up_to = 10_000, price = 0.0010 }, { up_to = 50_000, price = 0.0008 }, { up_to = 100_000, price = 0.0006 }, { price = 0.0004 }]

[skus.openmeter-unit]
[[skus.openmeter-unit.charges]]
meter = "units"
unit = "unit"
model = "per_unit"
price = 10
cap = 100

[skus.openmeter-package-maximum]
[[skus.openmeter-package-maximum.charges]]
meter = "units"
unit = "unit"
model = "package"
price = 15
per = 10
cap = 100

[skus.openmeter-package-minimum]
[[skus.openmeter-package-minimum.charges]]
meter = "units"
unit = "unit"
model = "package"
price = 15
per = 10
minimum = 100
"#;

const ZUPLO: &str = "zuplo.com/docs/articles/monetization/pricing-models";
const FLEXPRICE: &str = "flexprice/flexprice-docs docs/subscriptions/reservation-discount.mdx at d7a8637";
const LAGO: &str = "getlago.com/docs/guide/plans/charges/charge-models";
const STRIPE: &str = "docs.stripe.com/products-prices/pricing-models#adding-flat-fees, copies in public repositories";
const KONG: &str = "Kong/developer.konghq.com app/metering-and-billing/pricing-models.md at 1ea992c";
const GRADUATED: &str = "openmeterio/openmeter lineservice/pricegraduatedtiered_test.go at 182a332";
const VOLUME: &str = "openmeterio/openmeter lineservice/pricevolumetiered_test.go at 24f4403";
const PACKAGE: &str = "openmeterio/openmeter lineservice/pricepackage_test.go at 4897a97";

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
            "Stripe: fees of tiers, and no usage",
            STRIPE,
            "graduated, volume, tier fee, zero usage",
            &[
                "sku: v/stripe-volume, usage: { units: 12 }",
                "sku: v/stripe-graduated, usage: { units: 12 }",
                "sku: v/stripe-volume, usage: { units: 0 }",
                "sku: v/stripe-graduated, usage: { units: 0 }",
            ],
            &["36 + 30", "25 + 10 + 20 + 20 + 6 + 30", "10", "10"],
        ),
        results(
            "Stripe: volume at its bounds",
            "docs.stripe.com/subscriptions/pricing-models/tiered-pricing",
            "volume",
            &[
                "sku: v/typographic, usage: { units: 1 }",
                "sku: v/typographic, usage: { units: 5 }",
                "sku: v/typographic, usage: { units: 6 }",
                "sku: v/typographic, usage: { units: 20 }",
                "sku: v/typographic, usage: { units: 25 }",
            ],
            &["7", "35", "39", "120", "150"],
        ),
        results(
            "Stripe: graduated at its first bound",
            STRIPE,
            "graduated",
            &["sku: v/typographic-graduated, usage: { units: 5 }", "sku: v/typographic-graduated, usage: { units: 6 }"],
            &["35", "35 + 6.5"],
        ),
        results(
            "Kong: graduated and volume",
            KONG,
            "graduated, volume",
            &["sku: v/kong-graduated, usage: { units: 6_000 }", "sku: v/kong-volume, usage: { units: 6_000 }"],
            &["300 + 800 + 100", "600"],
        ),
        results(
            "Kong: a base fee by tiers",
            KONG,
            "graduated, tier fee, zero usage",
            &[
                "sku: v/kong-base, usage: { units: 2_000 }",
                "sku: v/kong-first-unit, usage: { units: 2_000 }",
                "sku: v/kong-base, usage: { units: 0 }",
                "sku: v/kong-first-unit, usage: { units: 0 }",
            ],
            &["500 + 100", "500 + 100", "500", "0"],
        ),
        results(
            "Kong: a fraction starts a package",
            KONG,
            "package, zero usage",
            &[
                "sku: v/kong-package, usage: { units: 0 }",
                "sku: v/kong-package, usage: { units: 20 }",
                "sku: v/kong-package, usage: { units: 20.1 }",
                "sku: v/kong-package, usage: { units: 98 }",
            ],
            &["0", "10", "20", "50"],
        ),
        results(
            "OpenMeter: graduated, just above a bound",
            GRADUATED,
            "graduated, tier fee, zero usage",
            &[
                "sku: v/openmeter-graduated, usage: { units: 0 }",
                "sku: v/openmeter-graduated, usage: { units: 3 }",
                "sku: v/openmeter-graduated, usage: { units: 5 }",
                "sku: v/openmeter-graduated, usage: { units: 5.001 }",
                "sku: v/openmeter-graduated, usage: { units: 7 }",
                "sku: v/openmeter-graduated, usage: { units: 12 }",
                "sku: v/openmeter-graduated, usage: { units: 22 }",
            ],
            &["100", "100", "100", "100 + 50", "100 + 50", "100 + 50 + 20", "100 + 50 + 50 + 35"],
        ),
        results(
            "OpenMeter: graduated, each tier a line",
            GRADUATED,
            "graduated, tier fee",
            &["sku: v/openmeter-cheaper, usage: { units: 22 }"],
            &["100 + 50 + 25 + 7"],
        ),
        results(
            "OpenMeter: volume",
            VOLUME,
            "volume, tier fee, zero usage",
            &[
                "sku: v/openmeter-volume, usage: { units: 0 }",
                "sku: v/openmeter-volume, usage: { units: 3 }",
                "sku: v/openmeter-volume, usage: { units: 5 }",
                "sku: v/openmeter-volume, usage: { units: 14 }",
                "sku: v/openmeter-volume, usage: { units: 15 }",
                "sku: v/openmeter-volume, usage: { units: 16 }",
                "sku: v/openmeter-volume, usage: { units: 100 }",
            ],
            &["100", "100", "100", "140", "150", "80", "500"],
        ),
        results(
            "OpenMeter: least and most spend",
            VOLUME,
            "volume, minimum, cap, zero usage",
            &[
                "sku: v/openmeter-volume-minimum, usage: { units: 0 }",
                "sku: v/openmeter-volume-minimum, usage: { units: 5 }",
                "sku: v/openmeter-volume-maximum, usage: { units: 7 }",
            ],
            &["150", "150", "125"],
        ),
        results(
            "OpenMeter: units up to a maximum",
            "openmeterio/openmeter lineservice/priceunit_test.go at 13bb944",
            "per unit, cap",
            &["sku: v/openmeter-unit, usage: { units: 7 }", "sku: v/openmeter-unit, usage: { units: 7 + 5 }"],
            &["70", "100"],
        ),
        results(
            "OpenMeter: started packages",
            PACKAGE,
            "package, zero usage",
            &[
                "sku: v/openmeter-package, usage: { units: 0 }",
                "sku: v/openmeter-package, usage: { units: 5 }",
                "sku: v/openmeter-package, usage: { units: 10 }",
                "sku: v/openmeter-package, usage: { units: 22 }",
            ],
            &["0", "15", "15", "45"],
        ),
        results(
            "OpenMeter: packages up to a maximum and from a minimum",
            PACKAGE,
            "package, cap, minimum, zero usage",
            &[
                "sku: v/openmeter-package-maximum, usage: { units: 60 }",
                "sku: v/openmeter-package-maximum, usage: { units: 60 + 50 }",
                "sku: v/openmeter-package-minimum, usage: { units: 0 }",
            ],
            &["90", "100", "100"],
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
