//! Mutations of lines: those of bytes alone seldom leave a file that can be read.

use costplan::source::floor_boundary;

/// Words that a value or a line is replaced by, besides those of the input itself.
const VALUES: &[&str] = &[
    "0",
    "1",
    "-1",
    "0.1",
    "1e9",
    "99999999999999999999999999",
    "0.0000000000000000000000000001",
    "1/3",
    "0..0",
    "5..",
    "..5",
    "18446744073709551615",
    "2026-02-29",
    "2026-12",
    "9999-12-31",
    "100%",
    "0%",
    "-5%",
    "\"\"",
    "[]",
    "{}",
    "~",
    "null",
    "EUR",
    "5 EUR/month",
    "5 USD",
    "1 TB",
    "1 GiB/hour",
    "customers",
    "customers / 7",
    "ceil(customers / 3)",
    "if(customers > 5, 1, 0)",
    "\u{202e}",
    "'",
    "*a",
    "&a 1",
    "v/server",
    "=1+1",
    "##[error]x",
];

/// Changes one or several lines of a text. `seed` chooses how.
#[must_use]
pub fn lines(text: &str, seed: u32) -> String {
    let mut random = Random(u64::from(seed) | 1);
    let mut lines: Vec<String> = text.split_inclusive('\n').map(str::to_owned).collect();
    for _ in 0..=random.below(3) {
        if lines.is_empty() {
            break;
        }
        let place = random.below(lines.len());
        let other = random.below(lines.len());
        match random.below(6) {
            0 => drop(lines.remove(place)),
            1 => lines.insert(place, lines[other].clone()),
            2 => lines.swap(place, other),
            3 => {
                let last = (place + 1 + random.below(8)).min(lines.len());
                let block = lines[place..last].to_vec();
                lines.splice(other..other, block);
            }
            4 => {
                let value = VALUES[random.below(VALUES.len())];
                lines[place] = with_value(&lines[place], value, &mut random);
            }
            _ => {
                let value = lines[other].split_once([':', '=']).map_or("", |(_, value)| value.trim()).to_owned();
                lines[place] = with_value(&lines[place], &value, &mut random);
            }
        }
    }
    lines.concat()
}

/// A line with another value: after its first or its last `:` or `=`.
fn with_value(line: &str, value: &str, random: &mut Random) -> String {
    let signs: Vec<usize> = line.match_indices([':', '=']).map(|(place, _)| place + 1).collect();
    let Some(start) = signs.get(random.below(signs.len().max(1))) else { return format!("{value}\n") };
    let rest = &line[*start..];
    let end = rest.find([',', '}', ']', '\n']).map_or(line.len(), |end| start + end);
    format!("{} {value}{}", &line[..*start], &line[end..])
}

/// Numbers that a seed determines.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % (end.max(1) as u64)).unwrap_or(0)
    }
}

/// Changes a text of lines, within its buffer. Every second mutation is one of bytes.
pub fn text(data: &mut [u8], size: usize, most: usize, seed: u32) -> usize {
    let text = seed.is_multiple_of(2).then(|| std::str::from_utf8(&data[..size]).ok()).flatten();
    let Some(text) = text else { return libfuzzer_sys::fuzzer_mutate(data, size, most) };
    let changed = lines(text, seed);
    let length = floor_boundary(&changed, most.min(data.len()));
    data[..length].copy_from_slice(&changed.as_bytes()[..length]);
    length
}

/// Declares a target whose inputs are texts of lines.
#[macro_export]
macro_rules! text_target {
    ($name:literal) => {
        $crate::byte_target!($name);
        libfuzzer_sys::fuzz_mutator!(|data: &mut [u8], size: usize, most: usize, seed: u32| {
            $crate::mutate::text(data, size, most, seed)
        });
    };
}

/// Declares a target.
#[macro_export]
macro_rules! byte_target {
    ($name:literal) => {
        libfuzzer_sys::fuzz_target!(|data: &[u8]| $crate::targets::run($name, data));
    };
}
