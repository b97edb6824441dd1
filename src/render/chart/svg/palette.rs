//! The colours, each for a light and for a dark background.

/// A colour: its name, and its values on a light and on a dark background.
type Ink = (&'static str, &'static str, &'static str);

/// All colours. Those of texts and lines have a contrast of at least 3 with `paper`, those of texts of 4.5.
const INKS: [Ink; 12] = [
    ("paper", "#ffffff", "#0f1720"),
    ("ink", "#1b2430", "#e6edf3"),
    ("faint", "#5a6675", "#9aa8b8"),
    ("grid", "#e4e9ef", "#283341"),
    ("axis", "#8a96a5", "#667486"),
    ("gap", "#eef1f5", "#1b2632"),
    ("0", "#0f62b5", "#6cb6ff"),
    ("1", "#b4510b", "#ffa657"),
    ("2", "#12784c", "#56d39a"),
    ("3", "#8038a8", "#d2a8ff"),
    ("4", "#b3193f", "#ff8fa3"),
    ("5", "#556070", "#b3bdc9"),
];

/// How many colours distinguish lines.
pub(super) const SERIES: usize = 6;

/// The name of the colour of a line.
pub(super) fn series(index: usize) -> &'static str {
    INKS[INKS.len() - SERIES + index % SERIES].0
}

/// What a line looks like besides its colour.
pub(super) fn dashes(index: usize) -> &'static str {
    const DASHES: [&str; SERIES] = ["", "8 3", "14 3", "4 2", "14 3 3 3", "8 3 3 3"];
    DASHES[index % SERIES]
}

/// The style of a file: colours as they are, for programs that do not know properties.
pub(super) fn of_file() -> String {
    let rules = |pick: fn(&Ink) -> &'static str| -> String {
        INKS.iter().map(|ink| format!(".cp-{}{{color:{}}}", ink.0, pick(ink))).collect()
    };
    let dark = rules(|ink| ink.2);
    format!("{}@media (prefers-color-scheme:dark){{{dark}}}", rules(|ink| ink.1))
}

/// The style of a page: colours as properties, which the page may set.
pub(super) fn of_page() -> String {
    let properties = |pick: fn(&Ink) -> &'static str| -> String {
        INKS.iter().map(|ink| format!("--cp-{}:{};", ink.0, pick(ink))).collect()
    };
    let rules: String = INKS.iter().map(|(name, ..)| format!(".cp-{name}{{color:var(--cp-{name})}}\n")).collect();
    let (light, dark) = (properties(|ink| ink.1), properties(|ink| ink.2));
    let lines = ".cp line{stroke:currentColor}\n";
    format!(":root{{{light}}}\n@media (prefers-color-scheme:dark){{:root{{{dark}}}}}\n{rules}{lines}")
}
