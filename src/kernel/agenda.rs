//! Events in order, with cancellation.

use super::Heap;
use crate::units::{Duration, Time};

/// What goes first among events at one instant; within a phase, what was scheduled first.
///
/// After the last event of an instant, every team that something happened to looks through its queue once: a
/// simultaneous release and arrival therefore meet, whichever was scheduled first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Phase {
    /// Shifts begin and end, stock is counted or reviewed, assets fail.
    Calendar = 0,
    /// Work, delays and patience end; deliveries and answers come in.
    Completion = 1,
    /// Cases arrive.
    Arrival = 2,
}

/// A scheduled event; it can be cancelled until it has happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ticket(u64);

impl Ticket {
    /// Nothing is scheduled.
    pub const NONE: Self = Self(u64::MAX);
}

/// Events of type `E`, ordered by one 128-bit key: time (64 bits), phase (4), sequence number (36), slot (24).
///
/// Where many events are pending the next ones are brought near, sorted, and only what is scheduled among them afterwards is in a
/// heap (more events would make every sift longer); the order in which events leave is that of their keys, however they are kept.
///
/// The last two parts of a key are the event's [`Ticket`]. The slot holds the payload and the ticket of its present owner; a key
/// whose ticket differs was cancelled. Sequence numbers start again after 7e10 events.
#[derive(Clone, Debug)]
pub struct Agenda<E> {
    /// Keys before `split`: those that were brought near, the last one first.
    near: Vec<u128>,
    /// And those that were scheduled since.
    heap: Heap,
    /// The others, in no order: what comes much later is not sorted before its time.
    far: Vec<u128>,
    split: u128,
    slots: Vec<(Ticket, E)>,
    /// The first free slot; each free slot has the number of the next one in place of a ticket.
    free: u32,
    sequence: u64,
    /// Cancelled keys that are still kept.
    n_stale: usize,
    horizon: Time,
    /// No event comes before this time.
    bound: Time,
    overflow: bool,
}

/// So many events are brought near at once, or this share of all, if that is more; and when there are more than so many in the heap, or
/// four times that share, they are parted again.
const NEAR: usize = 96;
const MOST_IN_HEAP: usize = 384;
const SHARE: usize = 64;

/// No ticket of an event has this bit, nor any slot this number.
const IS_FREE: u64 = 1 << 63;
const END: u32 = u32::MAX;

const SLOT_BITS: u32 = 24;
const SEQUENCE_BITS: u32 = 36;
const PHASE_SHIFT: u32 = SLOT_BITS + SEQUENCE_BITS;
const SLOT_MASK: u64 = (1 << SLOT_BITS) - 1;
const TICKET_MASK: u64 = (1 << PHASE_SHIFT) - 1;

impl<E: Copy> Agenda<E> {
    pub fn new() -> Self {
        Self {
            near: Vec::new(),
            heap: Heap::default(),
            far: Vec::new(),
            split: u128::MAX,
            slots: Vec::new(),
            free: END,
            sequence: 0,
            n_stale: 0,
            horizon: Time::NEVER,
            bound: Time::NEVER,
            overflow: false,
        }
    }

    /// Forgets everything but the memory. Events after `horizon` will not be kept.
    pub fn reset(&mut self, horizon: Time) {
        self.near.clear();
        self.heap.clear();
        self.far.clear();
        self.split = u128::MAX;
        self.slots.clear();
        self.free = END;
        self.sequence = 0;
        self.n_stale = 0;
        self.horizon = horizon;
        self.bound = Time::NEVER;
        self.overflow = false;
    }

    /// Events yet to come.
    pub fn len(&self) -> usize {
        self.n_kept() - self.n_stale
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn n_kept(&self) -> usize {
        self.near.len() + self.heap.len() + self.far.len()
    }

    /// More events than slots were pending at once: some were lost, the run means nothing.
    pub fn overflow(&self) -> bool {
        self.overflow
    }

    /// [`Ticket::NONE`] when `time` is beyond the horizon: that event will never happen.
    #[inline(always)]
    pub fn schedule(&mut self, time: Time, phase: Phase, event: E) -> Ticket {
        if time > self.horizon {
            return Ticket::NONE;
        }
        let number = |slot: u32| ((self.sequence << SLOT_BITS) & TICKET_MASK) | slot as u64;
        let n_slots = self.slots.len() as u32;
        let ticket = match self.slots.get_mut(self.free as usize) {
            Some(slot) => {
                let ticket = number(self.free);
                self.free = slot.0.0 as u32;
                *slot = (Ticket(ticket), event);
                ticket
            }
            None if u64::from(n_slots) >= SLOT_MASK => {
                self.overflow = true;
                return Ticket::NONE;
            }
            None => {
                let ticket = number(n_slots);
                self.slots.push((Ticket(ticket), event));
                ticket
            }
        };
        self.sequence += 1;
        self.bound = self.bound.min(time);
        let low = (phase as u64) << PHASE_SHIFT | ticket;
        let key = (time.ticks() as u128) << 64 | low as u128;
        if key < self.split {
            self.heap.push(key);
            if self.heap.len() > MOST_IN_HEAP.max(4 * self.far.len() / SHARE) {
                self.put_off();
            }
        } else {
            self.far.push(key);
        }
        Ticket(ticket)
    }

    /// Does nothing when the event has happened or was cancelled before.
    #[inline]
    pub fn cancel(&mut self, ticket: Ticket) {
        if ticket == Ticket::NONE {
            return;
        }
        let slot = (ticket.0 & SLOT_MASK) as usize;
        if self.slots[slot].0 == ticket {
            self.release(slot);
            self.n_stale += 1;
            if self.n_stale > 64 + self.n_kept() / 2 {
                self.drop_stale();
            }
        }
    }

    #[inline(always)]
    pub fn pop(&mut self) -> Option<(Time, E)> {
        loop {
            let key = self.take_key()?;
            let ticket = ticket_of(key);
            let slot = (ticket.0 & SLOT_MASK) as usize;
            let (owner, event) = self.slots[slot];
            if owner == ticket {
                self.release(slot);
                self.bound = time_of(key);
                return Some((self.bound, event));
            }
            self.n_stale -= 1;
        }
    }

    /// Takes out the next key.
    #[inline(always)]
    fn take_key(&mut self) -> Option<u128> {
        if self.near.is_empty() && self.heap.is_empty() && !self.far.is_empty() {
            self.bring_near();
        }
        let near = self.near.last().copied().unwrap_or(u128::MAX);
        match self.heap.pop_before(near) {
            None => self.near.pop(),
            key => key,
        }
    }

    /// The slot is free for the next event.
    #[inline(always)]
    fn release(&mut self, slot: usize) {
        self.slots[slot].0 = Ticket(IS_FREE | u64::from(self.free));
        self.free = slot as u32;
    }

    /// Whether nothing more happens at this time or before.
    #[inline]
    pub fn is_over(&mut self, now: Time) -> bool {
        if self.bound > now {
            return true;
        }
        if self.near.is_empty() && self.heap.is_empty() && !self.far.is_empty() {
            self.bring_near();
        }
        let is_near = self.near.last().is_some_and(|key| time_of(*key) <= now);
        if is_near || self.heap.reaches(now.ticks()) {
            // Unless that was cancelled.
            self.bound = self.next_time().unwrap_or(Time::NEVER);
        } else {
            self.bound = now + Duration::from_ticks(1);
        }
        self.bound > now
    }

    /// When the next event happens.
    #[inline]
    pub fn next_time(&mut self) -> Option<Time> {
        loop {
            if self.near.is_empty() && self.heap.is_empty() && !self.far.is_empty() {
                self.bring_near();
            }
            let key = self.near.last().copied().into_iter().chain(self.heap.peek()).min()?;
            let ticket = ticket_of(key);
            if self.slots[(ticket.0 & SLOT_MASK) as usize].0 == ticket {
                return Some(time_of(key));
            }
            self.take_key();
            self.n_stale -= 1;
        }
    }
}

impl<E: Copy> Agenda<E> {
    /// Leaves only the next events near.
    #[cold]
    fn put_off(&mut self) {
        self.heap.take(&mut self.far);
        self.far.append(&mut self.near);
        self.bring_near();
    }

    /// No event is near: the next ones are brought there.
    #[cold]
    fn bring_near(&mut self) {
        let n = self.far.len();
        let near = NEAR.max(n / SHARE).min(n);
        self.split = u128::MAX;
        if n > near {
            self.split = *self.far.select_nth_unstable(near).1;
        }
        self.near.extend(self.far.drain(..near));
        self.near.sort_unstable_by_key(|key| std::cmp::Reverse(*key));
    }

    #[cold]
    fn drop_stale(&mut self) {
        let slots = &self.slots;
        let is_valid = |key: &u128| slots[(*key as u64 & SLOT_MASK) as usize].0 == ticket_of(*key);
        self.near.retain(is_valid);
        self.heap.retain(is_valid);
        self.far.retain(is_valid);
        self.n_stale = 0;
    }
}

impl<E: Copy> Default for Agenda<E> {
    fn default() -> Self {
        Self::new()
    }
}

#[inline]
fn ticket_of(key: u128) -> Ticket {
    Ticket(key as u64 & TICKET_MASK)
}

#[inline]
fn time_of(key: u128) -> Time {
    Time::from_ticks((key >> 64) as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Time {
        Time::from_ticks(seconds * crate::units::TICKS_PER_SECOND)
    }

    fn drain(agenda: &mut Agenda<u32>) -> Vec<u32> {
        std::iter::from_fn(|| agenda.pop().map(|(_, e)| e)).collect()
    }

    #[test]
    fn orders_by_time_then_phase_then_sequence() {
        let mut agenda = Agenda::new();
        agenda.schedule(at(2), Phase::Calendar, 6);
        agenda.schedule(at(1), Phase::Arrival, 4);
        agenda.schedule(at(1), Phase::Completion, 2);
        agenda.schedule(at(1), Phase::Arrival, 5);
        agenda.schedule(at(1), Phase::Completion, 3);
        agenda.schedule(at(1), Phase::Calendar, 1);
        assert_eq!(drain(&mut agenda), [1, 2, 3, 4, 5, 6]);
    }

    #[test]
    fn cancelled_events_do_not_happen_and_their_slots_are_used_again() {
        let mut agenda = Agenda::new();
        let first = agenda.schedule(at(1), Phase::Arrival, 1);
        agenda.cancel(first);
        agenda.cancel(first);
        let second = agenda.schedule(at(1), Phase::Arrival, 2);
        agenda.cancel(first);
        assert_eq!(agenda.len(), 1);
        assert_eq!(drain(&mut agenda), [2]);
        agenda.cancel(second);
        assert!(agenda.is_empty());
        assert_eq!(agenda.slots.len(), 1);
    }

    #[test]
    fn many_cancelled_events_are_swept_out() {
        let mut agenda = Agenda::new();
        agenda.schedule(at(10), Phase::Arrival, 0);
        for i in 0..10_000 {
            let ticket = agenda.schedule(at(5), Phase::Completion, i);
            agenda.cancel(ticket);
        }
        assert!(agenda.heap.len() < 200);
        assert_eq!(drain(&mut agenda), [0]);
    }

    /// Thousands of events, near and far, scheduled, cancelled and taken in turn: in the order of a sorted set.
    #[test]
    fn far_events_come_in_order() {
        let mut agenda = Agenda::new();
        let mut sorted = std::collections::BTreeMap::new();
        let (mut state, mut now) = (1_u64, 0_i64);
        let mut random = |n: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % n
        };
        for i in 0..60_000_u32 {
            let grows = i < 20_000;
            let reach = if random(3) == 0 { 100_000 } else { 50 };
            let (time, phase) = (now + random(reach) as i64, Phase::Completion);
            let ticket = agenda.schedule(at(time), phase, i);
            sorted.insert((time, i), ticket);
            if random(12) == 0 {
                let any = *sorted.keys().nth(random(sorted.len() as u64) as usize).expect("a key");
                agenda.cancel(sorted.remove(&any).expect("its ticket"));
            }
            for _ in 0..if grows { random(2) } else { 1 + random(2) } {
                let first = sorted.pop_first().map(|((time, i), _)| (at(time), i));
                let taken = agenda.pop();
                assert_eq!(taken, first);
                now = taken.map_or(now, |(time, _)| time.ticks() / crate::units::TICKS_PER_SECOND);
            }
            assert_eq!(agenda.len(), sorted.len());
            if i % 64 == 0 {
                let next = sorted.keys().next().map(|key| key.0);
                assert_eq!(agenda.is_over(at(now)), next.is_none_or(|next| next > now));
            }
        }
        assert!(agenda.far.capacity() > MOST_IN_HEAP, "events were put off");
    }

    #[test]
    fn the_next_time_is_that_of_an_event_that_happens() {
        let mut agenda = Agenda::new();
        let first = agenda.schedule(at(1), Phase::Arrival, 1);
        agenda.schedule(at(2), Phase::Arrival, 2);
        assert_eq!(agenda.next_time(), Some(at(1)));
        assert!(!agenda.is_over(at(1)));
        agenda.cancel(first);
        assert_eq!(agenda.next_time(), Some(at(2)));
        assert!(agenda.is_over(at(1)));
        agenda.schedule(at(1), Phase::Completion, 3);
        assert!(!agenda.is_over(at(1)));
        assert_eq!(agenda.pop(), Some((at(1), 3)));
        assert!(agenda.is_over(at(1)));
        assert_eq!(drain(&mut agenda), [2]);
        assert_eq!(agenda.next_time(), None);
    }

    #[test]
    fn nothing_happens_beyond_the_horizon() {
        let mut agenda = Agenda::new();
        agenda.reset(at(5));
        assert_eq!(agenda.schedule(at(6), Phase::Arrival, 1), Ticket::NONE);
        agenda.schedule(at(5), Phase::Arrival, 2);
        assert_eq!(drain(&mut agenda), [2]);
    }
}
