//! A case from its first token to what it leaves behind.

use super::run::Engine;
use super::sink::Sink;
use super::{Case, CaseId, Context, MemberId, TokenId};
use crate::ids::{Id, ProcessId};
use crate::plan::{CaseMeasure, CaseValue, NONE};
use crate::record::{Sample, Stopped};
use crate::units::Duration;

impl<S: Sink> Engine<'_, S> {
    /// Begins a case; returns its token, and where it begins. `prepare` sets attributes before those of the process
    /// are drawn.
    #[inline(always)]
    pub(super) fn start_case(
        &mut self,
        process: ProcessId,
        entity: u64,
        site: u32,
        asset: u32,
        prepare: impl FnOnce(&mut Context, CaseId),
    ) -> (TokenId, u32) {
        let (plan, s) = (self.plan, &mut *self.s);
        let top = &plan.processes.tops[process.index()];
        let now = s.ctx.now;
        if s.ctx.cases.n_open() as u64 >= s.max_open || s.ctx.agenda.overflow() {
            s.stopped = Some(Stopped::TooManyCases(s.ctx.cases.n_open() as u64));
        }
        // Nobody waits for the end of a case that leaves nothing.
        let cohort = now >= plan.axis.cohort_from
            && now < plan.axis.window_end
            && (S::ROWS || !plan.measures.cases[process.index()].is_empty());
        s.n_cohort += u64::from(cohort);
        let first_token = s.ctx.tokens.insert(CaseId(NONE), NONE);
        let case = s.ctx.cases.insert(Case {
            entity,
            number: s.n_started,
            start: now,
            process,
            site,
            asset,
            about: 0,
            marks: if asset == 0 { 0 } else { Case::MARK_ASSET },
            cohort,
            bin: s.ctx.meters.bin() as u32,
            first_token,
            n_tokens: 1,
            held: MemberId::NONE,
            waiting: Duration::ZERO,
            working: Duration::ZERO,
        });
        s.ctx.tokens[first_token].case = case;
        s.n_started += 1;
        s.ctx.meters.add(plan.measures.started[process.index()], 1.0);
        prepare(&mut s.ctx, case);
        if !top.attributes.is_empty() {
            self.draw_attributes(case, process);
        }
        if S::ROWS {
            self.sink.begin(self.s.ctx.cases.attributes(case));
        }
        (first_token, top.start)
    }

    #[inline(never)]
    fn draw_attributes(&mut self, case: CaseId, process: ProcessId) {
        let (plan, ctx) = (self.plan, &mut self.s.ctx);
        for (attr, draw) in &plan.processes.tops[process.index()].attributes {
            let value = plan.amount(*draw, ctx.first_occasion(case));
            ctx.cases.attributes_mut(case)[attr.index()] = value;
        }
    }

    /// The last token of a case is gone.
    #[inline(always)]
    pub(super) fn end_case(&mut self, case: CaseId) {
        self.leave_measures(case, false);
        let s = &mut *self.s;
        s.n_ended += 1;
        let Case { cohort, held, marks, .. } = s.ctx.cases[case];
        s.n_cohort -= u64::from(cohort);
        if held != MemberId::NONE || marks != 0 {
            self.say_goodbye(case, marks);
        }
        self.s.ctx.cases.remove(case);
    }

    /// A case that holds members, or that subsystems want to hear of, has ended.
    #[inline(never)]
    fn say_goodbye(&mut self, case: CaseId, marks: u8) {
        self.release_held(case, None);
        let (plan, s) = (self.plan, &mut *self.s);
        if marks & Case::MARK_STOCK != 0 {
            s.stock.case_ended(plan, &mut s.ctx, case);
        }
        if marks & Case::MARK_ASK != 0 {
            s.ask.case_ended(plan, &mut s.ctx, &mut s.stock, case);
        }
        if marks & Case::MARK_ASSET != 0 {
            s.asset.case_ended(plan, &mut s.ctx, case);
        }
    }

    /// The values that a case leaves when it ends, or when the run does (`open`): then what has accrued.
    #[inline]
    pub(super) fn leave_measures(&mut self, case: CaseId, open: bool) {
        let Case { process, bin, .. } = self.s.ctx.cases[case];
        let measures = &self.plan.measures.cases[process.index()];
        if (bin as usize) < self.plan.axis.n_bins && !measures.is_empty() {
            self.leave_all_measures(case, measures, open);
        }
    }

    #[inline(never)]
    fn leave_all_measures(&mut self, case: CaseId, measures: &[CaseMeasure], open: bool) {
        let (plan, s) = (self.plan, &mut *self.s);
        let Case { bin, start, waiting, working, .. } = s.ctx.cases[case];
        let now = s.ctx.now;
        for measure in measures {
            if let Some(filter) = measure.filter
                && plan.draws.code(filter, s.ctx.first_occasion(case)) == 0.0
            {
                continue;
            }
            let mut censored = open;
            let value = match measure.value {
                CaseValue::CycleTime => now.since(start).seconds(),
                CaseValue::StageTime { stage, all } => match s.ctx.cases.stage_time(case, stage, now) {
                    Some(time) => time.seconds(),
                    None if all => 0.0,
                    None => continue,
                },
                // Known when the turn has come, though the case may still be open.
                CaseValue::WaitingAt(step) => match s.ctx.cases.wait_at(case, step) {
                    Some((time, awaited)) => {
                        censored = awaited;
                        time.seconds()
                    }
                    None => continue,
                },
                CaseValue::Attribute(attr) => s.ctx.cases.attribute(case, attr),
                CaseValue::Waiting => waiting.seconds(),
                CaseValue::Working => working.seconds(),
                CaseValue::One => 1.0,
            };
            s.ctx.meters.add_case(measure.meter, bin, value);
            if let Some(samples) = measure.samples
                && (censored || value > measure.kept_above || value.is_nan())
            {
                let samples = &mut s.samples[samples as usize];
                samples.cases.push(Sample { value, bin, open: censored });
                if measure.value.adds_up() {
                    samples.ages.push(now.since(start).seconds());
                }
            }
        }
    }
}
