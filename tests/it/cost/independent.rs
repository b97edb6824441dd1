//! A second program for what price models cost, for the differential test: its own description of a case, how that is
//! written in the text formats, and an evaluation in rational numbers. It shares nothing with costplan.

pub mod drawn;
pub mod evaluated;
pub mod written;

use std::fmt;

use num_bigint::BigInt;
use num_rational::BigRational;

pub type Q = BigRational;

/// A decimal, not below zero, as the test writes it.
#[derive(Clone, Copy, Debug)]
pub struct Number {
    pub digits: i64,
    pub scale: u32,
}

impl Number {
    pub const ZERO: Self = Self { digits: 0, scale: 0 };

    pub fn whole(digits: u64) -> Self {
        Self { digits: i64::try_from(digits).unwrap(), scale: 0 }
    }

    pub fn exact(self) -> Q {
        Q::new(self.digits.into(), BigInt::from(10).pow(self.scale))
    }

    /// The digits at a scale that is not below its own.
    pub fn digits_at(self, scale: u32) -> i64 {
        self.digits * 10_i64.pow(scale - self.scale)
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let power = 10_i64.pow(self.scale);
        write!(f, "{}", self.digits / power)?;
        if self.scale > 0 {
            write!(f, ".{:0width$}", self.digits % power, width = self.scale as usize)?;
        }
        Ok(())
    }
}

/// Something that one can buy; all of its meters count in one unit, and are called `m0`, `m1` and so on.
#[derive(Clone, Debug)]
pub struct Sku {
    pub unit: Unit,
    /// The tax that the prices include, in per cent.
    pub tax: Option<Number>,
    pub charges: Vec<Charge>,
}

impl Sku {
    /// Whether a price is known between two ends only.
    pub fn has_range(&self) -> bool {
        self.charges.iter().any(|charge| match charge.model {
            Model::Flat { price, .. } | Model::PerUnit { price, .. } | Model::Package { price, .. } => {
                matches!(price, Price::Between(..))
            }
            _ => false,
        })
    }
}

/// A pricing unit, with the smaller one in which usage is given.
#[derive(Clone, Copy, Debug)]
pub enum Unit {
    Counted,
    Gigabytes,
    Hours,
}

impl Unit {
    /// How many of the unit in which usage is given are a pricing unit.
    pub fn parts(self) -> i64 {
        match self {
            Self::Counted => 1,
            Self::Gigabytes => 1000,
            Self::Hours => 60,
        }
    }

    /// The decimals with which usage is given in the smaller unit.
    pub fn decimals(self) -> u32 {
        match self {
            Self::Counted => 3,
            Self::Gigabytes => 0,
            Self::Hours => 1,
        }
    }
}

#[derive(Clone, Debug)]
pub struct Charge {
    pub model: Model,
    pub included: Option<Amount>,
    pub billed: Option<Billed>,
    pub least: Option<Amount>,
    pub most: Option<Amount>,
    pub rounding: Option<(Number, Way)>,
    pub minimum: Option<Number>,
    pub cap: Option<Number>,
    pub bill: Option<(Number, Way)>,
    pub each: bool,
}

impl Charge {
    /// Whether what it costs is worked out for one unit.
    pub fn is_for_one(&self) -> bool {
        self.each || matches!(self.model, Model::Flat { .. })
    }
}

#[derive(Clone, Debug)]
pub enum Model {
    Flat {
        price: Price,
        months: u64,
    },
    PerUnit {
        price: Price,
        per: Number,
        commitment: Option<Commitment>,
    },
    Package {
        price: Price,
        per: Number,
    },
    Graduated(Vec<Step>),
    Volume(Vec<Step>),
    /// A part of what the charge at a place before costs, once or for each unit of usage.
    Percentage {
        steps: Vec<Step>,
        of: usize,
        counts: bool,
    },
}

impl Model {
    /// Whether it counts usage.
    pub fn counts(&self) -> bool {
        !matches!(self, Self::Flat { .. } | Self::Percentage { counts: false, .. })
    }
}

/// A price, or the ends of one with what is expected, if that is not the middle.
#[derive(Clone, Copy, Debug)]
pub enum Price {
    Known(Number),
    Between(Number, Option<Number>, Number),
}

#[derive(Clone, Copy, Debug)]
pub struct Commitment {
    pub usage: Number,
    pub factor: Number,
    pub true_up: bool,
}

#[derive(Clone, Debug)]
pub struct Step {
    pub up_to: Option<Number>,
    pub price: Number,
    pub fee: Number,
}

/// An amount of usage in pricing units: so many, so many for each of the quantity, or a multiple of another meter.
#[derive(Clone, Copy, Debug)]
pub enum Amount {
    Units(Number),
    OfQuantity(Number),
    OfMeter(Number, usize),
}

/// What is billed for usage: no less than so much, a multiple, or a part of another meter where that is more.
#[derive(Clone, Copy, Debug)]
pub enum Billed {
    AtLeast(Number),
    Times(Number),
    OrPart(Number, usize),
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Way {
    Nearest,
    Up,
    Down,
}

/// One line item of a SKU: the quantity, and the usage of each meter in the smaller unit.
#[derive(Clone, Debug)]
pub struct Case {
    pub quantity: Number,
    pub usages: Vec<Number>,
}
