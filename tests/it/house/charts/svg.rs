//! Pictures as SVG: what is drawn where, that it is XML with nothing live in it, and that it stays within its frame.
//!
//! Places are worked out by hand. A picture of 300 pixels in a page has no margin; a digit of the axis is 7 pixels wide
//! (11 pixels times 0.64, in whole tenths), and 8 pixels are to the right of the numbers and of the plot.

use std::collections::BTreeSet;
use std::fs;

use quick_xml::Reader;
use quick_xml::events::Event;
use resvg::tiny_skia::{Pixmap, PremultipliedColorU8};

use super::*;
use crate::project::{HEAD, costplan, example_plan, project, stderr, stdout};
use costplan::render::{SvgPlace, png, svg, svg_style};
use costplan::view::{CurveBand, Picture};

fn picture(kind: ChartKind) -> Picture {
    let chart = Chart { title: "Title".to_owned(), kind };
    Picture { title: "Title".to_owned(), notes: Vec::new(), charts: vec![chart] }
}

/// A chart in a page, 300 pixels wide.
fn in_page(kind: ChartKind) -> String {
    checked(&svg(&picture(kind), 300, SvgPlace::Page))
}

/// The same text, which has to be XML of a few known elements and attributes, within its frame.
fn checked(text: &str) -> String {
    let elements = ["svg", "title", "desc", "style", "rect", "line", "path", "circle", "text"];
    let mut reader = Reader::from_str(text);
    let (mut open, mut frame) = (Vec::new(), [0.0, 0.0]);
    loop {
        let event = reader.read_event().unwrap_or_else(|error| panic!("{error}:\n{text}"));
        let (element, is_empty) = match &event {
            Event::Start(element) => (element, false),
            Event::Empty(element) => (element, true),
            Event::End(_) => {
                open.pop();
                continue;
            }
            Event::Text(text) => {
                text.decode().unwrap();
                continue;
            }
            Event::GeneralRef(entity) => {
                let known: [&[u8]; 5] = [b"amp", b"lt", b"gt", b"quot", b"#39"];
                assert!(known.contains(&&**entity), "{entity:?}");
                continue;
            }
            Event::Eof => break,
            other => panic!("{other:?}"),
        };
        let name = String::from_utf8(element.name().as_ref().to_vec()).unwrap();
        assert!(elements.contains(&&*name), "{name}");
        for attribute in element.attributes() {
            let attribute = attribute.unwrap();
            let key = String::from_utf8(attribute.key.as_ref().to_vec()).unwrap();
            let value = String::from_utf8(attribute.value.to_vec()).unwrap();
            assert!(!key.starts_with("on") && key != "href" && key != "style", "{key}={value}");
            if key == "viewBox" {
                let numbers: Vec<f64> = value.split(' ').map(|number| number.parse().unwrap()).collect();
                frame = [numbers[2], numbers[3]];
            }
            let side = match &*key {
                "x" | "x1" | "x2" | "cx" => 0,
                "y" | "y1" | "y2" | "cy" => 1,
                _ => continue,
            };
            let place: f64 = value.parse().unwrap();
            assert!((0.0..=frame[side]).contains(&place), "{key}={value} of {frame:?}:\n{text}");
        }
        if !is_empty {
            open.push(name);
        }
    }
    assert!(open.is_empty() && text.ends_with("</svg>\n"));
    let is_fine =
        |character: char| character == '\n' || !character.is_control() && !"\u{fffe}\u{ffff}".contains(character);
    assert!(text.chars().all(is_fine), "{text}");
    text.to_owned()
}

/// The lines of a picture that begin so.
fn lines<'t>(text: &'t str, start: &str) -> Vec<&'t str> {
    text.lines().filter(|line| line.starts_with(start)).collect()
}

#[test]
fn a_step_is_where_it_belongs() {
    let curve = Curve { marks: Vec::new(), ..steps() };
    let text = in_page(ChartKind::Curve(curve));
    // The axis has 4 steps of 10 in 230 pixels: 57.5 each. The numbers are 14 wide, so the plot is from 22 to 292, and
    // 20 customers are 270 wide. The legend is 20 high, and 8 are above the plot: it ends at 258. So 10 is at 200.5.
    let path = lines(&text, "<path");
    assert_eq!(path.len(), 1);
    assert!(path[0].contains("d=\"M22 200.5h135v-57.5h67.5v-115h67.5\""), "{}", path[0]);
    assert!(text.contains("y1=\"85.5\" x2=\"292\" y2=\"85.5\" stroke-dasharray"), "the budget of 30: {text}");
    for said in ["0 customers\ntotal: 10.00 USD", "10 customers\ntotal: 20.00 USD", "15 customers\ntotal: 40.00 USD"] {
        assert!(text.contains(said), "{said} in {text}");
    }
}

#[test]
fn marks_have_letters_and_their_meaning() {
    let text = in_page(ChartKind::Curve(steps()));
    // 15 of 20 is at 22 + 202.5; the letters take 18 pixels above the plot instead of 8.
    assert!(text.contains("<line class=\"cp-axis\" stroke=\"currentColor\" x1=\"224.5\""), "{text}");
    for meaning in [">10: a server<", ">15: two; three<"] {
        assert!(text.contains(meaning), "{meaning} in {text}");
    }
    // With too many marks the largest steps have letters, and the others a line at the axis.
    let marks = (0..=20).map(|x| mark(x, "a change")).collect();
    let text = in_page(ChartKind::Curve(Curve { marks, ..steps() }));
    assert!(text.contains(">12 smaller changes are short"), "{text}");
}

#[test]
fn a_gap_is_named_and_never_zero() {
    let points = [(0, Some(10)), (5, None), (10, Some(20))];
    let curve = Curve { series: vec![series("costs", &points)], gap: "not fully known".to_owned(), ..Curve::default() };
    let text = in_page(ChartKind::Curve(curve));
    assert!(text.contains(">?</text>") && text.contains("<title>not fully known</title>"), "{text}");
    assert!(text.contains("costs: not fully known"), "{text}");
    assert_eq!(lines(&text, "<circle").len(), 1, "the last point has no neighbour: {text}");
    let unknown = Curve { series: vec![series("costs", &[(0, None), (5, None)])], ..Curve::default() };
    assert!(in_page(ChartKind::Curve(unknown)).contains("Unknown: no cost of these is fully known"));
}

#[test]
fn months_have_a_width_and_budgets_an_area() {
    let ChartKind::Curve(curve) = months() else { unreachable!() };
    let band = |x: i64, ends: Option<(i64, i64)>| {
        (Decimal::from(x), ends.map(|(a, b)| (Decimal::new(a, 2), Decimal::new(b, 2))))
    };
    let points = vec![band(0, Some((10, 20))), band(1, Some((10, 20))), band(2, None), band(3, Some((5, 10)))];
    let bands = vec![CurveBand { name: "budget".to_owned(), points }];
    let text = in_page(ChartKind::Curve(Curve { bands, ..curve }));
    // The numbers `30%` are 24.8 wide: the plot is from 32.8 to 292, and a month is 64.8 wide.
    let areas: Vec<&str> =
        lines(&text, "<rect class=\"cp-2\"").into_iter().filter(|line| line.contains("<title>")).collect();
    assert_eq!(areas.len(), 2, "{text}");
    assert!(areas[0].contains("x=\"32.8\"") && areas[0].contains("width=\"129.6\""), "{}", areas[0]);
    assert!(areas[0].contains("<title>budget: 10.0% to 20.0%</title>"), "{}", areas[0]);
    assert!(text.contains(">2026-12</text>"), "{text}");
}

#[test]
fn bars_are_as_long_as_their_values() {
    let limited =
        BarRow { limits: Some((0.into(), 50.into())), range: Some((10.into(), 40.into())), ..row("b", Some(20), "20") };
    let rows = vec![
        row("a", Some(40), "40"),
        limited,
        row("c", None, "unknown"),
        row("d", Some(-10), "-10"),
        row("e", Some(0), "0"),
    ];
    let bars = Bars { rows, range_name: "range".to_owned(), limits_name: "budget".to_owned() };
    let text = in_page(ChartKind::Bars(bars));
    let drawn = lines(&text, "<rect class=\"cp-0\"");
    assert_eq!(drawn.len(), 3, "zero has no bar, and what is unknown has none: {text}");
    let width =
        |line: &str| -> f64 { line.split("width=\"").nth(1).unwrap().split('"').next().unwrap().parse().unwrap() };
    let widths: Vec<f64> = drawn.iter().map(|line| width(line)).collect();
    assert!((widths[0] / widths[1] - 2.0).abs() < 0.01 && (widths[0] / widths[2] - 4.0).abs() < 0.01, "{widths:?}");
    assert!(text.contains(">?</text>") && text.contains(">unknown</text>"), "{text}");
}

#[test]
fn a_small_picture() {
    let notes = vec!["USD a month, prices of 2026-11-24".to_owned(), "From 1000 to 2000 `requests`".to_owned()];
    let picture = Picture { notes, ..picture(ChartKind::Curve(steps())) };
    insta::assert_snapshot!("svg-curve", checked(&svg(&picture, 400, SvgPlace::File)));
}

#[test]
fn names_do_nothing() {
    let hostile = [
        "<script>alert(1)</script>",
        "]]><svg onload=\"alert(1)\">",
        "\" onmouseover=\"alert(1)",
        "\u{202e}evil\u{2066}\u{0}\u{7}\u{1b}[31m\r\n\u{fffe}\u{ffff}",
        "&lt;!ENTITY x SYSTEM 'file:///etc/passwd'>",
        "url(javascript:alert(1));}</style>",
    ];
    let long = "x".repeat(10_000);
    let marks_of_no_width = format!("a{}", "\u{301}".repeat(10_000));
    for name in hostile.into_iter().chain([&*long, &*marks_of_no_width, ""]) {
        let curve = Curve {
            series: vec![series(name, &[(0, Some(1)), (2, None)]), series(name, &[(1, Some(2))])],
            x_label: name.to_owned(),
            marks: vec![mark(1, name)],
            guides: vec![guide(1, name), guide(1000, name)],
            x_names: vec![(Decimal::ZERO, name.to_owned()), (Decimal::TWO, name.to_owned())],
            gap: name.to_owned(),
            ..Curve::default()
        };
        let bars = Bars { rows: vec![row(name, Some(1), name), row(name, None, name)], ..Bars::default() };
        for kind in [ChartKind::Curve(curve), ChartKind::Bars(bars)] {
            let chart = Chart { title: name.to_owned(), kind };
            let picture = Picture { title: name.to_owned(), notes: vec![name.to_owned()], charts: vec![chart] };
            for place in [SvgPlace::File, SvgPlace::Page, SvgPlace::LivePage] {
                let text = checked(&svg(&picture, 300, place));
                assert!(!text.contains("<script") && !text.contains('\u{202e}'), "{text}");
                assert!(text.len() < 30_000, "{} bytes", text.len());
            }
        }
    }
}

#[test]
fn extremes_are_drawn_or_said() {
    let curve = |values: &[(i64, Decimal)]| {
        let points = values.iter().map(|(x, y)| (Decimal::from(*x), Some(*y))).collect();
        ChartKind::Curve(Curve { series: vec![Series { name: "a".to_owned(), points }], ..Curve::default() })
    };
    let large = Decimal::MAX;
    for kind in [
        ChartKind::Curve(Curve::default()),
        ChartKind::Bars(Bars::default()),
        ChartKind::Tornado(Tornado::default()),
        curve(&[(0, Decimal::ZERO)]),
        curve(&[(7, Decimal::ONE)]),
        curve(&[(0, Decimal::ONE), (9, Decimal::ONE)]),
        curve(&[(0, -Decimal::TEN), (9, -Decimal::ONE)]),
        curve(&[(i64::MIN, Decimal::MIN), (i64::MAX, large)]),
        curve(&[(0, large), (1, large - Decimal::ONE)]),
        curve(&[(0, Decimal::new(1, 28)), (1, Decimal::new(2, 28))]),
    ] {
        assert!(lines(&in_page(kind), "<").len() > 3);
    }
    assert!(in_page(curve(&[(0, Decimal::new(1_234_567, 0)), (1, Decimal::ZERO)])).contains(">1,400,000</text>"));
}

/// The names of the colours in a text.
fn classes(text: &str) -> BTreeSet<&str> {
    let names = text.split("cp-").skip(1);
    names.map(|rest| &rest[..rest.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(rest.len())]).collect()
}

#[test]
fn a_page_can_choose_every_colour() {
    let style = svg_style();
    let text = in_page(ChartKind::Curve(steps()));
    assert!(classes(&text).is_subset(&classes(&style)), "{text}");
    assert!(style.contains("prefers-color-scheme:dark") && !text.contains("<style") && !text.contains('#'));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn every_picture_is_xml_within_its_frame(kind in kinds(), title in labels(), width in 0u16..1200) {
        let chart = Chart { title: title.clone(), kind };
        checked(&svg(&Picture { title, notes: Vec::new(), charts: vec![chart] }, width, SvgPlace::File));
    }
}

#[test]
fn each_chart_is_printed_or_written() {
    let directory = example_plan(&[]);
    for (arguments, words) in [
        (
            &["sweep", "2", "--customers", "10..120"][..],
            ["Stage 2 Growth from 10 to 120 customers", "101: API servers"],
        ),
        (
            &["sweep", "--all", "--customers", "0..20"],
            ["All stages from 0 to 20 customers", "is the cheapest that serves"],
        ),
        (
            &["forecast", "--from", "5", "--growth", "25%/month", "--arpu", "49"],
            ["Forecast from", "budget of the stage"],
        ),
        (
            &["categories", "2", "--customers", "60"],
            ["At 60 customers: 172.00; with buffer and rounding 225.00", "65.00 (37.8%)"],
        ),
        (&["stages", "--arpu", "49"], ["Stages side by side", "1,800.00 at 300 customers, 12.2% of MRR"]),
    ] {
        let arguments = [&["chart"], arguments, &["--as-of", "2026-11-24"]].concat();
        let printed = checked(&stdout(directory.path(), &arguments));
        for word in words {
            assert!(printed.contains(word), "{word} in {printed}");
        }
        let file = directory.path().join("new/picture.svg");
        let output = costplan(directory.path(), &[&arguments[..], &["-o", "new/picture.svg"]].concat());
        assert_eq!((stderr(&output).as_str(), output.stdout.len()), ("wrote new/picture.svg\n", 0));
        assert_eq!(fs::read_to_string(&file).unwrap(), printed);
    }
}

#[test]
fn categories_are_folded_so_that_they_add_up() {
    let items: String =
        (1..=14).map(|item| format!("  - {{ name: I{item}, category: c{item}, cost: {item} }}\n")).collect();
    let directory = project(&[("stages/1.yaml", &format!("{HEAD}line_items:\n{items}"))]);
    let text = stdout(directory.path(), &["chart", "categories", "1", "--customers", "1"]);
    // 14 + 13 + ... + 6 = 90 for the nine largest, and 1 + 2 + 3 + 4 + 5 = 15 for the others, of 105.
    assert!(
        text.contains(">5 others<") && text.contains(">15.00 (14.3%)<") && text.contains("At 1 customers: 105.00"),
        "{text}"
    );
}

#[test]
fn a_stage_of_unknown_cost_says_so() {
    let unknown =
        "line_items:\n  - { name: A, category: known, cost: 5 }\n  - { name: B, category: open, sku: aws/lambda }\n";
    let directory = project(&[("stages/1.yaml", &format!("{HEAD}{unknown}"))]);
    let at = directory.path();
    let text = stdout(at, &["chart", "categories", "1", "--customers", "1"]);
    assert!(text.contains("At 1 customers: 5.00 + ?") && text.contains(">unknown</text>"), "{text}");
    let text = stdout(at, &["chart", "stages"]);
    assert!(
        text.contains("Not fully known, so at least what is drawn: 1 Test") && text.contains("5.00 + ? at"),
        "{text}"
    );
    let text = stdout(at, &["chart", "sweep", "1", "--customers", "0..9"]);
    assert!(text.contains("Not drawn where the costs are not fully known: 1 Test"), "{text}");
    assert!(text.contains("Unknown: no cost of these is fully known"), "{text}");
    let text = stdout(at, &["chart", "forecast", "--from", "1", "--months", "3"]);
    assert!(text.contains("Unknown: no cost of these is fully known"), "{text}");
}

#[test]
fn a_png_is_the_picture_with_letters_of_the_program() {
    let directory = example_plan(&[]);
    let draw = |name: &str| {
        let run = ["chart", "stages", "--as-of", "2026-11-24", "-o", name];
        assert_eq!(costplan(directory.path(), &run).status.code(), Some(0));
        fs::read(directory.path().join(name)).unwrap()
    };
    let (svg, bytes) = (String::from_utf8(draw("stages.svg")).unwrap(), draw("stages.PNG"));
    assert_eq!(bytes, png(&svg).unwrap());
    let drawn = Pixmap::decode_png(&bytes).unwrap();
    let height: u32 = svg.split_once("height=\"").unwrap().1.split_once('"').unwrap().0.parse().unwrap();
    assert_eq!((drawn.width(), drawn.height()), (1520, 2 * height));
    // The paper, the bars, and the ink of the title, of which there is none where the font lacks its letters.
    let count = |colour: [u8; 3]| {
        let is_same = |pixel: &&PremultipliedColorU8| [pixel.red(), pixel.green(), pixel.blue()] == colour;
        drawn.pixels().iter().filter(is_same).count()
    };
    let counts = [[0xff, 0xff, 0xff], [0x0f, 0x62, 0xb5], [0x1b, 0x24, 0x30]].map(count);
    assert!(counts[0] > 500_000 && counts[1] > 10_000 && counts[2] > 1_000, "{counts:?}");
}

#[test]
fn a_file_that_cannot_be_written_leaves_nothing() {
    let directory = example_plan(&[("taken", "a file")]);
    for (file, said) in [
        ("taken/curve.png", "cannot be written"),
        ("curve.pdf", "write `-o curve.svg`"),
        ("curve", "write `-o curve.svg`"),
        ("taken/curve.svg", "cannot be written"),
    ] {
        let output = costplan(directory.path(), &["chart", "stages", "-o", file]);
        assert_eq!(output.status.code(), Some(2), "{file}");
        assert!(output.stdout.is_empty() && stderr(&output).contains(said), "{file}: {}", stderr(&output));
    }
    let mut names: Vec<_> = fs::read_dir(directory.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names, ["stages", "taken"]);
    assert_eq!(fs::read_to_string(directory.path().join("taken")).unwrap(), "a file");
}
