//! A naive simulator: it goes from one unit of time to the next and looks at everything. It shares nothing with the
//! engine but the words; rules that no document states are written where they are applied.

use super::small::*;
use std::collections::VecDeque;
use turnaround::activity::{OffShift, Preemption};
use turnaround::model::Dispatch;

/// A completed activity, in whole units.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Row {
    pub complete: i64,
    pub case: usize,
    pub step: usize,
    pub start: i64,
    pub enabled: i64,
    /// Team, and number within it.
    pub worker: Option<(usize, usize)>,
}

/// Person-time of a team: at work, or held on shift; and at work off shift.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Booked {
    pub busy: i64,
    pub overtime: i64,
    /// The engine is known to book too little.
    pub is_wrong: bool,
}

/// Time of all cases.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spent {
    /// For members of teams.
    pub waiting: i64,
    pub working: i64,
}

/// What a run leaves.
#[derive(Clone, Debug, Default)]
pub struct Run {
    pub rows: Vec<Row>,
    /// By team.
    pub booked: Vec<Booked>,
    pub spent: Spent,
    pub seen: Seen,
}

/// What a test of features that meet is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Happens {
    Row,
    TakenAway,
    HandedOver,
    /// A unit of time.
    Paused,
    Overtime,
    GaveUp,
    WithdrawnAtWork,
    WithdrawnWaiting,
    WithdrawnGathering,
    WithdrawnInBatch,
    Batch,
    KeptBack,
    Seized,
    /// By members whom the case holds.
    WorkByHeld,
    WorkByTeams,
}

const HAPPENS: [Happens; 15] = [
    Happens::Row,
    Happens::TakenAway,
    Happens::HandedOver,
    Happens::Paused,
    Happens::Overtime,
    Happens::GaveUp,
    Happens::WithdrawnAtWork,
    Happens::WithdrawnWaiting,
    Happens::WithdrawnGathering,
    Happens::WithdrawnInBatch,
    Happens::Batch,
    Happens::KeptBack,
    Happens::Seized,
    Happens::WorkByHeld,
    Happens::WorkByTeams,
];

/// How often each has happened.
#[derive(Clone, Copy, Debug, Default)]
pub struct Seen([u32; HAPPENS.len()]);

impl Seen {
    fn note(&mut self, what: Happens, happens: bool) {
        self.0[what as usize] += u32::from(happens);
    }

    pub fn add(&mut self, other: &Self) {
        self.0.iter_mut().zip(other.0).for_each(|(n, more)| *n += more);
    }

    pub fn all(&self) -> Vec<(Happens, u32)> {
        HAPPENS.into_iter().zip(self.0).collect()
    }
}

pub fn simulate(model: &Small) -> Run {
    let mut naive = Naive::new(model);
    for (i, source) in model.sources.iter().enumerate() {
        naive.sources[i].0 = naive.arrivals(source);
    }
    naive.run();
    naive.left
}

struct Naive<'m> {
    model: &'m Small,
    now: i64,
    /// Counts what is scheduled: of events in one phase of an instant, the first scheduled goes first.
    stamps: u64,
    /// Numbers requests.
    requests: u64,
    members: Vec<Member>,
    cases: Vec<Case>,
    tokens: Vec<Token>,
    /// Tokens that are not gone, or only just.
    open: Vec<usize>,
    /// By frame: what it is.
    frames: Vec<Frame>,
    /// By step: who gathers there.
    groups: Vec<Group>,
    /// By calendar: whether it is open, for each unit of the week.
    weeks: Vec<Vec<bool>>,
    /// By source: when cases are still to come, and the stamp of the next arrival.
    sources: Vec<(VecDeque<i64>, u64)>,
    /// Tokens to go on at this instant.
    turns: VecDeque<(usize, Turn)>,
    /// Teams that something happened to, in that order.
    touched: Vec<usize>,
    /// By team: the beginning of a shift that is waited for, and its stamp.
    watches: Vec<Option<(i64, u64)>>,
    left: Run,
}

struct Member {
    team: usize,
    number: usize,
    calendar: Option<usize>,
    /// Works for this token.
    token: Option<usize>,
    /// Seized by this case.
    holder: Option<usize>,
}

struct Case {
    carries: [i64; N_ATTRIBUTES],
    /// By step: how often it was entered.
    passes: Vec<i64>,
    /// Members that it has seized, the last one first.
    held: Vec<usize>,
}

/// Where a case is; a case may have several.
struct Token {
    case: usize,
    step: usize,
    enabled: i64,
    /// The forks and races that it is in, the outermost first.
    frames: Vec<usize>,
    state: State,
    job: Job,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// It is being looked after.
    Running,
    Turn,
    Waits {
        until: i64,
        stamp: u64,
    },
    /// For members.
    Queues,
    Works,
    /// For others, to make a batch.
    Gathers,
    /// It is in a batch that another token leads.
    Follows,
    Gone,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Turn {
    Enter(usize),
    Leave,
}

/// A request for members, and their work.
#[derive(Clone, Default)]
struct Job {
    number: u64,
    priority: i64,
    /// What is left of the work; and of all the work, where it is a batch.
    left: i64,
    size: i64,
    /// The same when the present stretch of work began.
    whole: (i64, i64),
    patience: Option<(i64, u64)>,
    began: Option<i64>,
    /// Of the end of the present stretch.
    stamp: u64,
    workers: Vec<usize>,
    /// The case had seized members when it asked.
    holding: bool,
    /// The other tokens of a batch.
    followers: Vec<usize>,
    passed_on_off_shift: bool,
}

#[derive(Clone, Copy)]
struct Frame {
    /// Where the branches of a fork meet; `None`: a race.
    join: Option<usize>,
    /// A branch has come to the join.
    arrived: bool,
}

#[derive(Clone, Default)]
struct Group {
    tokens: Vec<usize>,
    due: Option<(i64, u64)>,
}

/// What happens next at an instant.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    Shift(usize),
    HandOver(usize),
    WorkEnds(usize),
    WaitEnds(usize),
    PatienceEnds(usize),
    BatchIsDue(usize),
    Arrival(usize),
}

impl<'m> Naive<'m> {
    fn new(model: &'m Small) -> Self {
        let mut members = Vec::new();
        for (team, t) in model.teams.iter().enumerate() {
            let calendars = t.crews.iter().flat_map(|&(n, calendar)| (0..n).map(move |_| calendar));
            members.extend(calendars.enumerate().map(|(number, calendar)| Member {
                team,
                number,
                calendar,
                token: None,
                holder: None,
            }));
        }
        let is_open = |open: &Vec<(i64, i64)>, t: i64| open.iter().any(|&(from, to)| from <= t && t < to);
        let week = |open| (0..WEEK).map(|t| is_open(open, t)).collect();
        let n_sources = model.sources.len();
        Self {
            weeks: model.calendars.iter().map(week).collect(),
            model,
            now: 0,
            stamps: n_sources as u64,
            requests: 0,
            members,
            cases: Vec::new(),
            tokens: Vec::new(),
            open: Vec::new(),
            frames: Vec::new(),
            groups: vec![Group::default(); model.steps.len()],
            sources: (0..n_sources).map(|i| (VecDeque::new(), i as u64)).collect(),
            turns: VecDeque::new(),
            touched: Vec::new(),
            watches: vec![None; model.teams.len()],
            left: Run { booked: vec![Booked::default(); model.teams.len()], ..Run::default() },
        }
    }

    /// Calendar; completions and releases; arrivals; then each team looks through its queue.
    fn run(&mut self) {
        while self.now <= END && !self.is_over() {
            let mut happened = self.some_shift_changes();
            while self.next_event() || self.next_team() || (happened && self.any_team()) {
                happened = true;
            }
            self.advance();
        }
    }

    fn some_shift_changes(&self) -> bool {
        let changes = |i: usize| self.is_open(i, self.now) != self.is_open(i, self.now - 1);
        self.now == 0 || (0..self.weeks.len()).any(changes)
    }

    fn is_over(&self) -> bool {
        let all_came = self.sources.iter().all(|source| source.0.is_empty());
        all_came && self.open.iter().all(|t| self.tokens[*t].state == State::Gone)
    }

    fn next_event(&mut self) -> bool {
        let Some((.., event)) = self.due().into_iter().min() else { return false };
        match event {
            Event::Shift(team) => {
                self.watches[team] = None;
                self.touch(team);
            }
            Event::HandOver(token) => {
                self.left.seen.note(Happens::HandedOver, true);
                self.put_back(token);
            }
            Event::WorkEnds(token) => self.work_ends(token),
            Event::WaitEnds(token) => {
                self.row(token, self.tokens[token].enabled, None);
                self.leave(token);
            }
            Event::PatienceEnds(token) => {
                let (_, to) = self.work(token).patience.expect("it was patient");
                self.tokens[token].state = State::Running;
                self.left.seen.note(Happens::GaveUp, true);
                // Who gives up has left the step, and so decides a race.
                self.win(token);
                self.enter(token, to);
            }
            Event::BatchIsDue(step) => self.fire(step),
            Event::Arrival(source) => self.arrive(source),
        }
        self.take_turns();
        true
    }

    /// What is due: phase, stamp, event.
    fn due(&self) -> Vec<(u8, u64, Event)> {
        let mut due = Vec::new();
        for (team, watch) in self.watches.iter().enumerate() {
            due.extend(watch.filter(|w| w.0 == self.now).map(|w| (0, w.1, Event::Shift(team))));
        }
        for &i in &self.open {
            let token = &self.tokens[i];
            match token.state {
                State::Works if token.job.left == 0 => due.push((1, token.job.stamp, Event::WorkEnds(i))),
                State::Works if self.is_handed_over(token) => {
                    due.push((0, token.job.stamp, Event::HandOver(i)));
                }
                State::Waits { until, stamp } if until == self.now => {
                    due.push((1, stamp, Event::WaitEnds(i)));
                }
                State::Queues => {
                    let patience = token.job.patience.filter(|p| p.0 == self.now);
                    due.extend(patience.map(|p| (1, p.1, Event::PatienceEnds(i))));
                }
                _ => {}
            }
        }
        for (step, group) in self.groups.iter().enumerate() {
            due.extend(group.due.filter(|d| d.0 == self.now).map(|d| (1, d.1, Event::BatchIsDue(step))));
        }
        for (i, (times, stamp)) in self.sources.iter().enumerate() {
            let next = times.front().filter(|t| **t == self.now);
            due.extend(next.map(|_| (2, *stamp, Event::Arrival(i))));
        }
        due
    }

    fn is_handed_over(&self, token: &Token) -> bool {
        self.work_at(token.step).off_shift == OffShift::HandOver && !self.is_on_shift(token.job.workers[0])
    }

    /// Everybody works for a unit of time; who pauses works only on shift.
    fn advance(&mut self) {
        self.open.retain(|i| self.tokens[*i].state != State::Gone);
        if self.now < END {
            self.book_held();
        }
        for k in 0..self.open.len() {
            let i = self.open[k];
            if self.now < END {
                self.spend(i);
            }
            if self.tokens[i].state != State::Works {
                continue;
            }
            if self.now < END {
                self.book(i);
            }
            let stays = !matches!(self.work(i).off_shift, OffShift::Pause | OffShift::HandOver);
            let on_shift = self.is_on_shift(self.tokens[i].job.workers[0]);
            self.left.seen.note(Happens::Overtime, stays && !on_shift);
            self.left.seen.note(Happens::Paused, !stays && !on_shift);
            if stays || on_shift {
                self.tokens[i].job.left -= 1;
                self.tokens[i].job.size -= 1;
            }
        }
        self.now += 1;
    }

    fn book(&mut self, token: usize) {
        let stays = !matches!(self.work(token).off_shift, OffShift::Pause | OffShift::HandOver);
        let workers = &self.tokens[token].job.workers;
        let at_work = stays || self.is_on_shift(workers[0]);
        for &m in workers {
            let on_shift = self.is_on_shift(m);
            let booked = &mut self.left.booked[self.members[m].team];
            booked.busy += i64::from(at_work);
            booked.overtime += i64::from(at_work && !on_shift);
            // (The engine forgets the overtime of the others where the work pauses or they are held, and that of all where the
            // next of a batch, one by one, begins off shift.)
            let others = m != workers[0] && (!stays || self.members[m].holder.is_some());
            let forgotten = others || self.tokens[token].job.passed_on_off_shift;
            booked.is_wrong |= at_work && !on_shift && forgotten;
            // Who is held while the work pauses is held all the same.
            booked.busy += i64::from(!at_work && on_shift && self.members[m].holder.is_some());
        }
    }

    /// A case waits for members with each of its requests. Of a batch one by one, all but the leader wait meanwhile.
    fn spend(&mut self, token: usize) {
        let n_followers = self.tokens[token].job.followers.len() as i64;
        let spent = &mut self.left.spent;
        match self.tokens[token].state {
            State::Queues => spent.waiting += 1 + n_followers,
            State::Works => {
                let parallel = self.is_parallel(token);
                let stays = !matches!(self.work(token).off_shift, OffShift::Pause | OffShift::HandOver);
                let at_work = stays || self.is_on_shift(self.tokens[token].job.workers[0]);
                let n = if parallel { 1 + n_followers } else { 1 };
                self.left.spent.working += n * i64::from(at_work);
                self.left.spent.waiting += if parallel { 0 } else { n_followers };
            }
            _ => {}
        }
    }

    fn book_held(&mut self) {
        for m in 0..self.members.len() {
            let Member { team, token, holder, .. } = self.members[m];
            let idle = holder.is_some() && token.is_none();
            self.left.booked[team].busy += i64::from(idle && self.is_on_shift(m));
        }
    }

    fn stamp(&mut self) -> u64 {
        self.stamps += 1;
        self.stamps
    }

    // ---- calendars ----

    fn is_open(&self, calendar: usize, t: i64) -> bool {
        self.weeks[calendar][(self.model.start + t).rem_euclid(WEEK) as usize]
    }

    fn is_on_shift(&self, member: usize) -> bool {
        self.members[member].calendar.is_none_or(|calendar| self.is_open(calendar, self.now))
    }

    /// Who is on shift has so much time left, or, when no shift is so long, begins one just now.
    fn fits(&self, member: usize, work: i64) -> bool {
        let Some(calendar) = self.members[member].calendar else { return true };
        let open = |t: i64| self.is_open(calendar, t);
        let whole = |from: i64| (0..work).all(|k| open(from + k));
        whole(self.now) || !open(self.now - 1)
    }

    /// A calendar opens at or after this time.
    fn opens(&self, calendar: usize, from: i64) -> i64 {
        (from..).find(|t| self.is_open(calendar, *t) && !self.is_open(calendar, *t - 1)).expect("it opens")
    }

    fn length(&self, case: usize, length: Length) -> i64 {
        match length {
            Length::Units(n) => n,
            Length::Effort(times) => times * self.cases[case].carries[EFFORT],
        }
    }

    // ---- cases and their tokens ----

    fn arrivals(&self, source: &Source) -> VecDeque<i64> {
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

    fn arrive(&mut self, source: usize) {
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

    fn add_token(&mut self, case: usize, frames: Vec<usize>) -> usize {
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

    fn take_turns(&mut self) {
        while let Some((token, turn)) = self.turns.pop_front() {
            self.tokens[token].state = State::Running;
            match turn {
                Turn::Enter(step) => self.enter(token, step),
                Turn::Leave => self.leave(token),
            }
        }
    }

    fn take_turn(&mut self, token: usize, turn: Turn) {
        self.tokens[token].state = State::Turn;
        self.turns.push_back((token, turn));
    }

    fn row(&mut self, token: usize, start: i64, worker: Option<usize>) {
        let worker = worker.map(|m| (self.members[m].team, self.members[m].number));
        let Token { case, step, enabled, .. } = self.tokens[token];
        self.left.seen.note(Happens::Row, true);
        self.left.rows.push(Row { complete: self.now, case, step, start, enabled, worker });
    }

    fn enter(&mut self, token: usize, step: usize) {
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
    fn leave(&mut self, token: usize) {
        self.tokens[token].state = State::Running;
        self.win(token);
        let next = self.model.steps[self.tokens[token].step].next.expect("a next step");
        self.enter(token, next);
    }

    fn wait(&mut self, token: usize, wait: &Wait) {
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

    fn holds(&self, token: usize, condition: If) -> bool {
        let Token { case, step, .. } = self.tokens[token];
        match condition {
            If::SortIs(sort) => self.cases[case].carries[SORT] == sort,
            If::PassesBelow(n) => self.cases[case].passes[step] < n,
            If::Otherwise => true,
        }
    }

    // ---- forks and races ----

    fn fork(&mut self, token: usize, any: bool, to: &[(If, usize)], join: usize) {
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
    fn split(&mut self, token: usize, join: Option<usize>, to: &[usize]) {
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
    fn others_in(&self, token: usize, frame: usize) -> Vec<usize> {
        let is_other = |i: &usize| {
            *i != token && self.tokens[*i].state != State::Gone && self.tokens[*i].frames.contains(&frame)
        };
        self.open.iter().rev().copied().filter(is_other).collect()
    }

    /// Whether the token, the last of its branches, goes on behind the join.
    fn comes_to_join(&mut self, token: usize, join: usize) -> bool {
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
    fn win(&mut self, token: usize) {
        while let Some(&frame) = self.tokens[token].frames.last()
            && self.frames[frame].join.is_none()
        {
            for other in self.others_in(token, frame) {
                self.withdraw(other);
            }
            self.tokens[token].frames.pop();
        }
    }

    fn end(&mut self, token: usize, terminate: bool) {
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
    fn pass_join(&mut self, token: usize, join: usize) {
        let case = self.tokens[token].case;
        self.tokens[token].step = join;
        self.cases[case].passes[join] += 1;
        self.leave(token);
    }

    fn withdraw(&mut self, token: usize) {
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

    // ---- batches ----

    fn gather(&mut self, token: usize) {
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
    fn await_batch(&mut self, step: usize) {
        let Does::Batch { age, at, .. } = self.model.steps[step].does else { return };
        let first = self.groups[step].tokens[0];
        let by_age = age.map(|age| self.tokens[first].enabled + age);
        let by_calendar = at.map(|calendar| self.opens(calendar, self.now));
        let due = by_age.into_iter().chain(by_calendar).min();
        self.groups[step].due = due.map(|due| (due.max(self.now), self.stamp()));
    }

    fn leave_group(&mut self, token: usize) {
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
    fn fire(&mut self, step: usize) {
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

    fn is_parallel(&self, token: usize) -> bool {
        matches!(self.model.steps[self.tokens[token].step].does, Does::Batch { parallel: true, .. })
    }

    /// The next token of a batch leads the rest of it.
    fn hand_on_lead(&mut self, token: usize) -> Option<usize> {
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

    // ---- requests ----

    fn work(&self, token: usize) -> &'m Work {
        self.work_at(self.tokens[token].step)
    }

    fn work_at(&self, step: usize) -> &'m Work {
        let model = self.model;
        match &model.steps[step].does {
            Does::Task(work) | Does::Seize(work) | Does::Batch { work, .. } => work,
            other => unreachable!("{other:?} needs nobody"),
        }
    }

    fn is_seize(&self, token: usize) -> bool {
        matches!(self.model.steps[self.tokens[token].step].does, Does::Seize(_))
    }

    fn ask(&mut self, token: usize, content: i64, size: i64) {
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
    fn join_queues(&mut self, token: usize) {
        for &(team, _) in &self.work(token).needs {
            if self.may_have_some(team) {
                self.touch(team);
            }
        }
    }

    fn may_have_some(&self, team: usize) -> bool {
        let mine = || self.members.iter().filter(|m| m.team == team);
        let idle = mine().any(|m| m.token.is_none() && m.holder.is_none());
        let by_priority = self.model.teams[team].dispatch == Dispatch::Priority;
        let can_take = |token: usize| self.work(token).preemption != Preemption::Never;
        let taken = by_priority && mine().filter_map(|m| m.token).any(can_take);
        let uses = self.queue(team).iter().any(|token| self.tokens[*token].job.holding);
        idle || taken || uses
    }

    fn touch(&mut self, team: usize) {
        if !self.touched.contains(&team) && !self.queue(team).is_empty() {
            self.touched.push(team);
        }
    }

    /// The requests that wait for a team, in its order.
    fn queue(&self, team: usize) -> Vec<usize> {
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

    // ---- dispatch ----

    /// The next team that something happened to looks through its queue.
    fn next_team(&mut self) -> bool {
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

    fn next_shift(&self, team: usize) -> Option<i64> {
        let calendars = self.members.iter().filter(|m| m.team == team).filter_map(|m| m.calendar);
        calendars.map(|calendar| self.opens(calendar, self.now + 1)).min()
    }

    /// Nobody may be idle while a request that could begin waits: whatever happened, all teams look once more.
    fn any_team(&mut self) -> bool {
        let found = (0..self.model.teams.len()).any(|team| self.look(team));
        self.take_turns();
        found
    }

    /// Each request is looked at once, in order, and begins if it can; those that are put back meanwhile come later.
    fn look(&mut self, team: usize) -> bool {
        let mut seen = Vec::new();
        let mut begun = false;
        while let Some(token) = self.queue(team).into_iter().find(|token| !seen.contains(token)) {
            seen.push(token);
            if let Some(chosen) = self.choose(token) {
                self.begin(token, chosen);
                begun = true;
            } else if !self.kept_back(token).is_empty() {
                self.left.seen.note(Happens::KeptBack, true);
            } else if let Some(victims) = self.others_work(token, team) {
                victims.into_iter().for_each(|victim| self.take_away(victim));
                let chosen = self.choose(token).expect("enough members");
                self.begin(token, chosen);
                begun = true;
            }
        }
        begun
    }

    /// Members for all needs, or none. Those whom the case has seized are taken first, then others in their order.
    fn choose(&self, token: usize) -> Option<Vec<usize>> {
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

    fn find_free(&self, token: usize, i: usize, team: usize, count: usize, chosen: &[usize]) -> Vec<usize> {
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
    fn may_begin(&self, token: usize, i: usize, member: usize) -> bool {
        let must_fit = i == 0 && !self.is_seize(token) && self.work(token).off_shift == OffShift::Fit;
        self.is_on_shift(member) && (!must_fit || self.fits(member, self.tokens[token].job.size))
    }

    /// Members who stay idle for the first request, if it is for several, came before and could be met by those on shift.
    /// Cases that hold members do not heed it.
    fn kept_back(&self, token: usize) -> Vec<usize> {
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

    fn could_be_met(&self, token: usize) -> bool {
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
    /// to come. A team looks for it that has such work.
    fn others_work(&self, token: usize, team: usize) -> Option<Vec<usize>> {
        let is_mine = |m: &usize| self.members[*m].team == team;
        if !(0..self.members.len()).filter(is_mine).any(|m| self.can_be_taken(token, m).is_some()) {
            return None;
        }
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

    fn can_be_taken(&self, token: usize, member: usize) -> Option<usize> {
        let m = &self.members[member];
        let victim = m.token?;
        let lower = self.tokens[victim].job.priority < self.tokens[token].job.priority;
        let by_priority = self.model.teams[m.team].dispatch == Dispatch::Priority;
        let can = by_priority && lower && m.holder.is_none();
        (can && self.work(victim).preemption != Preemption::Never).then_some(victim)
    }

    fn find_victim(
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

    fn take_away(&mut self, token: usize) {
        self.left.seen.note(Happens::TakenAway, true);
        if self.work(token).preemption == Preemption::Restart {
            // From where it was handed over, if it was.
            let job = &mut self.tokens[token].job;
            (job.left, job.size) = job.whole;
        }
        self.put_back(token);
    }

    /// The members are free, and the rest waits for others; without patience, for it has begun.
    fn put_back(&mut self, token: usize) {
        self.dismiss(token);
        self.tokens[token].state = State::Queues;
        self.join_queues(token);
    }

    // ---- work ----

    fn begin(&mut self, token: usize, chosen: Vec<usize>) {
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

    fn begin_work(&mut self, token: usize) {
        let (now, stamp) = (self.now, self.stamp());
        let is_on_shift = self.is_on_shift(self.tokens[token].job.workers[0]);
        let job = &mut self.tokens[token].job;
        job.began.get_or_insert(now);
        job.stamp = stamp;
        job.whole = (job.left, job.size);
        job.passed_on_off_shift = !is_on_shift;
        self.tokens[token].state = State::Works;
    }

    fn dismiss(&mut self, token: usize) {
        for member in std::mem::take(&mut self.tokens[token].job.workers) {
            self.members[member].token = None;
            self.touch(self.members[member].team);
        }
    }

    fn work_ends(&mut self, token: usize) {
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
    fn give_back(&mut self, case: usize, team: Option<usize>) {
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
