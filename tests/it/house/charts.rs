//! Pictures: what is drawn, in Unicode and in ASCII, and that nothing is wider than the line.
//!
//! The values of the small pictures are chosen so that every cell can be worked out by hand.

use costplan::model::Currency;
use costplan::render::{Charts, Format, Layout, write};
use costplan::view::{
    AxisUnit, BarRow, Bars, Block, Chart, ChartKind, Curve, CurveMark, Guide, Page, Records, Series, Tornado,
    TornadoRow, View,
};
use proptest::prelude::*;
use rust_decimal::Decimal;
use unicode_width::UnicodeWidthStr as _;

/// A page of some blocks.
struct Shown(Vec<Block>);

impl serde::Serialize for Shown {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_unit()
    }
}

impl View for Shown {
    fn page(&self) -> Page {
        let blocks = self.0.iter().map(|block| match block {
            Block::Text(text) => Block::Text(text.clone()),
            Block::Chart(chart) => Block::Chart(chart.clone()),
            _ => unreachable!("the tests show texts and charts"),
        });
        Page { blocks: blocks.collect() }
    }

    fn records(&self) -> Records<'_> {
        Records { header: Vec::new(), rows: Box::new(std::iter::empty()) }
    }
}

fn written(blocks: Vec<Block>, format: Format, layout: Layout) -> String {
    let mut out = Vec::new();
    write(&Shown(blocks), format, layout, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn drawn(kind: ChartKind, width: usize, charts: Charts) -> String {
    let chart = Chart { title: "Title".to_owned(), kind };
    written(vec![Block::Chart(chart)], Format::Table, Layout { width, styled: false, charts })
}

/// The picture must be this one; the lines of the expected text begin with a colon.
fn assert_picture(kind: &ChartKind, width: usize, charts: Charts, expected: &str) {
    let expected: String = expected
        .lines()
        .filter_map(|line| line.trim_start().strip_prefix(':'))
        .map(|line| format!("{line}\n"))
        .collect();
    let picture = drawn(kind.clone(), width, charts);
    assert_eq!(picture, expected, "drawn:\n{picture}");
}

fn points(values: &[(i64, Option<i64>)]) -> Vec<(Decimal, Option<Decimal>)> {
    values.iter().map(|(x, y)| (Decimal::from(*x), y.map(Decimal::from))).collect()
}

fn series(name: &str, values: &[(i64, Option<i64>)]) -> Series {
    Series { name: name.to_owned(), points: points(values) }
}

fn mark(x: i64, label: &str) -> CurveMark {
    CurveMark { x: x.into(), label: label.to_owned(), is_major: false }
}

fn guide(y: i64, label: &str) -> Guide {
    Guide { y: y.into(), label: label.to_owned() }
}

/// A jump from 10 to 20 at 10, and one to 40 at 15.
fn steps() -> Curve {
    Curve {
        series: vec![series("total", &[(0, Some(10)), (10, Some(20)), (15, Some(40)), (20, Some(40))])],
        x_label: "customers".to_owned(),
        y_unit: AxisUnit::Money(Currency::USD),
        marks: vec![mark(10, "10: a server"), mark(15, "15: two"), mark(15, "15: three")],
        guides: vec![guide(30, "budget")],
        ..Curve::default()
    }
}

fn row(label: &str, value: Option<i64>, text: &str) -> BarRow {
    BarRow { label: label.to_owned(), value: value.map(Decimal::from), text: text.to_owned(), ..BarRow::default() }
}

/// Two lines of which the second is the first for a while, and is unknown from 4 to 6.
fn two() -> ChartKind {
    let first = [(0, Some(0)), (8, Some(6)), (10, Some(6))];
    let second = [(0, Some(0)), (2, Some(3)), (4, None), (6, Some(5)), (10, Some(5))];
    ChartKind::Curve(Curve { series: vec![series("cost", &first), series("MRR", &second)], ..Curve::default() })
}

/// Four months of shares of MRR.
fn months() -> ChartKind {
    let share = |month: i64, percent: i64| (Decimal::from(month), Some(Decimal::new(percent, 2)));
    let series =
        Series { name: "share".to_owned(), points: vec![share(0, 30), share(1, 20), share(2, 10), share(3, 5)] };
    let names = ["2026-12", "2027-01", "2027-02", "2027-03"].iter().zip(0..);
    ChartKind::Curve(Curve {
        series: vec![series],
        y_unit: AxisUnit::Percent,
        guides: vec![Guide { y: Decimal::new(20, 2), label: "target 20%".to_owned() }, guide(9, "far")],
        x_names: names.map(|(name, month)| (Decimal::from(month), (*name).to_owned())).collect(),
        ..Curve::default()
    })
}

/// Four thousand points from 0 to 1 and one of 10 in their midst, and too many marks for letters.
fn saw() -> ChartKind {
    let values: Vec<(i64, Option<i64>)> = (0..4000).map(|x| (x, Some(if x == 2000 { 10 } else { x % 2 }))).collect();
    let marks = (0..4000).map(|x| mark(x, "a jump")).collect();
    ChartKind::Curve(Curve { series: vec![series("total", &values)], marks, ..Curve::default() })
}

fn bars() -> ChartKind {
    let rows = vec![
        row("compute", Some(160), "160"),
        row("cache", Some(80), "80"),
        row("zero", Some(0), "0"),
        row("unknown", None, "?"),
        row("eighths", Some(65), "65"),
    ];
    ChartKind::Bars(Bars { rows, ..Bars::default() })
}

fn below_zero() -> ChartKind {
    ChartKind::Bars(Bars {
        rows: vec![row("cost", Some(30), "30"), row("credit", Some(-10), "-10")],
        ..Bars::default()
    })
}

fn tornado() -> ChartKind {
    let row = |label: &str, low: i64, high: i64| TornadoRow {
        label: label.to_owned(),
        low: low.into(),
        high: high.into(),
        low_text: low.to_string(),
        high_text: high.to_string(),
    };
    ChartKind::Tornado(Tornado {
        baseline: 100.into(),
        baseline_text: "100 USD".to_owned(),
        low_name: "-20%".to_owned(),
        high_name: "+20%".to_owned(),
        rows: vec![row("customers", 80, 120), row("inverse", 110, 90), row("above", 105, 110), row("none", 100, 100)],
    })
}

#[test]
fn a_jump_stands_upright_where_it_happens() {
    // 41 columns from 0 to 20: 10 is in the 21st, and 15 in the 31st; three rows for each 10 USD.
    assert_picture(
        &ChartKind::Curve(steps()),
        45,
        Charts::Unicode,
        ":Title
         :USD
         :40 ┤                              ┌──────────
         :   │                              │
         :   │                              │
         :30 ┤· · · · · · · · · · · · · · · │ · budget
         :   │                              │
         :   │                              │
         :20 ┤                    ┌─────────┘
         :   │                    │
         :   │                    │
         :10 ┤────────────────────┘
         :   │
         :   │
         : 0 ┤
         :   └┬───────────────────a─────────b─────────┬
         :    0                  10                  20
         :                    customers
         :    a 10: a server   b 15: two; 15: three",
    );
    assert_picture(
        &ChartKind::Curve(steps()),
        45,
        Charts::Ascii,
        ":Title
         :USD
         :40 +                              .----------
         :   |                              |
         :   |                              |
         :30 +. . . . . . . . . . . . . . . | . budget
         :   |                              |
         :   |                              |
         :20 +                    .---------'
         :   |                    |
         :   |                    |
         :10 +--------------------'
         :   |
         :   |
         : 0 +
         :   ++-------------------a---------b---------+
         :    0                  10                  20
         :                    customers
         :    a 10: a server   b 15: two; 15: three",
    );
}

#[test]
fn lines_on_each_other_take_turns_and_an_unknown_is_a_gap() {
    // 42 columns from 0 to 10: the second line ends at 4, which is in the 17th, and begins again at 6, in the 26th.
    assert_picture(
        &two(),
        45,
        Charts::Unicode,
        ":Title
         :─── cost   ━━━ MRR
         :6 ┤                                 ┌────────
         :  │                                 │
         :5 ┤                         ━━━━━━━━│━━━━━━━━
         :  │                                 │
         :4 ┤                                 │
         :  │                                 │
         :3 ┤        ┏━━━━━━━━                │
         :  │        ┃                        │
         :2 ┤        ┃                        │
         :  │        ┃                        │
         :1 ┤        ┃                        │
         :  │        ┃                        │
         :0 ┤──━━──━━─────────────────────────┘
         :  └┬────────────────────┬───────────────────┬
         :   0                    5                  10",
    );
    let ascii = drawn(two(), 45, Charts::Ascii);
    assert!(ascii.contains("5 +                         ********|********\n"), "{ascii}");
    assert!(ascii.contains("\n0 +--**--**-------------------------'\n"), "{ascii}");
}

#[test]
fn a_line_that_goes_too_high_leaves_the_picture() {
    // 225 USD of 10 USD for each of 10 to 100 customers, in tens: 225%, 112.5% and 75% are too high; then 56.25%, 45%,
    // 37.5%, 32.1%, 28.1%, 25% and 22.5%. A row is 5%.
    let points = (1..=10).map(|tens| (Decimal::from(tens * 10), Some(Decimal::new(225, 2) / Decimal::from(tens))));
    let share = Curve {
        series: vec![Series { name: "share".to_owned(), points: points.collect() }],
        y_unit: AxisUnit::Percent,
        y_most: Some(Decimal::new(6, 1)),
        ..Curve::default()
    };
    assert_picture(
        &ChartKind::Curve(share.clone()),
        43,
        Charts::Ascii,
        ":Title
         :^ continues above the chart
         :60% +            |
         :    |            '---.
         :50% +                |
         :    |                '----.
         :40% +                     '---.
         :    |                         |
         :30% +                         '-------.
         :    |                                 '----
         :20% +
         :    |
         :10% +
         :    |
         : 0% +
         :    ++---------------+--------------------+
         :    10              50                  100",
    );
    // Where all is higher there is nothing else to show.
    let low = Curve { y_most: Some(Decimal::new(2, 1)), ..share };
    assert!(drawn(ChartKind::Curve(low), 43, Charts::Ascii).contains("\n250% +\n"));
}

#[test]
fn names_of_months_percentages_and_a_guide_that_is_too_far_away() {
    assert_picture(
        &months(),
        45,
        Charts::Ascii,
        ":Title
         :. . far (above the chart)
         :30% +-------------.
         :    |             |
         :25% +             |
         :    |             |
         :20% +. . . . . .  '------------.  target 20%
         :    |                          |
         :15% +                          |
         :    |                          |
         :10% +                          '------------.
         :    |                                       |
         : 5% +                                       '
         :    |
         : 0% +
         :    ++------------+------------+------------+
         :  2026-12      2027-01      2027-02   2027-03",
    );
}

#[test]
fn a_peak_among_thousands_of_points_is_not_lost() {
    assert_picture(
        &saw(),
        45,
        Charts::Unicode,
        ":Title
         :10 ┤                    ╷
         :   │                    │
         :   │                    │
         : 8 ┤                    │
         :   │                    │
         :   │                    │
         : 6 ┤                    │
         :   │                    │
         :   │                    │
         : 4 ┤                    │
         :   │                    │
         :   │                    │
         : 2 ┤                    │
         :   │┌┬┬┬┬┬┬┬┬┬┬┬┬┬┬┬┬┬┬┬┼┬┬┬┬┬┬┬┬┬┬┬┬┬┬┬┬┬┬┬┐
         :   ││││││││││││││││││││││││││││││││││││││││││
         : 0 ┤╵╵╵╵╵╵╵╵╵╵╵╵╵╵╵╵╵╵╵╵╵╵╵╵╵╵╵╵╵╵╵╵╵╵╵╵╵╵╵╵╵
         :   └┼┴┴┴┴┴┴┴┴┴┴┴┴┴┴┴┴┴┴┴┼┴┴┴┴┴┴┴┴┴┴┴┴┴┴┴┴┴┴┴┼
         :    0                 2000               3999
         :    ┴ 4000 marks, too close together to name",
    );
}

#[test]
fn bars_end_at_an_eighth_of_a_cell() {
    // The bars have 26 columns: 65 of 160 are 84.5 eighths, which is ten columns and five eighths.
    assert_picture(
        &bars(),
        40,
        Charts::Unicode,
        ":Title
         :compute  ██████████████████████████  160
         :cache    █████████████                80
         :zero                                   0
         :unknown  ?                             ?
         :eighths  ██████████▋                  65",
    );
    assert_picture(
        &bars(),
        40,
        Charts::Ascii,
        ":Title
         :compute  ##########################  160
         :cache    #############                80
         :zero                                   0
         :unknown  ?                             ?
         :eighths  ###########                  65",
    );
}

#[test]
fn what_is_next_to_nothing_is_seen_and_what_is_below_zero_goes_the_other_way() {
    let tiny = ChartKind::Bars(Bars {
        rows: vec![row("much", Some(1_000_000), ""), row("tiny", Some(1), "")],
        ..Bars::default()
    });
    assert_picture(&tiny, 16, Charts::Unicode, ":Title\n:much  ██████████\n:tiny  ▏");
    assert_picture(&tiny, 16, Charts::Ascii, ":Title\n:much  ##########\n:tiny  |");
    // 26 columns for 40: of -10 they are six and a half, and of 30 the rest.
    assert_picture(
        &below_zero(),
        40,
        Charts::Unicode,
        ":Title
         :cost           │███████████████████   30
         :credit  ▐██████│                     -10",
    );
}

#[test]
fn the_shorter_bar_of_a_tornado_is_drawn_over_the_longer_one() {
    // 16 columns on each side for 20 USD.
    assert_picture(
        &tornado(),
        60,
        Charts::Unicode,
        ":Title
         :                        100 USD               ▒ -20%  █ +20%
         :customers  ▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒│████████████████      80     120
         :inverse            ████████│▒▒▒▒▒▒▒▒             110      90
         :above                      │▒▒▒▒████             105     110
         :none                       │                     100     100",
    );
    assert_picture(
        &tornado(),
        60,
        Charts::Ascii,
        ":Title
         :                        100 USD               = -20%  # +20%
         :customers  ================|################      80     120
         :inverse            ########|========             110      90
         :above                      |====####             105     110
         :none                       |                     100     100",
    );
}

#[test]
fn long_numbers_stand_in_thousands_and_small_ones_in_full() {
    let numbers = |high: Decimal| {
        let series = Series { name: String::new(), points: vec![(0.into(), Some(0.into())), (1.into(), Some(high))] };
        let curve = Curve { series: vec![series], y_unit: AxisUnit::Money(Currency::USD), ..Curve::default() };
        let picture = drawn(ChartKind::Curve(curve), 40, Charts::Unicode);
        let lines: Vec<&str> = picture.lines().collect();
        let first = lines[2].split('┤').next().unwrap().trim().to_owned();
        (lines[1].to_owned(), first)
    };
    let of = |unit: &str, first: &str| (unit.to_owned(), first.to_owned());
    assert_eq!(numbers(Decimal::from(9_000)), of("USD", "10000"));
    assert_eq!(numbers(Decimal::from(6_000_000)), of("USD", "6000000"));
    assert_eq!(numbers(Decimal::from(40_000_000)), of("million USD", "40"));
    assert_eq!(numbers(Decimal::MAX), of("10^27 USD", "80"));
    assert_eq!(numbers(Decimal::new(3, 4)), of("USD", "0.00030"));
    assert_eq!(numbers(Decimal::new(3, 12)), of("10^-15 USD", "3000"));
}

#[test]
fn a_flat_line_far_from_zero_is_seen_and_small_steps_far_from_zero_are_spread() {
    let flat = Curve { series: vec![series("", &[(0, Some(70)), (9, Some(70))])], ..Curve::default() };
    let picture = drawn(ChartKind::Curve(flat), 40, Charts::Unicode);
    assert!(picture.contains("\n70 ┤─────") && picture.contains("\n 0 ┤\n"), "{picture}");
    let high = Curve { series: vec![series("", &[(0, Some(8500)), (9, Some(8550))])], ..Curve::default() };
    let picture = drawn(ChartKind::Curve(high), 40, Charts::Unicode);
    assert!(picture.contains("\n8550 ┤") && picture.contains("\n8500 ┤─────"), "{picture}");
    assert!(!picture.contains("\n   0 ┤"), "{picture}");
}

/// The page must be the same with a picture as without.
fn assert_left_out(kind: &ChartKind, width: usize, charts: Charts) {
    let text = || Block::Text("Text".to_owned());
    let layout = Layout { width, styled: true, charts };
    for format in [Format::Table, Format::Markdown] {
        let picture = Block::Chart(Chart { title: "Title".to_owned(), kind: kind.clone() });
        let page = written(vec![text(), picture, text()], format, layout);
        assert_eq!(page, written(vec![text(), text()], format, layout));
    }
}

#[test]
fn what_is_not_drawn_leaves_no_trace() {
    assert_left_out(&bars(), 80, Charts::None);
    assert_left_out(&tornado(), 80, Charts::None);
    assert_left_out(&two(), 80, Charts::None);
    // Nothing is known, or there is nothing.
    let unknown = Curve { series: vec![series("", &[(0, None), (1, None)])], ..Curve::default() };
    assert_left_out(&ChartKind::Curve(unknown), 80, Charts::Unicode);
    assert_left_out(&ChartKind::Curve(Curve::default()), 80, Charts::Unicode);
    assert_left_out(&ChartKind::Bars(Bars::default()), 80, Charts::Unicode);
    assert_left_out(&ChartKind::Tornado(Tornado::default()), 80, Charts::Unicode);
    // The line is too short.
    assert_left_out(&two(), 12, Charts::Unicode);
}

#[test]
fn a_fence_is_longer_than_what_looks_like_one() {
    let bars = Bars { rows: vec![row("```", Some(1), "1"), row("b", Some(2), "2")], ..Bars::default() };
    let chart = Block::Chart(Chart { title: "Title".to_owned(), kind: ChartKind::Bars(bars) });
    let layout = Layout { width: 20, styled: true, charts: Charts::Ascii };
    let expected = "````text\nTitle\n```  ######        1\nb    ############  2\n````\n";
    assert_eq!(written(vec![chart], Format::Markdown, layout), expected);
}

#[test]
fn labels_do_not_act_on_the_terminal_and_colours_change_no_character() {
    let bars = Bars {
        rows: vec![row("a\u{1b}[31m\nb", Some(1), "1\t2"), row("\u{5bc6}\u{7801}", Some(2), "")],
        ..Bars::default()
    };
    let kind = ChartKind::Bars(bars);
    let plain = drawn(kind.clone(), 40, Charts::Unicode);
    assert!(plain.contains("a\u{fffd}[31m\u{fffd}b  ") && plain.contains("1\u{fffd}2\n"), "{plain}");
    assert!(drawn(kind.clone(), 40, Charts::Ascii).is_ascii());
    for kind in [kind, two(), tornado(), months(), ChartKind::Curve(steps())] {
        let plain = drawn(kind.clone(), 60, Charts::Unicode);
        let chart = Block::Chart(Chart { title: "Title".to_owned(), kind });
        let layout = Layout { width: 60, styled: true, charts: Charts::Unicode };
        let styled = written(vec![chart], Format::Table, layout);
        assert!(styled.contains("\u{1b}["));
        assert_eq!(anstream::adapter::strip_str(&styled).to_string(), plain);
    }
}

fn decimals() -> impl Strategy<Value = Decimal> {
    prop_oneof![
        4 => (-2_000i64..2_000).prop_map(Decimal::from),
        2 => (any::<i64>(), 0u32..=28).prop_map(|(digits, scale)| Decimal::new(digits, scale)),
        1 => Just(Decimal::MAX),
        1 => Just(Decimal::MIN),
        1 => Just(Decimal::ZERO),
        1 => Just(Decimal::new(1, 28)),
    ]
}

fn labels() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[a-z ]{0,12}",
        1 => "\\PC{0,60}",
        1 => any::<String>(),
        1 => Just("\u{5bc6}\u{7801}\u{2601}\u{fe0f}e\u{301}\u{301}".repeat(9)),
    ]
}

fn all_series() -> impl Strategy<Value = Vec<Series>> {
    let points = prop::collection::vec((decimals(), prop::option::of(decimals())), 0..60);
    let line = (labels(), points).prop_map(|(name, mut points)| {
        points.sort_by_key(|(x, _)| *x);
        Series { name, points }
    });
    prop::collection::vec(line, 0..8)
}

prop_compose! {
    fn curves()(
        series in all_series(),
        x_label in labels(),
        y_unit in prop_oneof![Just(AxisUnit::Plain), Just(AxisUnit::Percent), Just(AxisUnit::Money(Currency::USD))],
        marks in prop::collection::vec((decimals(), labels()), 0..20),
        y_most in prop::option::of(decimals()),
        guides in prop::collection::vec((decimals(), labels()), 0..4),
        x_names in prop::collection::vec((decimals(), labels()), 0..9),
    ) -> Curve {
        let marks = marks.into_iter().map(|(x, label)| CurveMark { x, label }).collect();
        let guides = guides.into_iter().map(|(y, label)| Guide { y, label }).collect();
        Curve { series, x_label, y_unit, y_most, marks, guides, x_names, ..Curve::default() }
    }
}

fn kinds() -> impl Strategy<Value = ChartKind> {
    let bars = prop::collection::vec((labels(), prop::option::of(decimals()), labels()), 0..9);
    let bars = bars.prop_map(|rows| {
        let rows = rows.into_iter().map(|(label, value, text)| BarRow { label, value, text, ..BarRow::default() });
        ChartKind::Bars(Bars { rows: rows.collect(), ..Bars::default() })
    });
    let rows = prop::collection::vec((labels(), decimals(), decimals(), labels(), labels()), 0..9);
    let tornado = (decimals(), labels(), labels(), labels(), rows);
    let tornado = tornado.prop_map(|(baseline, baseline_text, low_name, high_name, rows)| {
        let row = |(label, low, high, low_text, high_text)| TornadoRow { label, low, high, low_text, high_text };
        let rows = rows.into_iter().map(row).collect();
        ChartKind::Tornado(Tornado { baseline, baseline_text, low_name, high_name, rows })
    });
    prop_oneof![2 => curves().prop_map(ChartKind::Curve), 1 => bars, 1 => tornado]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn no_line_is_wider_than_the_terminal(
        kind in kinds(),
        title in labels(),
        width in prop_oneof![0usize..60, 60usize..220],
        charts in prop_oneof![Just(Charts::Unicode), Just(Charts::Ascii)],
    ) {
        let chart = Block::Chart(Chart { title, kind });
        let text = written(vec![chart], Format::Table, Layout { width, styled: false, charts });
        prop_assert!(charts == Charts::Unicode || text.is_ascii());
        for line in text.lines() {
            prop_assert!(line.width() <= width, "{} columns of {width}: {line}", line.width());
            prop_assert_eq!(line, line.trim_end());
        }
    }

    #[test]
    fn a_longer_bar_is_not_drawn_shorter(values in prop::collection::vec(decimals(), 2..9)) {
        let rows = values.iter().map(|value| BarRow { label: "a".to_owned(), value: Some(*value), ..BarRow::default() });
        let picture = drawn(ChartKind::Bars(Bars { rows: rows.collect(), ..Bars::default() }), 60, Charts::Ascii);
        let lengths = picture.lines().skip(1).map(|line| line.matches('#').count());
        let mut drawn: Vec<(Decimal, usize)> = values.iter().map(Decimal::abs).zip(lengths).collect();
        drawn.sort_unstable();
        prop_assert!(drawn.windows(2).all(|pair| pair[0].1 <= pair[1].1 + 1), "{picture}");
    }
}
