//! Random small models: blocks in a row, within each other, and features that meet.

use super::small::*;
use turnaround::activity::{OffShift, Preemption};
use turnaround::model::Dispatch;

/// A plain generator of numbers (SplitMix64): the same models everywhere and for ever.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x2545_F491_4F6C_DD1D))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// From `from` up to `to`, which may come too.
    fn number(&mut self, from: i64, to: i64) -> i64 {
        from + (self.next() % (to - from + 1) as u64) as i64
    }

    fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }

    /// In so many of a hundred cases.
    fn percent(&mut self, p: u64) -> bool {
        self.next() % 100 < p
    }

    fn one_of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())]
    }
}

/// What may occur in a model.
#[derive(Clone, Copy, Debug)]
pub struct Features {
    pub shifts: bool,
    pub policies: bool,
    pub dispatch: bool,
    pub preemption: bool,
    pub several: bool,
    pub reserve: bool,
    pub seize: bool,
    pub patience: bool,
    pub fork: bool,
    pub race: bool,
    pub batch: bool,
    pub rework: bool,
}

impl Features {
    fn some(dice: &mut Dice) -> Self {
        let p = dice.one_of(&[40, 60, 90]);
        // Left out: members who are kept back, together with preemption (whose work was taken away may then be first in the queue of
        // another team, and keep its members back from who took them), and where the reason ends without a release: by a shift, or by
        // what is withdrawn (who looks first then is the engine's own way; `joint` has cases with known answers).
        let reserve = dice.percent(15);
        Self {
            shifts: !reserve && dice.percent(p),
            policies: dice.percent(70),
            dispatch: dice.percent(60),
            preemption: !reserve && dice.percent(p),
            several: reserve || dice.percent(p),
            reserve,
            seize: dice.percent(p),
            patience: !reserve && dice.percent(p),
            fork: dice.percent(p),
            race: !reserve && dice.percent(p),
            batch: dice.percent(p),
            rework: dice.percent(p),
        }
    }
}

/// The model of a seed.
pub fn model(seed: u64) -> Small {
    let mut dice = Dice::new(seed);
    let features = Features::some(&mut dice);
    let start = if dice.percent(50) { 0 } else { dice.number(0, WEEK - 1) };
    let calendars = (0..3).map(|_| calendar(&mut dice)).collect();
    let teams = (0..dice.number(1, 3)).map(|_| team(&mut dice, features)).collect();
    let sources = (0..dice.number(3, 8)).map(|_| source(&mut dice)).collect();
    let small = Small { start, calendars, teams, sources, steps: Vec::new(), first: 0 };
    let mut maker = Maker { dice, features, small };
    maker.process();
    maker.small
}

/// Stretches of whole hours or less; some go over midnight; a day may be closed.
fn calendar(dice: &mut Dice) -> Vec<(i64, i64)> {
    let from = dice.one_of(&[0, 36, 48, 51, 72, 120]);
    let length = dice.one_of(&[18, 24, 48, 53, 72]);
    let pause = dice.percent(30);
    let closed = dice.number(0, 13);
    let mut week = vec![false; WEEK as usize];
    for day in (0..7).filter(|day| *day != closed && *day + 7 != closed) {
        for t in 0..length {
            let at_rest = pause && t >= length / 2 && t < length / 2 + 3;
            week[((day * 144 + from + t) % WEEK) as usize] |= !at_rest;
        }
    }
    let mut open: Vec<(i64, i64)> = Vec::new();
    for t in (0..WEEK).filter(|t| week[*t as usize]) {
        match open.last_mut() {
            Some(last) if last.1 == t => last.1 = t + 1,
            _ => open.push((t, t + 1)),
        }
    }
    open
}

fn team(dice: &mut Dice, features: Features) -> SmallTeam {
    let dispatch = match features.dispatch {
        _ if features.preemption && dice.percent(80) => Dispatch::Priority,
        true => dice.one_of(&[Dispatch::Fifo, Dispatch::Priority, Dispatch::Shortest]),
        false => Dispatch::Fifo,
    };
    let calendar = |dice: &mut Dice| (features.shifts && dice.percent(70)).then(|| dice.below(3));
    let n = dice.number(1, 3) as u32;
    let crews = match n {
        2.. if dice.percent(30) => vec![(1, calendar(dice)), (n - 1, calendar(dice))],
        _ => vec![(n, calendar(dice))],
    };
    SmallTeam { crews, dispatch, reserve: features.reserve && dice.percent(70) }
}

fn source(dice: &mut Dice) -> Source {
    let last = dice.one_of(&[12, 60, 150, 300]);
    let mut times: Vec<i64> = (0..dice.number(1, 4)).map(|_| dice.number(0, last)).collect();
    times.sort_unstable();
    let comes = match dice.percent(15) {
        true => Comes::Openings { calendar: dice.below(3), n: times.len() },
        false => Comes::At(times),
    };
    Source { comes, carries: [dice.number(1, 9), dice.number(0, 3), dice.number(0, 2)] }
}

/// Writes the steps of a process, from the last to the first.
struct Maker {
    dice: Dice,
    features: Features,
    small: Small,
}

impl Maker {
    fn process(&mut self) {
        let end = self.step(Does::End { terminate: false }, None);
        let n = self.dice.number(1, 5);
        self.small.first = self.blocks(n, 2, end);
    }

    fn step(&mut self, does: Does, next: Option<usize>) -> usize {
        self.small.steps.push(SmallStep { does, next });
        self.small.steps.len() - 1
    }

    /// So many blocks before this step; returns where they begin.
    fn blocks(&mut self, n: i64, depth: u32, next: usize) -> usize {
        (0..n).fold(next, |next, _| self.block(depth, next))
    }

    fn block(&mut self, depth: u32, next: usize) -> usize {
        let f = self.features;
        let deep = depth > 0;
        match self.dice.number(0, 15) {
            0 | 1 => self.wait(next),
            2 | 3 if f.batch => self.batch(next),
            4..=6 if f.seize && deep => self.held(depth - 1, next),
            7 | 8 if f.fork && deep => self.fork(depth - 1, next),
            9 | 10 if f.race => self.race(next),
            11 if f.rework && deep => self.rework(depth - 1, next),
            12 if deep => self.choice(depth - 1, next),
            13 => {
                let attr = self.dice.one_of(&[URGENCY, SORT]);
                let by = self.dice.number(1, 2);
                self.step(Does::Add(attr, by), Some(next))
            }
            _ => self.task(next),
        }
    }

    fn length(&mut self) -> Length {
        match self.dice.number(0, 9) {
            0 => Length::Units(0),
            1..=4 => Length::Units(self.dice.number(1, 12)),
            5 => Length::Units(self.dice.number(10, 70)),
            _ => Length::Effort(self.dice.number(1, 3)),
        }
    }

    fn wait(&mut self, next: usize) -> usize {
        let length = self.length();
        let calendar = self.dice.below(3);
        let wait = match self.dice.number(0, 5) {
            0 => Wait::Open(calendar),
            1 => Wait::Working(length, calendar),
            2 => Wait::Elapsed(Length::Units(0)),
            _ => Wait::Elapsed(length),
        };
        self.step(Does::Wait(wait), Some(next))
    }

    fn need(&mut self, team: usize) -> (usize, usize) {
        let members: u32 = self.small.teams[team].crews.iter().map(|crew| crew.0).sum();
        let several = self.features.several && self.dice.percent(30);
        (team, if several { self.dice.number(1, i64::from(members)) as usize } else { 1 })
    }

    fn work(&mut self, next: usize) -> Work {
        let f = self.features;
        let n_teams = self.small.teams.len();
        let team = self.dice.below(n_teams);
        let mut needs = vec![self.need(team)];
        if f.several && !f.reserve && n_teams > 1 && self.dice.percent(40) {
            let other = (team + 1 + self.dice.below(n_teams - 1)) % n_teams;
            needs.push(self.need(other));
        }
        let off_shift = match f.policies {
            true => self.dice.one_of(&[OffShift::Finish, OffShift::Pause, OffShift::Fit, OffShift::HandOver]),
            false => OffShift::Finish,
        };
        let preemption = match f.preemption {
            true => self.dice.one_of(&[
                Preemption::Never,
                Preemption::Resume,
                Preemption::Resume,
                Preemption::Restart,
            ]),
            false => Preemption::Never,
        };
        let patience = (f.patience && self.dice.percent(50)).then(|| {
            let gone = self.gone(next);
            (self.dice.number(0, 15), gone)
        });
        let urgent = self.dice.percent(70);
        Work { needs, time: self.length(), urgent, off_shift, preemption, patience }
    }

    /// Where those go who have lost patience: a step that leaves a row, then on or to an end.
    fn gone(&mut self, next: usize) -> usize {
        let next = match self.dice.number(0, 3) {
            0 => self.step(Does::End { terminate: false }, None),
            1 => self.step(Does::End { terminate: true }, None),
            _ => next,
        };
        self.step(Does::Wait(Wait::Elapsed(Length::Units(0))), Some(next))
    }

    fn task(&mut self, next: usize) -> usize {
        let work = self.work(next);
        self.step(Does::Task(work), Some(next))
    }

    fn batch(&mut self, next: usize) -> usize {
        let work = Work { patience: None, ..self.work(next) };
        let size = self.dice.number(1, 4) as usize;
        let age = self.dice.percent(60).then(|| self.dice.number(0, 20));
        let at = (age.is_none() || self.dice.percent(20)).then(|| self.dice.below(3));
        let size = self.dice.percent(80).then_some(size);
        let parallel = self.dice.percent(50);
        let factors = if self.dice.percent(30) { vec![(1, 2), (3, 1)] } else { Vec::new() };
        self.step(Does::Batch { size, age, at, parallel, factors, work }, Some(next))
    }

    /// Members are seized for some steps, sometimes to the end of the case.
    fn held(&mut self, depth: u32, next: usize) -> usize {
        let seize = self.work(next);
        let mut at = next;
        if self.dice.percent(80) {
            for need in &seize.needs {
                at = self.step(Does::Release(need.0), Some(at));
            }
        }
        if self.dice.percent(50) {
            // Who is held works.
            let mut work = self.work(at);
            work.needs[0] = seize.needs[0];
            work.needs.truncate(1 + usize::from(work.needs.get(1).is_some_and(|n| n.0 != work.needs[0].0)));
            at = self.step(Does::Task(work), Some(at));
        }
        let n = self.dice.number(1, 2);
        at = self.blocks(n, depth, at);
        self.step(Does::Seize(seize), Some(at))
    }

    fn fork(&mut self, depth: u32, next: usize) -> usize {
        let join = self.step(Does::Join, Some(next));
        let any = self.dice.percent(30);
        let mut to = Vec::new();
        let n = self.dice.number(2, 3);
        for i in 0..n {
            let when = if i + 1 == n { If::Otherwise } else { If::SortIs(self.dice.number(0, 3)) };
            let n_blocks = self.dice.number(1, 2);
            let branch = self.blocks(n_blocks, depth, join);
            to.push((when, branch));
        }
        self.step(Does::Fork { any, to, join }, None)
    }

    /// Any single step may race.
    fn race(&mut self, next: usize) -> usize {
        let mut of = Vec::new();
        for _ in 0..self.dice.number(2, 3) {
            let after = if self.dice.percent(60) { next } else { self.task(next) };
            let branch = match self.dice.number(0, 7) {
                0 | 1 if self.features.batch => self.batch(after),
                2 if self.features.seize => {
                    let seize = self.work(next);
                    self.step(Does::Seize(seize), Some(after))
                }
                3 | 4 => self.wait(after),
                _ => self.task(after),
            };
            of.push(branch);
        }
        self.step(Does::Race(of), None)
    }

    /// Blocks that are gone through again.
    fn rework(&mut self, depth: u32, next: usize) -> usize {
        let choose = self.step(Does::Choose(Vec::new()), None);
        let n = self.dice.number(1, 2);
        let again = self.blocks(n, depth, choose);
        let passes = self.dice.number(2, 3);
        let ways = vec![(If::PassesBelow(passes), again), (If::Otherwise, next)];
        self.small.steps[choose].does = Does::Choose(ways);
        again
    }

    fn choice(&mut self, depth: u32, next: usize) -> usize {
        let other = self.block(depth, next);
        let sort = self.dice.number(0, 2);
        let third = if self.dice.percent(50) { next } else { self.block(depth, next) };
        self.step(Does::Choose(vec![(If::SortIs(sort), other), (If::Otherwise, third)]), None)
    }
}
