//! The page of a plan: one HTML file with its style, its script and its numbers, which asks nothing of any network.
//!
//! A policy in the file allows only the script and the style whose digests it names. Every text of a project is escaped where
//! it is written, by askama or by [`html`].

use askama::Template;
use sha2::{Digest as _, Sha256};

use crate::render::chart::svg_style;
use crate::render::page::packed::{packed, written as packed_bytes};
use crate::render::page::{blocks, html};
use crate::source::Sources;
use crate::view::{Panel, ReportFact, ReportView};

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = concat!(include_str!("unpack.js"), include_str!("point.js"), include_str!("page.js"));
/// What opens the core, and what its reader can change with it.
const CORE: &str = concat!(include_str!("core.js"), include_str!("parts.js"), include_str!("settings.js"));
const CORE_STYLE: &str = include_str!("settings.css");
/// The core for pages, as `page-core/build` writes it.
#[cfg(feature = "page-core")]
pub const PAGE_CORE: Option<&[u8]> =
    Some(include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/target/page-core/core.wasm.gz")));
/// There is none in this build.
#[cfg(not(feature = "page-core"))]
pub const PAGE_CORE: Option<&[u8]> = None;
/// What loads a served page again once its plan has changed.
const RELOAD: &str = include_str!("reload.js");

/// Whether a page is a file, or is served and loads itself again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PageUse {
    /// A file that is mailed.
    File,
    /// A page that is served while its plan is edited; it is that of this version.
    Served(u64),
}

#[derive(Template)]
#[template(path = "../src/render/page/page.html")]
struct ReportPage<'a> {
    head: Head<'a>,
    context: Vec<String>,
    facts: &'a [ReportFact],
    panels: Vec<DrawnPanel>,
    first: usize,
    sections: Vec<Section>,
    version: &'static str,
    data: String,
    core: Option<EmbeddedCore>,
    script: &'static str,
}

/// The core in a page.
struct EmbeddedCore {
    program: String,
    project: String,
    question: String,
    script: &'static str,
}

#[derive(Template)]
#[template(path = "../src/render/page/failed.html")]
struct FailedPage<'a> {
    head: Head<'a>,
    messages: String,
}

/// What both pages begin with.
struct Head<'a> {
    title: &'a str,
    policy: String,
    style: String,
    /// The version of a served page.
    served: Option<u64>,
    reload: &'static str,
}

struct DrawnPanel {
    panel: Panel,
    findings: String,
    charts: String,
    breaks: String,
    has_breaks: bool,
}

struct Section {
    id: &'static str,
    title: String,
    of: String,
    is_moving: bool,
    body: String,
}

/// The page of a plan. `sources` are the texts of the plan.
pub fn report(view: &ReportView, sources: &Sources, of: PageUse) -> String {
    let drawn = |(panel, stage): (Panel, &crate::view::ReportStage)| DrawnPanel {
        findings: blocks::findings(&panel.findings),
        charts: blocks::charts(&stage.charts),
        breaks: blocks::grid(&stage.breaks.0),
        has_breaks: !stage.breaks.0.is_empty(),
        panel,
    };
    let panels = view.panels().into_iter().zip(&view.stages).map(drawn).collect();
    let section = |section: &crate::view::ReportSection| Section {
        id: section.id,
        title: section.title.clone(),
        of: html::rich(&section.of),
        is_moving: section.is_moving && view.core.is_some(),
        body: blocks::section(section),
    };
    let scripts: Vec<&str> = view.core.iter().map(|_| CORE).chain([SCRIPT]).collect();
    // A `<` begins an element even in a script; within JSON its number means the same.
    let in_script = |json: &str| json.replace('<', "\\u003c");
    let core = view.core.as_ref().map(|core| EmbeddedCore {
        program: packed_bytes(core.program),
        project: packed(&core.project),
        question: in_script(&core.question),
        script: CORE,
    });
    let page = ReportPage {
        core,
        head: Head::of(&view.title, of, &scripts),
        context: view.context.iter().map(|line| html::rich(line)).collect(),
        facts: &view.facts,
        panels,
        first: view.first,
        sections: view.sections.iter().map(section).collect(),
        version: env!("CARGO_PKG_VERSION"),
        data: packed(&html::clean(&view.data(sources))),
        script: SCRIPT,
    };
    written(&page)
}

/// The page that is served in place of numbers while a plan is wrong.
pub fn failed_report(title: &str, messages: &str, of: PageUse) -> String {
    let page = FailedPage { head: Head::of(title, of, &[]), messages: messages.to_owned() };
    written(&page)
}

/// A page without characters that hide or reorder others, wherever in it a text of the plan is.
fn written(page: &impl Template) -> String {
    // Writing to a text cannot fail.
    html::clean(&page.render().unwrap_or_default()).into_owned()
}

impl<'a> Head<'a> {
    fn of(title: &'a str, of: PageUse, scripts: &[&str]) -> Self {
        let served = match of {
            PageUse::File => None,
            PageUse::Served(version) => Some(version),
        };
        let has_core = scripts.contains(&CORE);
        let style = format!("{}{STYLE}{}", svg_style(), if has_core { CORE_STYLE } else { "" });
        let scripts = scripts.iter().copied().chain(served.map(|_| RELOAD));
        let scripts: Vec<String> = scripts.map(digest).collect();
        let scripts = if scripts.is_empty() { "'none'".to_owned() } else { scripts.join(" ") };
        let scripts = if has_core { scripts + " 'wasm-unsafe-eval'" } else { scripts };
        let connect = if served.is_some() { "; connect-src 'self'" } else { "" };
        let policy = format!(
            "default-src 'none'; script-src {scripts}; style-src {}; img-src data:; base-uri 'none'; form-action 'none'{connect}",
            digest(&style)
        );
        Self { title, policy, style, served, reload: RELOAD }
    }
}

/// The digest of a script or a style as a policy names it.
fn digest(text: &str) -> String {
    format!("'sha256-{}'", base64(&Sha256::digest(text.as_bytes())))
}

/// Bytes in base 64.
fn base64(bytes: &[u8]) -> String {
    const SIGNS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let sign = |bits: u32| char::from(SIGNS[(bits & 63) as usize]);
    let mut text = String::new();
    for part in bytes.chunks(3) {
        let byte = |place: usize| u32::from(part.get(place).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        text.extend([sign(bits >> 18), sign(bits >> 12)]);
        text.push(if part.len() > 1 { sign(bits >> 6) } else { '=' });
        text.push(if part.len() > 2 { sign(bits) } else { '=' });
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_is_that_of_the_text() {
        assert_eq!(
            ["", "f", "fo", "foo", "foob"].map(|text| base64(text.as_bytes())),
            ["", "Zg==", "Zm8=", "Zm9v", "Zm9vYg=="]
        );
        assert_eq!(digest(""), "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='");
    }
}
