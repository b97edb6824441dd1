//! What only a script reads: compressed with gzip, and written with 91 signs of ASCII, which take less than base 64.
//!
//! Each 13 bits, the lowest first, are two signs. None of them begins an element or an entity. Before them is the number of
//! bytes, with a colon.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;

/// How many signs there are; two of them have at least 13 bits.
const SIGNS: u32 = 91;
const BITS: u32 = 13;

/// A text as a script of the page unpacks it.
pub(super) fn packed(text: &str) -> String {
    written(&compressed(text.as_bytes()))
}

fn compressed(bytes: &[u8]) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::best());
    // Writing to memory cannot fail.
    let _ = packed.write_all(bytes);
    packed.finish().unwrap_or_default()
}

/// Bytes that are compressed already, with their signs.
pub(super) fn written(bytes: &[u8]) -> String {
    let mut text = format!("{}:", bytes.len());
    text.reserve(bytes.len() / 13 * 16 + 4);
    let (mut held, mut count) = (0_u32, 0);
    for byte in bytes {
        held |= u32::from(*byte) << count;
        count += 8;
        if count >= BITS {
            let bits = held & ((1 << BITS) - 1);
            text.extend([sign(bits % SIGNS), sign(bits / SIGNS)]);
            held >>= BITS;
            count -= BITS;
        }
    }
    if count > 0 {
        text.extend([sign(held % SIGNS), sign(held / SIGNS)]);
    }
    text
}

/// The sign of a number below 91: those of ASCII that are seen, without `&`, `<` and `>`.
fn sign(value: u32) -> char {
    let mut code = 33 + value;
    for left_out in [b'&', b'<', b'>'] {
        code += u32::from(code >= u32::from(left_out));
    }
    char::from_u32(code).unwrap_or(' ')
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read as _;

    use flate2::read::GzDecoder;

    #[test]
    fn thirteen_bits_are_two_signs_that_begin_no_element() {
        let signs: String = (0..SIGNS).map(sign).collect();
        let seen: String = ('!'..='~').filter(|sign| !"&<>".contains(*sign)).collect();
        assert_eq!(signs, seen);
        // By hand: 13 bits of 1 are 8191 = 1 + 90 * 91, and the 3 that are left are 7.
        assert_eq!(written(&[0xff, 0xff]), "2:\"~)!");
        assert_eq!(written(&[]), "0:");
    }

    #[test]
    fn what_is_packed_is_the_same_each_time_and_loses_nothing() {
        let bytes = compressed("<text> ".repeat(1000).as_bytes());
        let mut text = String::new();
        GzDecoder::new(&*bytes).read_to_string(&mut text).unwrap();
        assert_eq!(text, "<text> ".repeat(1000));
        assert!(bytes.len() < 200, "{}", bytes.len());
        assert_eq!(bytes[4..8], [0; 4], "no time");
    }
}
