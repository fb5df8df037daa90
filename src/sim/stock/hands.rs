//! What a case has at other sites, and what is set aside for it.

use super::Stock;
use crate::plan::{NONE, Plan};
use crate::sim::{Case, CaseId, Context, TokenId};

/// Lists of a case, by their first item.
#[derive(Clone, Copy, Debug)]
pub(super) struct Hand {
    lists: [u32; 2],
}

/// What the case took at other sites and has not moved yet, or what a search found there without setting it aside.
const ELSEWHERE: usize = 0;
/// Units set aside for the case, one by one.
const RESERVED: usize = 1;

/// An item of a list.
#[derive(Clone, Copy, Debug)]
pub(super) struct Item {
    shelf: u32,
    /// None where it was found and is not set aside.
    units: i64,
    /// The token that moves it to the case's own site; [`TokenId::NONE`]: it lies where it was.
    rider: TokenId,
    next: u32,
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
        self.link(ctx, case, RESERVED, s, 1);
        self.remove(plan, ctx, s, 1);
        true
    }

    /// The token's case knows of a unit, which is not set aside: a transfer moves it all the same.
    pub fn point_out(&mut self, plan: &Plan, ctx: &mut Context, token: TokenId, part: u32, site: u32) {
        let s = self.shelf_at(part, site);
        if self.shelves.get(s as usize).is_some() {
            let case = ctx.case_of(token);
            self.got(plan, ctx, case, s, 0);
        }
    }

    /// The case sees for itself to the part that a search has found.
    pub(super) fn forget_found(&mut self, plan: &Plan, case: CaseId, part: u32) {
        let is_found = |item: &Item| item.units == 0 && plan.stock.shelves[item.shelf as usize].part == part;
        self.unlink(case, ELSEWHERE, i64::MAX, |item| item.lies_there() && is_found(item));
    }

    /// The case gets units from a shelf. Nothing is to be remembered of those at its own site.
    pub(super) fn got(&mut self, plan: &Plan, ctx: &mut Context, case: CaseId, s: u32, units: i64) {
        if plan.stock.shelves[s as usize].site == ctx.cases[case].site {
            return;
        }
        match self.find(case, ELSEWHERE, |item| item.shelf == s && item.lies_there()) {
            Some(item) => item.units += units,
            None => self.link(ctx, case, ELSEWHERE, s, units),
        }
    }

    /// The case puts units on a shelf: those that it took there are in its hand no more.
    pub(super) fn put_back(&mut self, case: CaseId, s: u32, units: i64) {
        let is_there = |item: &Item| item.shelf == s && item.units > 0 && item.lies_there();
        let Some(item) = self.find(case, ELSEWHERE, is_there) else { return };
        item.units = (item.units - units).max(0);
        if item.units == 0 {
            self.unlink(case, ELSEWHERE, 1, |item| item.shelf == s && item.units == 0 && item.lies_there());
        }
    }

    /// Takes up to so many units that were set aside for the case from this shelf; how many there were.
    pub(super) fn claim(&mut self, case: CaseId, s: u32, most: i64) -> i64 {
        self.unlink(case, RESERVED, most, |item| item.shelf == s && item.lies_there())
    }

    /// Units that were claimed are set aside once more.
    pub(super) fn unclaim(&mut self, ctx: &mut Context, case: CaseId, s: u32, units: i64) {
        for _ in 0..units {
            self.link(ctx, case, RESERVED, s, 1);
        }
    }

    /// The first unit set aside for a case is so no longer; its shelf.
    pub(super) fn unreserve(&mut self, case: CaseId) -> Option<u32> {
        let shelf = self.items.get(self.first(case, RESERVED) as usize)?.shelf;
        self.unlink(case, RESERVED, 1, |_| true);
        Some(shelf)
    }

    /// The token sets out with what lies on the next shelf for its case; that shelf.
    pub(super) fn set_out(&mut self, case: CaseId, token: TokenId) -> Option<u32> {
        let next = |stock: &mut Self, list| stock.find(case, list, Item::lies_there).map(|item| item.shelf);
        let s = next(self, RESERVED).or_else(|| next(self, ELSEWHERE))?;
        self.each(case, |item| {
            if item.shelf == s && item.lies_there() {
                item.rider = token;
            }
        });
        Some(s)
    }

    /// What the token moved is at the case's own site.
    pub(super) fn arrive(&mut self, case: CaseId, token: TokenId) {
        for list in [ELSEWHERE, RESERVED] {
            self.unlink(case, list, i64::MAX, |item| item.rider == token);
        }
    }

    /// What the token set out with stays where it was.
    pub(super) fn turn_back(&mut self, case: CaseId, token: TokenId) {
        self.each(case, |item| {
            if item.rider == token {
                item.rider = TokenId::NONE;
            }
        });
    }

    /// The case has nothing at any shelf any more.
    pub(super) fn empty_hand(&mut self, case: CaseId) {
        for list in [ELSEWHERE, RESERVED] {
            self.unlink(case, list, i64::MAX, |_| true);
        }
    }

    // ---- lists ----

    fn first(&self, case: CaseId, list: usize) -> u32 {
        self.hands.get(case.0 as usize).map_or(NONE, |hand| hand.lists[list])
    }

    /// A new item at the head of a list of the case, whose end will be announced.
    fn link(&mut self, ctx: &mut Context, case: CaseId, list: usize, shelf: u32, units: i64) {
        ctx.cases[case].marks |= Case::MARK_STOCK;
        let hand = case.0 as usize;
        if self.hands.len() <= hand {
            self.hands.resize(hand + 1, Hand::EMPTY);
        }
        let item = Item { shelf, units, rider: TokenId::NONE, next: self.hands[hand].lists[list] };
        self.hands[hand].lists[list] = match self.free.pop() {
            Some(place) => {
                self.items[place as usize] = item;
                place
            }
            None => {
                self.items.push(item);
                self.items.len() as u32 - 1
            }
        };
    }

    /// Takes the first items that are meant off a list, so many at most; how many there were.
    fn unlink(&mut self, case: CaseId, list: usize, most: i64, is_meant: impl Fn(&Item) -> bool) -> i64 {
        let (mut before, mut place, mut n) = (NONE, self.first(case, list), 0);
        while n < most
            && let Some(item) = self.items.get(place as usize).copied()
        {
            if is_meant(&item) {
                match self.items.get_mut(before as usize) {
                    Some(before) => before.next = item.next,
                    None => self.hands[case.0 as usize].lists[list] = item.next,
                }
                self.free.push(place);
                n += 1;
            } else {
                before = place;
            }
            place = item.next;
        }
        n
    }

    fn find(&mut self, case: CaseId, list: usize, is_meant: impl Fn(&Item) -> bool) -> Option<&mut Item> {
        let mut place = self.first(case, list);
        while !is_meant(self.items.get(place as usize)?) {
            place = self.items[place as usize].next;
        }
        self.items.get_mut(place as usize)
    }

    fn each(&mut self, case: CaseId, mut change: impl FnMut(&mut Item)) {
        for list in [ELSEWHERE, RESERVED] {
            let mut place = self.first(case, list);
            while let Some(item) = self.items.get_mut(place as usize) {
                change(item);
                place = item.next;
            }
        }
    }
}

impl Hand {
    const EMPTY: Self = Self { lists: [NONE; 2] };
}

impl Item {
    fn lies_there(&self) -> bool {
        self.rider == TokenId::NONE
    }
}
