//! What a case took elsewhere, and what is set aside for it.

use super::Stock;
use crate::plan::{NONE, Plan};
use crate::sim::{Case, CaseId, Context, TokenId};

/// What a case has to do with shelves: lists, by their first.
#[derive(Clone, Copy, Debug)]
pub(super) struct Hand {
    /// Whether it got any part.
    pub(super) got: bool,
    /// Shelves of other sites that it took parts from and that a transfer has not emptied its hand of yet.
    pub(super) elsewhere: u32,
    pub(super) reserved: u32,
}

/// A shelf in a list: of a unit set aside for a case, or of what it took elsewhere.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reserved {
    pub(super) shelf: u32,
    pub(super) next: u32,
}

impl Stock {
    /// Sets a unit aside for the token's case, if one is on the shelf and nobody waits for it.
    pub fn set_aside(
        &mut self,
        plan: &Plan,
        ctx: &mut Context,
        token: TokenId,
        part: u32,
        site: u32,
    ) -> bool {
        let s = self.shelf_at(part, site);
        let shelf = self.shelves.get(s as usize);
        if !shelf.is_some_and(|shelf| shelf.queue.is_empty() && shelf.units > 0) {
            return false;
        }
        let case = ctx.case_of(token);
        let next = self.hand(ctx, case).reserved;
        self.hand(ctx, case).reserved = self.link(s, next);
        self.remove(plan, ctx, s, 1);
        true
    }

    /// A new item of a list.
    fn link(&mut self, shelf: u32, next: u32) -> u32 {
        let item = Reserved { shelf, next };
        match self.free.pop() {
            Some(place) => {
                self.reserved[place as usize] = item;
                place
            }
            None => {
                self.reserved.push(item);
                self.reserved.len() as u32 - 1
            }
        }
    }

    /// The case gets parts from a shelf, at its own site or not.
    pub(super) fn got(&mut self, plan: &Plan, ctx: &mut Context, case: CaseId, s: u32) {
        let is_own = plan.stock.shelves[s as usize].site == ctx.cases[case].site;
        let hand = self.hand(ctx, case);
        hand.got = true;
        let first = hand.elsewhere;
        if !is_own && !self.lists(first, s) {
            self.hand(ctx, case).elsewhere = self.link(s, first);
        }
    }

    /// Whether a list has this shelf.
    fn lists(&self, mut place: u32, shelf: u32) -> bool {
        while let Some(item) = self.reserved.get(place as usize) {
            if item.shelf == shelf {
                return true;
            }
            place = item.next;
        }
        false
    }

    /// The next shelf whose parts are to be moved to the case's own site; its units are not set aside any longer.
    pub(super) fn next_elsewhere(&mut self, plan: &Plan, ctx: &mut Context, case: CaseId) -> Option<u32> {
        while let Some(s) = self.unreserve(case) {
            self.got(plan, ctx, case, s);
        }
        let hand = self.hand(ctx, case);
        let place = hand.elsewhere;
        let Reserved { shelf, next } = *self.reserved.get(place as usize)?;
        self.hands[case.0 as usize].elsewhere = next;
        self.free.push(place);
        Some(shelf)
    }

    /// The case's hand; its end will be announced.
    pub(super) fn hand(&mut self, ctx: &mut Context, case: CaseId) -> &mut Hand {
        ctx.cases[case].marks |= Case::MARK_STOCK;
        let place = case.0 as usize;
        if self.hands.len() <= place {
            self.hands.resize(place + 1, Hand::EMPTY);
        }
        &mut self.hands[place]
    }

    /// The first unit set aside for a case is so no longer; its shelf.
    pub(super) fn unreserve(&mut self, case: CaseId) -> Option<u32> {
        let hand = self.hands.get_mut(case.0 as usize)?;
        let place = hand.reserved;
        let Reserved { shelf, next } = *self.reserved.get(place as usize)?;
        hand.reserved = next;
        self.free.push(place);
        Some(shelf)
    }

    /// Takes units that were set aside for the case from this shelf, if there are so many.
    pub(super) fn claim(&mut self, ctx: &mut Context, case: CaseId, s: u32, units: i64) -> bool {
        let first = self.hand(ctx, case).reserved;
        let mut n = 0;
        let mut place = first;
        while let Some(unit) = self.reserved.get(place as usize) {
            n += i64::from(unit.shelf == s);
            place = unit.next;
        }
        if n == 0 || n < units {
            return false;
        }
        let mut left = units;
        let mut before = NONE;
        place = first;
        while left > 0 {
            let Reserved { shelf, next } = self.reserved[place as usize];
            if shelf == s {
                match self.reserved.get_mut(before as usize) {
                    Some(unit) => unit.next = next,
                    None => self.hands[case.0 as usize].reserved = next,
                }
                self.free.push(place);
                left -= 1;
            } else {
                before = place;
            }
            place = next;
        }
        true
    }
}

impl Hand {
    pub(super) const EMPTY: Self = Self { got: false, elsewhere: NONE, reserved: NONE };
}
