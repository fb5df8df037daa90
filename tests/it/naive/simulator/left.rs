//! What a run leaves: rows, and where time has gone.

use super::*;

/// A completed activity, in whole units.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Row {
    pub complete: i64,
    pub case: usize,
    pub step: usize,
    pub start: i64,
    pub enabled: i64,
    /// Team, and number within it.
    pub worker: Option<(usize, usize)>,
}

/// Person-time of a team: at work, or held on shift; and at work off shift.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Booked {
    pub busy: i64,
    pub overtime: i64,
}

/// Time of all cases.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spent {
    /// For members of teams.
    pub waiting: i64,
    pub working: i64,
}

/// What a run leaves.
#[derive(Clone, Debug, Default)]
pub struct Run {
    pub rows: Vec<Row>,
    /// By team.
    pub booked: Vec<Booked>,
    pub spent: Spent,
    pub seen: Seen,
}

/// What a test of features that meet is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Happens {
    Row,
    TakenAway,
    HandedOver,
    /// A unit of time.
    Paused,
    Overtime,
    GaveUp,
    WithdrawnAtWork,
    WithdrawnWaiting,
    WithdrawnGathering,
    WithdrawnInBatch,
    Batch,
    KeptBack,
    Seized,
    /// By members whom the case holds.
    WorkByHeld,
    WorkByTeams,
}

const HAPPENS: [Happens; 15] = [
    Happens::Row,
    Happens::TakenAway,
    Happens::HandedOver,
    Happens::Paused,
    Happens::Overtime,
    Happens::GaveUp,
    Happens::WithdrawnAtWork,
    Happens::WithdrawnWaiting,
    Happens::WithdrawnGathering,
    Happens::WithdrawnInBatch,
    Happens::Batch,
    Happens::KeptBack,
    Happens::Seized,
    Happens::WorkByHeld,
    Happens::WorkByTeams,
];

/// How often each has happened.
#[derive(Clone, Copy, Debug, Default)]
pub struct Seen([u32; HAPPENS.len()]);

impl Seen {
    pub(super) fn note(&mut self, what: Happens, happens: bool) {
        self.0[what as usize] += u32::from(happens);
    }

    pub fn add(&mut self, other: &Self) {
        self.0.iter_mut().zip(other.0).for_each(|(n, more)| *n += more);
    }

    pub fn all(&self) -> Vec<(Happens, u32)> {
        HAPPENS.into_iter().zip(self.0).collect()
    }
}

impl Naive<'_> {
    pub(super) fn book(&mut self, token: usize) {
        let stays = !matches!(self.work(token).off_shift, OffShift::Pause | OffShift::HandOver);
        let workers = &self.tokens[token].job.workers;
        let at_work = stays || self.is_on_shift(workers[0]);
        for &m in workers {
            let on_shift = self.is_on_shift(m);
            let booked = &mut self.left.booked[self.members[m].team];
            booked.busy += i64::from(at_work);
            booked.overtime += i64::from(at_work && !on_shift);
            // Who is held while the work pauses is held all the same.
            booked.busy += i64::from(!at_work && on_shift && self.members[m].holder.is_some());
        }
    }

    /// A case waits for members with each of its requests. Of a batch one by one, all but the leader wait meanwhile.
    pub(super) fn spend(&mut self, token: usize) {
        let n_followers = self.tokens[token].job.followers.len() as i64;
        let spent = &mut self.left.spent;
        match self.tokens[token].state {
            State::Queues => spent.waiting += 1 + n_followers,
            State::Works => {
                let parallel = self.is_parallel(token);
                let stays = !matches!(self.work(token).off_shift, OffShift::Pause | OffShift::HandOver);
                let at_work = stays || self.is_on_shift(self.tokens[token].job.workers[0]);
                let n = if parallel { 1 + n_followers } else { 1 };
                self.left.spent.working += n * i64::from(at_work);
                self.left.spent.waiting += if parallel { 0 } else { n_followers };
            }
            _ => {}
        }
    }

    pub(super) fn book_held(&mut self) {
        for m in 0..self.members.len() {
            let Member { team, token, holder, .. } = self.members[m];
            let idle = holder.is_some() && token.is_none();
            self.left.booked[team].busy += i64::from(idle && self.is_on_shift(m));
        }
    }
}
