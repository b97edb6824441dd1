//! The marks of a curve: letters above it, lines through it, and what each letter means below it.

use rust_decimal::Decimal;

use crate::render::chart::svg::drawing::{Anchor, Drawing, PIXEL, Room, Style, Tenths};
use crate::render::chart::svg::text::{sentence, shortened, wrapped};
use crate::render::chart::svg::ticks::place;
use crate::view::{Curve, CurveMark};

/// The most letters.
const MOST: usize = 9;
/// The most lines of the meaning of a letter.
const MOST_LINES: usize = 2;
/// The space of a letter.
const LETTER: Tenths = 15 * PIXEL;
/// The height of the letters above a curve.
pub(super) const HEIGHT: Tenths = 18 * PIXEL;
const LINE: Tenths = 17 * PIXEL;

/// The marks at a place.
struct Place<'c> {
    x: Tenths,
    at: Decimal,
    marks: Vec<&'c CurveMark>,
    /// What makes it more important than others.
    rank: (bool, Decimal),
}

impl Place<'_> {
    /// What happens there, in words.
    fn words(&self) -> String {
        let at = format!("{}: ", self.at.normalize());
        let words = self.marks.iter().map(|mark| mark.label.strip_prefix(&at).unwrap_or(&mark.label));
        let words = words.collect::<Vec<_>>().join("; ");
        let has_name = self.marks.iter().any(|mark| mark.label.starts_with(&at));
        sentence(&if has_name { format!("{at}{words}") } else { words })
    }
}

/// The marks of a curve: places with a letter, and the others.
pub(super) struct Marks<'c> {
    named: Vec<(char, Place<'c>)>,
    others: Vec<Place<'c>>,
}

impl<'c> Marks<'c> {
    /// Names the places at which the lines change most, from left to right.
    pub(super) fn new(curve: &'c Curve, ends: (Decimal, Decimal), room: Tenths) -> Self {
        let mut marks: Vec<&CurveMark> =
            curve.marks.iter().filter(|mark| (ends.0..=ends.1).contains(&mark.x)).collect();
        marks.sort_by_key(|mark| mark.x);
        let at = |marks: &[&'c CurveMark]| Place {
            x: place(marks[0].x, ends, room),
            at: marks[0].x,
            rank: (marks.iter().any(|mark| mark.is_major), jump(curve, marks[0].x)),
            marks: marks.to_vec(),
        };
        let mut places: Vec<Place<'c>> = marks.chunk_by(|a, b| a.x == b.x).map(at).collect();
        places.sort_by(|a, b| b.rank.cmp(&a.rank));
        let (mut named, mut others): (Vec<Place<'c>>, Vec<Place<'c>>) = (Vec::new(), Vec::new());
        for place in places {
            let is_free = named.iter().all(|other| (other.x - place.x).abs() >= LETTER);
            if is_free && named.len() < MOST { &mut named } else { &mut others }.push(place);
        }
        named.sort_by_key(|place| place.x);
        Self { named: ('a'..='z').zip(named).collect(), others }
    }

    /// Whether there is none.
    pub(super) fn is_empty(&self) -> bool {
        self.named.is_empty()
    }

    /// Draws the letters above a curve and the lines through it.
    pub(super) fn draw(&self, left: Tenths, (top, bottom): (Tenths, Tenths), out: &mut Drawing) {
        for place in &self.others {
            let x = left + place.x;
            out.line((x, bottom - 5 * PIXEL), (x, bottom), "faint", "");
        }
        for (letter, place) in &self.named {
            let (x, middle) = (left + place.x, top - HEIGHT / 2);
            out.line((x, middle), (x, bottom), "axis", " stroke-dasharray=\"1.5 2.5\"");
            badge((x, middle), *letter, &place.words(), out);
        }
    }

    /// Adds what is said where a mark without a letter is pointed at.
    pub(super) fn draw_sensors(&self, left: Tenths, bottom: Tenths, out: &mut Drawing) {
        for place in &self.others {
            let corner = (left + place.x - 2 * PIXEL, bottom - 6 * PIXEL);
            out.sensor(corner, (4 * PIXEL, 10 * PIXEL), &place.words());
        }
    }

    /// Draws what the letters mean; returns where it ends.
    pub(super) fn legend(&self, room: Room, top: Tenths, out: &mut Drawing) -> Tenths {
        let indent = 20 * PIXEL;
        let (left, wide) = (room.left + indent, room.width - indent);
        let mut bottom = top;
        for (letter, place) in &self.named {
            let words = place.words();
            let mut lines = wrapped(&words, Style::NOTE, wide);
            if lines.len() > MOST_LINES {
                let rest = lines.split_off(MOST_LINES - 1).join(" ");
                lines.push(shortened(&rest, Style::NOTE, wide));
            }
            badge((room.left + 7 * PIXEL, bottom + LINE - 8 * PIXEL), *letter, "", out);
            for line in lines {
                bottom += LINE;
                out.titled_text((left, bottom - 4 * PIXEL), Anchor::Start, Style::NOTE, &line, &words);
            }
        }
        if !self.others.is_empty() {
            bottom += LINE;
            let count = self.others.len();
            let text = if count == 1 {
                "1 smaller change is a short line at the axis".to_owned()
            } else {
                format!("{count} smaller changes are short lines at the axis")
            };
            out.text((left, bottom - 4 * PIXEL), Anchor::Start, Style::NOTE, &shortened(&text, Style::NOTE, wide));
        }
        bottom
    }
}

/// Draws a letter in a circle.
fn badge((x, y): (Tenths, Tenths), letter: char, title: &str, out: &mut Drawing) {
    out.dot((x, y), 7 * PIXEL, "faint", title);
    out.titled_text((x, y + 35), Anchor::Middle, Style::BADGE, letter.encode_utf8(&mut [0; 4]), title);
}

/// By how much the lines change at a place: the most of them.
fn jump(curve: &Curve, x: Decimal) -> Decimal {
    let of = |points: &[(Decimal, Option<Decimal>)]| {
        let after = points.partition_point(|(at, _)| *at < x);
        let before = points.get(after.checked_sub(1)?)?.1?;
        Some(points.get(after)?.1?.checked_sub(before)?.abs())
    };
    curve.series.iter().filter_map(|series| of(&series.points)).max().unwrap_or_default()
}
