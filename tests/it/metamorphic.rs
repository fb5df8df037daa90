//! Laws that hold between runs of related models, on models drawn at random: what must not matter does not, and what must
//! be kept is kept. None needs to know the right answer.

use crate::build::*;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use turnaround::activity::*;
use turnaround::ids::*;
use turnaround::model::*;
use turnaround::record::{Record, Rows};

/// A process of tasks in a row with rework, a side branch that runs along, and teams of its own or shared.
#[derive(Clone, Debug)]
struct Spec {
    /// Members of each team.
    teams: Vec<u32>,
    /// Team, mean and family of each task.
    tasks: Vec<(usize, f64, usize)>,
    rework: f64,
    gap: f64,
    forks: bool,
    pauses: bool,
    /// Times of the model are multiplied by this.
    scale: f64,
}

impl Spec {
    fn law(&self, mean: f64, family: usize) -> turnaround::dist::Dist {
        let mean = mean * self.scale;
        match family {
            0 => exponential(mean),
            1 => law("lognormal", &[("mean", mean), ("cv", 0.8)]),
            2 => law("uniform", &[("min", 0.5 * mean), ("max", 1.5 * mean)]),
            _ => law("gamma", &[("mean", mean), ("cv", 0.5)]),
        }
    }

    fn build(&self) -> Made {
        self.build_with(&(0..self.teams.len()).collect::<Vec<_>>(), 1)
    }

    /// Declares teams in this order, each in so many crews of equals.
    fn build_with(&self, order: &[usize], n_crews: u32) -> Made {
        let mut b = Build::new(0.0, 20_000.0 * self.scale, 5_000.0 * self.scale);
        let mut ids = vec![TeamId(0); self.teams.len()];
        for &team in order {
            let members = self.teams[team];
            let crews = (0..n_crews.min(members))
                .map(|k| b.crew(&format!("crew{k}"), members / n_crews + u32::from(k < members % n_crews)))
                .filter(|crew| crew.count > 0)
                .collect();
            ids[team] = b.team_of(&format!("team{team}"), crews, Dispatch::Fifo);
        }
        let p = b.process("p");
        let end = b.end(p);
        let again = b.step(p, "again", Activity::Choose(Choose { branches: Vec::new() }), None);
        let mut next = again;
        if self.forks {
            let join = b.step(p, "join", Activity::Join(Join), Some(next));
            let side = Delay { until: DelayUntil::Elapsed(Amount::Law(self.law(3.0, 0))), recorded: true };
            let sides = [
                b.step(p, "side", Activity::Delay(side), Some(join)),
                b.step(p, "check", Activity::Task(task(ids[0], self.law(1.0, 1))), Some(join)),
            ];
            let branches = sides.map(|to| Branch { when: When::Otherwise, to }).to_vec();
            next = b.step(p, "fork", Activity::Fork(Fork { branches, inclusive: false, join }), None);
        }
        for (i, &(team, mean, family)) in self.tasks.iter().enumerate().rev() {
            let mut work = task(ids[team], self.law(mean, family));
            work.off_shift = if self.pauses { OffShift::Pause } else { OffShift::Finish };
            next = b.step(p, &format!("task{i}"), Activity::Task(work), Some(next));
        }
        let to = |chance, to| Branch { when: When::Chance(chance), to };
        let branches = vec![to(self.rework, next), to(1.0 - self.rework, end)];
        b.model.steps[again].activity = Activity::Choose(Choose { branches });
        b.arrivals("in", p, self.law(self.gap, 0));
        let stay = b.measure(Measure::Case(p, Sampled::CycleTime));
        let waiting = b.measure(Measure::Case(p, Sampled::Waiting));
        let working = b.measure(Measure::Case(p, Sampled::Working));
        let busy = ids.iter().map(|team| b.measure(Measure::Busy(*team))).collect();
        let queue = ids.iter().map(|team| b.measure(Measure::Queue(*team))).collect();
        Made { b, stay, waiting, working, busy, queue }
    }
}

struct Made {
    b: Build,
    stay: MeasureId,
    waiting: MeasureId,
    working: MeasureId,
    busy: Vec<MeasureId>,
    queue: Vec<MeasureId>,
}

impl Made {
    /// Cases, and their times; work and queues by team.
    fn totals(&self, r: &Record) -> Vec<f64> {
        let by_team = self.busy.iter().chain(&self.queue).map(|m| r.sum(*m, 0));
        let cases =
            [r.count(self.stay, 0), r.sum(self.stay, 0), r.sum(self.waiting, 0), r.sum(self.working, 0)];
        cases.into_iter().chain(by_team).collect()
    }
}

fn specs() -> impl Strategy<Value = Spec> {
    let teams = proptest::collection::vec(1..4_u32, 1..4);
    teams.prop_flat_map(|teams| {
        let n = teams.len();
        let task = (0..n, 1.0..20.0_f64, 0..4_usize);
        let tasks = proptest::collection::vec(task, 1..5);
        (Just(teams), tasks, 0.0..0.5_f64, 10.0..60.0_f64, any::<bool>(), any::<bool>()).prop_map(
            |(teams, tasks, rework, gap, forks, pauses)| Spec {
                teams,
                tasks,
                rework,
                gap,
                forks,
                pauses,
                scale: 1.0,
            },
        )
    })
}

/// Within a relative or an absolute tolerance, whichever is wider.
fn close(a: &[f64], b: &[f64], relative: f64, absolute: f64) -> bool {
    let near = |(a, b): (&f64, &f64)| (a - b).abs() <= (relative * a.abs().max(b.abs())).max(absolute);
    a.len() == b.len() && a.iter().zip(b).all(near)
}

/// At every instant the members at work are as many as there are, and nobody does two things at once.
fn people_are_conserved(rows: &Rows, members: &[u32]) {
    for (team, &n) in members.iter().enumerate() {
        let mine = (0..rows.case.len()).filter(|i| rows.team[*i] == Some(TeamId(team as u32)));
        let mut work: Vec<_> = mine.map(|i| (rows.member[i], rows.start[i], rows.complete[i])).collect();
        work.sort();
        for pair in work.windows(2) {
            let [(one, _, until), (other, from, _)] = pair else { continue };
            assert!(one != other || until <= from, "member {one} of team {team} does two things at once");
        }
        assert!(work.iter().all(|w| w.0 < n), "a member who does not exist");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { rng_seed: RngSeed::Fixed(4), cases: 48, failure_persistence: None, ..Default::default() })]

    /// Times are rounded to ticks of a microsecond: four times as long is four times as long but for some of them in each
    /// activity (a short wait, the difference of long times, has no relative accuracy) and for two who come in the same tick.
    #[test]
    fn scaling_time_scales_times(spec in specs()) {
        let (one, four) = (spec.build(), Spec { scale: 4.0, ..spec }.build());
        let (r, s) = (one.b.run(0), four.b.run(0));
        let mut scaled = one.totals(&r);
        scaled.iter_mut().skip(1).for_each(|x| *x *= 4.0);
        let rounding = 1e-4 * (1 + r.n_activities) as f64;
        prop_assert!(close(&scaled, &four.totals(&s), 1e-5, rounding), "{scaled:?} is not {:?}", four.totals(&s));
        prop_assert_eq!((r.n_activities, r.n_ended), (s.n_activities, s.n_ended));
    }

    #[test]
    fn the_order_of_declaration_does_not_matter(spec in specs()) {
        let backwards: Vec<usize> = (0..spec.teams.len()).rev().collect();
        let (one, other) = (spec.build(), spec.build_with(&backwards, 1));
        let (r, s) = (one.b.run(0), other.b.run(0));
        prop_assert_eq!(one.totals(&r), other.totals(&s));
    }

    #[test]
    fn equals_may_be_split_into_crews(spec in specs()) {
        let order: Vec<usize> = (0..spec.teams.len()).collect();
        let (one, other) = (spec.build(), spec.build_with(&order, 3));
        prop_assert_eq!(one.totals(&one.b.run(0)), other.totals(&other.b.run(0)));
    }

    #[test]
    fn what_is_logged_does_not_matter(spec in specs()) {
        let made = spec.build();
        let (r, s) = (made.b.run(0), made.b.run_with_rows(0));
        prop_assert_eq!((&r.sums, &r.counts), (&s.sums, &s.counts));
        prop_assert_eq!((r.n_events, r.n_activities), (s.n_events, s.n_activities));
    }

    /// With the same numbers, in the order of coming, at a single station (Kiefer and Wolfowitz 1955): in every run.
    #[test]
    fn another_server_makes_nobody_wait_longer(spec in specs()) {
        let single = Spec {
            tasks: spec.tasks[..1].to_vec(), rework: 0.0, forks: false, pauses: false, ..spec
        };
        let mut more = single.clone();
        more.teams[single.tasks[0].0] += 1;
        let (one, other) = (single.build(), more.build());
        let (r, s) = (one.b.run(0), other.b.run(0));
        let (waits, shorter) = (r.sum(one.waiting, 0), s.sum(other.waiting, 0));
        prop_assert!(shorter <= waits + 1e-6 * waits, "{shorter} after {waits}");
    }

    #[test]
    fn people_cases_and_their_time_are_conserved(spec in specs()) {
        let made = spec.build();
        let r = made.b.run_with_rows(0);
        people_are_conserved(&r.rows, &spec.teams);
        // Whoever came has left or is still there; what was begun in the window was followed to its end, or is counted
        // up to the end of the run.
        prop_assert!(r.n_ended <= r.n_started);
        prop_assert_eq!(r.rows.case.len() as u64, r.n_activities);
        let rows = &r.rows;
        for i in 0..rows.case.len() {
            prop_assert!(rows.enabled[i] <= rows.start[i] && rows.start[i] <= rows.complete[i]);
        }
        // The time that people work is the time that cases are worked on, as far as both count: in the window.
        let end = made.b.model.run.window.seconds();
        let worked: f64 = (0..rows.case.len())
            .filter(|i| rows.team[*i].is_some())
            .map(|i| (rows.complete[i].seconds().min(end) - rows.start[i].seconds().min(end)).max(0.0))
            .sum();
        let busy: f64 = made.busy.iter().map(|m| r.sum(*m, 0)).sum();
        // What is still at work when the run ends has no row yet.
        prop_assert!(busy + 1e-3 >= worked, "busy {busy}, rows {worked}");
        if r.n_ended == r.n_started {
            prop_assert!((busy - worked).abs() <= 1e-6 * worked.max(1.0), "busy {busy}, rows {worked}");
        }
    }
}

/// In a network another server may make somebody wait longer, but not all in the mean of many runs.
#[test]
fn in_a_network_more_servers_shorten_the_mean_wait() {
    let spec = Spec {
        teams: vec![2, 2, 1],
        tasks: vec![(0, 8.0, 1), (1, 9.0, 3), (0, 6.0, 0), (2, 3.0, 2)],
        rework: 0.3,
        gap: 13.0,
        forks: true,
        pauses: false,
        scale: 1.0,
    };
    let made = spec.build();
    let waits = made.b.replicate(40, |r| r.sum(made.waiting, 0) / r.count(made.waiting, 0));
    for team in 0..3 {
        let mut more = spec.clone();
        more.teams[team] += 1;
        let other = more.build();
        let shorter = other.b.replicate(40, |r| r.sum(other.waiting, 0) / r.count(other.waiting, 0));
        let error = waits.error.hypot(shorter.error);
        assert!(
            shorter.mean < waits.mean + 2.0 * error,
            "team {team}: {} after {}",
            shorter.mean,
            waits.mean
        );
    }
}
