//! `delay`: time passes without anybody working.

use super::Amount;
use super::Expansion;
use super::op::{Op, Pause};
use crate::ids::CalendarId;

#[derive(Clone, Debug, PartialEq)]
pub struct Delay {
    pub until: DelayUntil,
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
