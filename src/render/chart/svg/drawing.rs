//! What is drawn: texts and shapes at places in tenths of a pixel.

use std::fmt::Write as _;

use rust_decimal::Decimal;

use crate::render::chart::svg::style::{Anchor, PIXEL, Px, Room, Style, Tenths};
use crate::render::chart::svg::text::{clean, escaped, shortened};

/// An SVG that grows.
#[derive(Default)]
pub(super) struct Drawing {
    pub(super) svg: String,
    /// Whether it is in a page of costplan. Its style draws lines, and its script says what is pointed at: it reads the scales of curves
    /// and the tables behind them.
    pub(super) is_live: bool,
}

impl Drawing {
    /// Adds a text that was cleaned before.
    pub(super) fn text(&mut self, (x, y): (Tenths, Tenths), anchor: Anchor, style: Style, text: &str) {
        self.titled_text((x, y), anchor, style, text, "");
    }

    /// Adds a text, and what is shown when it is pointed at.
    pub(super) fn titled_text(
        &mut self,
        (x, y): (Tenths, Tenths),
        anchor: Anchor,
        style: Style,
        text: &str,
        title: &str,
    ) {
        let anchor = match anchor {
            Anchor::Start => "",
            Anchor::Middle => " text-anchor=\"middle\"",
            Anchor::End => " text-anchor=\"end\"",
        };
        let weight = if style.is_bold { " font-weight=\"600\"" } else { "" };
        let size =
            if style.size == Style::LABEL.size { String::new() } else { format!(" font-size=\"{}\"", style.size) };
        let _ = writeln!(
            self.svg,
            "<text class=\"cp-{}\" x=\"{}\" y=\"{}\"{anchor}{size}{weight}>{}{}</text>",
            style.ink,
            Px(x),
            Px(y),
            escaped(text),
            self.titled(title)
        );
    }

    /// Adds a sentence in place of a chart; returns where it ends.
    pub(super) fn nothing(&mut self, sentence: &str, room: Room, top: Tenths) -> Tenths {
        let height = 48 * PIXEL;
        self.rect((room.left, top), (room.width, height), "gap", "");
        let middle = (room.left + room.width / 2, top + height / 2 + 4 * PIXEL);
        self.text(middle, Anchor::Middle, Style::NOTE, &shortened(sentence, Style::NOTE, room.width));
        top + height
    }

    /// Adds a line.
    pub(super) fn line(&mut self, from: (Tenths, Tenths), to: (Tenths, Tenths), ink: &str, more: &str) {
        let (x1, y1, x2, y2) = (Px(from.0), Px(from.1), Px(to.0), Px(to.1));
        let stroke = if self.is_live { "" } else { " stroke=\"currentColor\"" };
        let _ = writeln!(
            self.svg,
            "<line class=\"cp-{ink}\"{stroke} x1=\"{x1}\" y1=\"{y1}\" x2=\"{x2}\" y2=\"{y2}\"{more}/>"
        );
    }

    /// Adds a filled rectangle, and what is shown when it is pointed at.
    pub(super) fn rect(&mut self, (x, y): (Tenths, Tenths), (w, h): (Tenths, Tenths), ink: &str, title: &str) {
        self.shape("rect", ink, &format!("{} rx=\"2\"", corners((x, y), (w, h))), title);
    }

    /// Adds a rectangle that is not seen, but says something when it is pointed at. A page of costplan does so by itself.
    pub(super) fn sensor(&mut self, (x, y): (Tenths, Tenths), (w, h): (Tenths, Tenths), title: &str) {
        if self.is_live {
            return;
        }
        let attributes = format!("{} fill=\"none\" pointer-events=\"all\"", corners((x, y), (w, h)));
        self.shape("rect", "ink", &attributes, title);
    }

    /// Writes down which values the ends of a curve stand for: from left to right, and from the bottom to the top.
    pub(super) fn scale(&mut self, at: (Tenths, Tenths), size: (Tenths, Tenths), x: [Decimal; 2], y: [Decimal; 2]) {
        if self.is_live {
            let scales = format!("data-x=\"{} {}\" data-y=\"{} {}\" fill=\"none\"", x[0], x[1], y[0], y[1]);
            let _ = writeln!(self.svg, "<rect class=\"plot\" {} {scales}/>", corners(at, size));
        }
    }

    /// Adds a dot.
    pub(super) fn dot(&mut self, (x, y): (Tenths, Tenths), radius: Tenths, ink: &str, title: &str) {
        self.shape("circle", ink, &format!("cx=\"{}\" cy=\"{}\" r=\"{}\"", Px(x), Px(y), Px(radius)), title);
    }

    /// Adds any shape.
    pub(super) fn shape(&mut self, name: &str, ink: &str, attributes: &str, title: &str) {
        let _ = write!(self.svg, "<{name} class=\"cp-{ink}\" {attributes}");
        let titled = self.titled(title);
        if titled.is_empty() {
            self.svg.push_str("/>\n");
        } else {
            let _ = writeln!(self.svg, ">{titled}</{name}>");
        }
    }

    /// What is shown when a shape is pointed at: lines of text. A page of costplan does so by itself.
    fn titled(&self, title: &str) -> String {
        if title.is_empty() || self.is_live {
            return String::new();
        }
        let lines: Vec<String> = title.split('\n').map(|line| escaped(&clean(line))).collect();
        format!("<title>{}</title>", lines.join("\n"))
    }
}

fn corners((x, y): (Tenths, Tenths), (w, h): (Tenths, Tenths)) -> String {
    format!("x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"", Px(x), Px(y), Px(w), Px(h))
}
