//! A naive simulator: it goes from one unit of time to the next and looks at everything. It shares nothing with the
//! engine but the words; rules that no document states are written where they are applied.

mod batches;
mod cases;
mod dispatch;
mod left;
mod work;

pub use left::{Booked, Row, Run, Seen, Spent};

use super::small::*;
use left::Happens;
use std::collections::VecDeque;
use turnaround::activity::{OffShift, Preemption};
use turnaround::model::Dispatch;

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
    /// Teams whose queues are being looked through.
    looking: Vec<usize>,
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
            looking: Vec::new(),
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
}
