//! Cases that come from outside: when, how many, where, and with what.

use super::Event;
use super::run::Engine;
use super::sink::Sink;
use crate::ids::Id;
use crate::kernel::Phase;
use crate::plan::{Cursor, NONE, Pattern, Plan, Source};
use crate::rng::{Key, mix};
use crate::units::{Duration, Time};

#[derive(Clone, Copy, Debug, Default)]
pub(super) struct SourceState {
    /// Arrivals so far.
    n: u64,
    /// Arrivals whose time is known, the time of the last of them, and the cumulative rate then.
    n_known: u64,
    next: Time,
    level: f64,
    cursor: Cursor,
    /// What is drawn for the gaps of a few arrivals at once: so that the draws do not wait for each other.
    drawn: [f64; AHEAD],
}

const AHEAD: usize = 8;

impl SourceState {
    /// When the arrival comes that follows the last known one.
    #[inline(always)]
    fn after_next(&mut self, plan: &Plan, source: &Source, key: Key) -> Time {
        let n = self.n_known;
        self.n_known += 1;
        if n >= source.limit {
            return Time::NEVER;
        }
        match &source.pattern {
            Pattern::Renewal { gap, working } => {
                let seconds = gap.fixed().unwrap_or_else(|| self.drawn(n, source, key, |u| gap.sample(u)));
                let gap = Duration::from_seconds(seconds);
                match working {
                    None => self.next + gap,
                    Some(hours) => plan.hours[*hours].add(self.next, gap, &mut self.cursor),
                }
            }
            Pattern::Rate { curve, factor } => {
                self.level += self.drawn(n, source, key, |u| -(1.0 - u).ln()) / factor;
                curve.inverse(self.level).max(self.next)
            }
            Pattern::Timetable(hours) => {
                let from = if n == 0 { self.next } else { self.next + Duration::from_ticks(1) };
                plan.hours[*hours].next_start(from, &mut self.cursor)
            }
            Pattern::Trace(times) => times.get(n as usize).map_or(Time::NEVER, |t| (*t).max(self.next)),
        }
    }

    /// The draw for arrival `n`; those of the next few are made with it.
    #[inline(always)]
    fn drawn(&mut self, n: u64, source: &Source, key: Key, draw: impl Fn(f64) -> f64) -> f64 {
        let place = n as usize % AHEAD;
        if place == 0 {
            let uniform = std::array::from_fn::<_, AHEAD, _>(|i| key.uniform(source.gap, n + i as u64, 0, 0));
            self.drawn = uniform.map(draw);
        }
        self.drawn[place]
    }
}

impl<S: Sink> Engine<'_, S> {
    /// The first arrivals of all sources.
    pub(super) fn schedule_arrivals(&mut self, key: Key) {
        for (source, state) in self.plan.sources.iter().zip(&mut self.s.sources) {
            state.next = state.after_next(self.plan, source, key);
        }
        for source in 0..self.plan.sources.len() {
            self.schedule_arrival(source as u32);
        }
    }

    /// Schedules the next arrival, and computes when the one after it comes: a draw takes long, and what does not need
    /// its result can go on meanwhile.
    #[inline(always)]
    fn schedule_arrival(&mut self, index: u32) {
        let (plan, s) = (self.plan, &mut *self.s);
        let (source, state) = (&plan.sources[index as usize], &mut s.sources[index as usize]);
        s.ctx.agenda.schedule(state.next, Phase::Arrival, Event::Arrival(index));
        state.next = state.after_next(plan, source, s.ctx.key);
    }

    #[inline(always)]
    pub(super) fn arrive(&mut self, index: u32) {
        let source = &self.plan.sources[index as usize];
        let state = &mut self.s.sources[index as usize];
        let n = state.n;
        state.n += 1;
        self.schedule_arrival(index);
        let entity = mix(source.entity, n);
        if source.is_plain {
            let (token, at) = self.start_case(source.process, entity, NONE, 0, |_, _| {});
            self.execute(token, at);
        } else {
            self.arrive_as_group(source, n, entity);
        }
    }

    /// Arrivals of several cases, at one of several sites, with attributes of their own.
    #[inline(never)]
    fn arrive_as_group(&mut self, source: &Source, n: u64, first: u64) {
        let (plan, key) = (self.plan, self.s.ctx.key);
        let size = source.size.map_or(1, |(law, purpose)| {
            plan.draws.law(law, key.uniform(purpose, n, 0, 0)).round().max(0.0) as u64
        });
        for k in 0..size {
            let entity = if k == 0 { first } else { mix(first, k) };
            let site = match source.sites[..] {
                [] => NONE,
                [site] => site,
                ref sites => {
                    let u = key.uniform(source.site, entity, 0, 0);
                    sites[((u * sites.len() as f64) as usize).min(sites.len() - 1)]
                }
            };
            let (token, at) = self.start_case(source.process, entity, site, 0, |ctx, case| {
                for (attr, draw) in &source.attributes {
                    let value = plan.amount(*draw, ctx.first_occasion(case));
                    ctx.cases.attributes_mut(case)[attr.index()] = value;
                }
            });
            if let Some((law, purpose)) = source.age {
                let age = plan.draws.law(law, key.uniform(purpose, entity, 0, 0));
                let case = self.s.ctx.tokens[token].case;
                self.s.ctx.cases[case].start = self.s.ctx.now - Duration::from_seconds(age);
            }
            self.execute(token, if source.first == NONE { at } else { source.first });
            if self.s.stopped.is_some() {
                return;
            }
        }
    }
}
