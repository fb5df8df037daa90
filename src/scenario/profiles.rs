//! `[profile.NAME]`: a rate, a count or a weight that varies over the day or the week.

use crate::diag::{Diagnostic, Sink};
use crate::ids::{IdVec, ProfileId};
use crate::model::{ArrivalPattern, Model, Profile};
use crate::text::schema::{Field, Kind, Table as Schema};
use crate::text::{Item, Node, Reader, Table, Text, Value, quantity, weekly};
use crate::units::Dim;

const MOMENT: Kind = Kind::Other { expected: "a time of day and a value", example: "\"07:00 4 per h\"" };
const VALUE: Kind = Kind::Other { expected: "a number, or a rate", example: "\"3 per h\"" };

pub static SCHEMA: Schema = Schema {
    name: "profile",
    doc: "A rate (`\"3 per h\"`, for arrivals), a count or a relative weight (bare numbers) that varies over the day or \
          the week and repeats. A value holds until the next one.",
    fields: &[
        Field::optional(
            "day",
            Kind::List(&MOMENT),
            "times of day and values: `[\"00:00 2 per h\", \"08:00 9 per h\"]`",
        ),
        Field::optional(
            "hourly",
            Kind::List(&VALUE),
            "24 values for a day, or 168 for a week from Monday 00:00",
        ),
        Field::optional("week", Kind::List(&Kind::Table(&PIECE)), "moments of the week and values"),
        Field::optional(
            "weekdays",
            Kind::List(&Kind::NUMBER),
            "multiplies a day by weekday: 7 numbers from Monday",
        ),
    ],
    example: "[profile.calls]\nday = [\"00:00 0.5 per h\", \"07:00 4 per h\", \"19:00 1 per h\"]\nweekdays = [1, 1, 1, 1, 1.2, 0.6, 0.4]",
};

static PIECE: Schema = Schema {
    name: "piece",
    doc: "From this moment of the week the profile has this value.",
    fields: &[
        Field::required("from", Kind::Text, "the moment: `\"Mon 05:00\"`"),
        Field::required("value", VALUE, "the value from then on"),
    ],
    example: "week = [{ from = \"Mon 00:00\", value = 60 }, { from = \"Mon 05:00\", value = 350 }]",
};

/// A value and its dimension.
type Amount = (f64, Dim);
/// Period [s], starts [s] and values, and what the values are.
type Pieces = (f64, Vec<(f64, f64)>, Dim);

/// Reads the profiles and says what the values of each are: numbers, or rates. `None` for one with mistakes.
pub fn read(root: &Reader, model: &mut Model) -> IdVec<ProfileId, Option<Dim>> {
    let mut dims = IdVec::new();
    for (name, item) in root.map("profile") {
        let read = item.table().and_then(|r| pieces(&r));
        let (period, pieces, dim) = match read {
            Some((period, pieces, dim)) => (period, pieces, Some(dim)),
            None => (f64::from(weekly::DAY), vec![(0.0, 1.0)], None),
        };
        model.profiles.push(Profile { name: name.value.to_owned(), period, pieces });
        dims.push(dim);
    }
    dims
}

pub fn print(model: &Model) -> Table {
    let mut section = Table::default();
    for (id, profile) in model.profiles.iter_ids() {
        let rates = model
            .arrivals
            .iter()
            .any(|a| matches!(a.pattern, ArrivalPattern::Rate { profile, .. } if profile == id));
        let value = |x: f64| match rates {
            true => Value::from(quantity::print(x, Dim::RATE)),
            false => Value::from(x),
        };
        let clock = |start: f64| weekly::print_clock(start as u32 % weekly::DAY);
        let table = Table::default();
        let table = if profile.period <= f64::from(weekly::DAY) {
            let text = |(start, x): &(f64, f64)| match value(*x) {
                Value::Text { text, .. } => format!("{} {text}", clock(*start)),
                _ => format!("{} {x:?}", clock(*start)),
            };
            table.with("day", profile.pieces.iter().map(text).collect::<Value>())
        } else {
            let piece = |(start, x): &(f64, f64)| {
                let day = weekly::DAYS[(*start as u32 / weekly::DAY) as usize % 7];
                Table::braces().with("from", format!("{day} {}", clock(*start))).with("value", value(*x))
            };
            table.with("week", profile.pieces.iter().map(piece).collect::<Value>())
        };
        section.push(profile.name.as_str(), table);
    }
    section
}

/// The profile under a key; its values must be of this dimension.
pub fn named(r: &Reader, key: &str, want: Dim, dims: &IdVec<ProfileId, Option<Dim>>) -> Option<ProfileId> {
    let id = r.name::<ProfileId>(key)?;
    match dims.get(id.value).copied().flatten() {
        Some(found) if found != want => {
            let (found, hint) = match want {
                Dim::NUMBER => ("rates", "write bare numbers, for example \"07:00 350\""),
                _ => ("bare numbers", "write rates, for example \"07:00 4 per h\""),
            };
            let message = format!(
                "the values of this profile are {found}, expected {}",
                if want == Dim::NUMBER { "numbers" } else { "rates" }
            );
            r.report(Diagnostic::error(message).at(id.span).hint(hint));
            None
        }
        _ => Some(id.value),
    }
}

fn pieces(r: &Reader) -> Option<Pieces> {
    let way = crate::activity::exactly_one(r, &["day", "hourly", "week"])?;
    let (period, raw) = match way {
        "day" => (weekly::DAY, r.list("day").iter().map(day_piece).collect::<Option<Vec<_>>>()?),
        "week" => (weekly::WEEK, r.list("week").iter().map(week_piece).collect::<Option<Vec<_>>>()?),
        _ => hourly(r)?,
    };
    let sink = r.sink();
    let place = r.place_of(way);
    let dim = raw.iter().map(|(_, (_, dim))| *dim).find(|dim| *dim != Dim::NUMBER).unwrap_or(Dim::NUMBER);
    let wrong = if raw.first().is_none_or(|(start, _)| *start != 0) {
        Some("a profile begins at 00:00, a weekly one on Monday")
    } else if raw.windows(2).any(|pair| pair[0].0 >= pair[1].0) {
        Some("the times must rise")
    } else if raw.iter().any(|(_, (x, _))| *x < 0.0) {
        Some("the values of a profile cannot be negative")
    } else if raw.iter().all(|(_, (x, _))| *x == 0.0) {
        Some("a profile needs a value above zero")
    } else if dim != Dim::NUMBER && dim != Dim::RATE {
        Some("the values of a profile are numbers or rates")
    } else if raw.iter().any(|(_, (x, d))| *d != dim && *x != 0.0) {
        Some("the values of a profile are either all numbers or all rates")
    } else {
        None
    };
    if let Some(wrong) = wrong {
        sink.push(Diagnostic::error(wrong).at(place));
        return None;
    }
    let pieces: Vec<_> = raw.into_iter().map(|(start, (x, _))| (f64::from(start), x)).collect();
    if !r.has("weekdays") {
        return Some((f64::from(period), pieces, dim));
    }
    let factors: Vec<_> =
        r.list("weekdays").iter().filter_map(|item| item.quantity()).map(|q| q.value).collect();
    if factors.len() != 7 || period != weekly::DAY || factors.iter().any(|f| *f < 0.0) {
        let d = Diagnostic::error("`weekdays` are 7 numbers from Monday on, for a profile over one day");
        sink.push(d.at(r.place_of("weekdays")));
        return None;
    }
    let day = f64::from(weekly::DAY);
    let week = factors
        .iter()
        .enumerate()
        .flat_map(|(i, factor)| pieces.iter().map(move |(start, x)| (i as f64 * day + start, x * factor)));
    Some((f64::from(weekly::WEEK), week.collect(), dim))
}

fn hourly(r: &Reader) -> Option<(u32, Vec<(u32, Amount)>)> {
    let items = r.list("hourly");
    let period = match items.len() {
        24 => weekly::DAY,
        168 => weekly::WEEK,
        n => {
            let d = Diagnostic::error(format!("expected 24 or 168 hourly values, found {n}"));
            r.report(d.at(r.place_of("hourly")));
            return None;
        }
    };
    let values: Vec<_> = items.iter().map(|item| value(&item.node(), item.sink())).collect();
    let each = values.into_iter().enumerate().map(|(hour, value)| Some((hour as u32 * 3_600, value?)));
    Some((period, each.collect::<Option<_>>()?))
}

/// "07:00 4 per h"
fn day_piece(item: &Item) -> Option<(u32, Amount)> {
    let node = item.node();
    let text = item.sink().take(node.text(&MOMENT))?;
    let (clock, rest) = text.value.trim().split_once(char::is_whitespace).unwrap_or((text.value.trim(), ""));
    let at = text.value.find(clock).unwrap_or_default();
    let start = item.sink().take(weekly::clock(clock).map_err(|m| text.diagnostic(m)));
    let rest_at = at + clock.len();
    let value = quantity::parse(rest).map_err(|m| {
        Text::new(text.value, text.at(rest_at..text.value.len()))
            .diagnostic(m)
            .hint("a time and a value, for example \"07:00 4 per h\"")
    });
    let value = item.sink().take(value)?;
    Some((start?, (value.value, value.dim)))
}

/// { from = "Mon 05:00", value = 350 }
fn week_piece(item: &Item) -> Option<(u32, Amount)> {
    let r = item.table()?;
    let text = r.text("from")?;
    let moment = weekly::parse(text.value).map_err(|m| text.diagnostic(m)).and_then(|moments| match moments
        .as_slice()
    {
        [one] if one.end == one.start + weekly::MOMENT => Ok(one.start),
        _ => Err(Diagnostic::error("expected one moment of the week")
            .at(text.span)
            .hint("for example \"Mon 05:00\"")),
    });
    let start = r.sink().take(moment);
    let value = value(&r.item("value")?.node(), r.sink());
    Some((start?, value?))
}

fn value(node: &Node, sink: &Sink) -> Option<Amount> {
    match &node.value {
        Value::Integer(i) => Some((*i as f64, Dim::NUMBER)),
        Value::Float(f) if f.is_finite() => Some((*f, Dim::NUMBER)),
        Value::Text { .. } => {
            let text = node.as_text()?;
            let read = sink.take(quantity::parse(text.value).map_err(|m| text.diagnostic(m)))?;
            Some((read.value, read.dim))
        }
        _ => {
            sink.push(node.wrong_kind(&VALUE));
            None
        }
    }
}
