//! `delay`: time passes without anybody working.

use super::Expansion;
use super::op::{Op, Pause};
use super::scope::exactly_one;
use super::{Amount, Form, Scope};
use crate::ids::CalendarId;
use crate::text::schema::{Field, Kind, Table as Schema};
use crate::text::{Item, Table, Value};
use crate::units::Dim;

#[derive(Clone, Debug, PartialEq)]
pub struct Delay {
    pub until: DelayUntil,
    /// Leaves a row in event logs; a timer that no system records does not.
    pub recorded: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub enum DelayUntil {
    /// So much elapsed time [s].
    Elapsed(Amount),
    /// So much time of a calendar's open hours [s].
    Working(Amount, CalendarId),
    /// The next opening of a calendar (a van run, a mail collection); a case that comes inside an open
    /// interval passes at once.
    Open(CalendarId),
}

static SCHEMA: Schema = Schema {
    name: "delay",
    doc: "Time passes without anybody working: elapsed time, open hours of a calendar, or until a calendar opens.",
    fields: &[
        Field::optional("time", Kind::Amount(Dim::TIME), "so much elapsed time"),
        Field::optional("working", Kind::Amount(Dim::TIME), "so much time of the open hours of `calendar`"),
        Field::optional("calendar", Kind::Name("calendar"), "the calendar of `working`"),
        Field::optional(
            "until",
            Kind::Name("calendar"),
            "the next opening of a calendar; a case that comes in open hours passes at once",
        ),
        Field::default("recorded", Kind::Flag, "true", "whether it leaves a row in event logs"),
    ],
    example: "delay = { working = \"3 h\", calendar = \"office\" }\nnext = \"answer\"",
};

impl Form for Delay {
    const KEY: &str = "delay";
    const KIND: Kind = Kind::Table(&SCHEMA);
    const DOC: &str = "time passes without anybody working";

    fn read(item: &Item, scope: &Scope) -> Option<Self> {
        let r = item.table()?;
        let until = match exactly_one(&r, &["time", "working", "until"])? {
            "time" => DelayUntil::Elapsed(Amount::read(&r, "time", Dim::TIME, scope)?),
            "until" => DelayUntil::Open(r.name("until")?.value),
            _ => {
                let amount = Amount::read(&r, "working", Dim::TIME, scope);
                if !r.has("calendar") {
                    let missing = crate::diag::Diagnostic::error("`working` needs a `calendar`");
                    r.report(missing.at(r.place_of("working")).hint("add calendar = \"...\""));
                }
                DelayUntil::Working(amount?, r.name("calendar")?.value)
            }
        };
        Some(Self { until, recorded: r.flag("recorded")?.value })
    }

    fn print(&self, scope: &Scope) -> Value {
        let table = Table::braces();
        let table = match &self.until {
            DelayUntil::Elapsed(amount) => table.with("time", amount.print(Dim::TIME, scope)),
            DelayUntil::Working(amount, calendar) => table
                .with("working", amount.print(Dim::TIME, scope))
                .with("calendar", scope.calendars[*calendar].as_str()),
            DelayUntil::Open(calendar) => table.with("until", scope.calendars[*calendar].as_str()),
        };
        table.with_other("recorded", self.recorded, true).into()
    }
}

impl Delay {
    pub(super) fn expand(&self, x: &mut Expansion) {
        let mut draw = |amount| x.maker.amount(amount, x.draw_name("duration"));
        let pause = match &self.until {
            DelayUntil::Elapsed(amount) => Pause::Elapsed(draw(amount)),
            DelayUntil::Working(amount, calendar) => Pause::Working(draw(amount), *calendar),
            DelayUntil::Open(calendar) => Pause::Open(*calendar),
        };
        x.program.delays.push(pause);
        x.emit(Op::Delay(x.program.delays.len() as u32 - 1));
    }
}
