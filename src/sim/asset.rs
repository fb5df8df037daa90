//! Assets in use, failing and restored.

use super::{CaseId, Context};
use crate::ids::StageId;
use crate::plan::Plan;

/// What comes due.
#[derive(Clone, Copy, Debug)]
pub enum Event {}

#[derive(Clone, Debug, Default)]
pub struct Asset {}

impl Asset {
    /// Before a replication; keeps the memory.
    pub fn reset(&mut self, _plan: &Plan, _ctx: &mut Context) {}

    /// The case's asset is back in service; a temporary repair multiplies the failed mode's hazard.
    pub fn restore(&mut self, _plan: &Plan, _ctx: &mut Context, _case: CaseId, _temporary: Option<f64>) {}

    /// A case with an asset enters (or leaves) a stage.
    pub fn stage(
        &mut self,
        _plan: &Plan,
        _ctx: &mut Context,
        _case: CaseId,
        _stage: StageId,
        _entered: bool,
    ) {
    }

    pub fn event(&mut self, _plan: &Plan, _ctx: &mut Context, event: Event) {
        match event {}
    }

    /// A marked case has ended.
    pub fn case_ended(&mut self, _plan: &Plan, _ctx: &mut Context, _case: CaseId) {}

    /// The run is over: brings all levels up to date.
    pub fn finish(&mut self, _plan: &Plan, _ctx: &mut Context) {}
}
