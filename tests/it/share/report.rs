//! The page of `costplan report` as a text: what is in it, what it allows, and that its numbers are those of the core.

use std::path::Path;

use costplan::app::{self, Request};
use costplan::render::{self, PageUse};
use costplan::view::ReportCore;
use costplan::workspace::Workspace;
use flate2::read::GzDecoder;
use rust_decimal::Decimal;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::project::{costplan, in_memory, project, root, stderr, stdout};

/// A stage with steps, a quotient, and a total that is rounded.
const STAGE: &str = "version: 1
stage: 1
name: Test
customers: 0..30
currency: USD
buffer: 10%
rounding: { line_items: 0.01, total: { to: 5, direction: up } }
monthly_budget: 0..60
line_items:
  - { name: Servers, category: compute, quantity: 'ceil(customers / 10)', cost: 7 }
  - { name: Third, category: other, cost: customers / 3 }
";

fn request() -> Request {
    Request::on("2026-11-24".parse().unwrap())
}

fn page(workspace: &mut Workspace, request: &Request) -> String {
    let view = app::report(workspace, &[], request).unwrap();
    render::report(&view, &workspace.sources, PageUse::File)
}

/// What the script of a page unpacks.
fn data(page: &str) -> Value {
    let (_, rest) = page.split_once("id=\"data\">").unwrap();
    let packed = unpacked(rest.split("</script>").next().unwrap());
    serde_json::from_reader(GzDecoder::new(&*packed)).unwrap()
}

/// The bytes that are written with 91 signs, as `src/render/page/packed.rs` describes it, bit by bit.
fn unpacked(text: &str) -> Vec<u8> {
    let signs: Vec<char> = ('!'..='~').filter(|sign| !"&<>".contains(*sign)).collect();
    let (length, text) = text.split_once(':').unwrap();
    let values: Vec<usize> = text.chars().map(|sign| signs.iter().position(|known| *known == sign).unwrap()).collect();
    let pairs = values.chunks(2).map(|pair| pair[0] + 91 * pair[1]);
    let bits: Vec<usize> = pairs.flat_map(|pair| (0..13).map(move |bit| pair >> bit & 1)).collect();
    let byte = |bits: &[usize]| bits.iter().rev().fold(0, |byte, bit| byte << 1 | u8::from(*bit == 1));
    bits.chunks(8).map(byte).take(length.parse().unwrap()).collect()
}

/// The numbers of a column, as `src/view/report/column.rs` describes it.
fn column(text: &str) -> Vec<Option<Decimal>> {
    let (scale, rest) = text.split_once('|').unwrap();
    let (mut now, mut numbers) = (0_i128, Vec::new());
    for token in rest.split(' ') {
        let (difference, count) = token.split_once('*').unwrap_or((token, "1"));
        for _ in 0..count.parse().unwrap() {
            numbers.push(difference.parse::<i128>().ok().map(|difference| {
                now += difference;
                Decimal::from_i128_with_scale(now, scale.parse().unwrap())
            }));
        }
    }
    numbers
}

#[test]
fn the_embedded_points_are_those_of_the_core_at_every_number_of_customers() {
    let mut workspace = in_memory(&[("stages/1-test.yaml", STAGE)]).unwrap();
    let data = data(&page(&mut workspace, &request()));
    let costs = &data["stages"][0]["costs"][0];
    let of = |name: &str| column(costs[name].as_str().unwrap());
    let stops = column(data["stages"][0]["stops"].as_str().unwrap());
    assert_eq!(stops.len(), 31);
    for (place, customers) in (0..=30_u64).enumerate() {
        assert_eq!(stops[place], Some(Decimal::from(customers)));
        let costed = app::stage(&mut workspace, "1", &request().customers(customers)).unwrap();
        let costing = &costed.costings[0];
        assert_eq!(of("total")[place], Some(costing.totals.total), "{customers}");
        assert_eq!(of("total_exact")[place], Some(costing.totals.total_exact), "{customers}");
        for (row, line) in [(0, 0), (1, 1)] {
            let cost = column(costs["rows"][row]["cost"].as_str().unwrap())[place];
            // At no customers both rows are free, and at one the servers come first.
            let known = costing.line_items.iter().map(|line| line.monthly).collect::<Vec<_>>();
            assert_eq!(cost, Some(known[line]), "{customers}");
        }
    }
    // By hand: ceil(21 / 10) = 3 servers are 21.00, a third of 21 is 7.00, with 10% 30.80, up to the next 5: 35.
    assert_eq!(of("total")[21], Some(Decimal::from(35)));
    assert_eq!(of("subtotal")[21], Some(Decimal::from(28)));
    assert_eq!(of("buffer")[21], "2.80".parse().ok());
}

#[test]
fn a_page_allows_only_its_own_script_and_style_and_names_no_address_to_load() {
    let mut workspace = in_memory(&[("stages/1-test.yaml", STAGE)]).unwrap();
    let page = page(&mut workspace, &request());
    let policy = page.split("http-equiv=\"Content-Security-Policy\" content=\"").nth(1).unwrap();
    let policy = policy.split('"').next().unwrap().replace("&#39;", "'");
    assert!(policy.starts_with("default-src 'none'; script-src 'sha256-"), "{policy}");
    assert!(!policy.contains("unsafe") && !policy.contains("http"), "{policy}");
    let between = |open: &str, close: &str| page.split(open).nth(1).unwrap().split(close).next().unwrap();
    for text in [between("<style>", "</style>"), between("<script>", "</script>")] {
        let digest = Sha256::digest(text.as_bytes());
        assert!(policy.contains(&format!("'sha256-{}'", base64(&digest))), "{policy}");
    }
    for loads in [" src=", "url(", "@import", "<link rel=\"stylesheet", "<iframe", "style=\"", " onclick=", " onload="]
    {
        assert!(!page.contains(loads), "{loads}");
    }
    assert_eq!(page.matches("<link").count(), 1, "the empty icon");
}

/// Bytes in base 64, digit by digit.
fn base64(bytes: &[u8]) -> String {
    let signs: Vec<char> = ('A'..='Z').chain('a'..='z').chain('0'..='9').chain(['+', '/']).collect();
    let bits: Vec<u8> = bytes.iter().flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1)).collect();
    let sign = |six: &[u8]| signs[(0..6).fold(0, |sum, bit| sum * 2 + usize::from(*six.get(bit).unwrap_or(&0)))];
    let mut text: String = bits.chunks(6).map(sign).collect();
    while !text.len().is_multiple_of(4) {
        text.push('=');
    }
    text
}

#[test]
fn names_of_a_stranger_stay_texts() {
    let hostile = STAGE
        .replace("name: Test", "name: '</style><script>alert(1)</script>'")
        .replace("name: Servers", "name: '</script><img src=x onerror=alert(2)>'")
        .replace("category: other", "category: '\"><b>'");
    let mut workspace = in_memory(&[("stages/1-test.yaml", &hostile)]).unwrap();
    let page = page(&mut workspace, &request());
    assert_eq!(page.matches("<script").count(), 2, "the numbers and the script");
    assert!(!page.contains("<img"));
    assert_eq!(page.matches("<b>").count(), 1, "the name of the stage in its tab");
    assert!(page.contains("&lt;/style&gt;") || page.contains("&#60;/style&#62;"));
    assert_eq!(data(&page)["stages"][0]["name"], "</style><script>alert(1)</script>");
}

#[test]
fn an_unknown_cost_is_unknown_and_a_cost_of_the_revenue_has_points_for_some_revenues() {
    let unknown = STAGE.replace("cost: customers / 3", "cost: mrr * 10%");
    let files = [("stages/1-test.yaml", unknown.as_str())];
    let mut workspace = in_memory(&files).unwrap();
    let without = page(&mut workspace, &request());
    assert!(
        without.contains(">at least ") && without.contains(">unknown<"),
        "the share of a revenue that is not given"
    );
    let data = data(&page(&mut workspace, &request().arpu(Decimal::from(40))));
    let stops = &data["stages"][0]["revenue"]["stops"];
    assert_eq!(*stops, serde_json::json!(["0", "10", "20", "30", "40", "50", "60", "80", "120"]));
    // By hand: 10 customers pay 400 a month, of which 10% are 40; with a server of 7 and 10% 51.70: 55.
    let costs = &data["stages"][0]["costs"][4];
    assert_eq!(column(costs["total"].as_str().unwrap())[10], Some(Decimal::from(55)));
}

#[test]
fn a_file_is_written_whole_or_not_at_all() {
    let directory = project(&[("stages/1-test.yaml", STAGE)]);
    let output = costplan(directory.path(), &["report", "-o", "out/report.html", "--as-of", "2026-11-24"]);
    assert!(output.status.success());
    let written = std::fs::read_to_string(directory.path().join("out/report.html")).unwrap();
    assert_eq!(written, stdout(directory.path(), &["report", "--as-of", "2026-11-24"]), "the same bytes each time");
    let output = costplan(directory.path(), &["report", "-o", "stages/1-test.yaml/x.html"]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(std::fs::read_dir(directory.path().join("stages")).unwrap().count(), 1);
}

/// The bytes of a page that can be mailed.
const MOST: usize = 1_500_000;
/// As many bytes as the compressed core of a release has, and some more.
const CORE: usize = 880_000;

/// The page of an example with a core of the size of a release, which has everything else that belongs to the core.
fn with_core(workspace: &mut Workspace, core: &'static [u8]) -> String {
    let mut view = app::report(workspace, &[], &request()).unwrap();
    let ReportCore { project, question, .. } = app::report_core(&[], workspace, &[], &request()).unwrap();
    view.core = Some(ReportCore { program: core, project, question });
    render::report(&view, &workspace.sources, PageUse::File)
}

#[test]
fn pages_of_four_stages_can_be_mailed_with_the_core_in_them() {
    let core: &'static [u8] = vec![0; CORE].leak();
    // Both have the four stages of the bundled plan, and the second one a forecast with its pictures.
    for mut workspace in [Workspace::bundled(), Workspace::open(Some(&root().join("examples/runway"))).unwrap()] {
        let page = with_core(&mut workspace, core);
        assert!(page.len() < MOST, "{} bytes", page.len());
        assert!(page.contains("id=\"core\">880000:!!!!") && page.contains("id=\"project\">"));
    }
}

#[test]
fn a_page_that_is_too_large_to_mail_says_so_with_what_makes_it_smaller() {
    let summary = format!("name: Test\nsummary: '{}'", "long ".repeat(320_000));
    let directory = project(&[("stages/1-test.yaml", &STAGE.replace("name: Test", &summary))]);
    let made = |directory: &Path| costplan(directory, &["report", "--as-of", "2026-11-24"]);
    let output = made(directory.path());
    assert!(output.status.success());
    let said = stderr(&output);
    assert!(said.contains("the page has 1.6 MB, which is more than 1.5 MB"), "{said}");
    let small = project(&[("stages/1-test.yaml", STAGE)]);
    assert_eq!(stderr(&made(small.path())), "");
}
