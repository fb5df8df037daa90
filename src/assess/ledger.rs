//! Ledgers of costs: CSV as accounting departments write it, long or wide, to entries.
//!
//! A file may begin with a byte-order mark; an amount may have a currency sign, commas between thousands, blanks, a minus at
//! either end or parentheses for a negative. An empty cell, a dash or "n/a" is a missing amount: it is counted, not taken for zero.
//! Anything else that is no amount is an error with its line and column, and all of them are told at once.

use crate::diag::suggest;
use std::collections::BTreeMap;

/// What the columns of a file mean.
#[derive(Clone, Debug, PartialEq)]
pub struct Columns {
    pub group: Option<String>,
    pub in_group: Option<String>,
    pub operation: Option<String>,
    pub in_operation: Option<String>,
    pub year: Option<String>,
    pub in_year: Option<i32>,
    pub layout: Layout,
    /// Columns and what must stand in them for a line to count.
    pub only: Vec<(String, String)>,
    /// What 1 stands for [money].
    pub unit: f64,
}

/// Where the costs stand.
#[derive(Clone, Debug, PartialEq)]
pub enum Layout {
    Long {
        cost: String,
    },
    /// A column for each group.
    Groups(Vec<String>),
    /// A column for each year.
    Years(Vec<String>),
}

/// What an operation of a group cost in a year.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    pub group: String,
    /// Empty where the ledger does not say.
    pub operation: String,
    pub year: i32,
    /// [money]
    pub cost: f64,
}

/// Everything that ledgers hold.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Ledger {
    pub entries: Vec<Entry>,
    /// Lines read.
    pub lines: usize,
    /// Cells without an amount.
    pub missing: usize,
}

/// What is wrong in a file, and where.
#[derive(Clone, Debug, PartialEq)]
pub struct Trouble {
    /// From 1; 0 for the file as a whole.
    pub line: u64,
    /// From 1; 0 for the line as a whole.
    pub column: usize,
    pub message: String,
    pub hint: String,
}

/// Mistakes of one file that are told.
const MOST_TOLD: usize = 20;

/// Reads a file into the ledger.
///
/// # Errors
/// All mistakes of the file, or the first [`MOST_TOLD`] of them.
pub fn read(bytes: &[u8], columns: &Columns, ledger: &mut Ledger) -> Result<(), Vec<Trouble>> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut reader = csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_reader(bytes);
    let whole = |message: String| vec![Trouble { line: 0, column: 0, message, hint: String::new() }];
    let header = reader.headers().map_err(|e| whole(e.to_string()))?.clone();
    let header: Vec<&str> = header.iter().collect();
    let places = Places::find(columns, &header)?;
    let mut troubles = Vec::new();
    for record in reader.records() {
        let record = match record {
            Ok(record) => record,
            Err(e) => {
                let line = e.position().map_or(0, csv::Position::line);
                troubles.push(Trouble { line, column: 0, message: plainly(&e), hint: String::new() });
                continue;
            }
        };
        if !record.iter().all(str::is_empty) {
            ledger.lines += 1;
            places.read(columns, &header, &record, ledger, &mut troubles);
        }
        if troubles.len() >= MOST_TOLD {
            break;
        }
    }
    if troubles.is_empty() { Ok(()) } else { Err(troubles) }
}

fn plainly(error: &csv::Error) -> String {
    match error.kind() {
        csv::ErrorKind::Utf8 { .. } => "this is not UTF-8 text".to_owned(),
        _ => error.to_string(),
    }
}

/// The numbers of the columns.
struct Places {
    group: Option<usize>,
    operation: Option<usize>,
    year: Option<usize>,
    costs: Vec<(usize, Option<i32>)>,
    only: Vec<(usize, String)>,
}

impl Places {
    fn find(columns: &Columns, header: &[&str]) -> Result<Self, Vec<Trouble>> {
        let mut troubles = Vec::new();
        let mut place = |name: &str| {
            let found = header.iter().position(|h| *h == name);
            if found.is_none() {
                let known = suggest(name, header.iter().copied());
                troubles.push(Trouble {
                    line: 1,
                    column: 0,
                    message: format!("there is no column `{name}`"),
                    hint: known.unwrap_or_default(),
                });
            }
            found
        };
        let group = columns.group.as_deref().and_then(&mut place);
        let operation = columns.operation.as_deref().and_then(&mut place);
        let year = columns.year.as_deref().and_then(&mut place);
        let only = columns.only.iter().filter_map(|(name, value)| Some((place(name)?, value.clone())));
        let only = only.collect();
        let mut costs = Vec::new();
        match &columns.layout {
            Layout::Long { cost } => costs.extend(place(cost).map(|i| (i, None))),
            Layout::Groups(groups) => costs.extend(groups.iter().filter_map(|g| Some((place(g)?, None)))),
            Layout::Years(years) => {
                let found: Vec<_> = years.iter().filter_map(|y| Some((place(y)?, y))).collect();
                for (i, name) in found {
                    match year_of(name) {
                        Some(year) => costs.push((i, Some(year))),
                        None => troubles.push(Trouble {
                            line: 1,
                            column: i + 1,
                            message: format!("the column `{name}` is named after no year"),
                            hint: "such a column has four digits in its name: 2024, FY2024".to_owned(),
                        }),
                    }
                }
            }
        }
        if troubles.is_empty() { Ok(Self { group, operation, year, costs, only }) } else { Err(troubles) }
    }

    fn read(
        &self,
        columns: &Columns,
        header: &[&str],
        record: &csv::StringRecord,
        ledger: &mut Ledger,
        troubles: &mut Vec<Trouble>,
    ) {
        let cell = |i: usize| record.get(i).unwrap_or_default();
        if self.only.iter().any(|(i, value)| cell(*i) != value) {
            return;
        }
        let line = record.position().map_or(0, csv::Position::line);
        let mut trouble = |i: usize, message: String, hint: &str| {
            let message = format!("in `{}`: {message}", header.get(i).copied().unwrap_or_default());
            troubles.push(Trouble { line, column: i + 1, message, hint: hint.to_owned() });
        };
        let year = match self.year {
            None => columns.in_year,
            Some(i) => {
                let year = year_of(cell(i));
                if year.is_none() {
                    return trouble(i, format!("`{}` is not a year", cell(i)), "four digits: 2024, FY2024");
                }
                year
            }
        };
        let operation = self.operation.map(cell).map(str::to_owned).or_else(|| columns.in_operation.clone());
        for (i, of_year) in &self.costs {
            let group = match (&columns.layout, self.group) {
                (Layout::Groups(_), _) => header[*i].to_owned(),
                (_, Some(g)) => cell(g).to_owned(),
                (_, None) => columns.in_group.clone().unwrap_or_default(),
            };
            if group.is_empty() {
                return trouble(self.group.unwrap_or(0), "the group is missing".to_owned(), "");
            }
            match amount(cell(*i)) {
                Ok(Some(cost)) => ledger.entries.push(Entry {
                    group,
                    operation: operation.clone().unwrap_or_default(),
                    year: of_year.or(year).unwrap_or_default(),
                    cost: cost * columns.unit,
                }),
                Ok(None) => ledger.missing += 1,
                Err(why) => trouble(*i, why, "for example 1,234.50, $1,234 or (1,234) for a negative"),
            }
        }
    }
}

/// The year that a text names: its four digits.
fn year_of(text: &str) -> Option<i32> {
    let runs: Vec<&str> = text.split(|c: char| !c.is_ascii_digit()).filter(|run| !run.is_empty()).collect();
    match runs.as_slice() {
        [year] if year.len() == 4 => year.parse().ok(),
        // "2024.0", as spreadsheets write it
        [year, "0"] if year.len() == 4 => year.parse().ok(),
        _ => None,
    }
}

/// An amount as accountants write it; None where there is none.
///
/// # Errors
/// When the text is something else.
pub fn amount(text: &str) -> Result<Option<f64>, String> {
    let text = text.trim().trim_matches('\u{a0}');
    if ["", "-", "\u{2013}", "\u{2014}", "n/a", "N/A", "NA"].contains(&text) {
        return Ok(None);
    }
    let wrong = || format!("`{text}` is not an amount");
    let (inner, in_parentheses) = match text.strip_prefix('(').and_then(|t| t.strip_suffix(')')) {
        Some(inner) => (inner, true),
        None => (text, false),
    };
    let mut digits = String::new();
    let mut minus = 0;
    // Digits after the last comma, while no point has come.
    let mut group: Option<usize> = None;
    for c in inner.chars() {
        match c {
            '0'..='9' => {
                digits.push(c);
                group = group.map(|n| n + 1);
            }
            ',' if !digits.is_empty() && !digits.contains('.') && group.is_none_or(|n| n == 3) => {
                group = Some(0)
            }
            '.' if !digits.contains('.') && group.is_none_or(|n| n == 3) => {
                digits.push(c);
                group = None;
            }
            '-' | '\u{2212}' => minus += 1,
            '$' | '\u{20ac}' | '\u{a3}' | ' ' | '\u{a0}' | '\u{202f}' => {}
            _ => return Err(wrong()),
        }
    }
    if group.is_some_and(|n| n != 3) || minus > 1 || (minus == 1 && in_parentheses) {
        return Err(wrong());
    }
    let edge = |c: char| matches!(c, '-' | '\u{2212}');
    let bare = inner.trim_matches(|c: char| c.is_whitespace() || "$\u{20ac}\u{a3}".contains(c));
    if minus == 1 && !(bare.starts_with(edge) || bare.ends_with(edge)) {
        return Err(wrong());
    }
    let value: f64 = digits.parse().map_err(|_| wrong())?;
    Ok(Some(if minus == 1 || in_parentheses { -value } else { value }))
}

impl Ledger {
    /// All years, ascending.
    pub fn years(&self) -> Vec<i32> {
        let mut years: Vec<i32> = self.entries.iter().map(|e| e.year).collect();
        years.sort_unstable();
        years.dedup();
        years
    }

    /// The cost of each group in a year, by name.
    pub fn groups(&self, year: i32) -> BTreeMap<&str, f64> {
        let mut groups = BTreeMap::new();
        for entry in self.entries.iter().filter(|e| e.year == year) {
            *groups.entry(entry.group.as_str()).or_insert(0.0) += entry.cost;
        }
        groups
    }

    /// The cost of each operation of a group by year.
    pub fn operations(&self, group: &str) -> BTreeMap<&str, BTreeMap<i32, f64>> {
        let mut operations: BTreeMap<&str, BTreeMap<i32, f64>> = BTreeMap::new();
        for entry in self.entries.iter().filter(|e| e.group == group) {
            *operations.entry(&entry.operation).or_default().entry(entry.year).or_insert(0.0) += entry.cost;
        }
        operations
    }
}
