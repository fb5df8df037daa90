//! Rides: what a case has at other sites is moved to its own.

use super::{Event, Stock, Waiting, count, schedule};
use crate::plan::{Cursor, Plan};
use crate::sim::{Context, Flow, TokenId};

impl Stock {
    /// Moves what the case has at other sites to its own, all of it in one ride: a transfer from each shelf, paid when it
    /// is ordered. Nothing to do where there is nothing to move. Until it arrives, all stays the case's (or set aside for it)
    /// where it was.
    pub fn transfer(&mut self, plan: &Plan, ctx: &mut Context, token: TokenId, transfer: u32) -> Flow {
        let what = &plan.stock.transfers[transfer as usize];
        let case = ctx.case_of(token);
        let mut is_moved = false;
        while let Some(s) = self.set_out(case, token) {
            let of = &plan.stock.shelves[s as usize];
            if of.site != ctx.cases[case].site {
                count(plan, ctx, of.part, |m| m.transfers, 1.0);
                count(plan, ctx, of.part, |m| m.transfer_cost, what.fee);
                is_moved = true;
            }
        }
        if !is_moved {
            self.arrive(case, token);
            return Flow::Go(0);
        }
        let leaves = match what.runs {
            Some(calendar) => plan.hours[calendar].next_start(ctx.now, &mut Cursor::default()),
            None => ctx.now,
        };
        let at = leaves + ctx.time_of(plan, token, what.time);
        let ticket = schedule(ctx, at, Event::Arrived(token));
        self.waits(token, Waiting::Move(ticket));
        Flow::Wait
    }
}
