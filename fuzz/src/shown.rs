//! What has to hold of what is shown.

use costplan::render::{self, Charts, CsvDialect, Format, Layout, SVG_WIDTH, SvgPlace};
use costplan::source::acts_on_terminal;
use costplan::view::{CiView, Picture, View};

/// Asserts what has to hold of a view in every format.
pub fn view(view: &impl View) {
    json(&written(view, Format::Json, Layout::PLAIN));
    csv(&written(view, Format::Csv(CsvDialect::default()), Layout::PLAIN));
    for (format, width, charts) in [
        (Format::Table, 40, Charts::Ascii),
        (Format::Table, 200, Charts::Unicode),
        (Format::Markdown, 80, Charts::Unicode),
    ] {
        let text = written(view, format, Layout { width, styled: false, charts });
        assert!(is_printable(&text), "controls the terminal: {text:?}");
    }
}

/// Asserts what has to hold of a picture.
pub fn picture(picture: &Picture) {
    for place in [SvgPlace::File, SvgPlace::Page] {
        let text = render::svg(picture, SVG_WIDTH, place);
        assert!(is_printable(&text) && text.ends_with("</svg>\n"), "not a picture: {text:?}");
    }
}

/// Whether a text controls no terminal. Lines may end.
#[must_use]
pub fn is_printable(text: &str) -> bool {
    !text.chars().any(|character| acts_on_terminal(character) && character != '\n')
}

fn written(view: &impl View, format: Format, layout: Layout) -> String {
    let mut out = Vec::new();
    render::write(view, format, layout, &mut out).expect("a view can be written to memory");
    String::from_utf8(out).expect("what is written is UTF-8")
}

fn json(text: &str) {
    let value: serde_json::Value = serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"));
    assert!(value.get("schema").is_some_and(serde_json::Value::is_string), "no schema: {text}");
}

fn csv(text: &str) {
    // The reader refuses a row that has not as many fields as the first.
    for record in csv::Reader::from_reader(text.as_bytes()).records() {
        let record = record.unwrap_or_else(|error| panic!("{error}: {text}"));
        for field in record.iter().filter(|field| field.parse::<rust_decimal::Decimal>().is_err()) {
            assert!(!field.trim_start().starts_with(['=', '+', '-', '@']), "a formula of a spreadsheet: {field:?}");
        }
    }
}

/// Asserts what has to hold of the formats for the programs that run a check.
pub fn for_ci(view: &impl CiView) {
    let written = |write: &dyn Fn(&mut Vec<u8>) -> std::io::Result<()>| {
        let mut out = Vec::new();
        write(&mut out).expect("memory can be written to");
        String::from_utf8(out).expect("what is written is UTF-8")
    };
    let annotations = view.annotations();
    let placed = || annotations.iter().filter(|found| found.place.is_some()).cloned().collect::<Vec<_>>();
    for text in [
        written(&|out| render::sarif(&placed(), out)),
        written(&|out| render::slack(view.command(), &view.summary(), &annotations, out)),
    ] {
        let _: serde_json::Value = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
    }
    for text in [
        written(&|out| render::github(&placed(), out)),
        written(&|out| render::junit(&view.all_annotations(), out)),
        written(&|out| render::comment(view.command(), &view.comment(None), 2000, out)),
    ] {
        assert!(is_printable(&text), "controls the terminal: {text:?}");
    }
}
