//! The members of teams: when they are on shift, and what they do.

use super::{CaseId, TokenId};
use crate::plan::{Cursor, NONE, Plan, Pool, Squad};
use crate::rng::Key;
use crate::units::{Duration, Time};
use std::ops::{Index, IndexMut};

/// A member's number over all teams: `plan.teams.members[id.0]`; the members of a pool are consecutive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct MemberId(pub u32);

impl MemberId {
    pub const NONE: Self = Self(NONE);
}

/// Shifts and work of all members.
#[derive(Clone, Debug, Default)]
pub struct Staff {
    squads: Vec<Shift>,
    members: Vec<Member>,
    /// One bit for each member that neither works nor is held; and how many a pool has, on shift or not.
    idle: Vec<u64>,
    n_idle: Vec<u32>,
    /// One bit for each member who is on shift and not absent, and until when that holds for all of a pool.
    present: Vec<u64>,
    present_until: Vec<Time>,
    /// The same by squad.
    known_until: Vec<Time>,
}

/// The present state of a squad's calendar.
#[derive(Clone, Copy, Debug)]
struct Shift {
    cursor: Cursor,
    /// When it was looked up: the shift that was on then, or the next one.
    since: Time,
    start: Time,
    end: Time,
    /// The day on which it begins: who is absent then, is for all of it.
    day: i64,
}

/// What a member does.
#[derive(Clone, Copy, Debug)]
pub struct Member {
    /// Works for this token, or nobody.
    pub(super) token: TokenId,
    /// The next member that works for the same token.
    pub(super) next: MemberId,
    /// Seized by this case, and the next member that is.
    pub(super) holder: Option<CaseId>,
    pub(super) next_held: MemberId,
    /// Until when the member's time is booked.
    pub(super) booked: Time,
    /// Until when the member reads, answers, asks or learns (see `interrupt`).
    pub(super) answering: Time,
    /// Whether the member is absent on this day; drawn when asked.
    absent: (i64, bool),
}

impl Staff {
    pub(super) fn reset(&mut self, plan: &Plan) {
        let shift = Shift {
            cursor: Cursor::default(),
            since: Time::ZERO,
            start: Time::ZERO,
            end: Time::ZERO,
            day: 0,
        };
        self.squads.clear();
        self.squads.resize(plan.teams.squads.len(), shift);
        let member = Member {
            token: TokenId::NONE,
            next: MemberId::NONE,
            holder: None,
            next_held: MemberId::NONE,
            booked: Time::ZERO,
            answering: Time::ZERO,
            absent: (i64::MIN, false),
        };
        self.members.clear();
        self.members.resize(plan.teams.members.len(), member);
        self.idle.clear();
        self.idle.resize(plan.teams.members.len().div_ceil(64), u64::MAX);
        self.n_idle.clear();
        self.n_idle.extend(plan.teams.pools.iter().map(|pool| pool.members.len() as u32));
        self.present.clear();
        self.present.resize(self.idle.len(), 0);
        self.present_until.clear();
        self.present_until.resize(plan.teams.pools.len(), Time::ZERO);
        self.known_until.clear();
        self.known_until.resize(plan.teams.squads.len(), Time::ZERO);
    }

    /// The shift that a squad without absences is in at this time, or the next one, if that is the one looked up last.
    pub(super) fn known_shift(&self, plan: &Plan, squad: u32, at: Time) -> Option<(Time, Time)> {
        let shift = &self.squads[squad as usize];
        let is_known =
            shift.since <= at && at < shift.end && plan.teams.squads[squad as usize].absence == 0.0;
        is_known.then_some((shift.start, shift.end))
    }

    // ---- any time, absences counted ----

    /// The shift that the member is in, or the next one: when it begins and ends; `Time::NEVER` if there is none.
    pub(super) fn next_shift(&self, plan: &Plan, key: Key, member: MemberId, at: Time) -> (Time, Time) {
        let squad_id = plan.teams.members[member.0 as usize].squad;
        let squad = &plan.teams.squads[squad_id as usize];
        if squad.absence >= 1.0 {
            return (Time::NEVER, Time::NEVER);
        }
        let known = &self.squads[squad_id as usize];
        let mut cursor = known.cursor;
        let mut from = at;
        loop {
            let (start, end) = if known.since <= from && from < known.end {
                (known.start, known.end)
            } else {
                squad.shift_from(plan, from, &mut cursor)
            };
            if start >= Time::NEVER
                || squad.absence == 0.0
                || !self.is_absent(plan, key, member, plan.axis.clock.day(start))
            {
                return (start, end);
            }
            from = end;
        }
    }

    /// The member's shifts between two times.
    pub(super) fn each_shift(
        &self,
        plan: &Plan,
        key: Key,
        member: MemberId,
        from: Time,
        to: Time,
        mut f: impl FnMut(Time, Time),
    ) {
        let mut at = from;
        while at < to {
            let (start, end) = self.next_shift(plan, key, member, at);
            if start < to {
                f(start.max(at), end.min(to));
            }
            at = end;
        }
    }

    /// The time between two times in which the member is off shift.
    pub(super) fn each_break(
        &self,
        plan: &Plan,
        key: Key,
        member: MemberId,
        from: Time,
        to: Time,
        mut f: impl FnMut(Time, Time),
    ) {
        let mut at = from;
        while at < to {
            let (start, end) = self.next_shift(plan, key, member, at);
            if start > at {
                f(at, start.min(to));
            }
            at = end;
        }
    }

    /// When the member will have worked for `time`, counted from `at`.
    pub(super) fn add_working(
        &self,
        plan: &Plan,
        key: Key,
        member: MemberId,
        at: Time,
        time: Duration,
    ) -> Time {
        let squad_id = plan.teams.members[member.0 as usize].squad;
        let squad = &plan.teams.squads[squad_id as usize];
        if squad.absence == 0.0 {
            let mut cursor = self.squads[squad_id as usize].cursor;
            return squad.hours.map_or(at + time, |hours| plan.hours[hours].add(at, time, &mut cursor));
        }
        let (mut from, mut left) = (at, time);
        loop {
            let (start, end) = self.next_shift(plan, key, member, from);
            if start >= Time::NEVER {
                return Time::NEVER;
            }
            let begin = start.max(from);
            if left <= end.since(begin) {
                return begin + left;
            }
            left -= end.since(begin);
            from = end;
        }
    }

    // ---- the present ----

    /// Whether the squad is on shift now; brings its calendar up to date.
    #[inline]
    pub(super) fn is_open(&mut self, plan: &Plan, squad: u32, now: Time) -> bool {
        if now >= self.squads[squad as usize].end {
            self.next_stretch(plan, squad, now);
        }
        self.squads[squad as usize].start <= now
    }

    #[inline(never)]
    fn next_stretch(&mut self, plan: &Plan, squad: u32, now: Time) {
        let shift = &mut self.squads[squad as usize];
        shift.since = now;
        (shift.start, shift.end) = plan.teams.squads[squad as usize].shift_from(plan, now, &mut shift.cursor);
        shift.day = plan.axis.clock.day(shift.start);
    }

    /// When the shift of a squad ends whose members work now: who works on when it is over, is at its end. (Somebody may have looked
    /// up the next shift since.)
    pub(super) fn shift_end(&self, squad: u32, now: Time) -> Time {
        let shift = &self.squads[squad as usize];
        if shift.start <= now && now < shift.end { shift.end } else { now }
    }

    /// Whether work fits into what is left of an open squad's shift. What no shift is long enough for, fits into
    /// a shift that just begins.
    pub(super) fn fits(&self, plan: &Plan, squad: u32, now: Time, work: Duration) -> bool {
        let shift = &self.squads[squad as usize];
        let span = Duration::from_seconds(work.seconds() / plan.teams.squads[squad as usize].speed);
        now + span <= shift.end || (now == shift.start && span > shift.end.since(shift.start))
    }

    /// The first beginning of a shift after now.
    pub(super) fn next_start(&self, plan: &Plan, squad: u32, now: Time) -> Time {
        let later = now + Duration::from_ticks(1);
        let mut cursor = self.squads[squad as usize].cursor;
        let squad = &plan.teams.squads[squad as usize];
        match squad.hours {
            Some(hours) => plan.hours[hours].next_start(later, &mut cursor),
            None if squad.absence > 0.0 => plan.axis.clock.midnight(plan.axis.clock.day(now) + 1),
            None => Time::NEVER,
        }
    }

    /// The member is idle (or no longer).
    #[inline]
    pub(super) fn set_idle(&mut self, pool: u32, member: MemberId, idle: bool) {
        let (word, bit) = place(member);
        if idle {
            self.idle[word] |= bit;
            self.n_idle[pool as usize] += 1;
        } else {
            self.idle[word] &= !bit;
            self.n_idle[pool as usize] -= 1;
        }
    }

    /// Whether a member of the pool is idle, on shift or not.
    #[inline]
    pub(super) fn some_idle(&self, pool: u32) -> bool {
        self.n_idle[pool as usize] > 0
    }

    /// An idle member works for this token alone.
    #[inline(always)]
    pub(super) fn employ(&mut self, member: MemberId, pool: u32, token: TokenId) {
        let m = &mut self.members[member.0 as usize];
        (m.token, m.next) = (token, MemberId::NONE);
        self.set_idle(pool, member, false);
    }

    /// A member who is not held is idle again.
    #[inline(always)]
    pub(super) fn dismiss(&mut self, member: MemberId, pool: u32) {
        self.members[member.0 as usize].token = TokenId::NONE;
        self.set_idle(pool, member, true);
    }

    /// A member of the pool who is idle and on shift, in the order of squads.
    #[inline(always)]
    pub(super) fn first_free(
        &mut self,
        plan: &Plan,
        key: Key,
        id: u32,
        pool: &Pool,
        now: Time,
    ) -> Option<MemberId> {
        if !self.some_idle(id) {
            return None;
        }
        if !pool.has_shifts {
            return self.first_idle_of(pool.members.start, pool.members.end);
        }
        self.keep_track(plan, key, id, now);
        let free = |word: usize| self.idle[word] & self.present[word];
        first_bit(free, pool.members.start, pool.members.end)
    }

    /// Brings up to date who is on shift.
    #[inline(always)]
    fn keep_track(&mut self, plan: &Plan, key: Key, pool: u32, now: Time) {
        if now >= self.present_until[pool as usize] {
            self.look_who_is_present(plan, key, pool, now);
        }
    }

    /// Whether a member is on shift now; absences count.
    #[inline]
    pub(super) fn is_present(&mut self, plan: &Plan, key: Key, member: MemberId, now: Time) -> bool {
        self.keep_track(plan, key, plan.teams.members[member.0 as usize].pool, now);
        let (word, bit) = place(member);
        self.present[word] & bit != 0
    }

    /// Until a shift of the pool begins or ends, the same members are there.
    #[inline(never)]
    fn look_who_is_present(&mut self, plan: &Plan, key: Key, pool: u32, now: Time) {
        let mut until = Time::NEVER;
        for squad in plan.teams.pools[pool as usize].squads.clone() {
            if now >= self.known_until[squad as usize] {
                self.look_who_is_present_of(plan, key, squad, now);
            }
            until = until.min(self.known_until[squad as usize]);
        }
        self.present_until[pool as usize] = until;
    }

    fn look_who_is_present_of(&mut self, plan: &Plan, key: Key, squad: u32, now: Time) {
        let of = &plan.teams.squads[squad as usize];
        let is_open = self.is_open(plan, squad, now);
        let shift = &self.squads[squad as usize];
        self.known_until[squad as usize] = if is_open { shift.end } else { shift.start };
        for member in of.members.clone().map(MemberId) {
            let (word, bit) = place(member);
            self.present[word] &= !bit;
            if is_open && (of.absence == 0.0 || !self.is_absent_today(plan, key, squad, member)) {
                self.present[word] |= bit;
            }
        }
    }

    #[inline]
    fn first_idle_of(&self, from: u32, to: u32) -> Option<MemberId> {
        first_bit(|word| self.idle[word], from, to)
    }

    /// The first member of an open squad, from the `from`th, who is idle and not absent.
    #[inline]
    fn first_free_of(&mut self, plan: &Plan, key: Key, id: u32, from: u32) -> Option<MemberId> {
        let squad = &plan.teams.squads[id as usize];
        let mut at = squad.members.start + from;
        while let Some(member) = self.first_idle_of(at, squad.members.end) {
            if squad.absence == 0.0 || !self.is_absent_today(plan, key, id, member) {
                return Some(member);
            }
            at = member.0 + 1;
        }
        None
    }

    /// Takes up to `n` free members of an open squad; returns how many.
    #[inline]
    pub(super) fn take_free(
        &mut self,
        plan: &Plan,
        key: Key,
        squad: u32,
        n: usize,
        taken: &mut Vec<MemberId>,
    ) -> usize {
        let squad_plan = &plan.teams.squads[squad as usize];
        let (first, pool) = (squad_plan.members.start, squad_plan.pool);
        let (mut count, mut from) = (0, 0);
        while count < n
            && let Some(member) = self.first_free_of(plan, key, squad, from)
        {
            self.set_idle(pool, member, false);
            taken.push(member);
            count += 1;
            from = member.0 + 1 - first;
        }
        count
    }

    /// Members of a squad at work or ready for it.
    pub(super) fn n_on_shift(&mut self, plan: &Plan, key: Key, squad: u32, now: Time) -> usize {
        if !self.is_open(plan, squad, now) {
            return 0;
        }
        let members = plan.teams.squads[squad as usize].members.clone();
        if plan.teams.squads[squad as usize].absence == 0.0 {
            return members.len();
        }
        members.map(MemberId).filter(|m| !self.is_absent_today(plan, key, squad, *m)).count()
    }

    /// Members of a squad who work in the shift that begins then.
    pub(super) fn n_of_shift(&self, plan: &Plan, key: Key, squad: &Squad, start: Time) -> usize {
        if squad.absence == 0.0 || start >= Time::NEVER {
            return squad.members.len();
        }
        let day = plan.axis.clock.day(start);
        squad.members.clone().filter(|m| !is_absent(plan, key, MemberId(*m), day)).count()
    }

    /// As [`is_absent`], without a draw for the day that was asked for last.
    fn is_absent(&self, plan: &Plan, key: Key, member: MemberId, day: i64) -> bool {
        let known = self.members[member.0 as usize].absent;
        if known.0 == day { known.1 } else { is_absent(plan, key, member, day) }
    }

    fn is_absent_today(&mut self, plan: &Plan, key: Key, squad: u32, member: MemberId) -> bool {
        let day = self.squads[squad as usize].day;
        let known = &mut self.members[member.0 as usize].absent;
        if known.0 != day {
            *known = (day, is_absent(plan, key, member, day));
        }
        known.1
    }
}

/// A member's word and bit in a set of members.
#[inline]
fn place(member: MemberId) -> (usize, u64) {
    (member.0 as usize / 64, 1 << (member.0 % 64))
}

/// The first member of a set, given by its words, among those from `from` to `to`.
#[inline(always)]
fn first_bit(words: impl Fn(usize) -> u64, from: u32, to: u32) -> Option<MemberId> {
    let mut at = from;
    while at < to {
        let word = words(at as usize / 64) >> (at % 64);
        if word != 0 {
            at += word.trailing_zeros();
            return (at < to).then_some(MemberId(at));
        }
        at = (at / 64 + 1) * 64;
    }
    None
}

/// Whether the member stays away from the shift that begins on this day.
fn is_absent(plan: &Plan, key: Key, member: MemberId, day: i64) -> bool {
    let member = &plan.teams.members[member.0 as usize];
    let squad = &plan.teams.squads[member.squad as usize];
    squad.absence > 0.0 && key.uniform(squad.absence_purpose, member.entity, day as u32, 0) < squad.absence
}

impl Index<MemberId> for Staff {
    type Output = Member;
    #[inline]
    fn index(&self, member: MemberId) -> &Member {
        &self.members[member.0 as usize]
    }
}

impl IndexMut<MemberId> for Staff {
    #[inline]
    fn index_mut(&mut self, member: MemberId) -> &mut Member {
        &mut self.members[member.0 as usize]
    }
}
