//! Pictures as PNG: the SVG, drawn with letters that the program brings with it, so that every machine draws the same.

use std::sync::Arc;

use resvg::tiny_skia::{IntSize, Pixmap, Transform};
use resvg::usvg::{Options, Tree, fontdb};

use crate::diagnostic::{Code, Diagnostic};

/// How many pixels of a PNG are one pixel of the picture, on each axis: the finest that is not too large is taken.
const SCALES: [f32; 2] = [2.0, 1.0];
/// The most pixels of a PNG. Each takes four bytes of memory.
const MAX_PIXELS: u64 = 32_000_000;
/// The letters of the program.
const FONT: &str = "DejaVu Sans";

/// An SVG of [`svg()`](super::svg()) as the bytes of a PNG, in the colours of a light background. The same SVG is the same bytes.
///
/// # Errors
/// `invalid-argument` if the picture has too many pixels.
pub fn png(svg: &str) -> Result<Vec<u8>, Diagnostic> {
    let refused = |why: String| {
        Diagnostic::new(Code::InvalidArgument, format!("the picture cannot be drawn as PNG: {why}"))
            .help("write a file that ends in .svg, which has no limit")
    };
    let mut fonts = fontdb::Database::new();
    for font in [dejavu::sans::regular(), dejavu::sans::bold()] {
        fonts.load_font_data(font.to_vec());
    }
    let options = Options { font_family: FONT.to_owned(), fontdb: Arc::new(fonts), ..Options::default() };
    let tree = Tree::from_str(svg, &options).map_err(|error| refused(error.to_string()))?;
    let (scale, size) =
        scaled(tree.size().to_int_size()).ok_or_else(|| refused(format!("it has more than {MAX_PIXELS} pixels")))?;
    let mut pixels = Pixmap::new(size.width(), size.height()).ok_or_else(|| refused("it is empty".to_owned()))?;
    resvg::render(&tree, Transform::from_scale(scale, scale), &mut pixels.as_mut());
    pixels.encode_png().map_err(|error| refused(error.to_string()))
}

/// The scale of a picture, and its size in that scale; `None` if it is too large in every one.
fn scaled(size: IntSize) -> Option<(f32, IntSize)> {
    SCALES.into_iter().find_map(|scale| {
        let size = size.scale_by(scale)?;
        let pixels = u64::from(size.width()) * u64::from(size.height());
        (pixels <= MAX_PIXELS).then_some((scale, size))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_png_has_only_so_many_pixels() {
        let drawn = |height| {
            let (_, size) = scaled(IntSize::from_wh(1_000, height)?)?;
            Some((size.width(), size.height()))
        };
        // 2,000 x 16,000 pixels are 32 million, and so are 1,000 x 32,000.
        assert_eq!(drawn(8_000), Some((2_000, 16_000)));
        assert_eq!(drawn(8_001), Some((1_000, 8_001)));
        assert_eq!(drawn(32_000), Some((1_000, 32_000)));
        assert_eq!(drawn(32_001), None);
    }
}
