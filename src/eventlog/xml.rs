//! Attributes of XML tags, quickly.

use std::borrow::Cow;

/// Names and raw values of a tag's attributes; stops at what is none.
pub struct Attributes<'a> {
    rest: &'a str,
}

impl<'a> Attributes<'a> {
    pub fn new(raw: &'a str) -> Self {
        Self { rest: raw }
    }
}

impl<'a> Iterator for Attributes<'a> {
    type Item = (&'a str, &'a str);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        let bytes = self.rest.as_bytes();
        let find =
            |from: usize, wanted: u8| bytes[from..].iter().position(|&b| b == wanted).map(|i| from + i);
        let equals = find(0, b'=')?;
        let open = equals + 1 + bytes[equals + 1..].iter().position(|b| !b.is_ascii_whitespace())?;
        let quote = bytes[open];
        if quote != b'"' && quote != b'\'' {
            return None;
        }
        let close = find(open + 1, quote)?;
        let name = self.rest[..equals].trim();
        let value = &self.rest[open + 1..close];
        self.rest = &self.rest[close + 1..];
        Some((name, value))
    }
}

/// Entities resolved; only the five of XML and character numbers are known. What cannot be resolved stays as it is, and
/// `false` says so.
pub fn unescape(raw: &str) -> (Cow<'_, str>, bool) {
    if !raw.as_bytes().contains(&b'&') {
        return (Cow::Borrowed(raw), true);
    }
    match quick_xml::escape::unescape(raw) {
        Ok(text) => (text, true),
        Err(_) => (Cow::Borrowed(raw), false),
    }
}

/// As [`escape`], as a text of its own.
pub fn escaped(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    escape(&mut bytes, text);
    String::from_utf8(bytes).unwrap_or_default()
}

/// Text as it stands in an attribute or between tags. Characters that XML 1.0 cannot hold become U+FFFD.
pub fn escape(out: &mut Vec<u8>, text: &str) {
    for c in text.chars() {
        match c {
            '<' => out.extend_from_slice(b"&lt;"),
            '>' => out.extend_from_slice(b"&gt;"),
            '&' => out.extend_from_slice(b"&amp;"),
            '"' => out.extend_from_slice(b"&quot;"),
            '\t' | '\n' | '\r' => out.extend_from_slice(format!("&#{};", c as u32).as_bytes()),
            '\0'..' ' | '\u{fffe}' | '\u{ffff}' => out.extend_from_slice("\u{fffd}".as_bytes()),
            c => out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
}
