//! The parts of a view's page in HTML. Each chart has a table of its numbers.

use std::fmt::Write as _;

use rust_decimal::Decimal;

use crate::render::chart::{SvgPlace, svg};
use crate::view::{Align, Block, Chart, ChartKind, Curve, FindingView, Grid, Mark, Picture, ReportSection};

use super::html::{escaped, rich};

/// The widths of charts in pixels, each with its class: its texts have one size on every screen.
const WIDTHS: [(&str, u16); 2] = [("on-wide", 860), ("on-narrow", 340)];

/// About how many rows a table behind a curve has at equal distances, and how many more where something changes.
const ROWS: usize = 60;

/// What is in a part of the page, and what is folded below it.
pub(super) fn section(section: &ReportSection) -> String {
    let mut out = blocks(&section.page.blocks);
    if !section.folded.blocks.is_empty() {
        let (title, folded) = (escaped(&section.folded_title), blocks(&section.folded.blocks));
        let _ = write!(out, "<details class=\"print\"><summary>{title}</summary>{folded}</details>");
    }
    out
}

fn blocks(blocks: &[Block]) -> String {
    let mut out = String::new();
    for block in blocks {
        match block {
            Block::Title(title) | Block::Headline(title) => {
                let _ = write!(out, "<h3>{}</h3>", rich(title));
            }
            Block::Text(text) => {
                let lines: Vec<String> = text.split('\n').map(rich).collect();
                let _ = write!(out, "<p>{}</p>", lines.join("<br>"));
            }
            Block::List(lines) | Block::Boxes(lines) => {
                let lines: String = lines.iter().map(|line| format!("<li>{}</li>", rich(line))).collect();
                let _ = write!(out, "<ul>{lines}</ul>");
            }
            Block::Code(code) => {
                let _ = write!(out, "<pre><code>{}</code></pre>", escaped(&code.text));
            }
            Block::Grid(of) => out.push_str(&grid(of)),
            Block::Findings(of) => out.push_str(&findings(of)),
            Block::Chart(chart) => out.push_str(&charts(std::slice::from_ref(chart))),
        }
    }
    out
}

/// Verdicts.
pub(super) fn findings(findings: &[FindingView]) -> String {
    let mut out = String::from("<ul class=\"findings\">");
    for finding in findings {
        let at = finding.customers.map(|count| format!("at {count} customers: ")).unwrap_or_default();
        let message = rich(&format!("{at}{}", finding.message));
        let word = finding.severity;
        let severity = format!("<span class=\"severity\">{word}</span>");
        let _ = write!(out, "<li class=\"{word}\">{severity} <span>{message}</span></li>");
    }
    out.push_str("</ul>");
    out
}

/// A table that scrolls by itself if it is too wide.
pub(super) fn grid(grid: &Grid) -> String {
    if grid.is_empty() {
        return String::new();
    }
    let mut out = String::from("<div class=\"scroll\" tabindex=\"0\"><table>");
    let side = |align: Align| if align == Align::Right { " class=\"number\"" } else { "" };
    if grid.has_headers() {
        out.push_str("<thead><tr>");
        for column in &grid.columns {
            let _ = write!(out, "<th scope=\"col\"{}>{}</th>", side(column.align), rich(&column.header));
        }
        out.push_str("</tr></thead>");
    }
    out.push_str("<tbody>");
    for row in 0..grid.len() {
        let marks = [
            (Mark::Strong, "strong"),
            (Mark::Bad, "bad"),
            (Mark::Doubtful, "doubtful"),
            (Mark::Faint, "faint"),
            (Mark::Rule, "rule"),
        ];
        let marks: Vec<&str> = marks.iter().filter(|(mark, _)| grid.has(row, *mark)).map(|(_, word)| *word).collect();
        let class = if marks.is_empty() { String::new() } else { format!(" class=\"{}\"", marks.join(" ")) };
        let _ = write!(out, "<tr{class}>");
        if grid.has(row, Mark::Wide) {
            let text = grid.cells(row).next().unwrap_or_default();
            let _ = write!(out, "<td colspan=\"{}\">{}</td>", grid.columns.len(), rich(text));
        } else {
            for (column, cell) in grid.columns.iter().zip(grid.cells(row)) {
                let _ = write!(out, "<td{}>{}</td>", side(column.align), rich(cell));
            }
        }
        out.push_str("</tr>");
    }
    out.push_str("</tbody></table></div>");
    out
}

/// Charts, each with its numbers as a table.
pub(super) fn charts(charts: &[Chart]) -> String {
    let mut out = String::new();
    for chart in charts {
        let title = escaped(&chart.title);
        let _ = write!(out, "<figure><figcaption>{title}</figcaption><div class=\"chart\">{}</div>", drawn(chart));
        let _ = write!(out, "<details><summary>{title} as a table</summary>{}</details></figure>", table(chart));
    }
    out
}

/// A chart in the page; its table is next to it.
fn drawn(chart: &Chart) -> String {
    let picture = Picture { title: chart.title.clone(), notes: Vec::new(), charts: vec![chart.clone()] };
    WIDTHS
        .map(|(class, width)| format!("<div class=\"{class}\">{}</div>", svg(&picture, width, SvgPlace::LivePage)))
        .concat()
}

/// The numbers of a chart.
fn table(chart: &Chart) -> String {
    // The style aligns the cells of points: there can be thousands of them.
    let class = if matches!(chart.kind, ChartKind::Curve(_)) { " class=\"points\"" } else { "" };
    let mut out = format!("<div class=\"scroll\" tabindex=\"0\"><table{class}>");
    match &chart.kind {
        ChartKind::Curve(curve) => curve_rows(curve, &mut out),
        ChartKind::Bars(bars) => {
            for row in &bars.rows {
                let (label, text) = (rich(&row.label), rich(&row.text));
                let _ = write!(out, "<tr><th scope=\"row\">{label}</th><td class=\"number\">{text}</td></tr>");
            }
        }
        ChartKind::Tornado(tornado) => {
            let (low, high) = (rich(&tornado.low_name), rich(&tornado.high_name));
            let _ = write!(out, "<tr><th></th><th scope=\"col\">{low}</th><th scope=\"col\">{high}</th></tr>");
            for row in &tornado.rows {
                let (label, low, high) = (rich(&row.label), rich(&row.low_text), rich(&row.high_text));
                let _ = write!(out, "<tr><th scope=\"row\">{label}</th><td>{low}</td><td>{high}</td></tr>");
            }
        }
    }
    out.push_str("</table></div>");
    out
}

/// The points of a curve. A script of the page shows them where the curve is pointed at.
fn curve_rows(curve: &Curve, out: &mut String) {
    let _ = write!(out, "<tr><th scope=\"col\">{}</th>", rich(&curve.x_label));
    for series in &curve.series {
        let _ = write!(out, "<th scope=\"col\" class=\"number\">{}</th>", rich(&series.name));
    }
    out.push_str(if curve.marks.is_empty() { "</tr>" } else { "<th scope=\"col\">What changes</th></tr>" });
    let mut places: Vec<Decimal> =
        curve.series.iter().flat_map(|series| series.points.iter().map(|(x, _)| *x)).collect();
    places.sort_unstable();
    places.dedup();
    let step = places.len().div_ceil(ROWS).max(1);
    let last = places.len().saturating_sub(1);
    let is_marked = |x: Decimal| curve.marks.iter().take(ROWS).any(|mark| mark.x == x);
    let is_row = |(place, x): &(usize, &Decimal)| place % step == 0 || *place == last || is_marked(**x);
    for (_, x) in places.iter().enumerate().filter(is_row) {
        let name = curve.x_names.iter().find(|(at, _)| at == x).map(|(_, name)| rich(name));
        let name = name.unwrap_or_else(|| rich(&x.to_string()));
        let _ = write!(out, "<tr data-x=\"{x}\"><th>{name}</th>");
        for series in &curve.series {
            let point = series.points.binary_search_by(|(at, _)| at.cmp(x)).ok();
            let value = point.and_then(|place| series.points[place].1);
            let text = value.map_or_else(|| "?".to_owned(), |value| curve.y_unit.shown(value));
            let _ = write!(out, "<td>{}</td>", rich(&text));
        }
        if !curve.marks.is_empty() {
            let _ = write!(out, "<td class=\"change\">{}</td>", rich(&changes(curve, *x)));
        }
        out.push_str("</tr>");
    }
}

/// What changes at a place of a curve, in words.
fn changes(curve: &Curve, x: Decimal) -> String {
    let at = format!("{}: ", x.normalize());
    let marks = curve.marks.iter().filter(|mark| mark.x == x);
    marks.map(|mark| mark.label.strip_prefix(&at).unwrap_or(&mark.label)).collect::<Vec<_>>().join("; ")
}
