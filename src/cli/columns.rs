//! Tables of plain text: the first column to the left, numbers to the right.

/// Widest first column [characters].
const WIDEST: usize = 60;

/// A table under a title; empty without rows.
pub fn table<const N: usize>(title: &str, header: [&str; N], rows: &[[String; N]]) -> String {
    aligned(title, &header, rows)
}

/// As [`table`], of as many columns as the header has.
pub fn aligned<S: AsRef<str>, R: AsRef<[String]>>(title: &str, header: &[S], rows: &[R]) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let cut = |s: &str| match s.char_indices().nth(WIDEST) {
        Some((end, _)) => format!("{}…", &s[..end]),
        None => s.to_owned(),
    };
    let width = |i: usize| {
        let cells = rows.iter().map(|r| cut(&r.as_ref()[i]).chars().count());
        cells.chain([header[i].as_ref().chars().count()]).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..header.len()).map(width).collect();
    let line = |cells: &mut dyn Iterator<Item = &str>| {
        let mut text = String::new();
        for (i, cell) in cells.enumerate() {
            let (cell, w) = (cut(cell), widths[i]);
            text += &if i == 0 { format!("{cell:<w$}") } else { format!("  {cell:>w$}") };
        }
        text.trim_end().to_owned() + "\n"
    };
    let body: String = rows.iter().map(|r| line(&mut r.as_ref().iter().map(String::as_str))).collect();
    format!("\n{title}\n{}{body}", line(&mut header.iter().map(AsRef::as_ref)))
}

/// Three significant digits, no exponent; a dash for what is not defined.
pub fn number(x: f64) -> String {
    if !x.is_finite() {
        return "-".to_owned();
    }
    let magnitude = if x == 0.0 { 0 } else { x.abs().log10().floor() as i32 };
    let text = format!("{x:.*}", (2 - magnitude).clamp(0, 4) as usize);
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

/// A share in percent.
pub fn percent(share: f64) -> String {
    if share.is_finite() { format!("{:.1} %", 100.0 * share) } else { "-".to_owned() }
}
