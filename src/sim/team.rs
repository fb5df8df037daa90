//! The members of teams.

use crate::ids::TeamId;
use crate::units::{Duration, Time};

/// A member's number over all teams; the members of one team at one site are consecutive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct MemberId(pub u32);

/// What a member is, as far as others need to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Member {
    /// Keys the member's random numbers; stays the same when other teams, sites or members are added.
    pub entity: u64,
    pub team: TeamId,
    /// Index of the site, or `CaseId::NO_SITE`.
    pub site: u32,
}

/// Shifts and debts of all members.
#[derive(Clone, Debug, Default)]
pub struct Staff {
    /// Interruptions: working time that lengthens the member's next task [by member].
    debt: Vec<Duration>,
}

impl Staff {
    /// The member's next task takes this much longer (reading messages, answering, asking).
    #[inline]
    pub fn interrupt(&mut self, member: MemberId, time: Duration) {
        self.debt[member.0 as usize] += time;
    }

    /// Whether the member is at work at this time; absences count.
    pub fn on_shift(&mut self, _member: MemberId, _at: Time) -> bool {
        true
    }

    /// `at` when the member is on shift then, else the beginning of the next shift; `Time::NEVER` if there is none.
    pub fn next_on_shift(&mut self, _member: MemberId, at: Time) -> Time {
        at
    }

    /// End of the shift that the member is in; `at` when off shift.
    pub fn shift_end(&mut self, _member: MemberId, _at: Time) -> Time {
        Time::NEVER
    }

    /// When the member will have worked for `time`, counted from `at`.
    pub fn add_working(&mut self, _member: MemberId, at: Time, time: Duration) -> Time {
        at + time
    }
}
