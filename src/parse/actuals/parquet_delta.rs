//! Values of Parquet that are written as differences, written out as plain ones: each step is bounded by what a page may have.

/// The bytes of a page.
struct Bytes<'b>(&'b [u8]);

const CUT: &str = "a page of differences is not whole";

impl<'b> Bytes<'b> {
    fn take(&mut self, length: usize) -> Result<&'b [u8], &'static str> {
        let (taken, rest) = self.0.split_at_checked(length).ok_or(CUT)?;
        self.0 = rest;
        Ok(taken)
    }

    fn varint(&mut self) -> Result<u64, &'static str> {
        let mut value = 0_u64;
        for shift in (0..64).step_by(7) {
            let byte = self.take(1)?[0];
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err(CUT)
    }

    fn zigzag(&mut self) -> Result<i64, &'static str> {
        let coded = self.varint()?;
        Ok((coded >> 1).cast_signed() ^ -i64::from(coded & 1 == 1))
    }

    /// Numbers that are written as differences, at most so many.
    fn numbers(&mut self, most: usize) -> Result<Vec<i64>, &'static str> {
        let (block, parts, count) = (self.varint()?, self.varint()?, self.varint()?);
        let first = self.zigzag()?;
        let is_sound = (1..=1 << 20).contains(&block) && parts > 0 && block.is_multiple_of(parts);
        let size = if is_sound { block / parts } else { 0 };
        let count = usize::try_from(count).ok().filter(|count| *count <= most);
        let (Some(count), Ok(size), Ok(parts)) = (count, usize::try_from(size), usize::try_from(parts)) else {
            return Err("a page of differences has more values than it says");
        };
        if size == 0 || !size.is_multiple_of(32) {
            return Err("a page of differences has blocks of an impossible size");
        }
        let mut values: Vec<i64> = (count > 0).then_some(first).into_iter().collect();
        let mut last = first;
        while values.len() < count {
            let smallest = self.zigzag()?;
            let widths = self.take(parts)?;
            for width in widths {
                if values.len() >= count {
                    break;
                }
                let width = usize::from(*width);
                if width > 64 {
                    return Err("a page of differences has numbers of more than 64 bits");
                }
                let packed = self.take(size / 8 * width)?;
                for nth in 0..size.min(count - values.len()) {
                    last = last.wrapping_add(smallest).wrapping_add(bits(packed, nth * width, width).cast_signed());
                    values.push(last);
                }
            }
        }
        Ok(values)
    }
}

/// A number of some bits, the lowest first.
fn bits(bytes: &[u8], start: usize, width: usize) -> u64 {
    let mut value = 0_u64;
    let mut done = 0;
    while done < width {
        let at = start + done;
        let taken = (8 - at % 8).min(width - done);
        let byte = bytes.get(at / 8).copied().unwrap_or_default();
        let part = (u64::from(byte) >> (at % 8)) & ((1 << taken) - 1);
        value |= part << done;
        done += taken;
    }
    value
}

/// Numbers of four or eight bytes.
///
/// # Errors
/// What is no page of such numbers, and more of them than there may be.
pub(super) fn plain_numbers(bytes: &[u8], most: usize, is_long: bool) -> Result<Vec<u8>, &'static str> {
    let numbers = Bytes(bytes).numbers(most)?;
    let mut plain = Vec::with_capacity(numbers.len() * if is_long { 8 } else { 4 });
    for number in numbers {
        let number = number.to_le_bytes();
        plain.extend_from_slice(if is_long { &number } else { &number[..4] });
    }
    Ok(plain)
}

/// Texts whose lengths come first, and of which the start may be that of the text before. Each has its length in front of it,
/// unless all are of one length. At most so many bytes are written.
///
/// # Errors
/// What is no page of such texts, and more of them than there may be.
pub(super) fn plain_texts(
    bytes: &[u8],
    most: usize,
    has_prefixes: bool,
    is_of_one_length: Option<usize>,
    most_bytes: usize,
) -> Result<Vec<u8>, &'static str> {
    let mut bytes = Bytes(bytes);
    let prefixes = if has_prefixes { Some(bytes.numbers(most)?) } else { None };
    let lengths = bytes.numbers(most)?;
    if prefixes.as_ref().is_some_and(|prefixes| prefixes.len() != lengths.len()) {
        return Err(CUT);
    }
    let mut plain: Vec<u8> = Vec::new();
    let mut before = 0..0;
    for (nth, length) in lengths.into_iter().enumerate() {
        let prefix = prefixes.as_ref().map_or(0, |prefixes| prefixes[nth]);
        let (Ok(prefix), Ok(length)) = (usize::try_from(prefix), usize::try_from(length)) else { return Err(CUT) };
        let rest = bytes.take(length)?;
        let whole = prefix + length;
        if prefix > before.len() || is_of_one_length.is_some_and(|of_all| of_all != whole) {
            return Err(CUT);
        }
        if plain.len() + 4 + whole > most_bytes {
            return Err("a page has more text than a bill");
        }
        if is_of_one_length.is_none() {
            plain.extend_from_slice(&u32::try_from(whole).map_err(|_| CUT)?.to_le_bytes());
        }
        let start = plain.len();
        plain.extend_from_within(before.start..before.start + prefix);
        plain.extend_from_slice(rest);
        before = start..plain.len();
    }
    Ok(plain)
}
