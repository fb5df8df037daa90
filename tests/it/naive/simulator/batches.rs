//! Batches: tokens gather; then the first leads the others.

use super::*;

impl Naive<'_> {
    pub(super) fn gather(&mut self, token: usize) {
        let step = self.tokens[token].step;
        self.tokens[token].state = State::Gathers;
        self.groups[step].tokens.push(token);
        if self.groups[step].tokens.len() == 1 {
            self.await_batch(step);
        }
        if let Does::Batch { size: Some(size), .. } = self.model.steps[step].does
            && self.groups[step].tokens.len() >= size
        {
            self.fire(step);
        }
    }

    /// By the age of the first, or the calendar.
    pub(super) fn await_batch(&mut self, step: usize) {
        let Does::Batch { age, at, .. } = self.model.steps[step].does else { return };
        let first = self.groups[step].tokens[0];
        let by_age = age.map(|age| self.tokens[first].enabled + age);
        let by_calendar = at.map(|calendar| self.opens(calendar, self.now));
        let due = by_age.into_iter().chain(by_calendar).min();
        self.groups[step].due = due.map(|due| (due.max(self.now), self.stamp()));
    }

    pub(super) fn leave_group(&mut self, token: usize) {
        let step = self.tokens[token].step;
        let was_first = self.groups[step].tokens[0] == token;
        self.groups[step].tokens.retain(|other| *other != token);
        if self.groups[step].tokens.is_empty() {
            self.groups[step].due = None;
        } else if was_first {
            self.await_batch(step);
        }
    }

    /// The batch is complete: its first token leads it.
    pub(super) fn fire(&mut self, step: usize) {
        let Does::Batch { parallel, factors, work, .. } = &self.model.steps[step].does else { return };
        let tokens = std::mem::take(&mut self.groups[step]).tokens;
        let n = tokens.len() as u32;
        let factor = factors.iter().min_by_key(|f| f.0.abs_diff(n)).map_or(1, |f| f.1);
        let mut contents = Vec::new();
        for &token in &tokens {
            let content = factor * self.length(self.tokens[token].case, work.time);
            self.tokens[token].state = State::Follows;
            self.tokens[token].job = Job { left: content, ..Job::default() };
            contents.push(content);
        }
        let longest = contents.iter().copied().max().unwrap_or_default();
        let (content, size) =
            if *parallel { (longest, longest) } else { (contents[0], contents.iter().sum()) };
        self.left.seen.note(Happens::Batch, n > 1);
        self.ask(tokens[0], content, size);
        self.tokens[tokens[0]].job.followers = tokens[1..].to_vec();
    }

    pub(super) fn is_parallel(&self, token: usize) -> bool {
        matches!(self.model.steps[self.tokens[token].step].does, Does::Batch { parallel: true, .. })
    }

    /// The next token of a batch leads the rest of it.
    pub(super) fn hand_on_lead(&mut self, token: usize) -> Option<usize> {
        if self.tokens[token].job.followers.is_empty() {
            return None;
        }
        let parallel = self.is_parallel(token);
        let mut job = std::mem::take(&mut self.tokens[token].job);
        let next = job.followers.remove(0);
        if !parallel {
            job.size -= job.left;
            job.left = self.tokens[next].job.left;
            job.began = None;
        }
        for &worker in &job.workers {
            self.members[worker].token = Some(next);
        }
        self.tokens[next].job = job;
        Some(next)
    }
}
