//! Searches by communication.

use super::stock::Stock;
use super::{CaseId, Context, Flow, TokenId};
use crate::plan::Plan;

/// What comes due.
#[derive(Clone, Copy, Debug)]
pub enum Event {}

#[derive(Clone, Debug, Default)]
pub struct Ask {}

impl Ask {
    /// Before a replication; keeps the memory.
    pub fn reset(&mut self, _plan: &Plan, _ctx: &mut Context) {}

    /// Begins a search. Branch 0: found, 1: not found, 2: a second token starts.
    pub fn begin(
        &mut self,
        _plan: &Plan,
        _ctx: &mut Context,
        _stock: &mut Stock,
        _token: TokenId,
        _ask: u32,
    ) -> Flow {
        Flow::Go(1)
    }

    pub fn event(&mut self, _plan: &Plan, _ctx: &mut Context, _stock: &mut Stock, event: Event) {
        match event {}
    }

    /// The token stops waiting.
    pub fn withdraw(&mut self, _plan: &Plan, _ctx: &mut Context, _stock: &mut Stock, _token: TokenId) {}

    /// A marked case has ended.
    pub fn case_ended(&mut self, _plan: &Plan, _ctx: &mut Context, _stock: &mut Stock, _case: CaseId) {}

    /// The run is over: brings all levels up to date.
    pub fn finish(&mut self, _plan: &Plan, _ctx: &mut Context) {}
}
