//! Formulas against an independent evaluation in rational arithmetic, which is written here and nowhere else.

use std::fmt::Write as _;

use crate::project::{HEAD, computed};
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{Signed as _, Zero as _};
use proptest::prelude::*;

/// A formula as text, and the function that it represents.
#[derive(Clone, Debug)]
enum Node {
    Number(i64, u32),
    Customers,
    Negate(Box<Node>),
    Binary(char, Box<Node>, Box<Node>),
    Call(&'static str, Vec<Node>),
    If(&'static str, Box<[Node; 4]>),
}

fn rational(text: &str) -> BigRational {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits: BigInt = format!("{whole}{fraction}").parse().unwrap();
    BigRational::new(digits, BigInt::from(10).pow(u32::try_from(fraction.len()).unwrap()))
}

impl Node {
    fn text(&self) -> String {
        match self {
            Self::Number(digits, 0) => digits.to_string(),
            Self::Number(digits, decimals) => {
                let shown = format!("{digits:0>width$}", width = *decimals as usize + 1);
                let (whole, fraction) = shown.split_at(shown.len() - *decimals as usize);
                format!("{whole}.{fraction}")
            }
            Self::Customers => "customers".to_owned(),
            Self::Negate(inner) => format!("-({})", inner.text()),
            Self::Binary(sign, left, right) => format!("({} {sign} {})", left.text(), right.text()),
            Self::Call(name, arguments) => {
                format!("{name}({})", arguments.iter().map(Self::text).collect::<Vec<_>>().join(", "))
            }
            Self::If(sign, parts) => {
                let [a, b, then, otherwise] = parts.each_ref().map(Self::text);
                format!("if({a} {sign} {b}, {then}, {otherwise})")
            }
        }
    }

    fn value(&self, customers: u64) -> Option<BigRational> {
        Some(match self {
            Self::Number(..) => rational(&self.text()),
            Self::Customers => BigRational::from(BigInt::from(customers)),
            Self::Negate(inner) => -inner.value(customers)?,
            Self::Binary(sign, left, right) => {
                let (left, right) = (left.value(customers)?, right.value(customers)?);
                match sign {
                    '+' => left + right,
                    '-' => left - right,
                    '*' => left * right,
                    _ if right.is_zero() => return None,
                    _ => left / right,
                }
            }
            Self::Call(name, arguments) => {
                let values: Vec<BigRational> =
                    arguments.iter().map(|argument| argument.value(customers)).collect::<Option<_>>()?;
                match *name {
                    "min" => values.into_iter().min()?,
                    "max" => values.into_iter().max()?,
                    "ceil" => values[0].ceil(),
                    "floor" => values[0].floor(),
                    "round" => values[0].round(),
                    _ => values[0].clone().min(values[2].clone()).max(values[1].clone()),
                }
            }
            Self::If(sign, parts) => {
                let (a, b) = (parts[0].value(customers)?, parts[1].value(customers)?);
                let holds = match *sign {
                    "<" => a < b,
                    "<=" => a <= b,
                    ">" => a > b,
                    ">=" => a >= b,
                    "==" => a == b,
                    _ => a != b,
                };
                parts[if holds { 2 } else { 3 }].value(customers)?
            }
        })
    }
}

fn node() -> impl Strategy<Value = Node> {
    let leaf = prop_oneof![
        (0i64..10_000, 0u32..4).prop_map(|(digits, decimals)| Node::Number(digits, decimals)),
        Just(Node::Customers),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        let pair = (inner.clone(), inner.clone());
        prop_oneof![
            inner.clone().prop_map(|inner| Node::Negate(Box::new(inner))),
            (prop::sample::select(vec!['+', '-', '*', '/']), pair).prop_map(|(sign, (a, b))| Node::Binary(
                sign,
                Box::new(a),
                Box::new(b)
            )),
            (prop::sample::select(vec!["min", "max"]), prop::collection::vec(inner.clone(), 1..4))
                .prop_map(|(name, arguments)| Node::Call(name, arguments)),
            (prop::sample::select(vec!["ceil", "floor", "round"]), inner.clone())
                .prop_map(|(name, argument)| Node::Call(name, vec![argument])),
            [inner.clone(), inner.clone(), inner.clone()].prop_map(|arguments| Node::Call("clamp", arguments.to_vec())),
            (
                prop::sample::select(vec!["<", "<=", ">", ">=", "==", "!="]),
                [inner.clone(), inner.clone(), inner.clone(), inner]
            )
                .prop_map(|(sign, parts)| Node::If(sign, Box::new(parts))),
        ]
    })
}

/// Half away from zero, to twelve decimals.
fn to_twelve(value: &BigRational) -> BigRational {
    let scale = BigRational::from(BigInt::from(10).pow(12));
    (value * &scale).round() / scale
}

fn terminates(value: &BigRational) -> bool {
    let mut denominator = value.denom().clone();
    for prime in [BigInt::from(2), BigInt::from(5)] {
        while (&denominator % &prime).is_zero() {
            denominator /= &prime;
        }
    }
    denominator == BigInt::from(1)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn formulas_have_the_value_that_rational_arithmetic_gives(nodes in prop::collection::vec(node(), 8), customers in 0u64..5000) {
        let mut drivers = String::new();
        let mut items = String::new();
        let mut expected = Vec::new();
        for (index, node) in nodes.iter().enumerate() {
            // A cost is at least zero, and what is not a number is not requested.
            let Some(value) = node.value(customers) else { continue };
            let _ = writeln!(drivers, "  d{index}: {}", node.text());
            let _ = write!(items, "  - name: N{index}\n    category: c\n    cost: max(d{index}, -d{index})\n");
            expected.push(value.abs());
        }
        prop_assume!(!expected.is_empty());
        let manifest = format!("{HEAD}drivers:\n{drivers}line_items:\n{items}");
        match computed(&[("stages/1-test.yaml", &manifest)], customers) {
            Ok((_, costing)) => {
                for (line, value) in costing.line_items.iter().zip(&expected) {
                    let found = rational(&line.exact.to_string());
                    let wanted = if terminates(value) { value.clone() } else { to_twelve(value) };
                    prop_assert_eq!(found, wanted, "{}", manifest);
                }
            }
            // Large products do not fit into 28 digits: that is an error, never a rounding.
            Err(problems) => prop_assert!(problems.contains("LostDigits") || problems.contains("Overflow"), "{}\n{}", manifest, problems),
        }
    }
}

#[test]
fn units_are_exact_and_fit() {
    let cost = |usage: &str, unit: &str| {
        let sheet = format!(
            "version = 1\nvendor = \"v\"\ncurrency = \"USD\"\nsource = \"s\"\nretrieved_on = 2026-01-01\ntrust = \"vendor\"\n\
             [skus.s]\n[[skus.s.charges]]\nmeter = \"m\"\nunit = \"{unit}\"\nmodel = \"per_unit\"\nprice = 1\n"
        );
        let manifest =
            format!("{HEAD}line_items:\n  - name: A\n    category: c\n    sku: v/s\n    usage:\n      m: {usage}\n");
        let files = [("stages/1-test.yaml", &*manifest), ("pricing/v.toml", &*sheet)];
        computed(&files, 3).map(|(_, costing)| costing.totals.subtotal_exact.normalize().to_string())
    };
    for (usage, unit, amount) in [
        ("5 TB", "GB", "5000"),
        ("5 TB", "TB-month", "5"),
        ("1 GiB", "MiB", "1024"),
        ("1 TiB", "GB", "1099.511627776"),
        ("customers * 50 MB", "GB", "0.15"),
        ("30 minutes", "hour", "0.5"),
        ("hours_per_month", "hour", "730"),
        ("hours_per_month", "day", "30.416666666667"),
        ("10 requests * customers", "request", "30"),
        ("30%", "request", "0.3"),
        ("1_000 * 100 ms * 512 MB", "GB-second", "51.2"),
        ("5 TB / 1 GB", "request", "5000"),
        ("max(1 GB, 512 MB) + 1 KB", "GB", "1.000001"),
    ] {
        assert_eq!(cost(usage, unit).as_deref(), Ok(amount), "{usage} in {unit}");
    }
    for (usage, unit, code) in [
        ("5", "GB", "UnitMismatch"),
        ("5 GB", "request", "UnitMismatch"),
        ("5 GB + 1 hour", "GB", "UnitMismatch"),
        ("5 GB + 1", "GB", "UnitMismatch"),
        ("max(5 GB, 1)", "GB", "UnitMismatch"),
        ("if(customers > 1 GB, 1 GB, 2 GB)", "GB", "UnitMismatch"),
        ("ceil(5 GB)", "GB", "UnitMismatch"),
        ("5 GBs", "GB", "UnknownUnit"),
        ("5 gb", "GB", "UnknownUnit"),
        ("5 USD", "GB", "UnitMismatch"),
        ("custmers * 1 GB", "GB", "UnknownName"),
        ("cieling(5) * 1 GB", "GB", "UnknownName"),
        ("customers > 5", "request", "InvalidFormula"),
        ("if(customers, 1, 2)", "request", "InvalidFormula"),
        ("round(customers, customers)", "request", "InvalidFormula"),
        ("1 +", "request", "InvalidFormula"),
        ("(1", "request", "InvalidFormula"),
        ("1)", "request", "InvalidFormula"),
        ("1 ; 2", "request", "InvalidFormula"),
        ("min()", "request", "InvalidFormula"),
    ] {
        let problems = cost(usage, unit).unwrap_err();
        assert!(problems.contains(code), "{usage} in {unit}: {problems}");
    }
}
