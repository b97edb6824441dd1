//! The cells of a workbook: their values are those of costplan, and their formulas are the same whatever the inputs are.

use std::collections::BTreeMap;
use std::fs;

use crate::history::random::project;
use crate::project::{self, EVERYTHING, computed, costplan, scaled};
use costplan::app::{self, Request};
use costplan::calculate::{self, Costing, Sensitivity, Unobserved};
use costplan::model::{Inputs, Stage};
use costplan::parse::ConditionRaw;
use costplan::render;
use costplan::source::{Sources, Span, Spanned};
use costplan::view::{CellKind, CellResult, CellValue, Sheet, SheetCell, Workbook, WorkbookStage, workbook};
use proptest::prelude::*;
use rust_decimal::Decimal;

fn made(stage: &Stage, costing: &Costing) -> Workbook {
    let sensitivity = Sensitivity { by: Decimal::new(2, 1), total: None, inputs: Vec::new() };
    workbook(&[WorkbookStage { stage, costing, sensitivity: &sensitivity }], None, stage.as_of, "")
}

fn at(stage: &Stage, base: &Costing, customers: u64) -> Option<Costing> {
    calculate::stage(stage, Inputs { customers, ..base.inputs }, &mut Unobserved).ok()
}

/// The sheet of the one stage.
fn sheet(workbook: &Workbook) -> &Sheet {
    &workbook.sheets[2]
}

/// The number that a cell shows; `None` for a text.
fn number(cell: &SheetCell) -> Option<Decimal> {
    match &cell.value {
        CellValue::Number(number) | CellValue::Formula { result: CellResult::Number(number), .. } => Some(*number),
        CellValue::Text(_) | CellValue::Formula { result: CellResult::Text(_), .. } => None,
    }
}

fn text(cell: &SheetCell) -> &str {
    if let CellValue::Text(text) = &cell.value { text } else { "" }
}

/// The rows of the line items, then those of the sums by their names, and the column of their monthly costs.
fn rows(sheet: &Sheet, items: usize) -> (Vec<u32>, BTreeMap<&str, u32>, u16) {
    let header = sheet.cells.iter().find(|cell| text(cell) == "Monthly cost").unwrap();
    let first = |cell: &&SheetCell| cell.column == 0 && cell.row > header.row && !text(cell).is_empty();
    let mut named: Vec<(u32, &str)> = sheet.cells.iter().filter(first).map(|cell| (cell.row, text(cell))).collect();
    named.sort_unstable();
    let sums = named[items..].iter().map(|(row, name)| (*name, *row)).collect();
    (named[..items].iter().map(|(row, _)| *row).collect(), sums, header.column)
}

/// Compares the cells of a stage with its costing.
fn is_as_computed(workbook: &Workbook, stage: &Stage, costing: &Costing) {
    let sheet = sheet(workbook);
    let (rows, sums, column) = rows(sheet, stage.line_items.len());
    let shown = |row: u32| {
        let cell = sheet.cells.iter().find(|cell| (cell.row, cell.column) == (row, column));
        cell.and_then(number)
    };
    let is_near = |found: Decimal, wanted: Decimal| (found - wanted).abs() < Decimal::new(1, 9);
    for ((row, line), item) in rows.iter().zip(&costing.line_items).zip(&stage.line_items) {
        match shown(*row) {
            Some(found) => assert!(line.is_known && is_near(found, line.monthly), "{}: {found}, {line:?}", item.name),
            None => assert!(!line.is_known, "{}: {line:?}", item.name),
        }
    }
    assert!(is_near(shown(sums["Subtotal"]).unwrap(), costing.totals.subtotal));
    assert!(is_near(shown(sums["Total"]).unwrap(), costing.totals.total));
    let parts = ["Subtotal", "Buffer", "Rounding"].map(|name| sums.get(name).and_then(|row| shown(*row)));
    assert!(is_near(parts.into_iter().flatten().sum(), costing.totals.total));
    if let Some(taxed) = &costing.taxed {
        let last = if taxed.credits.is_empty() { "Total with tax" } else { "To pay" };
        assert!(is_near(shown(sums[last]).unwrap(), taxed.to_pay), "{last}");
    }
}

/// The formulas of a workbook by cell.
fn formulas(workbook: &Workbook) -> BTreeMap<(&str, u32, u16), &str> {
    let mut all = BTreeMap::new();
    for sheet in &workbook.sheets {
        for cell in &sheet.cells {
            if let CellValue::Formula { text, .. } = &cell.value {
                all.insert((&*sheet.name, cell.row, cell.column), &**text);
            }
        }
    }
    all
}

proptest! {
    #![proptest_config(ProptestConfig { cases: scaled(150), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn formulas_do_not_depend_on_the_inputs_and_give_what_costplan_gives(project in project(), other in 0_u64..3000) {
        let mut sources = Sources::default();
        let Ok(base) = project.costed(&mut sources) else { return Ok(()) };
        let first = made(&base.stage, &base.costing);
        is_as_computed(&first, &base.stage, &base.costing);
        let Some(costing) = at(&base.stage, &base.costing, other) else { return Ok(()) };
        let second = made(&base.stage, &costing);
        is_as_computed(&second, &base.stage, &costing);
        prop_assert_eq!(formulas(&first), formulas(&second));
    }
}

#[test]
fn every_price_model_has_a_formula() {
    let (stage, base) = computed(&EVERYTHING, 60).unwrap();
    let first = made(&stage, &base);
    for customers in [0, 1, 5, 6, 60, 333, 1999] {
        let costing = at(&stage, &base, customers).unwrap();
        let workbook = made(&stage, &costing);
        is_as_computed(&workbook, &stage, &costing);
        assert_eq!(formulas(&workbook), formulas(&first), "{customers} customers");
    }
    let all: Vec<String> = formulas(&first)
        .iter()
        .filter(|((sheet, ..), _)| *sheet == "1 Everything")
        .map(|((_, row, column), text)| format!("{}, {column}: {text}", row + 1))
        .collect();
    insta::assert_snapshot!(all.join("\n"));
}

#[test]
fn formulas_name_the_inputs() {
    let manifest = format!(
        "{}buffer: 10%\nline_items: [{{ name: A, category: c, cost: customers * 2.5, quantity: 3 }}]\n",
        project::HEAD
    );
    let (stage, costing) = computed(&[("stages/1-test.yaml", &manifest)], 10).unwrap();
    let workbook = made(&stage, &costing);
    let found = formulas(&workbook);
    let texts: Vec<&str> = found.iter().filter(|((sheet, ..), _)| *sheet == "1 Test").map(|(_, text)| *text).collect();
    // The cost of one, of three, the charge, the exact and the monthly cost.
    assert_eq!(texts[..5], ["S1_customers*2.5", "N4*F4", "O4", "Q4", "R4"]);
    assert!(texts.contains(&"S7*S1_buffer") && texts.contains(&"SUM(S4)"), "{texts:?}");
    // 10 * 2.5 * 3, and a tenth more.
    let total = sheet(&workbook).cells.iter().filter_map(number).find(|number| *number == Decimal::new(825, 1));
    assert!(total.is_some());
    assert!(workbook.names.contains(&("S1_customers".to_owned(), "Inputs!$B$5".to_owned())), "{:?}", workbook.names);
}

#[test]
fn a_driver_does_not_take_the_name_of_a_sum() {
    let manifest = format!(
        "{}drivers: {{ total: customers * 3, tax_1: 2, calls: 5 }}\nline_items: [{{ name: A, category: c, cost: total + tax_1 * calls }}]\n",
        project::HEAD
    );
    let (stage, costing) = computed(&[("stages/1-test.yaml", &manifest)], 10).unwrap();
    let workbook = made(&stage, &costing);
    is_as_computed(&workbook, &stage, &costing);
    let cell = |name: &str| workbook.names.iter().find(|(named, _)| named == name).map(|(_, cell)| cell.as_str());
    assert_eq!(cell("S1_driver_total"), Some("Inputs!$B$10"));
    assert!(cell("S1_total").unwrap().starts_with("'1 Test'!"), "{:?}", workbook.names);
    let found = formulas(&workbook);
    assert!(found.values().any(|text| *text == "S1_driver_total+S1_driver_tax_1*S1_calls"), "{found:?}");
}

#[test]
fn rounding_is_a_row_and_categories_differ_by_case() {
    let manifest = format!(
        "{}buffer: 10%\nrounding: {{ total: 5 }}\nline_items:\n  - {{ name: A, category: Web, cost: customers * 2 }}\n  - {{ name: B, category: web, cost: 7 }}\n",
        project::HEAD
    );
    let (stage, costing) = computed(&[("stages/1-test.yaml", &manifest)], 10).unwrap();
    let workbook = made(&stage, &costing);
    is_as_computed(&workbook, &stage, &costing);
    let summary = &workbook.sheets[0];
    let of_row = |row: u32| summary.cells.iter().filter(move |cell| cell.row == row).filter_map(number);
    // 10 customers; 20 + 7; a tenth; 29.7 up to 30; 30 for 10.
    let expected = ["10", "27", "2.7", "0.3", "30", "3"].map(|text| text.parse::<Decimal>().unwrap());
    assert_eq!(of_row(4).take(6).collect::<Vec<_>>(), expected);
    assert_eq!([of_row(7).collect::<Vec<_>>(), of_row(8).collect()], [[Decimal::from(20)], [Decimal::from(7)]]);
    let by_category = formulas(&workbook)[&("Summary", 7, 1)].to_owned();
    assert!(by_category.starts_with("SUMPRODUCT(EXACT("), "{by_category}");
}

#[test]
fn a_part_of_the_plan_says_so() {
    let manifest = format!(
        "{}line_items: [{{ name: A, category: web, cost: 5 }}, {{ name: B, category: mail, cost: 7 }}]\n",
        project::HEAD
    );
    let mut workspace = project::in_memory(&[("stages/1-test.yaml", &manifest)]).unwrap();
    let given = |text: &str| Spanned::given(text.to_owned());
    let is_web =
        ConditionRaw { span: Span::NOWHERE, name: given("category"), is_negated: false, values: vec![given("web")] };
    let request = Request { conditions: vec![is_web], ..Request::on("2026-11-24".parse().unwrap()) };
    let workbook = app::workbook(&mut workspace, &[], &request, None).unwrap();
    let texts: Vec<&str> = workbook.sheets[0].cells.iter().map(text).take(3).collect();
    assert_eq!(texts[1..], ["At the prices of 2026-11-24.", "Only the line items where category=web."]);
}

#[test]
fn amounts_of_several_currencies_have_no_chart_in_common() {
    let made_of = |currencies: [&str; 2]| {
        let stages = currencies.map(|currency| {
            let head = project::HEAD.replace("USD", currency);
            let manifest = format!("{head}line_items: [{{ name: A, category: c, cost: 5 }}]\n");
            computed(&[("stages/1-test.yaml", &manifest)], 10).unwrap()
        });
        let sensitivity = Sensitivity { by: Decimal::new(2, 1), total: None, inputs: Vec::new() };
        let parts: Vec<_> =
            stages.iter().map(|(stage, costing)| WorkbookStage { stage, costing, sensitivity: &sensitivity }).collect();
        workbook(&parts, None, stages[0].0.as_of, "")
    };
    let summary = |currencies| made_of(currencies).sheets.swap_remove(0);
    assert!(summary(["USD", "USD"]).charts.iter().all(|chart| chart.title.ends_with(", USD")));
    assert_eq!(summary(["USD", "USD"]).charts.len(), 2);
    let several = summary(["USD", "EUR"]);
    assert!(several.charts.is_empty() && several.cells.iter().any(|cell| text(cell) == "Stage 1, EUR"));
}

#[test]
fn what_no_formula_gives_is_marked_and_counted() {
    let (stage, costing) = computed(&EVERYTHING, 60).unwrap();
    let workbook = made(&stage, &costing);
    let kept: Vec<_> = sheet(&workbook).cells.iter().filter(|cell| cell.look.kind == CellKind::Kept).collect();
    assert!(kept.iter().all(|cell| cell.note.is_some()));
    let pods = stage.line_items.iter().position(|item| &*item.name == "Pods").unwrap();
    let (rows, ..) = rows(sheet(&workbook), stage.line_items.len());
    // Of the replicas only the quantity has no formula.
    assert_eq!(kept.iter().map(|cell| cell.row).collect::<Vec<_>>(), [rows[pods]]);
    let summary: Vec<&str> = workbook.sheets[0].cells.iter().map(text).collect();
    assert!(summary.contains(&"1 of 8 rows keep a value of 60 customers"), "{summary:?}");
}

#[test]
fn a_name_is_never_a_formula() {
    let long = "n".repeat(10_000);
    // Two units of UTF-16 each: more than a note of Excel can hold.
    let faces = "\u{1f600}".repeat(20_000);
    let names = ["=cmd()", "+1", "-1", "@SUM(1)", "<script>", &long, &faces];
    let items: String = names.iter().map(|name| format!("  - {{ name: {name:?}, category: c, cost: 1 }}\n")).collect();
    let head = project::HEAD.replace("name: Test", "name: \"=a[b]:c*d/e?f a very long name of a stage\"");
    let manifest = format!("{head}drivers: {{ d: {{ value: 2, source: \"=cmd()\" }} }}\nline_items:\n{items}");
    let (stage, costing) = computed(&[("stages/1-test.yaml", &manifest)], 10).unwrap();
    let workbook = made(&stage, &costing);
    is_as_computed(&workbook, &stage, &costing);
    let texts: Vec<&str> = sheet(&workbook).cells.iter().map(text).collect();
    assert!(names[..5].iter().all(|name| texts.contains(name)));
    let cut = sheet(&workbook).cells.iter().find(|cell| text(cell).starts_with("nnn")).unwrap();
    assert_eq!((text(cut).len(), cut.note.as_deref()), (203, Some(&*long)));
    assert!(
        workbook
            .sheets
            .iter()
            .all(|sheet| sheet.name.chars().count() <= 31 && !sheet.name.contains(['[', ':', '*', '/', '?']))
    );
    let formulas = formulas(&workbook);
    assert!(formulas.values().all(|text| !text.contains("cmd")), "{formulas:?}");
    let remarked = sheet(&workbook).cells.iter().any(|cell| cell.note.as_deref() == Some(&*faces));
    assert!(remarked);
    let mut workbook = workbook;
    let title = workbook.sheets[0].cells.iter_mut().find(|cell| cell.look.kind == CellKind::Title).unwrap();
    title.value = CellValue::Text(faces.clone());
    let file = render::workbook(&workbook).unwrap();
    assert!(file.starts_with(b"PK"));
    for part in [
        "[Content_Types].xml",
        "xl/workbook.xml",
        "xl/worksheets/sheet3.xml",
        "xl/charts/chart1.xml",
        "xl/comments1.xml",
    ] {
        assert!(memchr::memmem::find(&file, part.as_bytes()).is_some(), "{part}");
    }
}

#[test]
fn an_unknown_cost_is_a_word_and_the_total_a_lower_bound() {
    let manifest = format!(
        "{}line_items:\n  - {{ name: Box, category: c, sku: a/box }}\n  - {{ name: Known, category: c, cost: 5 }}\n",
        project::HEAD
    );
    let sheet_text = "version = 1\nvendor = \"a\"\ncurrency = \"USD\"\nsource = \"s\"\nretrieved_on = 2026-01-01\ntrust = \"fixture\"\n[[skus.box.charges]]\nmeter = \"use\"\nunit = \"GB\"\nmodel = \"per_unit\"\nprice = 2\n";
    let (stage, costing) = computed(&[("stages/1-test.yaml", &manifest), ("pricing/a.toml", sheet_text)], 10).unwrap();
    let workbook = made(&stage, &costing);
    is_as_computed(&workbook, &stage, &costing);
    let results = sheet(&workbook).cells.iter().filter_map(|cell| match &cell.value {
        CellValue::Formula { result: CellResult::Text(text), .. } => Some(text.as_str()),
        _ => None,
    });
    assert!(results.into_iter().any(|text| text == "a lower bound: some costs are unknown"));
    assert!(sheet(&workbook).cells.iter().any(|cell| text(cell).contains("unknown: use")));
}

#[test]
fn the_same_plan_is_the_same_file_and_a_path_that_cannot_be_written_leaves_nothing() {
    let directory = project::project(&[
        ("costplan.toml", "version = 1\n"),
        (
            "stages/1-test.yaml",
            &format!("{}line_items: [{{ name: A, category: c, cost: customers * 2 }}]\n", project::HEAD),
        ),
    ]);
    let export =
        |arguments: &[&str]| costplan(directory.path(), &[&["export", "--as-of", "2026-11-24"], arguments].concat());
    assert!(export(&["one.xlsx"]).status.success());
    assert!(export(&["two.XLSX"]).status.success());
    let read = |name: &str| fs::read(directory.path().join(name)).unwrap();
    assert_eq!(read("one.xlsx"), read("two.XLSX"));
    assert_eq!(export(&["--format", "xlsx"]).stdout, read("one.xlsx"));
    fs::create_dir(directory.path().join("taken.xlsx")).unwrap();
    let entries = || fs::read_dir(directory.path()).unwrap().count();
    let before = entries();
    for wrong in ["taken.xlsx", "costplan.toml/plan.xlsx", "plan.txt", "plan"] {
        let output = export(&[wrong]);
        assert_eq!(output.status.code(), Some(2), "{wrong}");
        assert!(!output.stderr.is_empty());
    }
    // A file whose ending says another format.
    for wrong in [
        ["plan.csv", "--format", "xlsx"],
        ["plan.xlsx", "--format", "focus"],
        ["plan.parquet", "--format", "xlsx"],
        ["--parquet", "--format", "xlsx"],
        ["plan.csv", "--parquet", "--format=focus"],
    ] {
        assert_eq!(export(&wrong).status.code(), Some(2), "{wrong:?}");
    }
    assert_eq!(export(&[]).status.code(), Some(2));
    assert_eq!(entries(), before);
}
