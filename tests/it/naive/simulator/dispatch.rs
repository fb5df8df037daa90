//! Which request begins, and with whom.

use super::*;

impl Naive<'_> {
    /// The next team that something happened to looks through its queue.
    pub(super) fn next_team(&mut self) -> bool {
        if self.touched.is_empty() {
            return false;
        }
        let team = self.touched.remove(0);
        self.look(team);
        if self.watches[team].is_none() && !self.queue(team).is_empty() {
            self.watches[team] = self.next_shift(team).map(|t| (t, self.stamp()));
        }
        self.take_turns();
        true
    }

    pub(super) fn next_shift(&self, team: usize) -> Option<i64> {
        let calendars = self.members.iter().filter(|m| m.team == team).filter_map(|m| m.calendar);
        calendars.map(|calendar| self.opens(calendar, self.now + 1)).min()
    }

    /// Nobody may be idle while a request that could begin waits: whatever happened, all teams look once more.
    pub(super) fn any_team(&mut self) -> bool {
        let found = (0..self.model.teams.len()).any(|team| self.look(team));
        self.take_turns();
        found
    }

    /// Each request is looked at once, in order, and begins if it can; those that are put back meanwhile come later.
    pub(super) fn look(&mut self, team: usize) -> bool {
        self.look_until(team, None)
    }

    /// As far as this request. Before one that needs several teams begins, those who are ahead of it in the queues of the others
    /// are looked at.
    fn look_until(&mut self, team: usize, until: Option<usize>) -> bool {
        if self.looking.contains(&team) {
            return false;
        }
        self.looking.push(team);
        let mut seen = Vec::new();
        let mut begun = false;
        while let Some(token) = self.queue(team).into_iter().find(|token| !seen.contains(token)) {
            if until == Some(token) {
                break;
            }
            seen.push(token);
            let can_begin = self.choose(token).is_some()
                || self.kept_back(token).is_empty() && self.others_work(token).is_some();
            if can_begin {
                for (other, _) in self.work(token).needs.clone() {
                    begun |= self.look_until(other, Some(token));
                }
            }
            if let Some(chosen) = self.choose(token) {
                self.begin(token, chosen);
                begun = true;
            } else if !self.kept_back(token).is_empty() {
                self.left.seen.note(Happens::KeptBack, true);
            } else if let Some(victims) = self.others_work(token) {
                victims.into_iter().for_each(|victim| self.take_away(victim));
                let chosen = self.choose(token).expect("enough members");
                self.begin(token, chosen);
                begun = true;
            }
        }
        self.looking.pop();
        begun
    }

    /// Members for all needs, or none. Those whom the case has seized are taken first, then others in their order.
    pub(super) fn choose(&self, token: usize) -> Option<Vec<usize>> {
        let mut chosen = Vec::new();
        for (i, &(team, count)) in self.work(token).needs.iter().enumerate() {
            let found = self.find_free(token, i, team, count, &chosen);
            if found.len() < count {
                return None;
            }
            chosen.extend(found);
        }
        Some(chosen)
    }

    pub(super) fn find_free(
        &self,
        token: usize,
        i: usize,
        team: usize,
        count: usize,
        chosen: &[usize],
    ) -> Vec<usize> {
        let Token { case, ref job, .. } = self.tokens[token];
        let held = if job.holding { self.cases[case].held.clone() } else { Vec::new() };
        let kept_back = self.kept_back(token);
        let is_idle = |m: &usize| self.members[*m].holder.is_none() && !kept_back.contains(m);
        let idle = (0..self.members.len()).filter(is_idle);
        let suits = |m: &usize| {
            self.members[*m].team == team
                && self.members[*m].token.is_none()
                && !chosen.contains(m)
                && self.may_begin(token, i, *m)
        };
        held.into_iter().chain(idle).filter(suits).take(count).collect()
    }

    /// On shift; and the work fits into it, where that is asked: of the first team.
    pub(super) fn may_begin(&self, token: usize, i: usize, member: usize) -> bool {
        let must_fit = i == 0 && !self.is_seize(token) && self.work(token).off_shift == OffShift::Fit;
        self.is_on_shift(member) && (!must_fit || self.fits(member, self.tokens[token].job.size))
    }

    /// Members who stay idle for the first request, if it is for several, came before and could be met by those on shift.
    /// Cases that hold members do not heed it.
    pub(super) fn kept_back(&self, token: usize) -> Vec<usize> {
        let mut kept = Vec::new();
        if self.tokens[token].job.holding {
            return kept;
        }
        for &(team, _) in &self.work(token).needs {
            let first = self.queue(team)[0];
            let comes_before = self.tokens[first].job.number < self.tokens[token].job.number;
            if !self.model.teams[team].reserve || !comes_before || !self.could_be_met(first) {
                continue;
            }
            let count = self.work(first).needs.iter().find(|need| need.0 == team).map_or(0, |need| need.1);
            let is_free = |m: &usize| {
                let member = &self.members[*m];
                member.team == team
                    && member.token.is_none()
                    && member.holder.is_none()
                    && self.is_on_shift(*m)
            };
            kept.extend((0..self.members.len()).filter(is_free).take(count));
        }
        kept
    }

    pub(super) fn could_be_met(&self, token: usize) -> bool {
        let needs = &self.work(token).needs;
        let several = needs.len() > 1 || needs[0].1 > 1;
        several
            && needs.iter().all(|&(team, count)| {
                let on_shift = |m: &usize| self.members[*m].team == team && self.is_on_shift(*m);
                self.queue(team)[0] == token && (0..self.members.len()).filter(on_shift).count() >= count
            })
    }

    // ---- preemption ----

    /// Work of lower priority whose members would be enough for the request: the lowest priority first, then the latest
    /// to come.
    pub(super) fn others_work(&self, token: usize) -> Option<Vec<usize>> {
        let (mut chosen, mut victims) = (Vec::new(), Vec::new());
        for (i, &(team, count)) in self.work(token).needs.iter().enumerate() {
            let free = self.find_free(token, i, team, count, &chosen);
            let missing = count - free.len();
            chosen.extend(free);
            for _ in 0..missing {
                let member = self.find_victim(token, i, team, &chosen, &victims)?;
                chosen.push(member);
                let victim = self.members[member].token.expect("who is at work");
                if !victims.contains(&victim) {
                    victims.push(victim);
                }
            }
        }
        Some(victims)
    }

    pub(super) fn can_be_taken(&self, token: usize, member: usize) -> Option<usize> {
        let m = &self.members[member];
        let victim = m.token?;
        let lower = self.tokens[victim].job.priority < self.tokens[token].job.priority;
        let by_priority = self.model.teams[m.team].dispatch == Dispatch::Priority;
        let can = by_priority && lower && m.holder.is_none();
        (can && self.work(victim).preemption != Preemption::Never).then_some(victim)
    }

    pub(super) fn find_victim(
        &self,
        token: usize,
        i: usize,
        team: usize,
        chosen: &[usize],
        victims: &[usize],
    ) -> Option<usize> {
        let suits =
            |m: &usize| self.members[*m].team == team && !chosen.contains(m) && self.may_begin(token, i, *m);
        let taken = (0..self.members.len()).filter(suits);
        // Work that is taken away in any case comes first.
        let order = |m: usize| {
            let victim = self.can_be_taken(token, m)?;
            let job = &self.tokens[victim].job;
            Some((!victims.contains(&victim), job.priority, u64::MAX - job.number, m))
        };
        taken.filter_map(order).min().map(|found| found.3)
    }

    pub(super) fn take_away(&mut self, token: usize) {
        self.left.seen.note(Happens::TakenAway, true);
        if self.work(token).preemption == Preemption::Restart {
            // From where it was handed over, if it was.
            let job = &mut self.tokens[token].job;
            (job.left, job.size) = job.whole;
        }
        self.put_back(token);
    }

    /// The members are free, and the rest waits for others; without patience, for it has begun.
    pub(super) fn put_back(&mut self, token: usize) {
        self.dismiss(token);
        self.tokens[token].state = State::Queues;
        self.join_queues(token);
    }
}
