//! From SVG to PNG, with the embedded font only: the machine's own fonts are never looked at.

use std::sync::{Arc, LazyLock};

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, Tree, fontdb};

use super::canvas::{BOLD, REGULAR};

static FONTS: LazyLock<Arc<fontdb::Database>> = LazyLock::new(|| {
    let mut fonts = fontdb::Database::new();
    for bytes in [REGULAR, BOLD] {
        fonts.load_font_source(fontdb::Source::Binary(Arc::new(bytes)));
    }
    fonts.set_sans_serif_family("Roboto");
    Arc::new(fonts)
});

/// The picture at the size that the SVG states, as the bytes of a PNG file.
pub fn svg_to_png(svg: &str) -> Result<Vec<u8>, String> {
    let options = Options { fontdb: FONTS.clone(), font_family: "Roboto".to_owned(), ..Options::default() };
    let tree = Tree::from_str(svg, &options).map_err(|e| format!("not an SVG picture: {e}"))?;
    let size = tree.size().to_int_size();
    let mut pixels = Pixmap::new(size.width(), size.height()).ok_or("the picture has no size")?;
    resvg::render(&tree, Transform::identity(), &mut pixels.as_mut());
    pixels.encode_png().map_err(|e| format!("cannot make a PNG: {e}"))
}
