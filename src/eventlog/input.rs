//! Bytes as text: decompressed, decoded, counted, and with a limit on what one record or tag may hold.

use super::report::{Position, ReadReport};
use std::cell::Cell;
use std::io::{self, BufRead, Cursor, Read};

/// Longest record, tag or text between tags [bytes]. What is longer is an error, so that a file without line ends, or
/// with a quote that is never closed, does not fill the memory.
pub const LONGEST: u64 = 16 << 20;
const CHUNK: usize = 1 << 17;

/// A reader that hands out valid UTF-8, whatever comes in: gzip or plain; UTF-8, UTF-16, or Latin-1.
///
/// Bytes that are not UTF-8 in a file that should be are read as Latin-1 and counted.
pub struct Input<'a> {
    source: Box<dyn Read + 'a>,
    encoding: Encoding,
    /// Bytes as they came, not yet decoded: the tail of a chunk can end inside a character.
    raw: Vec<u8>,
    text: Vec<u8>,
    at: usize,
    /// What was handed out before `text`.
    before: Position,
    /// How far line ends in `text` were counted, and how many there were.
    counted: Cell<(usize, u64)>,
    /// Bytes handed out since the last [`next_token`](Self::next_token).
    token: u64,
    /// Whether `raw` holds the first chunk, read to see what it is.
    fresh: bool,
    n_foreign: u64,
    first_foreign: Option<Position>,
    /// What went wrong behind the bytes that were read last.
    trouble: Option<io::Error>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Encoding {
    Utf8,
    Latin1,
    Utf16 { little: bool },
}

impl<'a> Input<'a> {
    /// # Errors
    /// When the first bytes cannot be read.
    pub fn new(mut source: impl Read + 'a) -> io::Result<Self> {
        let mut head = Vec::new();
        source.by_ref().take(CHUNK as u64).read_to_end(&mut head)?;
        let gzip = head.starts_with(&[0x1f, 0x8b]);
        let whole = Cursor::new(head).chain(source);
        let source: Box<dyn Read + 'a> =
            if gzip { Box::new(flate2::read::MultiGzDecoder::new(whole)) } else { Box::new(whole) };
        let mut input = Self {
            source,
            encoding: Encoding::Utf8,
            raw: Vec::new(),
            text: Vec::new(),
            at: 0,
            before: Position { line: 1, byte: 0 },
            counted: Cell::new((0, 0)),
            token: 0,
            fresh: true,
            n_foreign: 0,
            first_foreign: None,
            trouble: None,
        };
        input.pull()?;
        let (encoding, mark) = detect(&input.raw);
        input.encoding = encoding;
        input.raw.drain(..mark);
        Ok(input)
    }

    /// A new record or tag begins here.
    #[inline]
    pub fn next_token(&mut self) {
        self.token = 0;
    }

    /// Where the next byte comes from.
    pub fn position(&self) -> Position {
        let (from, known) = self.counted.get();
        let (from, known) = if from <= self.at { (from, known) } else { (0, 0) };
        let n = known + lines(&self.text[from..self.at]);
        self.counted.set((self.at, n));
        Position { line: self.before.line + n, byte: self.before.byte + self.at as u64 }
    }

    /// Says what was wrong with the bytes.
    pub fn finish(self, report: &mut ReadReport) {
        if self.n_foreign > 0 {
            let what = "a byte is not UTF-8; it was read as Latin-1";
            report.warn(what, "", || self.first_foreign).count = self.n_foreign;
        }
    }

    /// Adds a chunk to `raw`, whole even where the source gives it in drops; false at the end of the source. What came
    /// before an error is handed out first.
    fn pull(&mut self) -> io::Result<bool> {
        if let Some(e) = self.trouble.take() {
            return Err(e);
        }
        let from = self.raw.len();
        self.raw.resize(from + CHUNK, 0);
        let mut filled = from;
        while filled < self.raw.len() {
            match self.source.read(&mut self.raw[filled..]) {
                Ok(0) => break,
                Ok(n) => filled += n,
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) if filled > from => {
                    self.trouble = Some(e);
                    break;
                }
                Err(e) => {
                    self.raw.truncate(from);
                    return Err(e);
                }
            }
        }
        self.raw.truncate(filled);
        Ok(filled > from)
    }

    /// Decodes what `raw` holds into `text`; keeps a character that is not whole unless this is the end.
    fn decode(&mut self, end: bool) {
        self.before = self.position();
        (self.at, self.token) = (0, self.token + self.text.len() as u64);
        self.counted.set((0, 0));
        self.text.clear();
        let used = match self.encoding {
            Encoding::Utf8 => self.decode_utf8(end),
            Encoding::Latin1 => {
                self.raw.iter().for_each(|&b| push(&mut self.text, char::from(b)));
                self.raw.len()
            }
            Encoding::Utf16 { little } => {
                let (pairs, odd) = self.raw.as_chunks::<2>();
                let unit = |p: &[u8; 2]| if little { u16::from_le_bytes(*p) } else { u16::from_be_bytes(*p) };
                // A chunk may end between the two halves of a pair of surrogates.
                let split = !end && pairs.last().is_some_and(|p| (0xd800..0xdc00).contains(&unit(p)));
                let pairs = &pairs[..pairs.len() - usize::from(split)];
                for c in char::decode_utf16(pairs.iter().map(unit)) {
                    push(&mut self.text, c.unwrap_or(char::REPLACEMENT_CHARACTER));
                }
                2 * pairs.len() + if end { odd.len() } else { 0 }
            }
        };
        self.raw.drain(..used);
    }

    fn decode_utf8(&mut self, end: bool) -> usize {
        let mut used = 0;
        loop {
            let rest = &self.raw[used..];
            let Err(e) = std::str::from_utf8(rest) else {
                self.text.extend_from_slice(rest);
                return self.raw.len();
            };
            let good = e.valid_up_to();
            self.text.extend_from_slice(&rest[..good]);
            let bad = match e.error_len() {
                Some(n) => n,
                None if end => rest.len() - good,
                None => return used + good,
            };
            let place = Position {
                line: self.before.line + lines(&self.text),
                byte: self.before.byte + self.text.len() as u64,
            };
            self.first_foreign.get_or_insert(place);
            self.n_foreign += bad as u64;
            rest[good..good + bad].iter().for_each(|&b| push(&mut self.text, char::from(b)));
            used += good + bad;
        }
    }
}

impl BufRead for Input<'_> {
    #[inline]
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        while self.at == self.text.len() {
            if self.token + self.text.len() as u64 > LONGEST {
                let what = format!("a record or tag is longer than {} MiB", LONGEST >> 20);
                return Err(io::Error::new(io::ErrorKind::InvalidData, what));
            }
            let more = std::mem::take(&mut self.fresh) || self.pull()?;
            self.decode(!more);
            if !more && self.text.is_empty() {
                break;
            }
        }
        Ok(&self.text[self.at..])
    }

    #[inline]
    fn consume(&mut self, n: usize) {
        self.at += n;
    }
}

impl Read for Input<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let n = self.fill_buf()?.len().min(out.len());
        out[..n].copy_from_slice(&self.text[self.at..self.at + n]);
        self.consume(n);
        Ok(n)
    }
}

/// All of the text, for formats that cannot be read piece by piece; more than `longest` MiB are refused.
pub fn whole(source: impl Read, longest: usize, report: &mut ReadReport) -> Vec<u8> {
    let mut text = Vec::new();
    let fill = || -> io::Result<Input> {
        let mut input = Input::new(source)?;
        loop {
            input.next_token();
            let chunk = input.fill_buf()?;
            let n = chunk.len();
            if n == 0 {
                return Ok(input);
            }
            if text.len() + n > longest << 20 {
                let what = format!("the file is longer than {longest} MiB");
                return Err(io::Error::new(io::ErrorKind::InvalidData, what));
            }
            text.extend_from_slice(chunk);
            input.consume(n);
        }
    };
    match fill() {
        Ok(input) => input.finish(report),
        Err(e) => {
            report.error("the file cannot be read", &e.to_string(), || None);
        }
    }
    text
}

/// By byte order mark (and its length), or by the encoding that an XML declaration names.
fn detect(head: &[u8]) -> (Encoding, usize) {
    match head {
        [0xef, 0xbb, 0xbf, ..] => return (Encoding::Utf8, 3),
        [0xff, 0xfe, ..] => return (Encoding::Utf16 { little: true }, 2),
        [0xfe, 0xff, ..] => return (Encoding::Utf16 { little: false }, 2),
        [b'<', 0, ..] => return (Encoding::Utf16 { little: true }, 0),
        [0, b'<', ..] => return (Encoding::Utf16 { little: false }, 0),
        _ => {}
    }
    let declaration = head.split(|&b| b == b'>').next().unwrap_or_default();
    let declaration =
        String::from_utf8_lossy(&declaration[..declaration.len().min(200)]).to_ascii_lowercase();
    let foreign = ["iso-8859-1", "iso8859-1", "latin1", "latin-1", "windows-1252", "cp1252"];
    let named = declaration.starts_with("<?xml") && foreign.iter().any(|name| declaration.contains(name));
    (if named { Encoding::Latin1 } else { Encoding::Utf8 }, 0)
}

fn push(text: &mut Vec<u8>, c: char) {
    text.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
}

fn lines(text: &[u8]) -> u64 {
    text.iter().filter(|&&b| b == b'\n').count() as u64
}
