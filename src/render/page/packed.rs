//! What only a script reads: compressed with gzip, and written in base 64.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;

/// A text as a script of the page unpacks it.
pub(super) fn packed(text: &str) -> String {
    base64(&compressed(text.as_bytes()))
}

fn compressed(bytes: &[u8]) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::best());
    // Writing to memory cannot fail.
    let _ = packed.write_all(bytes);
    packed.finish().unwrap_or_default()
}

/// Bytes in base 64.
pub(super) fn base64(bytes: &[u8]) -> String {
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
    use std::io::Read as _;

    use flate2::read::GzDecoder;

    #[test]
    fn bytes_are_written_in_base_64_with_padding() {
        assert_eq!(
            ["", "f", "fo", "foo", "foob"].map(|text| base64(text.as_bytes())),
            ["", "Zg==", "Zm8=", "Zm9v", "Zm9vYg=="]
        );
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
