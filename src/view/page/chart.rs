//! Charts as data: what is drawn, not how. `render` draws them if they are requested.
//!
//! Numbers remain decimals until they are mapped to a cell of the terminal or to a part of a pixel. An unknown is
//! `None`: a gap in a line or a question mark in place of a bar, never zero.

use std::fmt;

use rust_decimal::Decimal;

use crate::model::Currency;
use crate::view::page::number::{Number, displayed, percent, thousands};

/// A drawing for documents: charts, and what is said of them.
#[derive(Clone, Debug, Default)]
pub struct Picture {
    /// The title.
    pub title: String,
    /// Sentences under the title: what the figures are of, and what is unknown.
    pub notes: Vec<String>,
    /// The charts, from top to bottom.
    pub charts: Vec<Chart>,
}

/// A chart with its title.
#[derive(Clone, Debug)]
pub struct Chart {
    /// The title: what is shown, with the unit and period where the axis does not state them.
    pub title: String,
    /// The kind of chart, with its data.
    pub kind: ChartKind,
}

/// The kinds of charts.
#[derive(Clone, Debug)]
pub enum ChartKind {
    /// Lines over a common axis.
    Curve(Curve),
    /// A bar for each row.
    Bars(Bars),
    /// The effect of each input when it is lower and when it is higher.
    Tornado(Tornado),
}

/// Lines over a common axis. Each is a step function: a value holds from its point up to the next one.
#[derive(Clone, Debug, Default)]
pub struct Curve {
    /// The lines; the first is drawn on top. Up to six can be distinguished.
    pub series: Vec<Series>,
    /// The quantity on the horizontal axis, such as `customers`.
    pub x_label: String,
    /// The unit of the vertical axis.
    pub y_unit: AxisUnit,
    /// The upper limit of the vertical axis, if lines go higher: a share of MRR at few customers would leave no room
    /// for the rest. The chart states that a line is cut off.
    pub y_most: Option<Decimal>,
    /// Marked places on the horizontal axis; those outside of the points are left out.
    pub marks: Vec<CurveMark>,
    /// Horizontal lines.
    pub guides: Vec<Guide>,
    /// Labels of places on the horizontal axis, such as months, in order. Without labels the axis has round numbers.
    pub x_names: Vec<(Decimal, String)>,
    /// Areas behind the lines; only a drawing with surfaces has them.
    pub bands: Vec<CurveBand>,
    /// What a gap in the first line means, such as `not fully known`; empty if gaps mean nothing.
    pub gap: String,
}

/// An area between two values, such as a budget.
#[derive(Clone, Debug)]
pub struct CurveBand {
    /// The name, for the legend.
    pub name: String,
    /// The lower and the upper end, by rising x; each holds up to the next. `None`: there is no area.
    pub points: Vec<(Decimal, Option<(Decimal, Decimal)>)>,
}

/// A line of a curve.
#[derive(Clone, Debug)]
pub struct Series {
    /// The name, for the legend.
    pub name: String,
    /// The points, by rising x. Where the value is `None` the line has a gap, up to the next point with a value.
    pub points: Vec<(Decimal, Option<Decimal>)>,
}

/// The unit of an axis.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AxisUnit {
    /// Money.
    Money(Currency),
    /// Ratios, shown in per cent: 0.2 as 20%.
    Percent,
    /// Plain numbers.
    #[default]
    Plain,
}

impl AxisUnit {
    /// A value with its unit, as it is shown to people.
    pub fn shown(self, value: Decimal) -> String {
        match self {
            Self::Money(currency) => format!("{} {currency}", thousands(&displayed(value, currency).to_string())),
            Self::Percent => percent(&value.into(), 1),
            Self::Plain => thousands(&Number(value).to_string()).into_owned(),
        }
    }
}

impl fmt::Display for AxisUnit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Money(currency) => currency.fmt(f),
            // The percent sign follows each number.
            Self::Percent | Self::Plain => Ok(()),
        }
    }
}

/// A place on the horizontal axis, such as a break-point.
#[derive(Clone, Debug)]
pub struct CurveMark {
    /// The place on the axis.
    pub x: Decimal,
    /// The description for the legend.
    pub label: String,
    /// Whether it is named before others if there is no room for all, such as another stage.
    pub is_major: bool,
}

/// A horizontal line, such as a budget or a target.
#[derive(Clone, Debug)]
pub struct Guide {
    /// The value on the axis.
    pub y: Decimal,
    /// The label, with its value where that helps: `target 20%`.
    pub label: String,
}

/// A bar for each row, from a common zero.
#[derive(Clone, Debug, Default)]
pub struct Bars {
    /// The rows, from top to bottom.
    pub rows: Vec<BarRow>,
    /// What the range of a row is, for the legend; empty if no row has one. Only a drawing with surfaces has ranges.
    pub range_name: String,
    /// What the limits of a row are, for the legend; empty if no row has any. Only a drawing with surfaces has them.
    pub limits_name: String,
}

/// A row of bars.
#[derive(Clone, Debug, Default)]
pub struct BarRow {
    /// The label.
    pub label: String,
    /// The length of the bar; `None` if it is unknown.
    pub value: Option<Decimal>,
    /// The text after the bar, such as `65.00  37.8%`.
    pub text: String,
    /// The lowest and the highest value, if there are several.
    pub range: Option<(Decimal, Decimal)>,
    /// The lower and the upper limit of the value, such as a budget.
    pub limits: Option<(Decimal, Decimal)>,
}

/// The effect of each input when it is lower and when it is higher, as bars on both sides of a common line.
#[derive(Clone, Debug, Default)]
pub struct Tornado {
    /// The result with the inputs unchanged.
    pub baseline: Decimal,
    /// The same result in words, such as `225.00 USD`.
    pub baseline_text: String,
    /// The label of the lower inputs, such as `-20%`.
    pub low_name: String,
    /// The label of the higher inputs, such as `+20%`.
    pub high_name: String,
    /// The rows, from top to bottom; usually the largest effect is first.
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
    /// The text after the bars for `low`, such as `205.00`.
    pub low_text: String,
    /// The text after the bars for `high`.
    pub high_text: String,
}
