//! Pictures as data: what is drawn, and not how. `render` draws them where they are asked for.
//!
//! Numbers stay decimals up to the cell of the terminal that they fall into. An unknown is `None`: a gap in a line, a
//! question mark in place of a bar, and never zero.

use std::fmt;

use rust_decimal::Decimal;

use crate::model::Currency;

/// A picture with its headline.
#[derive(Clone, Debug)]
pub struct Chart {
    /// The headline: what is shown, and in which unit and period where the axis does not say it.
    pub title: String,
    /// The picture.
    pub kind: ChartKind,
}

/// The kinds of pictures.
#[derive(Clone, Debug)]
pub enum ChartKind {
    /// Lines over a common axis.
    Curve(Curve),
    /// A bar for each row.
    Bars(Bars),
    /// What each input changes when it is lower and when it is higher.
    Tornado(Tornado),
}

/// Lines over a common axis. Each is a step function: a value holds from its point up to the next one.
#[derive(Clone, Debug, Default)]
pub struct Curve {
    /// The lines; the first is drawn over the others. Up to six can be told apart.
    pub series: Vec<Series>,
    /// What the horizontal axis counts, such as `customers`.
    pub x_label: String,
    /// What the vertical axis counts.
    pub y_unit: AxisUnit,
    /// Where the picture may end at the top, if the lines go higher: a share of MRR at few customers would leave no room
    /// for the rest. A line that goes higher leaves the picture, which says so.
    pub y_most: Option<Decimal>,
    /// Places on the horizontal axis; those outside of the points are left out.
    pub marks: Vec<CurveMark>,
    /// Horizontal lines.
    pub guides: Vec<Guide>,
    /// Names of places on the horizontal axis, such as months, in order. Without names the axis has round numbers.
    pub x_names: Vec<(Decimal, String)>,
}

/// A line of a curve.
#[derive(Clone, Debug)]
pub struct Series {
    /// The name, for the legend.
    pub name: String,
    /// The points, by rising x. Where the value is `None` the line has a gap, up to the next point that has one.
    pub points: Vec<(Decimal, Option<Decimal>)>,
}

/// What an axis counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AxisUnit {
    /// Money.
    Money(Currency),
    /// Ratios, which are written in per cent: 0.2 as 20%.
    Percent,
    /// Numbers.
    #[default]
    Plain,
}

impl fmt::Display for AxisUnit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Money(currency) => currency.fmt(f),
            // The sign stands behind each number.
            Self::Percent | Self::Plain => Ok(()),
        }
    }
}

/// A place on the horizontal axis, such as a break-point.
#[derive(Clone, Debug)]
pub struct CurveMark {
    /// Where.
    pub x: Decimal,
    /// What is there, for the legend.
    pub label: String,
}

/// A horizontal line, such as a budget or a target.
#[derive(Clone, Debug)]
pub struct Guide {
    /// Where.
    pub y: Decimal,
    /// What it is, with its value where that helps: `target 20%`.
    pub label: String,
}

/// A bar for each row, from a common zero.
#[derive(Clone, Debug, Default)]
pub struct Bars {
    /// The rows, from top to bottom.
    pub rows: Vec<BarRow>,
}

/// A row of bars.
#[derive(Clone, Debug)]
pub struct BarRow {
    /// What it is.
    pub label: String,
    /// How long the bar is; `None` if nobody knows.
    pub value: Option<Decimal>,
    /// What stands behind the bar, such as `65.00  37.8%`.
    pub text: String,
}

/// What each input changes when it is lower and when it is higher, as bars on both sides of a common line.
#[derive(Clone, Debug, Default)]
pub struct Tornado {
    /// The result with no input changed.
    pub baseline: Decimal,
    /// The same result in words, such as `225.00 USD`.
    pub baseline_text: String,
    /// How the lower inputs are called, such as `-20%`.
    pub low_name: String,
    /// How the higher inputs are called, such as `+20%`.
    pub high_name: String,
    /// The rows, from top to bottom; most say the most first.
    pub rows: Vec<TornadoRow>,
}

/// An input of a tornado.
#[derive(Clone, Debug)]
pub struct TornadoRow {
    /// The input.
    pub label: String,
    /// The result when the input is lower, on either side of the baseline.
    pub low: Decimal,
    /// The result when the input is higher, on either side of the baseline.
    pub high: Decimal,
    /// What stands behind the bars for `low`, such as `205.00`.
    pub low_text: String,
    /// What stands behind the bars for `high`.
    pub high_text: String,
}
