//! What commands leave as files: pictures in both forms, and whether a folder may be written at all.

use super::exit::Failure;
#[cfg(feature = "charts")]
use crate::{experiment, report::Picture};
use std::path::Path;

/// Each picture as SVG and as PNG: name of the file and bytes.
#[cfg(feature = "charts")]
pub fn drawn(pictures: &[&Picture]) -> Result<Vec<(String, Vec<u8>)>, String> {
    let rendered = experiment::side_by_side(pictures, |p| crate::chart::svg_to_png(&p.svg));
    let mut files = Vec::with_capacity(2 * pictures.len());
    for (picture, png) in pictures.iter().zip(rendered) {
        files.push((format!("charts/{}.svg", picture.name), picture.svg.clone().into_bytes()));
        files.push((format!("charts/{}.png", picture.name), png?));
    }
    Ok(files)
}

/// Before the work: a folder that is there is replaced only with `--force`, and only when it holds `mark`, the file that
/// the same command leaves.
pub fn may_write(folder: &Path, mark: &str, force: bool) -> Result<(), Failure> {
    let refused = |what: &str, hint: &str| {
        let folder = folder.display();
        Err(Failure::BadInput(format!("error: {folder} {what}nothing was written\nhint: {hint}")))
    };
    match folder.exists() {
        false => Ok(()),
        true if !force => refused("is there already; ", "name another folder, or replace it with --force"),
        true if !folder.join(mark).is_file() => {
            refused(&format!("holds no {mark}; it is not replaced, and "), "name another folder")
        }
        true => Ok(()),
    }
}
