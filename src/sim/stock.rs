//! Shelves and deliveries.

use super::{CaseId, Context, Flow, TokenId};
use crate::plan::Plan;

/// What comes due.
#[derive(Clone, Copy, Debug)]
pub enum Event {}

#[derive(Clone, Debug, Default)]
pub struct Stock {}

impl Stock {
    /// Before a replication; keeps the memory.
    pub fn reset(&mut self, _plan: &Plan, _ctx: &mut Context) {}

    /// Takes units for the token's case. Branch 0: taken, 1: short.
    pub fn take(&mut self, _plan: &Plan, _ctx: &mut Context, _token: TokenId, _take: u32) -> Flow {
        Flow::Go(0)
    }

    pub fn give_back(&mut self, _plan: &Plan, _ctx: &mut Context, _token: TokenId, _give_back: u32) -> Flow {
        Flow::Go(0)
    }

    pub fn order(&mut self, _plan: &Plan, _ctx: &mut Context, _token: TokenId, _order: u32) -> Flow {
        Flow::Go(0)
    }

    pub fn transfer(&mut self, _plan: &Plan, _ctx: &mut Context, _token: TokenId, _transfer: u32) -> Flow {
        Flow::Go(0)
    }

    pub fn event(&mut self, _plan: &Plan, _ctx: &mut Context, event: Event) {
        match event {}
    }

    /// The token stops waiting.
    pub fn withdraw(&mut self, _plan: &Plan, _ctx: &mut Context, _token: TokenId) {}

    /// A marked case has ended.
    pub fn case_ended(&mut self, _plan: &Plan, _ctx: &mut Context, _case: CaseId) {}

    /// The run is over: brings all levels up to date.
    pub fn finish(&mut self, _plan: &Plan, _ctx: &mut Context) {}
}
