//! The names of imported SKUs in a price sheet.

/// The most characters of a name.
const LONGEST: usize = 100;

/// A name of lower-case letters, digits and `-` for whatever an answer calls a SKU: `Standard_B2s` becomes `b2s` if
/// `Standard_` is stripped. Empty if it has no letter or digit.
pub(crate) fn sku_name(written: &str, strip: &[&str]) -> String {
    let kept = strip.iter().find_map(|start| written.strip_prefix(start)).unwrap_or(written);
    let mut name = String::with_capacity(kept.len());
    for sign in kept.chars().flat_map(char::to_lowercase) {
        if sign.is_ascii_alphanumeric() {
            name.push(sign);
        } else if !name.is_empty() && !name.ends_with('-') {
            name.push('-');
        }
        if name.len() >= LONGEST {
            break;
        }
    }
    name.truncate(name.trim_end_matches('-').len());
    name
}

#[cfg(test)]
mod tests {
    use super::sku_name;

    #[test]
    fn a_name_is_safe_whatever_an_answer_says() {
        for (written, name) in [
            ("cx23", "cx23"),
            ("gpu_1x_a10", "gpu-1x-a10"),
            ("Standard_B2s", "b2s"),
            ("../../etc/passwd", "etc-passwd"),
            ("gpt-4.1", "gpt-4-1"),
            ("a\u{0}b\u{1b}[31m", "a-b-31m"),
            ("\u{202e}...", ""),
            ("DEV1-S", "dev1-s"),
        ] {
            assert_eq!(sku_name(written, &["Standard_"]), name);
        }
        assert!(sku_name(&"x".repeat(10_000), &[]).len() <= 100);
    }
}
