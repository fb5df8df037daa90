//! Requests for members, and their work.

use super::*;

impl<'m> Naive<'m> {
    // ---- requests ----

    pub(super) fn work(&self, token: usize) -> &'m Work {
        self.work_at(self.tokens[token].step)
    }

    pub(super) fn work_at(&self, step: usize) -> &'m Work {
        let model = self.model;
        match &model.steps[step].does {
            Does::Task(work) | Does::Seize(work) | Does::Batch { work, .. } => work,
            other => unreachable!("{other:?} needs nobody"),
        }
    }

    pub(super) fn is_seize(&self, token: usize) -> bool {
        matches!(self.model.steps[self.tokens[token].step].does, Does::Seize(_))
    }

    pub(super) fn ask(&mut self, token: usize, content: i64, size: i64) {
        let work = self.work(token);
        let case = &self.cases[self.tokens[token].case];
        let priority = if work.urgent { case.carries[URGENCY] } else { 0 };
        // Whether the case holds members is looked at when it asks; who seizes more does so without those.
        let holding = !case.held.is_empty() && !self.is_seize(token);
        let patience = match self.model.steps[self.tokens[token].step].does {
            Does::Batch { .. } => None,
            _ => work.patience.map(|(time, _)| (self.now + time, self.stamp())),
        };
        self.requests += 1;
        let number = self.requests;
        self.tokens[token].job =
            Job { number, priority, left: content, size, patience, holding, ..Job::default() };
        self.tokens[token].state = State::Queues;
        self.join_queues(token);
    }

    /// The request waits for all its teams; those look for members who have some that neither work nor are held, on
    /// shift or not, or that might take or use others.
    pub(super) fn join_queues(&mut self, token: usize) {
        for &(team, _) in &self.work(token).needs {
            if self.may_have_some(team) {
                self.touch(team);
            }
        }
    }

    pub(super) fn may_have_some(&self, team: usize) -> bool {
        let mine = || self.members.iter().filter(|m| m.team == team);
        let idle = mine().any(|m| m.token.is_none() && m.holder.is_none());
        let by_priority = self.model.teams[team].dispatch == Dispatch::Priority;
        let can_take = |token: usize| self.work(token).preemption != Preemption::Never;
        let taken = by_priority && mine().filter_map(|m| m.token).any(can_take);
        let uses = self.queue(team).iter().any(|token| self.tokens[*token].job.holding);
        idle || taken || uses
    }

    pub(super) fn touch(&mut self, team: usize) {
        if !self.touched.contains(&team) && !self.queue(team).is_empty() {
            self.touched.push(team);
        }
    }

    /// The requests that wait for a team, in its order.
    pub(super) fn queue(&self, team: usize) -> Vec<usize> {
        let waits = |i: &usize| {
            self.tokens[*i].state == State::Queues && self.work(*i).needs.iter().any(|need| need.0 == team)
        };
        let mut queue: Vec<usize> = self.open.iter().copied().filter(waits).collect();
        queue.sort_by_key(|i| {
            let job = &self.tokens[*i].job;
            let rank = match self.model.teams[team].dispatch {
                Dispatch::Fifo | Dispatch::Skill => 0,
                Dispatch::Priority => -job.priority,
                Dispatch::Shortest => job.size,
            };
            (rank, job.number)
        });
        queue
    }

    // ---- work ----

    pub(super) fn begin(&mut self, token: usize, chosen: Vec<usize>) {
        let case = self.tokens[token].case;
        self.tokens[token].job.patience = None;
        if self.is_seize(token) {
            self.left.seen.note(Happens::Seized, true);
            for member in chosen {
                self.members[member].holder = Some(case);
                self.cases[case].held.insert(0, member);
            }
            self.take_turn(token, Turn::Leave);
            return;
        }
        for &member in &chosen {
            self.members[member].token = Some(token);
        }
        let held = chosen.iter().any(|m| self.members[*m].holder.is_some());
        self.left.seen.note(Happens::WorkByHeld, held);
        self.left.seen.note(Happens::WorkByTeams, self.work(token).needs.len() > 1);
        self.tokens[token].job.workers = chosen;
        self.begin_work(token);
    }

    pub(super) fn begin_work(&mut self, token: usize) {
        let (now, stamp) = (self.now, self.stamp());
        let job = &mut self.tokens[token].job;
        job.began.get_or_insert(now);
        job.stamp = stamp;
        job.whole = (job.left, job.size);
        self.tokens[token].state = State::Works;
    }

    pub(super) fn dismiss(&mut self, token: usize) {
        for member in std::mem::take(&mut self.tokens[token].job.workers) {
            self.members[member].token = None;
            self.touch(self.members[member].team);
        }
    }

    pub(super) fn work_ends(&mut self, token: usize) {
        let worker = Some(self.tokens[token].job.workers[0]);
        let began = self.tokens[token].job.began.expect("it began");
        if self.is_parallel(token) || self.tokens[token].job.followers.is_empty() {
            self.tokens[token].state = State::Running;
            self.dismiss(token);
            for follower in std::mem::take(&mut self.tokens[token].job.followers) {
                self.row(follower, began, worker);
                self.take_turn(follower, Turn::Leave);
            }
        } else {
            let next = self.hand_on_lead(token).expect("a follower");
            self.begin_work(next);
        }
        self.row(token, began, worker);
        self.leave(token);
    }

    /// The case gives back what it has seized, of one team or of all; whoever works goes on.
    pub(super) fn give_back(&mut self, case: usize, team: Option<usize>) {
        for member in std::mem::take(&mut self.cases[case].held) {
            if team.is_some_and(|team| team != self.members[member].team) {
                self.cases[case].held.insert(0, member);
            } else {
                self.members[member].holder = None;
                self.touch(self.members[member].team);
            }
        }
    }
}
