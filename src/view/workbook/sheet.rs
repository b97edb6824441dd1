//! A workbook as plain values.

use jiff::civil::Date;
use rust_decimal::Decimal;

/// A workbook.
#[derive(Clone, Debug)]
pub struct Workbook {
    /// What it is about.
    pub title: String,
    /// The day whose prices it has.
    pub day: Date,
    /// The sheets, in order.
    pub sheets: Vec<Sheet>,
    /// The names of cells, each with the formula of its cell.
    pub names: Vec<(String, String)>,
}

/// A sheet.
#[derive(Clone, Debug, Default)]
pub struct Sheet {
    /// The name; unique, and at most 31 characters.
    pub name: String,
    /// The widths of the columns, in characters.
    pub widths: Vec<u16>,
    /// The cells, in the order in which they were made.
    pub cells: Vec<SheetCell>,
    /// How many rows and columns stay in place.
    pub frozen: (u32, u16),
    /// The charts.
    pub charts: Vec<SheetChart>,
}

/// A cell.
#[derive(Clone, Debug)]
pub struct SheetCell {
    /// The row, from 0 on.
    pub row: u32,
    /// The column, from 0 on.
    pub column: u16,
    /// What it holds.
    pub value: CellValue,
    /// How it is shown.
    pub look: CellLook,
    /// What is said about it.
    pub note: Option<String>,
}

/// What a cell holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CellValue {
    /// A text, which is never read as a formula.
    Text(String),
    /// A number.
    Number(Decimal),
    /// A formula, without the sign that begins it, and its value now.
    Formula {
        /// The formula.
        text: String,
        /// Its value.
        result: CellResult,
    },
}

/// The value of a formula.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CellResult {
    /// A number.
    Number(Decimal),
    /// A text.
    Text(String),
}

/// How a cell is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CellLook {
    /// What it is.
    pub kind: CellKind,
    /// How its number is shown.
    pub numbers: CellNumbers,
}

/// What a cell is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CellKind {
    /// A title of a sheet.
    Title,
    /// A heading of a part, or of a column.
    Heading,
    /// Anything else.
    Plain,
    /// A number to be changed.
    Input,
    /// A sum.
    Total,
    /// A number that does not follow when inputs are changed.
    Kept,
    /// A sentence about the sheet.
    Remark,
}

/// How a number is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CellNumbers {
    /// As it is.
    General,
    /// Money, with the decimals of its currency.
    Money(u8),
    /// A price, with as many decimals as it has.
    Price,
    /// A cost before it is rounded to the decimals of its currency.
    Cost,
    /// Usage, with up to six decimals.
    Amount,
    /// A ratio, in per cent.
    Percent,
    /// The end of a tier; that of the last is far away.
    Bound,
}

/// A part of a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SheetRows {
    /// The sheet.
    pub sheet: String,
    /// The column.
    pub column: u16,
    /// The first and the last row.
    pub rows: (u32, u32),
}

/// How a chart is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChartSort {
    /// Columns next to each other.
    Columns,
    /// Bars next to each other, from the left.
    Bars,
    /// A line.
    Line,
}

/// A chart of the sheet on which it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SheetChart {
    /// How it is drawn.
    pub sort: ChartSort,
    /// The title.
    pub title: String,
    /// The row and the column of its corner.
    pub corner: (u32, u16),
    /// The width and the height, in points of the screen.
    pub size: (u32, u32),
    /// The names along the axis.
    pub names: SheetRows,
    /// The series: the cell of its name, and its values.
    pub series: Vec<(SheetRows, SheetRows)>,
}
