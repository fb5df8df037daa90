//! `[calendar.NAME]`: weekly hours or moments, holidays, days with other hours.

use crate::diag::Diagnostic;
use crate::model::{Calendar, Exception, Interval, Model};
use crate::text::schema::{Field, Kind, Table as Schema};
use crate::text::{Item, Reader, Table, Value, weekly};
use jiff::ToSpan;
use jiff::civil::Date;

pub static SCHEMA: Schema = Schema {
    name: "calendar",
    doc: "Opening hours over the week, or moments such as the departures of a van, with dated exceptions. A stretch whose end \
          is not after its start runs past midnight: `\"Mon-Fri 22:00-06:00\"`. A dated day is the 24 hours from its 00:00, \
          whichever shift they belong to: with a holiday on Wednesday the night shift of Tuesday ends at 24:00, and that of \
          Wednesday begins on Thursday at 00:00. Where a holiday takes the whole night, give the days beside it their hours \
          as exceptions.",
    fields: &[
        Field::required(
            "open",
            Kind::Weekly,
            "stretches (`\"Mon-Fri 07:00-17:00\"`) or moments (`\"Mon-Fri 09:00\"`)",
        ),
        Field::optional("closed", Kind::List(&Kind::Date), "holidays"),
        Field::optional("exception", Kind::List(&Kind::Table(&EXCEPTION)), "days with other hours"),
    ],
    example: "[calendar.office]\nopen = [\"Mon-Thu 08:00-17:00\", \"Fri 08:00-14:00\"]\nclosed = [2026-12-25]",
};

static EXCEPTION: Schema = Schema {
    name: "exception",
    doc: "A day with other hours, in place of those of the week from its 00:00 to 24:00. A stretch whose end is not after its \
          start runs into the next day, up to where that is an exception or a holiday itself.",
    fields: &[
        Field::required("date", Kind::Date, "the day"),
        Field::required("open", HOURS, "the hours of that day"),
    ],
    example: "[[calendar.office.exception]]\ndate = 2026-12-24\nopen = [\"08:00-12:00\"]",
};

const HOURS: Kind = Kind::Other { expected: "a list of times of day", example: "[\"08:00-12:00\"]" };

pub fn read(root: &Reader, model: &mut Model) {
    let start = model.run.start.date();
    for (name, item) in root.map("calendar") {
        let mut calendar = Calendar { name: name.value.to_owned(), ..Calendar::default() };
        if let Some(r) = item.table() {
            calendar.weekly =
                r.weekly("open").map_or_else(Vec::new, |open| open.value.iter().map(interval).collect());
            calendar.exceptions = exceptions(&r, start);
            let open = !calendar.weekly.is_empty() || calendar.exceptions.iter().any(|e| !e.open.is_empty());
            if !open && r.weekly("open").is_some() {
                let d = Diagnostic::error(format!("the calendar `{}` is never open", name.value));
                r.report(
                    d.at(r.place_of("open"))
                        .hint("give it hours, for example open = [\"Mon-Fri 07:00-17:00\"]"),
                );
            }
        }
        model.calendars.push(calendar);
    }
}

pub fn print(model: &Model) -> Table {
    let start = model.run.start.date();
    let mut section = Table::default();
    for calendar in model.calendars.iter() {
        let weekly: Vec<_> = calendar.weekly.iter().map(text_interval).collect();
        let mut table = Table::default();
        table.push("open", weekly::print(&weekly).into_iter().collect::<Value>());
        let (closed, other): (Vec<_>, Vec<_>) = calendar.exceptions.iter().partition(|e| e.open.is_empty());
        let date = |e: &Exception| Value::Datetime(start.saturating_add(e.day.days()).to_string());
        if !closed.is_empty() {
            table.push("closed", closed.into_iter().map(date).collect::<Value>());
        }
        if !other.is_empty() {
            let each = other.into_iter().map(|e| {
                let hours = e.open.iter().map(text_interval).map(|i| weekly::print_stretch(i.start, i.end));
                Table::default().with("date", date(e)).with("open", hours.collect::<Value>())
            });
            table.push("exception", each.collect::<Value>());
        }
        section.push(calendar.name.as_str(), table);
    }
    section
}

/// Such a calendar says when something leaves, not when somebody is there.
pub fn has_moments_only(calendar: &Calendar) -> bool {
    let mut stretches = calendar.exceptions.iter().flat_map(|e| &e.open).chain(&calendar.weekly).peekable();
    stretches.peek().is_some() && stretches.all(|i| i.end - i.start <= f64::from(weekly::MOMENT))
}

fn exceptions(r: &Reader, start: Date) -> Vec<Exception> {
    let mut days: Vec<(Exception, crate::diag::Span)> = Vec::new();
    let closed = r.list("closed").into_iter().filter_map(|item| item.date()).map(|date| (date, Vec::new()));
    let other = r.list("exception").into_iter().filter_map(|item| {
        let r = item.table()?;
        Some((r.date("date")?, hours(&r.item("open")?)?))
    });
    for (date, open) in closed.chain(other) {
        let day = days_between(start, date.value);
        match days.iter().find(|(e, _)| e.day == day) {
            Some((_, first)) => r.report(
                Diagnostic::error(format!("{} is given twice", date.value))
                    .at(date.span)
                    .also(*first, "first given here"),
            ),
            None => days.push((Exception { day, open }, date.span)),
        }
    }
    days.sort_by_key(|(e, _)| e.day);
    days.into_iter().map(|(e, _)| e).collect()
}

/// Stretches of one day.
fn hours(item: &Item) -> Option<Vec<Interval>> {
    let node = item.node();
    let Some(texts) = node.as_array() else {
        item.sink().push(node.wrong_kind(&HOURS));
        return None;
    };
    let mut all = Vec::new();
    for node in texts {
        let read =
            node.text(&HOURS).and_then(|text| weekly::parse_day(text.value).map_err(|m| text.diagnostic(m)));
        all.extend(item.sink().take(read)?);
    }
    Some(weekly::union(all).iter().map(interval).collect())
}

fn days_between(start: Date, date: Date) -> i32 {
    start.until(date).map_or(0, |span| span.get_days())
}

fn interval(i: &weekly::Interval) -> Interval {
    Interval { start: i.start.into(), end: i.end.into() }
}

fn text_interval(i: &Interval) -> weekly::Interval {
    weekly::Interval { start: i.start as u32, end: i.end as u32 }
}
