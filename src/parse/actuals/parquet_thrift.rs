//! The metadata of Parquet, in thrift's compact protocol, as far as it has to be bounded before anything is allocated.

/// The most elements of a schema, and the most levels of groups in it.
const MAX_SCHEMA: u64 = 10_000;
const MAX_DEPTH: usize = 16;
/// The most parts of columns of a file: columns times groups of rows.
const MAX_PARTS: u64 = 200_000;

/// The type of a value in the protocol.
mod kind {
    pub(super) const BINARY: u8 = 8;
    pub(super) const LIST: u8 = 9;
    pub(super) const STRUCT: u8 = 12;
}

/// A reader of the compact protocol. `None` is what is not whole.
struct Thrift<'b> {
    bytes: &'b [u8],
    at: usize,
}

impl Thrift<'_> {
    fn byte(&mut self) -> Option<u8> {
        let byte = *self.bytes.get(self.at)?;
        self.at += 1;
        Some(byte)
    }

    fn pass(&mut self, length: u64) -> Option<()> {
        let end = self.at.checked_add(usize::try_from(length).ok()?)?;
        self.at = Some(end).filter(|end| *end <= self.bytes.len())?;
        Some(())
    }

    fn varint(&mut self) -> Option<u64> {
        let mut value = 0_u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(value);
            }
        }
        None
    }

    /// A whole number.
    fn number(&mut self) -> Option<i64> {
        let coded = self.varint()?;
        Some(i64::try_from(coded >> 1).ok()? ^ -i64::from(coded & 1 == 1))
    }

    /// The type of the elements of a list and how many there are.
    fn list(&mut self) -> Option<(u8, u64)> {
        let head = self.byte()?;
        let count = match head >> 4 {
            15 => self.varint()?,
            few => u64::from(few),
        };
        Some((head & 0x0f, count))
    }

    /// Reads a struct: `on` is called with the number and the type of each field, and says whether it has read its value.
    fn fields(&mut self, depth: usize, mut on: impl FnMut(&mut Self, i64, u8) -> Option<bool>) -> Option<()> {
        let mut last = 0_i64;
        loop {
            let head = self.byte()?;
            let kind = head & 0x0f;
            if kind == 0 {
                return Some(());
            }
            last = match head >> 4 {
                0 => self.number()?,
                step => last.checked_add(i64::from(step))?,
            };
            if !on(self, last, kind)? {
                self.skip(kind, depth)?;
            }
        }
    }

    fn skip(&mut self, kind: u8, depth: usize) -> Option<()> {
        let deeper = depth.checked_add(1).filter(|depth| *depth < MAX_DEPTH)?;
        match kind {
            1 | 2 => Some(()),
            3 => self.pass(1),
            4..=6 => self.varint().map(|_| ()),
            7 => self.pass(8),
            kind::BINARY => {
                let length = self.varint()?;
                self.pass(length)
            }
            kind::LIST | 10 => {
                let (of, count) = self.list()?;
                self.skip_elements(&[of], count, deeper)
            }
            11 => match self.varint()? {
                0 => Some(()),
                count => {
                    let kinds = self.byte()?;
                    self.skip_elements(&[kinds >> 4, kinds & 0x0f], count, deeper)
                }
            },
            kind::STRUCT => self.fields(deeper, |_, _, _| Some(false)),
            _ => None,
        }
    }

    /// Elements of a list, or pairs of a map; a truth among them has a byte of its own.
    fn skip_elements(&mut self, kinds: &[u8], count: u64, depth: usize) -> Option<()> {
        for _ in 0..count {
            for of in kinds {
                self.skip(if matches!(of, 1 | 2) { 3 } else { *of }, depth)?;
            }
        }
        Some(())
    }
}

/// Checks that the metadata of a file describes no more than a bill has.
///
/// # Errors
/// What there is too much of.
pub(super) fn check_metadata(bytes: &[u8]) -> Result<(), String> {
    let mut thrift = Thrift { bytes, at: 0 };
    let (mut wrong, mut parts) = (None, 0_u64);
    let read = thrift.fields(0, |thrift, field, of| {
        if of != kind::LIST || !matches!(field, 2 | 4) {
            return Some(false);
        }
        let (of, count) = thrift.list()?;
        if of != kind::STRUCT {
            return thrift.skip_elements(&[of], count, 1).map(|()| true);
        }
        let checked = if field == 2 { schema(thrift, count)? } else { groups(thrift, count, &mut parts)? };
        wrong = wrong.take().or(checked.err());
        Some(wrong.is_none()).filter(|is_fine| *is_fine)
    });
    match (wrong, read) {
        (Some(wrong), _) => Err(wrong),
        (None, None) => Err("its metadata is not whole".to_owned()),
        (None, Some(())) => Ok(()),
    }
}

/// The elements of a schema, each before those in it.
fn schema(thrift: &mut Thrift<'_>, count: u64) -> Option<Result<(), String>> {
    if count > MAX_SCHEMA {
        return Some(Err(format!("its schema has {count} elements, and a bill has at most {MAX_SCHEMA}")));
    }
    let mut open: Vec<i64> = Vec::new();
    for _ in 0..count {
        let mut children = 0;
        thrift.fields(1, |thrift, field, of| match (field, of) {
            (5, 4..=6) => {
                children = thrift.number()?;
                Some(true)
            }
            _ => Some(false),
        })?;
        while open.last() == Some(&0) {
            open.pop();
        }
        if let Some(left) = open.last_mut() {
            *left -= 1;
        }
        if children > 0 {
            open.push(children);
        }
        if open.len() > MAX_DEPTH {
            return Some(Err(format!("its columns are nested more than {MAX_DEPTH} deep")));
        }
    }
    Some(Ok(()))
}

/// The groups of rows, and how many parts of columns they have.
fn groups(thrift: &mut Thrift<'_>, count: u64, parts: &mut u64) -> Option<Result<(), String>> {
    for _ in 0..count {
        thrift.fields(1, |thrift, field, of| {
            if field != 1 || of != kind::LIST {
                return Some(false);
            }
            let (of, count) = thrift.list()?;
            *parts = parts.saturating_add(count);
            thrift.skip_elements(&[of], count, 2).map(|()| true)
        })?;
        *parts = parts.saturating_add(1);
        if *parts > MAX_PARTS {
            return Some(Err(format!("its groups of rows have more than {MAX_PARTS} parts of columns")));
        }
    }
    Some(Ok(()))
}

/// What the header of a page says; a number that is not there is -1.
#[derive(Clone, Copy, Debug)]
pub(super) struct PageHeader {
    /// How many bytes the header has.
    pub(super) length: usize,
    /// 0 is a page of values, 1 an index, 2 a dictionary and 3 a page of values of the second version.
    pub(super) kind: i64,
    pub(super) unpacked: i64,
    pub(super) packed: i64,
    pub(super) values: i64,
    pub(super) encoding: i64,
    /// The encodings of the levels at which a value is there and is repeated, in the first version.
    pub(super) levels: [i64; 2],
    /// The bytes of these levels, in the second version.
    pub(super) level_bytes: [i64; 2],
    pub(super) nulls: i64,
    pub(super) rows: i64,
    /// Whether the values are packed as the column says; only the second version denies it.
    pub(super) is_packed: bool,
}

/// Reads the header of a page; `None` if it is not whole.
pub(super) fn page_header(bytes: &[u8]) -> Option<PageHeader> {
    let mut thrift = Thrift { bytes, at: 0 };
    let mut header = PageHeader {
        length: 0,
        kind: -1,
        unpacked: -1,
        packed: -1,
        values: -1,
        encoding: -1,
        levels: [-1; 2],
        level_bytes: [-1; 2],
        nulls: -1,
        rows: -1,
        is_packed: true,
    };
    thrift.fields(0, |thrift, field, of| {
        let place = match (field, of) {
            (1, 5) => &mut header.kind,
            (2, 5) => &mut header.unpacked,
            (3, 5) => &mut header.packed,
            (5 | 7 | 8, kind::STRUCT) => {
                thrift.fields(1, |thrift, inner, of| header.detail(thrift, field, inner, of))?;
                return Some(true);
            }
            _ => return Some(false),
        };
        *place = thrift.number()?;
        Some(true)
    })?;
    header.length = thrift.at;
    Some(header)
}

impl PageHeader {
    /// Reads a field of what is said of one kind of page.
    fn detail(&mut self, thrift: &mut Thrift<'_>, page: i64, field: i64, of: u8) -> Option<bool> {
        let place = match (page, field, of) {
            (_, 1, 5) => &mut self.values,
            (5 | 7, 2, 5) | (8, 4, 5) => &mut self.encoding,
            (5, 3, 5) => &mut self.levels[0],
            (5, 4, 5) => &mut self.levels[1],
            (8, 2, 5) => &mut self.nulls,
            (8, 3, 5) => &mut self.rows,
            (8, 5, 5) => &mut self.level_bytes[0],
            (8, 6, 5) => &mut self.level_bytes[1],
            (8, 7, 1 | 2) => {
                self.is_packed = of == 1;
                return Some(true);
            }
            _ => return Some(false),
        };
        *place = thrift.number()?;
        Some(true)
    }
}
