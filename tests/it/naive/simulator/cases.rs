//! Cases and their tokens: from step to step, in forks and races.

use super::*;

impl Naive<'_> {
    pub(super) fn arrivals(&self, source: &Source) -> VecDeque<i64> {
        match source.comes {
            Comes::At(ref times) => times.iter().copied().collect(),
            Comes::Openings { calendar, n } => {
                let mut times = VecDeque::new();
                for _ in 0..n {
                    let from = times.back().map_or(0, |last| last + 1);
                    times.push_back(self.opens(calendar, from));
                }
                times
            }
        }
    }

    pub(super) fn arrive(&mut self, source: usize) {
        let stamp = self.stamp();
        self.sources[source].0.pop_front();
        self.sources[source].1 = stamp;
        let case = self.cases.len();
        self.cases.push(Case {
            carries: self.model.sources[source].carries,
            passes: vec![0; self.model.steps.len()],
            held: Vec::new(),
        });
        let token = self.add_token(case, Vec::new());
        self.enter(token, self.model.first);
    }

    pub(super) fn add_token(&mut self, case: usize, frames: Vec<usize>) -> usize {
        self.tokens.push(Token {
            case,
            step: 0,
            enabled: 0,
            frames,
            state: State::Running,
            job: Job::default(),
        });
        self.open.push(self.tokens.len() - 1);
        self.tokens.len() - 1
    }

    pub(super) fn take_turns(&mut self) {
        while let Some((token, turn)) = self.turns.pop_front() {
            self.tokens[token].state = State::Running;
            match turn {
                Turn::Enter(step) => self.enter(token, step),
                Turn::Leave => self.leave(token),
            }
        }
    }

    pub(super) fn take_turn(&mut self, token: usize, turn: Turn) {
        self.tokens[token].state = State::Turn;
        self.turns.push_back((token, turn));
    }

    pub(super) fn row(&mut self, token: usize, start: i64, worker: Option<usize>) {
        let worker = worker.map(|m| (self.members[m].team, self.members[m].number));
        let Token { case, step, enabled, .. } = self.tokens[token];
        self.left.seen.note(Happens::Row, true);
        self.left.rows.push(Row { complete: self.now, case, step, start, enabled, worker });
    }

    pub(super) fn enter(&mut self, token: usize, step: usize) {
        let model = self.model;
        let does = &model.steps[step].does;
        if matches!(does, Does::Join) && !self.comes_to_join(token, step) {
            return;
        }
        let case = self.tokens[token].case;
        self.tokens[token].step = step;
        self.tokens[token].enabled = self.now;
        self.cases[case].passes[step] += 1;
        match does {
            Does::Task(work) => {
                let content = self.length(case, work.time);
                self.ask(token, content, content);
            }
            Does::Seize(_) => self.ask(token, 0, 0),
            Does::Release(team) => {
                self.give_back(case, Some(*team));
                self.leave(token);
            }
            Does::Wait(wait) => self.wait(token, wait),
            Does::Choose(ways) => {
                let way = ways.iter().find(|way| self.holds(token, way.0)).expect("otherwise");
                self.enter(token, way.1);
            }
            Does::Fork { any, to, join } => self.fork(token, *any, to, *join),
            Does::Race(of) => self.split(token, None, of),
            Does::Batch { .. } => self.gather(token),
            Does::Add(attr, by) => {
                self.cases[case].carries[*attr] += by;
                self.leave(token);
            }
            Does::Join => self.leave(token),
            Does::End { terminate } => self.end(token, *terminate),
        }
    }

    /// The step is completed.
    pub(super) fn leave(&mut self, token: usize) {
        self.tokens[token].state = State::Running;
        self.win(token);
        let next = self.model.steps[self.tokens[token].step].next.expect("a next step");
        self.enter(token, next);
    }

    pub(super) fn wait(&mut self, token: usize, wait: &Wait) {
        let case = self.tokens[token].case;
        let until = match *wait {
            Wait::Elapsed(length) => self.now + self.length(case, length),
            // Until the last open unit is over, not until the next one.
            Wait::Working(length, calendar) => {
                let (mut left, mut t) = (self.length(case, length), self.now);
                while left > 0 {
                    left -= i64::from(self.is_open(calendar, t));
                    t += 1;
                }
                t
            }
            Wait::Open(calendar) => {
                (self.now..).find(|t| self.is_open(calendar, *t)).expect("an open calendar")
            }
        };
        if until == self.now {
            self.row(token, self.now, None);
            self.leave(token);
        } else {
            let stamp = self.stamp();
            self.tokens[token].state = State::Waits { until, stamp };
        }
    }

    pub(super) fn holds(&self, token: usize, condition: If) -> bool {
        let Token { case, step, .. } = self.tokens[token];
        match condition {
            If::SortIs(sort) => self.cases[case].carries[SORT] == sort,
            If::PassesBelow(n) => self.cases[case].passes[step] < n,
            If::Otherwise => true,
        }
    }

    // ---- forks and races ----

    pub(super) fn fork(&mut self, token: usize, any: bool, to: &[(If, usize)], join: usize) {
        let is_taken = |when: If| !any || (!matches!(when, If::Otherwise) && self.holds(token, when));
        let mut taken: Vec<usize> = to.iter().filter(|b| is_taken(b.0)).map(|b| b.1).collect();
        if taken.is_empty() {
            taken.extend(to.iter().find(|b| matches!(b.0, If::Otherwise)).map(|b| b.1));
        }
        match taken.is_empty() {
            true => self.pass_join(token, join),
            false => self.split(token, Some(join), &taken),
        }
    }

    /// The token takes the first branch at once; the others, of new tokens, have their turns.
    pub(super) fn split(&mut self, token: usize, join: Option<usize>, to: &[usize]) {
        self.frames.push(Frame { join, arrived: false });
        self.tokens[token].frames.push(self.frames.len() - 1);
        let (case, frames) = (self.tokens[token].case, self.tokens[token].frames.clone());
        for &step in &to[1..] {
            let other = self.add_token(case, frames.clone());
            self.take_turn(other, Turn::Enter(step));
        }
        self.enter(token, to[0]);
    }

    /// Other tokens in a frame, the youngest first.
    pub(super) fn others_in(&self, token: usize, frame: usize) -> Vec<usize> {
        let is_other = |i: &usize| {
            *i != token && self.tokens[*i].state != State::Gone && self.tokens[*i].frames.contains(&frame)
        };
        self.open.iter().rev().copied().filter(is_other).collect()
    }

    /// Whether the token, the last of its branches, goes on behind the join.
    pub(super) fn comes_to_join(&mut self, token: usize, join: usize) -> bool {
        let frames = &self.tokens[token].frames;
        let Some(depth) = frames.iter().rposition(|f| self.frames[*f].join == Some(join)) else {
            return true;
        };
        let frame = frames[depth];
        self.frames[frame].arrived = true;
        if self.others_in(token, frame).is_empty() {
            self.tokens[token].frames.truncate(depth);
            return true;
        }
        self.tokens[token].state = State::Gone;
        false
    }

    /// A race is decided by who first leaves the first step of a branch.
    pub(super) fn win(&mut self, token: usize) {
        while let Some(&frame) = self.tokens[token].frames.last()
            && self.frames[frame].join.is_none()
        {
            for other in self.others_in(token, frame) {
                self.withdraw(other);
            }
            self.tokens[token].frames.pop();
        }
    }

    pub(super) fn end(&mut self, token: usize, terminate: bool) {
        let case = self.tokens[token].case;
        let is_other =
            |i: &usize| *i != token && self.tokens[*i].state != State::Gone && self.tokens[*i].case == case;
        let others: Vec<usize> = self.open.iter().rev().copied().filter(is_other).collect();
        if terminate {
            others.iter().for_each(|other| self.withdraw(*other));
            self.tokens[token].frames.clear();
        }
        while let Some(&frame) = self.tokens[token].frames.last() {
            if !self.others_in(token, frame).is_empty() {
                self.tokens[token].state = State::Gone;
                return;
            }
            // With its last branch the fork is over: the case goes on, if a branch has come to the join.
            self.tokens[token].frames.pop();
            if let Frame { join: Some(join), arrived: true } = self.frames[frame] {
                self.pass_join(token, join);
                return;
            }
        }
        self.tokens[token].state = State::Gone;
        if terminate || others.is_empty() {
            self.give_back(case, None);
        }
    }

    /// Enters the join, for which nobody is waited.
    pub(super) fn pass_join(&mut self, token: usize, join: usize) {
        let case = self.tokens[token].case;
        self.tokens[token].step = join;
        self.cases[case].passes[join] += 1;
        self.leave(token);
    }

    pub(super) fn withdraw(&mut self, token: usize) {
        let state = std::mem::replace(&mut self.tokens[token].state, State::Gone);
        self.left.seen.note(Happens::WithdrawnAtWork, state == State::Works);
        self.left.seen.note(Happens::WithdrawnWaiting, state == State::Queues);
        self.left.seen.note(Happens::WithdrawnGathering, state == State::Gathers);
        self.left.seen.note(Happens::WithdrawnInBatch, state == State::Follows);
        match state {
            State::Turn => self.turns.retain(|turn| turn.0 != token),
            State::Queues => {
                if let Some(next) = self.hand_on_lead(token) {
                    self.tokens[next].state = State::Queues;
                    self.join_queues(next);
                }
            }
            State::Works => {
                let parallel = self.is_parallel(token);
                match self.hand_on_lead(token) {
                    None => self.dismiss(token),
                    Some(next) if parallel => {
                        self.tokens[next].state = State::Works;
                        self.tokens[next].job.stamp = self.stamp();
                    }
                    Some(next) => self.begin_work(next),
                }
            }
            State::Gathers => self.leave_group(token),
            State::Follows => {
                // (How long a batch is was settled when it was formed.)
                for other in &mut self.tokens {
                    other.job.followers.retain(|follower| *follower != token);
                }
            }
            State::Running | State::Waits { .. } | State::Gone => {}
        }
    }
}
