//! Writes a workbook as a file of Excel.

use std::collections::{BTreeSet, HashMap};
use std::io;

use rust_xlsxwriter::{
    Chart, ChartAxisLabelPosition, ChartLegendPosition, ChartRange, ChartType, Color, DocProperties, ExcelDateTime,
    Format, FormatAlign, FormatBorder, Formula, Note, Workbook, Worksheet, XlsxError,
};

use super::inert;
use crate::view::{
    self, CellKind, CellLook, CellNumbers, CellResult, CellValue, ChartSort, SheetCell, SheetChart, SheetRows,
};

/// The number of paper of the size A4.
const A4: u8 = 9;
/// How many characters a page has room for beside each other.
const READABLE: u32 = 260;
/// The height of the headings of a table, two lines.
const HEADING: f64 = 30.0;
/// The most characters of a text or a note, in UTF-16 units.
const MAX_TEXT: usize = 32_000;

/// A workbook as the bytes of an xlsx file. The same workbook is the same bytes.
///
/// # Errors
/// A workbook that is larger than a file of Excel can be.
pub fn workbook(workbook: &view::Workbook) -> io::Result<Vec<u8>> {
    written(workbook).map_err(io::Error::other)
}

fn written(of: &view::Workbook) -> Result<Vec<u8>, XlsxError> {
    let mut file = Workbook::new();
    let day = &of.day;
    let year = u16::try_from(day.year()).unwrap_or(1900);
    let (month, day) = (day.month().unsigned_abs(), day.day().unsigned_abs());
    // A day that the format does not know is left out for one that is always the same.
    let created = ExcelDateTime::from_ymd(year, month, day).or_else(|_| ExcelDateTime::from_ymd(2000, 1, 1))?;
    file.set_properties(&DocProperties::new().set_title(inert::plain_text(&of.title)).set_creation_datetime(&created));
    let mut formats = HashMap::new();
    for sheet in &of.sheets {
        write_sheet(file.add_worksheet(), sheet, &mut formats)?;
    }
    for (name, cell) in &of.names {
        file.define_name(name, &format!("={cell}"))?;
    }
    file.save_to_buffer()
}

fn write_sheet(
    file: &mut Worksheet,
    sheet: &view::Sheet,
    formats: &mut HashMap<(CellLook, bool, bool), Format>,
) -> Result<(), XlsxError> {
    file.set_name(inert::plain_text(&sheet.name))?;
    for (column, width) in (0..).zip(wide_enough(sheet)) {
        file.set_column_width(column, f64::from(width))?;
    }
    let above_numbers = above_numbers(sheet);
    for cell in &sheet.cells {
        let is_above = above_numbers.contains(&(cell.column, cell.row));
        let look = if is_above { CellLook { numbers: CellNumbers::Amount, ..cell.look } } else { cell.look };
        let is_text = matches!(cell.value, CellValue::Text(_)) && look.numbers == CellNumbers::General;
        let is_apart = match look.kind {
            CellKind::Plain => is_text && cell.column > 0,
            CellKind::Heading => cell.row + 1 == sheet.frozen.0,
            CellKind::Title | CellKind::Input | CellKind::Total | CellKind::Kept | CellKind::Remark => false,
        };
        let is_first = cell.column == 0;
        let format = formats.entry((look, is_apart, is_first)).or_insert_with(|| format(look, is_apart, is_first));
        write_cell(file, cell, format)?;
    }
    for chart in &sheet.charts {
        let (row, column) = chart.corner;
        file.insert_chart(row, column, &drawn(chart))?;
    }
    let (rows, columns) = sheet.frozen;
    file.set_freeze_panes(rows, columns)?;
    if let Some(last) = rows.checked_sub(1) {
        file.set_repeat_rows(last, last)?.set_row_height(last, HEADING)?;
    }
    if let Some(last) = columns.checked_sub(1) {
        file.set_repeat_columns(0, last)?;
    }
    let width: u32 = sheet.widths.iter().map(|width| u32::from(*width)).sum();
    file.set_landscape().set_paper_size(A4).set_print_fit_to_pages(pages_beside(width), 0);
    file.set_footer("&L&F&C&A&R&P / &N");
    Ok(())
}

/// The widths of the columns, which have room for each number as it is now: a number that is cut is no number.
fn wide_enough(sheet: &view::Sheet) -> Vec<u16> {
    let mut widths = sheet.widths.clone();
    for cell in &sheet.cells {
        let number = match &cell.value {
            CellValue::Number(number) | CellValue::Formula { result: CellResult::Number(number), .. } => number,
            CellValue::Text(_) | CellValue::Formula { result: CellResult::Text(_), .. } => continue,
        };
        // Other formats round a number to the room that there is.
        let decimals = match cell.look.numbers {
            CellNumbers::Money(decimals) => usize::from(decimals),
            CellNumbers::Price | CellNumbers::Cost => 2,
            // Two digits more, three decimals and the sign.
            CellNumbers::Percent => 6,
            CellNumbers::General | CellNumbers::Amount | CellNumbers::Bound => continue,
        };
        let digits = number.trunc().abs().to_string().len();
        let signs = 1 + usize::from(number.is_sign_negative()) + digits.saturating_sub(1) / 3;
        let needed = u16::try_from(digits + signs + decimals + 1).unwrap_or(u16::MAX);
        if let Some(width) = widths.get_mut(usize::from(cell.column)) {
            *width = needed.max(*width);
        }
    }
    widths
}

fn write_cell(file: &mut Worksheet, cell: &SheetCell, format: &Format) -> Result<(), XlsxError> {
    let (row, column) = (cell.row, cell.column);
    match &cell.value {
        CellValue::Text(text) => {
            file.write_string_with_format(row, column, fitting(text), format)?;
        }
        CellValue::Number(number) => {
            // The nearest binary number: every decimal has one, and a spreadsheet knows no others.
            let nearest: f64 = number.to_string().parse().map_err(|_| XlsxError::ParameterError(number.to_string()))?;
            file.write_number_with_format(row, column, nearest, format)?;
        }
        CellValue::Formula { text, result } => {
            let result = match result {
                CellResult::Number(number) => number.normalize().to_string(),
                CellResult::Text(text) => text.clone(),
            };
            file.write_formula_with_format(row, column, Formula::new(text).set_result(result), format)?;
        }
    }
    if let Some(note) = &cell.note {
        file.insert_note(
            row,
            column,
            &Note::new(fitting(note)).add_author_prefix(false).set_width(260).set_height(90),
        )?;
    }
    Ok(())
}

/// As much of a text as a file of Excel can hold.
fn fitting(text: &str) -> String {
    let mut length = 0;
    let fits = |character: &char| {
        length += character.len_utf16();
        length <= MAX_TEXT
    };
    inert::plain_text(text).chars().take_while(fits).collect()
}

/// The headings of numbers, by column and row: they are at the right, as the numbers are.
fn above_numbers(sheet: &view::Sheet) -> BTreeSet<(u16, u32)> {
    let headings = sheet.cells.iter().filter(|cell| cell.look.kind == CellKind::Heading);
    let headings: BTreeSet<(u16, u32)> = headings.map(|cell| (cell.column, cell.row)).collect();
    let is_number = |cell: &&SheetCell| match &cell.value {
        _ if cell.look.numbers != CellNumbers::General => true,
        CellValue::Number(_) | CellValue::Formula { result: CellResult::Number(_), .. } => true,
        CellValue::Text(_) | CellValue::Formula { result: CellResult::Text(_), .. } => false,
    };
    let above = |cell: &SheetCell| headings.range((cell.column, 0)..(cell.column, cell.row)).next_back().copied();
    sheet.cells.iter().filter(is_number).filter_map(above).collect()
}

/// How many pages a sheet of a width in characters takes beside each other, for its text to be large enough to read.
fn pages_beside(width: u32) -> u16 {
    u16::try_from(width.div_ceil(READABLE)).unwrap_or(u16::MAX)
}

/// The format of a look. A text is apart from a number to the left of it, and the headings of a table from its rows.
fn format(look: CellLook, is_apart: bool, is_first: bool) -> Format {
    let format = match look.kind {
        CellKind::Title => Format::new().set_bold().set_font_size(14),
        CellKind::Heading => {
            let format = Format::new().set_bold().set_background_color(Color::RGB(0x00DD_E6F0));
            let format = format.set_border_bottom(FormatBorder::Thin);
            let format = if is_apart { format.set_text_wrap().set_align(FormatAlign::Top) } else { format };
            if is_first || look.numbers != CellNumbers::General {
                format
            } else {
                format.set_align(FormatAlign::Left).set_indent(1)
            }
        }
        CellKind::Plain if is_apart => Format::new().set_indent(1),
        CellKind::Plain => Format::new(),
        CellKind::Input => {
            Format::new().set_font_color(Color::RGB(0x0000_3FBF)).set_background_color(Color::RGB(0x00FF_F9E0))
        }
        CellKind::Total => Format::new().set_bold().set_border_top(FormatBorder::Thin),
        CellKind::Kept => {
            Format::new().set_font_color(Color::RGB(0x0060_6060)).set_background_color(Color::RGB(0x00EE_EEEE))
        }
        CellKind::Remark => Format::new().set_italic().set_font_color(Color::RGB(0x0050_5050)),
    };
    // A text in place of a number stands where the number would.
    let right = |format: Format| format.set_align(FormatAlign::Right);
    match look.numbers {
        CellNumbers::General => format,
        CellNumbers::Amount => right(format),
        CellNumbers::Money(decimals) => {
            let zeros = "0".repeat(usize::from(decimals));
            right(format).set_num_format(if decimals == 0 { "#,##0".to_owned() } else { format!("#,##0.{zeros}") })
        }
        CellNumbers::Price => right(format).set_num_format("#,##0.00##########"),
        CellNumbers::Cost => right(format).set_num_format("#,##0.00####"),
        CellNumbers::Percent => right(format).set_num_format("0.0##%"),
        CellNumbers::Bound => right(format).set_num_format("[>=1000000000000000]\"no end\";General"),
    }
}

fn range(cells: &SheetRows) -> ChartRange {
    let (first, last) = cells.rows;
    ChartRange::new_from_range(&inert::plain_text(&cells.sheet), first, cells.column, last, cells.column)
}

fn drawn(of: &SheetChart) -> Chart {
    let mut chart = Chart::new(match of.sort {
        ChartSort::Columns => ChartType::Column,
        ChartSort::Bars => ChartType::Bar,
        ChartSort::Line => ChartType::Line,
    });
    chart.title().set_name(&*inert::plain_text(&of.title));
    for (name, values) in &of.series {
        let series = chart.add_series();
        series.set_name(&range(name)).set_categories(&range(&of.names)).set_values(&range(values));
        if of.sort == ChartSort::Bars {
            series.set_overlap(100).set_gap(40);
        }
    }
    if of.sort == ChartSort::Bars {
        // The first row on top, and its name beside the bars that go to the left.
        chart.y_axis().set_reverse().set_label_position(ChartAxisLabelPosition::Low);
    }
    if of.series.len() > 1 {
        chart.legend().set_position(ChartLegendPosition::Bottom);
    } else {
        chart.legend().set_hidden();
    }
    chart.set_width(of.size.0).set_height(of.size.1);
    chart
}
