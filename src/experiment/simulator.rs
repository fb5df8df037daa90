//! The engine as a source of records.

use super::{Arm, Source};
use crate::dist::Samplers;
use crate::plan::Plan;
use crate::record::Record;
use crate::rng::Key;
use crate::sim::{RunOptions, Runner};

pub struct Simulator {
    plans: Vec<Plan>,
    seed: u64,
    crn: bool,
}

impl Simulator {
    /// With `crn` replication r draws the same random numbers in every arm; otherwise arms are independent.
    pub fn new(arms: &[Arm], crn: bool) -> Self {
        let mut samplers = Samplers::default();
        let plans = arms.iter().map(|arm| Plan::compile_with(arm.model, &mut samplers)).collect();
        Self { plans, seed: arms.first().map_or(0, |arm| arm.model.design.seed), crn }
    }
}

impl Source for Simulator {
    type Worker<'s> = Vec<Runner<'s>>;

    fn worker(&self) -> Self::Worker<'_> {
        self.plans.iter().map(Runner::new).collect()
    }

    fn run(
        &self,
        runners: &mut Self::Worker<'_>,
        arm: usize,
        replication: u32,
        rows: bool,
        record: &mut Record,
    ) {
        let key = Key::new(self.seed, u64::from(replication));
        let key = if self.crn { key } else { key.with_arm(arm as u32) };
        runners[arm].run_into(key, RunOptions { rows, ..RunOptions::default() }, record);
    }
}
