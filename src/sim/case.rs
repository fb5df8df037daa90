//! The cases that are open.

use super::TokenId;
use crate::ids::{AttrId, Id, ProcessId, StageId};
use crate::units::Time;
use std::ops::{Index, IndexMut};

/// An open case's place in the arena; used again after the case has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CaseId(pub u32);

impl CaseId {
    pub const NO_SITE: u32 = u32::MAX;
}

#[derive(Clone, Debug)]
pub struct Case {
    /// Keys the case's random numbers.
    pub entity: u64,
    /// In order of start.
    pub number: u64,
    pub start: Time,
    pub process: ProcessId,
    /// Index of the site, or [`CaseId::NO_SITE`].
    pub site: u32,
    /// The case's asset: number + 1 over all fleets, 0 for none.
    pub asset: u32,
    /// Subsystems that want to be told of the end of this case: the `MARK_*` bits.
    pub marks: u8,
    pub first_token: TokenId,
}

impl Case {
    pub const MARK_STOCK: u8 = 1;
    pub const MARK_ASK: u8 = 2;
    pub const MARK_ASSET: u8 = 4;
}

/// Arena of cases, with their attributes.
#[derive(Clone, Debug, Default)]
pub struct Cases {
    cases: Vec<Case>,
    n_attributes: usize,
    attributes: Vec<f64>,
}

impl Cases {
    #[inline]
    pub fn attributes(&self, case: CaseId) -> &[f64] {
        let from = case.0 as usize * self.n_attributes;
        &self.attributes[from..from + self.n_attributes]
    }

    #[inline]
    pub fn attributes_mut(&mut self, case: CaseId) -> &mut [f64] {
        let from = case.0 as usize * self.n_attributes;
        &mut self.attributes[from..from + self.n_attributes]
    }

    #[inline]
    pub fn attribute(&self, case: CaseId, attr: AttrId) -> f64 {
        self.attributes(case)[attr.index()]
    }

    /// Whether a token of the case is in a step of this stage.
    pub fn in_stage(&self, _case: CaseId, _stage: StageId) -> bool {
        false
    }
}

impl Index<CaseId> for Cases {
    type Output = Case;
    #[inline]
    fn index(&self, case: CaseId) -> &Case {
        &self.cases[case.0 as usize]
    }
}

impl IndexMut<CaseId> for Cases {
    #[inline]
    fn index_mut(&mut self, case: CaseId) -> &mut Case {
        &mut self.cases[case.0 as usize]
    }
}
