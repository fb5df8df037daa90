//! `delay`: time passes without anybody working.

use super::Amount;
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
