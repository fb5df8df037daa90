//! Tables of plain text: the first column to the left, numbers to the right.

/// Widest first column [characters].
const WIDEST: usize = 60;

/// A table under a title; empty without rows.
pub fn table<const N: usize>(title: &str, header: [&str; N], rows: &[[String; N]]) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let cut = |s: &str| match s.char_indices().nth(WIDEST) {
        Some((end, _)) => format!("{}…", &s[..end]),
        None => s.to_owned(),
    };
    let width = |i: usize| {
        let cells = rows.iter().map(|r| cut(&r[i]).chars().count());
        cells.chain([header[i].chars().count()]).max().unwrap_or(0)
    };
    let widths: [usize; N] = std::array::from_fn(width);
    let line = |cells: [&str; N]| {
        let mut text = String::new();
        for (i, cell) in cells.iter().enumerate() {
            let (cell, w) = (cut(cell), widths[i]);
            text += &if i == 0 { format!("{cell:<w$}") } else { format!("  {cell:>w$}") };
        }
        text.trim_end().to_owned() + "\n"
    };
    let body: String = rows.iter().map(|r| line(std::array::from_fn(|i| r[i].as_str()))).collect();
    format!("\n{title}\n{}{body}", line(header))
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
