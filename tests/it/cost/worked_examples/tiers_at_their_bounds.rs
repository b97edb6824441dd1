//! What Stripe, Kong and `OpenMeter` say of tiers and packages: at their bounds, just above, and without usage.

use super::{Group, results};

const SHEET: &str = r#"
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

const STRIPE: &str = "docs.stripe.com/products-prices/pricing-models#adding-flat-fees, copies in public repositories";
const KONG: &str = "Kong/developer.konghq.com app/metering-and-billing/pricing-models.md at 1ea992c";
const GRADUATED: &str = "openmeterio/openmeter lineservice/pricegraduatedtiered_test.go at 182a332";
const VOLUME: &str = "openmeterio/openmeter lineservice/pricevolumetiered_test.go at 24f4403";
const PACKAGE: &str = "openmeterio/openmeter lineservice/pricepackage_test.go at 4897a97";

pub(super) const GROUP: Group = Group {
    sheet: SHEET,
    examples: &[
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
    ],
};
