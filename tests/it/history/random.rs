//! Random projects of one stage, and random changes of them.

use std::fmt::Write as _;
use std::sync::Arc;

use costplan::calculate;
use costplan::calculate::{Cause, CostedStage, Unobserved};
use costplan::diagnostic::Problems;
use costplan::model::{Inputs, Lowers, RangePoint, Revenue, Stage, Technique, UsedTechnique};
use costplan::parse;
use costplan::resolve::{self, ExchangeRates, PriceBook, Request};
use costplan::source::{Sources, Text};
use proptest::prelude::*;
use proptest::sample::Index;
use rust_decimal::Decimal;

/// A project of one stage.
#[derive(Clone, Debug, PartialEq)]
pub struct Project {
    pub customers: u64,
    pub load: Decimal,
    pub rate: Decimal,
    pub buffer: Decimal,
    pub is_rounded: bool,
    pub skus: Vec<Sku>,
    pub items: Vec<Item>,
    pub discount: Option<Decimal>,
    pub credit: Option<Decimal>,
    /// The part that a technique leaves of the cost of all line items with an even number.
    pub technique: Option<Decimal>,
}

/// A SKU of one flat charge and one that counts.
#[derive(Clone, Debug, PartialEq)]
pub struct Sku {
    pub is_euro: bool,
    pub flat: Decimal,
    /// The same before 1 June 2026.
    pub earlier: Option<Decimal>,
    /// The same in the far region; `None` is a quote.
    pub far: Option<Decimal>,
    pub model: Model,
    pub per_price: Decimal,
    pub included: u32,
    pub bound: u32,
    pub minimum: Option<Decimal>,
    /// What the SKU takes of all other line items.
    pub percent: Option<Decimal>,
    pub credit: Option<Decimal>,
    /// Whether what is included is shared with others.
    pub is_pooled: bool,
    /// Whether the price is for MB and not for GB; it is the same price.
    pub is_small: bool,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Model {
    PerUnit,
    Package,
    Graduated,
    Volume,
}

/// A line item with a number for a name.
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    pub number: u32,
    pub what: What,
    pub quantity: u32,
    pub grows: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub enum What {
    /// A plain cost; of euros, and for each customer.
    Plain { cost: Decimal, is_euro: bool, per_customer: bool },
    /// A SKU with usage, if anybody gives it.
    Bought { sku: usize, is_far: bool, usage: Option<u32>, agreed: Option<Decimal> },
}

/// A change, with the cause that it is.
#[derive(Clone, Debug)]
pub enum Change {
    Customers(u64),
    Load(Decimal),
    Rate(Decimal),
    Buffer(Decimal),
    FlatPrice(Index, Decimal),
    EarlierPrice(Index, Option<Decimal>),
    FarPrice(Index, Option<Decimal>),
    Region(Index, bool),
    Agreed(Index, Option<Decimal>),
    UnitPrice(Index, Decimal),
    Included(Index, u32),
    Bound(Index, u32),
    Minimum(Index, Option<Decimal>),
    Model(Index, Model),
    Unit(Index, bool),
    Quantity(Index, u32),
    Usage(Index, Option<u32>),
    PlainCost(Index, Decimal),
    OtherSku(Index, usize),
    Removed(Index),
    Added(Item),
    Discount(Option<Decimal>),
    Credit(Option<Decimal>),
    Technique(Option<Decimal>),
    Swapped(Index, Index),
}

pub fn money(end: i64) -> impl Strategy<Value = Decimal> {
    (0..end * 100).prop_map(|cents| Decimal::new(cents, 2))
}

fn ratio() -> impl Strategy<Value = Decimal> {
    (0_i64..60).prop_map(|percent| Decimal::new(percent, 2))
}

fn rate() -> impl Strategy<Value = Decimal> {
    (50_i64..200).prop_map(|rate| Decimal::new(rate, 2))
}

fn model() -> impl Strategy<Value = Model> {
    prop::sample::select(vec![Model::PerUnit, Model::Package, Model::Graduated, Model::Volume])
}

fn sku() -> impl Strategy<Value = Sku> {
    let amounts = (money(100), money(5), 0_u32..50, 1_u32..60);
    let rare = |of| prop::option::weighted(0.15, of);
    let others = (rare(money(100).boxed()), prop::option::weighted(0.8, money(100)));
    let rest = (
        rare(money(60).boxed()),
        rare(ratio().boxed()),
        rare(money(20).boxed()),
        prop::bool::weighted(0.3),
        any::<bool>(),
    );
    (any::<bool>(), amounts, others, model(), rest).prop_map(
        |(
            is_euro,
            (flat, per_price, included, bound),
            (earlier, far),
            model,
            (minimum, percent, credit, is_pooled, is_small),
        )| Sku {
            is_euro,
            flat,
            earlier,
            far,
            model,
            per_price,
            included,
            bound,
            minimum,
            percent,
            credit,
            is_pooled,
            is_small,
        },
    )
}

/// Usage, which is sometimes not given.
fn usage() -> impl Strategy<Value = Option<u32>> {
    prop::option::weighted(0.9, 0_u32..120)
}

fn what() -> impl Strategy<Value = What> {
    let plain = (money(80), any::<bool>(), any::<bool>()).prop_map(|(cost, is_euro, per_customer)| What::Plain {
        cost,
        is_euro,
        per_customer,
    });
    let bought = (0_usize..12, prop::bool::weighted(0.3), usage(), prop::option::weighted(0.1, money(50)))
        .prop_map(|(sku, is_far, usage, agreed)| What::Bought { sku, is_far, usage, agreed });
    prop_oneof![1 => plain, 3 => bought]
}

fn item(number: u32) -> impl Strategy<Value = Item> {
    (what(), 0_u32..5, any::<bool>()).prop_map(move |(what, quantity, grows)| Item { number, what, quantity, grows })
}

/// A project.
pub fn project() -> impl Strategy<Value = Project> {
    let items = (1_usize..6)
        .prop_flat_map(|count| (0..count).map(|number| item(u32::try_from(number).unwrap())).collect::<Vec<_>>());
    let numbers = (0_u64..40, money(9), rate(), ratio(), any::<bool>());
    let rare = || prop::option::weighted(0.3, ratio());
    (numbers, prop::collection::vec(sku(), 1..4), items, rare(), prop::option::weighted(0.3, money(30)), rare())
        .prop_map(|((customers, load, rate, buffer, is_rounded), skus, items, discount, credit, technique)| Project {
            customers,
            load,
            rate,
            buffer,
            is_rounded,
            skus,
            items,
            discount,
            credit,
            technique,
        })
}

/// A change of a project.
pub fn change() -> impl Strategy<Value = Change> {
    let at = any::<Index>;
    let maybe = |end| prop::option::of(money(end));
    prop_oneof![
        (0_u64..40).prop_map(Change::Customers),
        money(9).prop_map(Change::Load),
        rate().prop_map(Change::Rate),
        ratio().prop_map(Change::Buffer),
        (at(), money(100)).prop_map(|(sku, price)| Change::FlatPrice(sku, price)),
        (at(), maybe(100)).prop_map(|(sku, price)| Change::EarlierPrice(sku, price)),
        (at(), maybe(100)).prop_map(|(sku, price)| Change::FarPrice(sku, price)),
        (at(), any::<bool>()).prop_map(|(item, is_far)| Change::Region(item, is_far)),
        (at(), maybe(50)).prop_map(|(item, price)| Change::Agreed(item, price)),
        (at(), money(5)).prop_map(|(sku, price)| Change::UnitPrice(sku, price)),
        (at(), 0_u32..50).prop_map(|(sku, included)| Change::Included(sku, included)),
        (at(), 1_u32..60).prop_map(|(sku, bound)| Change::Bound(sku, bound)),
        (at(), maybe(60)).prop_map(|(sku, minimum)| Change::Minimum(sku, minimum)),
        (at(), model()).prop_map(|(sku, model)| Change::Model(sku, model)),
        (at(), any::<bool>()).prop_map(|(sku, is_small)| Change::Unit(sku, is_small)),
        (at(), 0_u32..5).prop_map(|(item, quantity)| Change::Quantity(item, quantity)),
        (at(), usage()).prop_map(|(item, usage)| Change::Usage(item, usage)),
        (at(), money(80)).prop_map(|(item, cost)| Change::PlainCost(item, cost)),
        (at(), 0_usize..12).prop_map(|(item, sku)| Change::OtherSku(item, sku)),
        at().prop_map(Change::Removed),
        item(77).prop_map(Change::Added),
        prop::option::of(ratio()).prop_map(Change::Discount),
        maybe(30).prop_map(Change::Credit),
        prop::option::of(ratio()).prop_map(Change::Technique),
        (at(), at()).prop_map(|(a, b)| Change::Swapped(a, b)),
    ]
}

impl Change {
    /// Makes the change, and gives the cause that it is; `None` if it changes nothing.
    pub fn apply(&self, project: &mut Project) -> Option<Cause> {
        let before = project.clone();
        let cause = self.made(project);
        (*project != before).then_some(cause)
    }

    fn made(&self, project: &mut Project) -> Cause {
        let (skus, items) = (&mut project.skus, &mut project.items);
        match self.clone() {
            Self::Customers(customers) => project.customers = customers,
            Self::Load(load) => project.load = load,
            Self::Rate(rate) => {
                project.rate = rate;
                return Cause::ExchangeRate;
            }
            Self::Buffer(buffer) => {
                project.buffer = buffer;
                return Cause::Buffer;
            }
            Self::FlatPrice(sku, price) => {
                sku.get_mut(skus).flat = price;
                return Cause::Price;
            }
            Self::EarlierPrice(sku, price) => {
                sku.get_mut(skus).earlier = price;
                return Cause::Price;
            }
            Self::FarPrice(sku, price) => {
                sku.get_mut(skus).far = price;
                return Cause::Price;
            }
            Self::UnitPrice(sku, price) => {
                sku.get_mut(skus).per_price = price;
                return Cause::Price;
            }
            Self::Included(sku, included) => {
                sku.get_mut(skus).included = included;
                return Cause::Model;
            }
            Self::Bound(sku, bound) => {
                sku.get_mut(skus).bound = bound;
                return Cause::Model;
            }
            Self::Minimum(sku, minimum) => {
                let old = std::mem::replace(&mut sku.get_mut(skus).minimum, minimum);
                return if old.is_some() && minimum.is_some() { Cause::Price } else { Cause::Model };
            }
            Self::Model(sku, model) => {
                sku.get_mut(skus).model = model;
                return Cause::Model;
            }
            Self::Unit(sku, is_small) => {
                sku.get_mut(skus).is_small = is_small;
                // A change next to it is not distinguished from a price.
                return Cause::Price;
            }
            Self::Removed(item) if items.len() > 1 => {
                items.remove(item.index(items.len()));
                return Cause::Removed;
            }
            Self::Added(item) => {
                if items.iter().all(|other| other.number != item.number) {
                    items.push(item);
                }
                return Cause::Added;
            }
            Self::Discount(discount) => {
                project.discount = discount;
                return Cause::Discounts;
            }
            Self::Credit(credit) => {
                project.credit = credit;
                return Cause::Discounts;
            }
            Self::Technique(technique) => {
                project.technique = technique;
                return Cause::Techniques;
            }
            Self::Swapped(a, b) => {
                let (a, b) = (a.index(items.len()), b.index(items.len()));
                items.swap(a, b);
                return Cause::Model;
            }
            _ if !items.is_empty() => return self.made_of_item(items, skus.len()),
            _ => {}
        }
        Cause::Usage
    }

    /// The same for a change of a line item; there are `skus` SKUs.
    fn made_of_item(&self, items: &mut [Item], skus: usize) -> Cause {
        match self.clone() {
            Self::Quantity(item, quantity) => item.get_mut(items).quantity = quantity,
            Self::Usage(item, usage) => {
                if let What::Bought { usage: old, .. } = &mut item.get_mut(items).what {
                    *old = usage;
                }
            }
            Self::Region(item, to_far) => {
                if let What::Bought { is_far, .. } = &mut item.get_mut(items).what {
                    *is_far = to_far;
                }
                return Cause::Price;
            }
            Self::Agreed(item, price) => {
                if let What::Bought { agreed, .. } = &mut item.get_mut(items).what {
                    *agreed = price;
                }
                return Cause::Price;
            }
            Self::PlainCost(item, cost) => {
                if let What::Plain { cost: old, .. } = &mut item.get_mut(items).what {
                    *old = cost;
                }
                return Cause::Price;
            }
            Self::OtherSku(item, sku) => {
                if let What::Bought { sku: old, .. } = &mut item.get_mut(items).what
                    && *old % skus != sku % skus
                {
                    *old = sku;
                }
                return Cause::Product;
            }
            _ => {}
        }
        Cause::Usage
    }
}

impl Sku {
    fn written(&self, name: usize) -> String {
        let currency = if self.is_euro { "currency = \"EUR\", " } else { "" };
        let Self { flat, per_price, included, bound, .. } = self;
        let mut text = format!("[skus.s{name}]\n");
        if let Some(credit) = self.credit {
            let _ = writeln!(text, "credits = [{{ reason = \"credit\", amount = {credit}, skus = [\"s0\"] }}]");
        }
        let _ = write!(text, "[[skus.s{name}.charges]]\nmeter = \"plan\"\nmodel = \"flat\"\n");
        let mut near = format!("{currency}when = {{ region = \"near\" }}, price = ");
        if let Some(earlier) = self.earlier {
            // The earlier price, which is not used, is in the other currency.
            let other = if self.is_euro { "" } else { "currency = \"EUR\", " };
            let earlier = format!("{other}when = {{ region = \"near\" }}, price = {earlier}");
            let _ = writeln!(text, "prices = [{{ {earlier}, effective_to = 2026-05-31 }},");
            near = format!("effective_from = 2026-06-01, {near}");
        } else {
            text.push_str("prices = [\n");
        }
        let _ = writeln!(text, "{{ {near}{flat} }},");
        let far = self.far.map_or_else(|| "\"quote\"".to_owned(), |far| far.to_string());
        let _ = writeln!(text, "{{ {currency}when = {{ region = \"far\" }}, price = {far} }}]");
        // The same price for a thousandth.
        let (unit, times) = if self.is_small { ("MB", Decimal::ONE_THOUSAND) } else { ("GB", Decimal::ONE) };
        let (per_price, bound, block) = (per_price / times, Decimal::from(*bound) * times, Decimal::TEN * times);
        let (model, price) = match self.model {
            Model::PerUnit => ("per_unit", format!("price = {per_price}")),
            Model::Package => ("package", format!("price = {}, per = {block}", self.per_price)),
            Model::Graduated | Model::Volume => {
                let cheaper = per_price / Decimal::TWO;
                let tiers = format!("tiers = [{{ up_to = {bound}, price = {per_price} }}, {{ price = {cheaper} }}]");
                (if self.model == Model::Volume { "volume" } else { "graduated" }, tiers)
            }
        };
        let minimum = self.minimum.map_or_else(String::new, |minimum| format!(", minimum = {minimum}"));
        let _ = write!(text, "[[skus.s{name}.charges]]\nmeter = \"data\"\nunit = \"{unit}\"\nmodel = \"{model}\"\n");
        if self.is_pooled {
            text.push_str("pool = \"p\"\n");
        }
        let _ = writeln!(text, "prices = [{{ {currency}{price}, included = \"{included} GB * quantity\"{minimum} }}]");
        if let Some(percent) = self.percent {
            let _ = write!(text, "[[skus.s{name}.charges]]\nmeter = \"support\"\nmodel = \"percentage\"\n");
            let _ = writeln!(text, "of = \"subtotal\"\npercent = {percent}");
        }
        text
    }
}

impl Project {
    /// The price sheet of the vendor `v`.
    pub fn sheet(&self) -> String {
        let head = "version = 1\nvendor = \"v\"\ncurrency = \"USD\"\nsource = \"s\"\nretrieved_on = 2026-01-01\ntrust = \"fixture\"\n[pools.p]\nunit = \"GB\"\n";
        let skus: String = self.skus.iter().enumerate().map(|(name, sku)| sku.written(name)).collect();
        format!("{head}{skus}")
    }

    /// The exchange rates.
    pub fn rates(&self) -> String {
        let Self { rate, .. } = self;
        format!(
            "version = 1\n[[rates]]\nfrom = \"EUR\"\nto = \"USD\"\nrate = {rate}\neffective_from = 2026-01-01\nsource = \"s\"\n"
        )
    }

    /// The manifest of the stage.
    pub fn manifest(&self) -> String {
        let Self { buffer, load, .. } = self;
        let mut text = "version: 1\nstage: 1\nname: Test\ncustomers: 0..100\ncurrency: USD\n".to_owned();
        let _ = write!(text, "buffer: {buffer}\ndrivers:\n  load: {load} GB * customers\n");
        if self.is_rounded {
            text.push_str("rounding:\n  line_items: 1\n  total: { to: 5, direction: up }\n");
        }
        if let Some(discount) = self.discount {
            let _ = writeln!(text, "discounts:\n  - {{ reason: contract, rate: {discount} }}");
        }
        if let Some(credit) = self.credit {
            let _ = writeln!(text, "credits:\n  - {{ reason: programme, amount: {credit} EUR/month }}");
        }
        text.push_str("line_items:\n");
        for Item { number, what, quantity, grows } in &self.items {
            let grows = if *grows { " + ceil(customers / 3)" } else { "" };
            let _ =
                write!(text, "  - name: n{number}\n    category: c{}\n    quantity: {quantity}{grows}\n", number % 2);
            let _ = match what {
                What::Plain { cost, is_euro, per_customer } => {
                    let currency = if *is_euro { "EUR" } else { "USD" };
                    let times = if *per_customer { " * customers" } else { "" };
                    writeln!(text, "    cost: {cost} {currency}{times}")
                }
                What::Bought { sku, is_far, usage, agreed } => {
                    let region = if *is_far { "far" } else { "near" };
                    let _ =
                        writeln!(text, "    sku: v/s{}\n    options: {{ region: {region} }}", sku % self.skus.len());
                    if let Some(usage) = usage {
                        let _ = writeln!(text, "    usage: {{ data: {usage} GB + load / 7 }}");
                    }
                    match agreed {
                        Some(agreed) => {
                            writeln!(text, "    agreed_price: {{ plan: {agreed} EUR/month, reason: contract }}")
                        }
                        None => Ok(()),
                    }
                }
            };
        }
        text
    }

    /// The stage with what it costs; why not, if it cannot be computed.
    pub fn costed(&self, sources: &mut Sources) -> Result<CostedStage, String> {
        let mut problems = Problems::default();
        let mut read = |name: &str, text: String| sources.add(name, text);
        let (sheet, rates) = (read("v.toml", self.sheet()), read("fx.toml", self.rates()));
        let manifest = read("1-test.yaml", self.manifest());
        let mut book = PriceBook::new(vec!["v".to_owned()]);
        let raw = parse::price_sheet(sheet, sources.text(sheet), &mut problems);
        book.add(resolve::price_sheet(raw.ok_or_else(|| format!("{problems:?}"))?, "v", None, &mut problems));
        let raw = parse::exchange_rates(rates, sources.text(rates), &mut problems);
        book.rates = resolve::exchange_rates(raw.ok_or_else(|| format!("{problems:?}"))?, &mut problems);
        let text = sources.text(manifest);
        let raw = parse::manifest(manifest, text, &mut problems).ok_or_else(|| format!("{problems:?}"))?;
        let request = Request::on("2026-11-24".parse().unwrap());
        let stage = resolve::stage(raw, Text::of(manifest, text), &request, &book, &mut problems);
        let (stage, _) = stage.ok_or_else(|| format!("{problems:?}"))?;
        let stage = self.with_technique(stage, sources);
        let inputs = Inputs { customers: self.customers, revenue: Revenue::Unknown };
        let costing = calculate::stage(&stage, inputs, &mut Unobserved).map_err(|wrong| format!("{wrong:?}"))?;
        Ok(CostedStage { stage, costing, point: RangePoint::Given, project_budget: None })
    }

    fn with_technique(&self, stage: Stage, sources: &mut Sources) -> Stage {
        let Some(leaves) = self.technique else { return stage };
        let text = format!(
            "version: 1\nname: T\narea: a\nsummary: s\neffort: low\nrisk: low\nneeds: [n]\nsteps: [s]\ninputs:\n  after: {{ default: {leaves}, meaning: m }}\neffects:\n  - {{ name: cost, before: 1, after: after }}\n"
        );
        let mut problems = Problems::default();
        let file = sources.add("t.yaml", text);
        let raw = parse::technique(file, sources.text(file), &mut problems).unwrap_or_else(|| panic!("{problems:?}"));
        let technique: Technique = resolve::technique(
            raw,
            "t",
            (&[], resolve::RatesOn { rates: &ExchangeRates::default(), day: stage.as_of }),
            &["t"],
            &mut problems,
        )
        .unwrap_or_else(|| panic!("{problems:?}"));
        let used = UsedTechnique {
            technique: Arc::new(technique),
            lowers: Lowers::Cost(None),
            effect: 0,
            counts: None,
            driven: Box::default(),
            moved: None,
            share: Decimal::ONE,
            share_at: None,
        };
        let even = (0..stage.line_items.len()).filter(|place| stage.line_items[*place].name.ends_with(['0', '2', '4']));
        stage.with_techniques(even.map(|place| (place, &used)).collect::<Vec<_>>())
    }
}
