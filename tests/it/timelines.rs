//! Small scenarios as an analyst writes them, with timelines that were computed by hand: features that meet.

use turnaround::model::Model;
use turnaround::plan::Plan;
use turnaround::record::Record;
use turnaround::rng::Key;
use turnaround::scenario;
use turnaround::sim::{RunOptions, Runner};

pub(super) const HOUR: f64 = 3_600.0;

/// One replication of a week, and what it measured.
pub(super) struct Week {
    model: Model,
    record: Record,
}

/// Runs a scenario without `title`, `[run]` and metrics; these are the measures that it keeps.
#[track_caller]
pub(super) fn week(body: &str, measures: &[&str]) -> Week {
    let mut text =
        "title = \"a week\"\n[run]\nstart = 2026-01-05\nwindow = \"1 week\"\nbin = \"1 week\"\n".to_owned();
    text += body;
    for (i, measure) in measures.iter().enumerate() {
        let of = match measure.split_once('.') {
            Some(("team", what)) if what.ends_with("wages") => {
                format!("rate = \"{measure}\"\nunit = \"$/h\"")
            }
            Some(("parts", "on_hand")) => format!("rate = \"{measure}\""),
            Some(("fleet", what)) if !what.ends_with("failures") => format!("rate = \"{measure}\""),
            Some(("parts" | "fleet", _)) => format!("rate = \"{measure}\"\nunit = \"per h\""),
            Some(("team", _)) => format!("rate = \"{measure}\""),
            _ => format!("quantile = {{ of = \"{measure}\", p = \"50 %\" }}\nunit = \"h\""),
        };
        text += &format!("\n[metric.m{i}]\n{of}\n");
    }
    let (tree, found) = scenario::parse("timeline", &text);
    assert!(found.is_empty(), "{found:?}\n{text}");
    let (model, found) = scenario::lower(&tree, &|name| Err(format!("no file {name}")));
    let errors: Vec<_> = found.iter().filter(|d| d.is_error()).collect();
    assert!(errors.is_empty(), "{errors:?}\n{text}");
    let model = model.expect("a model without errors");
    let plan = Plan::compile(&model);
    let record = Runner::new(&plan).run(Key::new(1, 0), RunOptions::default());
    assert_eq!(record.stopped, None);
    Week { model, record }
}

impl Week {
    #[track_caller]
    fn id(&self, measure: &str) -> turnaround::ids::MeasureId {
        let found = self.model.measures.iter_ids().find(|(_, m)| m.name == measure);
        found.unwrap_or_else(|| panic!("no measure {measure}")).0
    }

    /// Over the week [h], [$].
    #[track_caller]
    pub(super) fn sum(&self, measure: &str) -> f64 {
        let sum = self.record.sum(self.id(measure), 0);
        if measure.ends_with("wages") { sum } else { sum / HOUR }
    }

    /// Mean over the cases of the week [h].
    #[track_caller]
    pub(super) fn mean(&self, measure: &str) -> f64 {
        self.sum(measure) / self.record.count(self.id(measure), 0)
    }

    /// Whether each case was still open for this measure, in order of their values.
    fn censored(&self, measure: &str) -> Vec<bool> {
        let id = self.id(measure);
        let samples = self.record.samples.iter().find(|s| s.measure == Some(id)).expect("samples");
        samples.cases.iter().map(|case| case.open).collect()
    }

    #[track_caller]
    pub(super) fn is(&self, expected: &[(&str, f64)]) {
        for (measure, hours) in expected {
            let is_case = !["team.", "parts.", "fleet."].iter().any(|of| measure.starts_with(of));
            let value = if is_case { self.mean(measure) } else { self.sum(measure) };
            assert!((value - hours).abs() < 1e-6, "{measure} is {value}, not {hours}");
        }
    }
}

// ---- open cases ----

/// One server, taken by a very long task from the start; cases of `p` come behind it.
fn behind_a_hog(step: &str) -> String {
    format!(
        "[team.m]\nmembers = 1\n[arrival.h]\nprocess = \"hog\"\ntrace = {{ times = [\"0 h\"] }}\n\
         [process.hog.step.t]\ntask = {{ team = \"m\", time = \"1000 h\" }}\nnext = \"e\"\n[process.hog.step.e]\nend = {{}}\n\
         [arrival.a]\nprocess = \"p\"\ntrace = {{ times = [\"1 h\", \"3 h\"] }}\n{step}\n[process.p.step.e]\nend = {{}}\n"
    )
}

#[test]
fn who_still_waits_at_the_end_has_waited() {
    let task = "[process.p.step.t]\ntask = { team = \"m\", time = \"1 h\" }\nnext = \"e\"";
    let run = week(&behind_a_hog(task), &["p.waiting", "p.waiting.t", "p.working", "hog.working", "p.time"]);
    // 168 h less the hours of coming, 1 and 3.
    run.is(&[("p.waiting", 166.0), ("p.time", 166.0), ("p.working", 0.0), ("hog.working", 168.0)]);
    assert_eq!(run.censored("p.waiting"), [true, true]);
    // (Waits at a step are those of cases whose turn came there.)
    assert_eq!(run.record.count(run.id("p.waiting.t"), 0), 0.0);
}

#[test]
fn a_formed_batch_that_waits_at_the_end_has_waited_too() {
    for work in ["sequential", "parallel"] {
        let batch = format!(
            "[process.p.step.t]\nbatch = {{ rules = [{{ size = 2 }}], work = \"{work}\", task = {{ team = \"m\", time = \"1 h\" }} }}\nnext = \"e\""
        );
        // Both wait for the server since 3 h, when the second came.
        week(&behind_a_hog(&batch), &["p.waiting"]).is(&[("p.waiting", 165.0)]);
    }
}

#[test]
fn the_turn_that_came_is_known_though_the_case_is_open() {
    let steps = "[process.p.step.t]\ntask = { team = \"other\", time = \"1 h\" }\nnext = \"u\"\n\
                 [process.p.step.u]\ntask = { team = \"m\", time = \"1 h\" }\nnext = \"e\"\n[team.other]\nmembers = 1";
    let run = week(&behind_a_hog(steps), &["p.waiting", "p.waiting.t"]);
    run.is(&[("p.waiting", 165.0), ("p.waiting.t", 0.0)]);
    assert_eq!(run.censored("p.waiting.t"), [false, false]);
}

// ---- batches ----

#[test]
fn all_of_a_parallel_batch_work_and_wait_as_long_as_it_does() {
    // Work from 1 h to 2 h, taken away until 5 h, and the rest of 3 h.
    let preempted = "[team.s]\nmembers = 1\ndispatch = \"priority\"\n\
        [arrival.lo]\nprocess = \"lo\"\ntrace = { times = [\"1 h\", \"1 h\"] }\n\
        [arrival.hi]\nprocess = \"hi\"\ntrace = { times = [\"2 h\"] }\n\
        [process.lo.step.t]\nnext = \"e\"\n[process.lo.step.t.batch]\nrules = [{ size = 2 }]\nwork = \"parallel\"\n\
        task = { team = \"s\", time = \"4 h\", priority = \"1\", preempt = \"resume\" }\n[process.lo.step.e]\nend = {}\n\
        [process.hi.step.t]\ntask = { team = \"s\", time = \"3 h\", priority = \"2\" }\nnext = \"e\"\n[process.hi.step.e]\nend = {}\n";
    let run = week(preempted, &["lo.time", "lo.working", "lo.waiting", "team.s.busy"]);
    run.is(&[("lo.time", 7.0), ("lo.working", 4.0), ("lo.waiting", 3.0), ("team.s.busy", 7.0)]);
    // One hour on Monday, one on Tuesday.
    let paused = "[calendar.day]\nopen = [\"Mon-Fri 08:00-17:00\"]\n[team.w]\nmembers = 1\ncalendar = \"day\"\n\
        [arrival.a]\nprocess = \"p\"\ntrace = { times = [\"16 h\", \"16 h\"] }\n\
        [process.p.step.b]\nnext = \"e\"\n[process.p.step.b.batch]\nrules = [{ size = 2 }]\nwork = \"parallel\"\n\
        task = { team = \"w\", time = \"2 h\", off_shift = \"pause\" }\n[process.p.step.e]\nend = {}\n";
    let run = week(paused, &["p.time", "p.working", "p.waiting", "team.w.busy"]);
    run.is(&[("p.time", 17.0), ("p.working", 2.0), ("p.waiting", 0.0), ("team.w.busy", 2.0)]);
}

// ---- held members ----

/// Two cases at 16:00; the clerk, 08:00 to 17:00, is seized and works for 45 minutes. $10 an hour, $20 beyond the shift.
fn seized(off_shift: &str) -> Week {
    let body = format!(
        "[calendar.day]\nopen = [\"Mon-Fri 08:00-17:00\"]\n\
         [team.w]\nmembers = 1\ncalendar = \"day\"\nwage = \"$10/h\"\novertime_wage = \"$20/h\"\n\
         [arrival.a]\nprocess = \"p\"\ntrace = {{ times = [\"16 h\", \"16 h\"] }}\n\
         [process.p.step.s]\nseize = {{ team = \"w\" }}\nnext = \"b\"\n\
         [process.p.step.b]\ntask = {{ team = \"w\", time = \"45 min\", off_shift = \"{off_shift}\" }}\nnext = \"e\"\n\
         [process.p.step.e]\nend = {{}}\n"
    );
    let measures = [
        "p.time",
        "p.working",
        "p.waiting",
        "team.w.busy",
        "team.w.overtime",
        "team.w.wages",
        "team.w.busy_wages",
    ];
    week(&body, &measures)
}

#[test]
fn the_end_of_the_shift_is_the_same_for_who_is_held() {
    // Case 2 has the clerk from 16:45; its last half hour is overtime, or comes on Tuesday from 08:00.
    let run = seized("finish");
    let (time, overtime) = ((0.75 + 1.5) / 2.0, 0.5);
    run.is(&[("p.time", time), ("p.working", 0.75), ("p.waiting", 0.375)]);
    run.is(&[("team.w.busy", 1.5), ("team.w.overtime", overtime), ("team.w.busy_wages", 15.0)]);
    run.is(&[("team.w.wages", 450.0 + 20.0 * overtime)]);
    for off_shift in ["pause", "hand_over"] {
        let run = seized(off_shift);
        run.is(&[("p.time", (0.75 + 16.5) / 2.0), ("p.working", 0.75), ("team.w.busy", 1.5)]);
        run.is(&[("team.w.overtime", 0.0), ("team.w.wages", 450.0)]);
    }
    // Does not fit on Monday: the clerk is held, and idle, for the last quarter of an hour.
    seized("fit").is(&[("p.time", (0.75 + 16.75) / 2.0), ("p.working", 0.75), ("team.w.busy", 1.75)]);
}

#[test]
fn who_is_held_begins_nothing_off_shift() {
    // Seized at 15:00, asked at 20:00, when off shift: 08:00 to 10:00 of the next day.
    let body = "[calendar.day]\nopen = [\"Mon-Fri 08:00-16:00\"]\n\
        [team.m]\nmembers = 1\ncalendar = \"day\"\n[arrival.a]\nprocess = \"p\"\ntrace = { times = [\"15 h\"] }\n\
        [process.p.step.s]\nseize = { team = \"m\" }\nnext = \"d\"\n[process.p.step.d]\ndelay = { time = \"5 h\" }\nnext = \"t\"\n\
        [process.p.step.t]\ntask = { team = \"m\", time = \"2 h\" }\nnext = \"e\"\n[process.p.step.e]\nend = {}\n";
    let run = week(body, &["p.time", "team.m.busy", "team.m.overtime", "p.waiting"]);
    run.is(&[("p.time", 19.0), ("team.m.busy", 3.0), ("team.m.overtime", 0.0), ("p.waiting", 12.0)]);
}

#[test]
fn who_is_given_back_at_work_is_booked_once() {
    // Seized at 1 h, at work from 1 h to 5 h, given back by the other branch at 3 h.
    let body = "[team.m]\nmembers = 1\nwage = \"$10/h\"\n[arrival.a]\nprocess = \"p\"\ntrace = { times = [\"1 h\"] }\n\
        [process.p.step.s]\nseize = { team = \"m\" }\nnext = \"f\"\n[process.p.step.f]\nfork = { to = [\"t\", \"d\"], join = \"j\" }\n\
        [process.p.step.t]\ntask = { team = \"m\", time = \"4 h\" }\nnext = \"j\"\n[process.p.step.d]\ndelay = { time = \"2 h\" }\nnext = \"r\"\n\
        [process.p.step.r]\nrelease = { team = \"m\" }\nnext = \"j\"\n[process.p.step.j]\njoin = {}\nnext = \"e\"\n[process.p.step.e]\nend = {}\n";
    let run = week(body, &["p.time", "team.m.busy", "team.m.busy_wages", "p.working"]);
    run.is(&[("p.time", 4.0), ("p.working", 4.0), ("team.m.busy", 4.0), ("team.m.busy_wages", 40.0)]);
}

// ---- interruptions ----

/// Cases of `p` at the site `n` ask the one clerk at `s`. The answer takes 20 minutes: it is out after that, and then is
/// when the clerk's time for it is taken. Cases of `q` are work for that clerk.
fn asked(at: &str, task: &str, works_at: &str, calendar: &str) -> Week {
    let body = format!(
        "[sites]\nn = \"N\"\ns = \"S\"\n[part.a]\n[part.a.stock.n]\n[part.a.stock.s]\ninitial = 50\n\
         [calendar.day]\nopen = [\"Mon-Sun 08:00-16:00\"]\n\
         [team.c]\nsites = [\"n\", \"s\"]\nmembers = 1\ndispatch = \"priority\"\n{calendar}\n\
         [channel.ph]\nmode = \"one_by_one\"\nanswer_cost = \"20 min\"\n\
         [arrival.a]\nprocess = \"p\"\ntrace = {{ times = [{at}] }}\nsites = [\"n\"]\n\
         [arrival.b]\nprocess = \"q\"\ntrace = {{ times = [{works_at}] }}\nsites = [\"s\"]\n\
         [process.q.step.t]\ntask = {{ team = \"c\", {task} }}\nnext = \"e\"\n[process.q.step.e]\nend = {{}}\n\
         [process.p.step.t]\nask = {{ for = \"a\", asker = \"c\", places = [{{ team = \"c\", scope = \"other_sites\", sees = \"shelf\" }}], \
         channels = [\"ph\"], found = \"e\", not_found = \"e\" }}\n[process.p.step.e]\nend = {{}}\n"
    );
    week(&body, &["q.time", "q.working", "team.c.busy", "team.c.asking", "team.c.overtime"])
}

#[test]
fn answers_given_while_idle_delay_nobody_later() {
    let run = asked("\"1 h\", \"2 h\", \"3 h\"", "time = \"1 h\"", "\"100 h\"", "");
    run.is(&[("q.time", 1.0), ("team.c.asking", 1.0), ("team.c.busy", 2.0)]);
    // Two questions at once take 40 minutes from 1:20; the work that comes after ten of them waits for thirty.
    let run = asked("\"1 h\", \"1 h\"", "time = \"1 h\"", "\"90 min\"", "");
    run.is(&[("q.time", 1.5), ("q.working", 1.5), ("team.c.busy", 40.0 / 60.0 + 1.0)]);
}

#[test]
fn an_answer_interrupts_the_work_at_hand() {
    let run = asked("\"1 h\"", "time = \"2 h\"", "\"30 min\"", "");
    run.is(&[("q.time", 2.0 + 1.0 / 3.0), ("q.working", 2.0 + 1.0 / 3.0), ("team.c.busy", 2.0 + 1.0 / 3.0)]);
    let run = asked("\"1 h\"", "time = \"2 h\", off_shift = \"pause\"", "\"30 min\"", "");
    run.is(&[("q.time", 2.0 + 1.0 / 3.0), ("team.c.busy", 2.0 + 1.0 / 3.0)]);
}

#[test]
fn an_interruption_may_push_work_beyond_the_shift() {
    let day = "calendar = \"day\"";
    // From 15:00: 16:00 without the question at 15:30.
    let run = asked("\"15.5 h\"", "time = \"1 h\"", "\"15 h\"", day);
    run.is(&[("q.time", 4.0 / 3.0), ("team.c.busy", 4.0 / 3.0), ("team.c.overtime", 1.0 / 3.0)]);
    for policy in ["pause", "hand_over"] {
        let task = format!("time = \"2 h\", off_shift = \"{policy}\"");
        let run = asked("\"15.5 h\"", &task, "\"15 h\"", day);
        // 50 minutes on Monday, then half of the answer; the other half on Tuesday, and the rest of 70 minutes.
        run.is(&[("q.time", 17.0 + 4.0 / 3.0), ("q.working", 2.0 + 1.0 / 3.0), ("team.c.overtime", 0.0)]);
        run.is(&[("team.c.busy", 2.0 + 1.0 / 3.0)]);
        // A question in the last ten minutes: the answer is out on Tuesday at 08:10.
        let late = asked("\"950 min\"", &task, "\"15 h\"", day);
        late.is(&[
            ("q.time", 17.0 + 4.0 / 3.0),
            ("q.working", 2.0 + 1.0 / 3.0),
            ("team.c.busy", 2.0 + 1.0 / 3.0),
        ]);
    }
}

#[test]
fn work_that_is_taken_away_leaves_the_answer_to_who_gives_it() {
    // At work from 0 h; the answer from 1:20 to 1:40; something urgent at 1:30, which waits for half of it.
    let body = |preempt: &str| {
        format!(
            "time = {{ is = \"if urgent then 1 h else 2 h\" }}, priority = \"if urgent then 1 else 0\", preempt = \"{preempt}\""
        )
    };
    for (preempt, normal) in [("resume", 2.0 + 1.0 / 3.0 + 1.0), ("restart", 1.5 + 1.0 / 6.0 + 1.0 + 2.0)] {
        let text = "[attribute]\nurgent = { flag = true }\n[arrival.u]\nprocess = \"q\"\ntrace = { times = [\"90 min\"] }\nsites = [\"s\"]\nattributes = { urgent = { is = \"1 == 1\" } }";
        let run = asked("\"1 h\"", &body(preempt), "\"0 h\"", text);
        let urgent = 1.0 + 1.0 / 6.0;
        run.is(&[("q.time", (normal + urgent) / 2.0), ("team.c.busy", normal)]);
    }
}

// ---- several members ----

/// Big jobs at 0 h and 1 h need a mechanic and the only bay for ten hours; a small one at 2 h needs a mechanic.
fn garage(joint: &str) -> Week {
    let body = format!(
        "[team.mech]\nmembers = 2\njoint = \"{joint}\"\n[team.bay]\nmembers = 1\n\
         [arrival.a]\nprocess = \"big\"\ntrace = {{ times = [\"0 h\", \"1 h\"] }}\n\
         [arrival.c]\nprocess = \"small\"\ntrace = {{ times = [\"2 h\"] }}\n\
         [process.big.step.t]\ntask = {{ team = \"mech\", also = [{{ team = \"bay\" }}], time = \"10 h\" }}\nnext = \"e\"\n\
         [process.big.step.e]\nend = {{}}\n[process.small.step.t]\ntask = {{ team = \"mech\", time = \"1 h\" }}\nnext = \"e\"\n\
         [process.small.step.e]\nend = {{}}\n"
    );
    week(&body, &["small.time", "big.time"])
}

#[test]
fn nobody_stays_idle_for_a_request_that_cannot_be_met_yet_unless_asked_to() {
    garage("greedy").is(&[("small.time", 1.0), ("big.time", (10.0 + 19.0) / 2.0)]);
    // Kept back until the second big job begins at 10 h with one mechanic; the other is free then.
    garage("reserve").is(&[("small.time", 9.0), ("big.time", (10.0 + 19.0) / 2.0)]);
}

#[test]
fn a_request_for_many_starves_among_requests_for_one_unless_members_are_kept_for_it() {
    // Small jobs of 90 minutes come each hour from 0 h to 9 h: two mechanics are never idle together until 10:30. The big
    // one came at 0:15. Kept for it: at 1:30 both are.
    let times: Vec<_> = (0..10).map(|h| format!("\"{h} h\"")).collect();
    let big = |joint: &str| {
        let body = format!(
            "[team.mech]\nmembers = 2\njoint = \"{joint}\"\n\
             [arrival.a]\nprocess = \"big\"\ntrace = {{ times = [\"15 min\"] }}\n\
             [arrival.c]\nprocess = \"small\"\ntrace = {{ times = [{}] }}\n\
             [process.big.step.t]\ntask = {{ team = \"mech\", count = 2, time = \"1 h\" }}\nnext = \"e\"\n[process.big.step.e]\nend = {{}}\n\
             [process.small.step.t]\ntask = {{ team = \"mech\", time = \"90 min\" }}\nnext = \"e\"\n[process.small.step.e]\nend = {{}}\n",
            times.join(", ")
        );
        week(&body, &["big.time", "small.time"])
    };
    big("greedy").is(&[("big.time", 11.25), ("small.time", 1.5)]);
    big("reserve").is(&[("big.time", 2.25)]);
}

#[test]
fn members_for_two_needs_of_one_team_are_taken_away_together() {
    let body = |need: &str| {
        format!(
            "[team.s]\ndispatch = \"priority\"\ncrew.a = {{ members = 2, skills = [\"x\", \"y\"] }}\n\
             [arrival.lo]\nprocess = \"lo\"\ntrace = {{ times = [\"1 h\"] }}\n[arrival.hi]\nprocess = \"hi\"\ntrace = {{ times = [\"2 h\"] }}\n\
             [process.lo.step.t]\ntask = {{ team = \"s\", time = \"4 h\", priority = \"1\", preempt = \"restart\" }}\nnext = \"e\"\n\
             [process.lo.step.e]\nend = {{}}\n[process.hi.step.t]\ntask = {{ team = \"s\", {need}, time = \"3 h\", priority = \"2\" }}\nnext = \"e\"\n\
             [process.hi.step.e]\nend = {{}}\n"
        )
    };
    for need in ["count = 2", "skill = \"x\", also = [{ team = \"s\", skill = \"y\" }]"] {
        // 1-2, taken away, 5-9.
        let run = week(&body(need), &["lo.time", "hi.time", "lo.working"]);
        run.is(&[("hi.time", 3.0), ("lo.time", 8.0), ("lo.working", 5.0)]);
    }
    // One work of two members is taken away once, and its two members are enough.
    let both = body("count = 2")
        .replace("task = { team = \"s\", time = \"4 h\"", "task = { team = \"s\", count = 2, time = \"4 h\"");
    week(&both, &["lo.time", "hi.time"]).is(&[("hi.time", 3.0), ("lo.time", 8.0)]);
}

#[test]
fn work_of_members_whom_a_case_holds_is_not_taken_away() {
    let body = "[team.s]\nmembers = 1\ndispatch = \"priority\"\n\
        [arrival.lo]\nprocess = \"lo\"\ntrace = { times = [\"1 h\"] }\n[arrival.hi]\nprocess = \"hi\"\ntrace = { times = [\"2 h\"] }\n\
        [process.lo.step.s]\nseize = { team = \"s\" }\nnext = \"t\"\n\
        [process.lo.step.t]\ntask = { team = \"s\", time = \"4 h\", priority = \"1\", preempt = \"restart\" }\nnext = \"e\"\n[process.lo.step.e]\nend = {}\n\
        [process.hi.step.t]\ntask = { team = \"s\", time = \"3 h\", priority = \"2\" }\nnext = \"e\"\n[process.hi.step.e]\nend = {}\n";
    week(body, &["lo.time", "hi.time"]).is(&[("lo.time", 4.0), ("hi.time", 6.0)]);
}

// ---- cases that are still open ----

/// The metrics of a scenario by many replications: value and standard error.
#[track_caller]
fn estimated(text: &str) -> Vec<(f64, f64)> {
    let (tree, found) = scenario::parse("estimated", text);
    assert!(found.is_empty(), "{found:?}");
    let (arms, found) = scenario::lower_arms(&tree, &|name| Err(format!("no file {name}")));
    let errors: Vec<_> = found.iter().filter(|d| d.is_error()).collect();
    assert!(errors.is_empty(), "{errors:?}");
    let results = crate::world::simulate(&arms);
    let model = &arms[0].1;
    assert_eq!(results.metrics.len(), model.metrics.len());
    results.arms[0].estimates.iter().map(|e| (e.value, e.se)).collect()
}

#[test]
fn open_cases_count_with_what_they_would_have_come_to() {
    // Exponential delays of mean 48 h, in a week without a drain: a quarter of the cases are open at the end. Every third
    // hour of a delay is waiting for a busy server or not at all.
    let text = "title = \"open\"\n[run]\nstart = 2026-01-05\nwindow = \"1 week\"\ndrain = \"0 s\"\n[compare]\nreplications = 40\n\
        [arrival.a]\nprocess = \"p\"\nrate = \"4 per h\"\n\
        [process.p.step.d]\nstage = \"first\"\ndelay = { time = { exponential = { mean = \"48 h\" } } }\nnext = \"x\"\n\
        [process.p.step.x]\nstage = \"last\"\ndelay = { time = \"5 h\" }\nnext = \"e\"\n[process.p.step.e]\nend = {}\n\
        [metric.median]\nunit = \"h\"\nquantile = { of = \"p.time\", p = \"50 %\" }\n\
        [metric.over]\nunit = \"%\"\nshare_over = { of = \"p.time\", limit = \"53 h\" }\n\
        [metric.mean]\nunit = \"h\"\nmean = \"p.time\"\n\
        [metric.first]\nunit = \"h\"\nmean = \"p.stage_all.first\"\n[metric.last]\nunit = \"h\"\nmean = \"p.stage_all.last\"\n";
    let found = estimated(text);
    // A mean up to the 168 h of the window: 5 h + 48 h (1 - exp(-163/48)).
    let restricted = 5.0 + 48.0 * (1.0 - (-163.0_f64 / 48.0).exp());
    let exact = [5.0 + 48.0 * std::f64::consts::LN_2, 100.0 * (-1.0_f64).exp(), restricted];
    for ((value, se), exact) in found.iter().zip(exact) {
        let z = (value - exact) / se;
        assert!(z.abs() < 4.0 && se / exact < 0.05, "{value} +- {se} is not {exact}");
    }
    // What no case is seen to the end of (3 in 100) counts with what has accrued: a little less than all.
    let (first, last) = (found[3].0, found[4].0);
    assert!((44.0..47.5).contains(&first), "{first} h in the first stage");
    assert!((4.6..5.0).contains(&last), "{last} h in the last stage");
}

// ---- what `check` says ----

/// What is said about a scenario without `title` and `[run]`.
pub(super) fn said(body: &str) -> Vec<String> {
    let text = format!("title = \"said\"\n[run]\nwindow = \"1 week\"\n{body}");
    let (tree, mut found) = scenario::parse("said", &text);
    found.extend(scenario::lower(&tree, &|name| Err(format!("no file {name}"))).1);
    found
        .iter()
        .map(|d| format!("{}: {}", if d.is_error() { "error" } else { "warning" }, d.message))
        .collect()
}

pub(super) const ONE_SERVER: &str =
    "[team.m]\nmembers = 1\n[arrival.a]\nprocess = \"p\"\nevery = \"1 h\"\n[process.p.step.e]\nend = {}\n";

#[test]
fn priorities_that_nobody_looks_at_are_pointed_out() {
    let task = |more: &str, team: &str| {
        format!(
            "{ONE_SERVER}{team}[process.p.step.t]\ntask = {{ team = \"m\", time = \"1 min\"{more} }}\nnext = \"e\"\n[process.p]\nfirst = \"t\"\n"
        )
    };
    let warned = said(&task(", priority = \"5\", preempt = \"resume\"", ""));
    assert_eq!(warned, ["warning: `priority` and `preempt` have no effect at `t`"]);
    assert_eq!(said(&task(", priority = \"5\"", "")), ["warning: `priority` has no effect at `t`"]);
    let by_priority =
        task(", priority = \"5\"", "").replace("members = 1", "members = 1\ndispatch = \"priority\"");
    assert_eq!(said(&by_priority), [""; 0]);
}

#[test]
fn what_a_batch_does_not_know_is_refused() {
    let batch = |more: &str| {
        format!(
            "{ONE_SERVER}[process.p.step.t]\nbatch = {{ rules = [{{ size = 2 }}], task = {{ team = \"m\", time = \"1 min\"{more} }} }}\nnext = \"e\"\n[process.p]\nfirst = \"t\"\n"
        )
    };
    assert_eq!(said(&batch("")), [""; 0]);
    for more in [", once = true", ", patience = { time = \"1 h\", to = \"e\" }"] {
        let said = said(&batch(more));
        assert!(said.len() == 1 && said[0].starts_with("error: "), "{said:?}");
    }
}

#[test]
fn arrivals_without_time_between_them_are_refused() {
    let body = ONE_SERVER.replace("every = \"1 h\"", "every = \"0 s\"");
    assert_eq!(said(&body), ["error: arrivals would never end: there is no time between them"]);
    let now_and_then = ONE_SERVER.replace("\"1 h\"", "{ empirical = { values = [\"0 s\", \"2 h\"] } }");
    assert_eq!(said(&now_and_then), [""; 0]);
}

#[test]
fn a_case_that_would_wait_for_itself_is_found() {
    let twice = |between: &str, members: u32| {
        let body = format!(
            "{ONE_SERVER}[process.p.step.a]\nseize = {{ team = \"m\" }}\nnext = \"b\"\n{between}\
             [process.p.step.c]\nseize = {{ team = \"m\" }}\nnext = \"e\"\n[process.p]\nfirst = \"a\"\n"
        );
        said(&body.replace("members = 1", &format!("members = {members}")))
    };
    let wait = "[process.p.step.b]\ndelay = { time = \"1 h\" }\nnext = \"c\"\n";
    let release = "[process.p.step.b]\nrelease = { team = \"m\" }\nnext = \"c\"\n";
    assert_eq!(
        twice(wait, 1),
        ["error: `c` asks for members of `m` while the case holds 1 of the 1 that there are"]
    );
    assert_eq!(twice(wait, 2), [""; 0]);
    assert_eq!(twice(release, 1), [""; 0]);
}

#[test]
fn shelves_that_run_dry_and_transfers_of_nothing_are_pointed_out() {
    let stocked = |stock: &str, step: &str| {
        said(&format!(
            "[sites]\nn = \"N\"\n[part.a]\n[part.a.stock.n]\n{stock}\n[arrival.a]\nprocess = \"p\"\nevery = \"1 h\"\nsites = [\"n\"]\n\
             [process.p.step.t]\n{step}\nnext = \"e\"\n[process.p.step.e]\nend = {{}}\n[process.p]\nfirst = \"t\"\n"
        ))
    };
    let take = "take = { part = \"a\" }";
    let dry = stocked("initial = 1", take);
    assert_eq!(
        dry,
        ["warning: `t` may wait for ever: nothing comes to the shelf of `a` at `n` after its first 1"]
    );
    assert_eq!(stocked("initial = 1\npolicy = { base_stock = 1 }\nlead_time = \"1 d\"", take), [""; 0]);
    let moved = stocked("initial = 1", "transfer = { time = \"1 h\" }");
    assert_eq!(moved, ["warning: `t` has nothing to move: no step takes a part"]);
    // A mistake in the rule is one mistake.
    let wrong = stocked("policy = { reorder_point = 5, up_to = 3 }\nlead_time = \"1 d\"", take);
    assert_eq!(wrong, ["error: `up_to` must be above `reorder_point`"]);
}

#[test]
fn a_fleet_that_only_grows_older_is_never_settled() {
    let fleet = |repair: &str| {
        said(&format!(
            "[sites]\nn = \"N\"\n[fleet.v]\nsites = {{ n = 1 }}\nuse = \"24 h per day\"\non_failure = \"p\"\nage = \"settled\"\n\
             [fleet.v.mode.m]\nages = \"calendar\"\nlife = {{ weibull = {{ shape = 3, scale = \"1000 h\" }} }}\nrepair = {repair}\n\
             [process.p.step.r]\nrestore = {{}}\nnext = \"e\"\n[process.p.step.e]\nend = {{}}\n"
        ))
    };
    for repair in ["\"as_old\"", "{ kijima_1 = 0.5 }", "{ kijima_2 = 1 }"] {
        let said = fleet(repair);
        assert_eq!(
            said,
            ["error: a fleet is never settled in the mode `m`: repairs leave it older and older"]
        );
    }
    for repair in ["\"as_new\"", "{ kijima_2 = 0.5 }"] {
        assert_eq!(fleet(repair), [""; 0]);
    }
}

#[test]
fn a_settled_fleet_fails_as_often_at_once_as_it_does_later() {
    // Repairs halve the age: whatever the law of ages then is, failures of the first hours come as often as later ones.
    let text = "title = \"settled\"\n[run]\nwindow = \"2400 h\"\nbin = \"300 h\"\n[compare]\nreplications = 20\n[sites]\nn = \"N\"\n\
        [fleet.v]\nsites = { n = 1000 }\nuse = \"24 h per day\"\non_failure = \"p\"\nage = \"settled\"\n\
        [fleet.v.mode.m]\nages = \"calendar\"\nlife = { weibull = { shape = 3, scale = \"1000 h\" } }\nrepair = { kijima_2 = 0.5 }\n\
        [process.p.step.r]\nrestore = {}\nnext = \"e\"\n[process.p.step.e]\nend = {}\n\
        [metric.failures]\nrate = \"fleet.v.failures\"\nunit = \"per h\"\n";
    let (tree, _) = scenario::parse("settled", text);
    let (model, found) = scenario::lower(&tree, &|name| Err(format!("no file {name}")));
    let model = model.unwrap_or_else(|| panic!("{found:?}"));
    let plan = Plan::compile(&model);
    let mut runner = Runner::new(&plan);
    let failures = turnaround::ids::MeasureId(0);
    let (mut first, mut last) = (Vec::new(), Vec::new());
    for r in 0..20 {
        let record = runner.run(Key::new(1, r), RunOptions::default());
        first.push(record.sum(failures, 0));
        last.push(record.sum(failures, 7));
    }
    let differences: Vec<f64> = first.iter().zip(&last).map(|(a, b)| a - b).collect();
    let difference = crate::build::Estimate::of(&differences);
    let level = crate::build::Estimate::of(&last);
    assert!((difference.mean / difference.error).abs() < 4.0, "{difference:?} beside {level:?}");
    assert!(difference.error < 0.03 * level.mean, "{difference:?} says little beside {level:?}");
    // New ones fail less than half as often in the first 300 h: (0.3)^3 = 0.027 each.
    assert!(level.mean > 2.0 * 27.0, "{level:?}");
}

#[test]
fn a_time_that_makes_no_sense_is_counted() {
    let body = "[attribute]\nx = { number = \"number\" }\n[arrival.a]\nprocess = \"p\"\ntrace = { times = [\"1 h\", \"2 h\"] }\n\
        [team.m]\nmembers = 1\n[process.p.step.d]\ndelay = { time = { is = \"1 h - 2 h\" } }\nnext = \"t\"\n\
        [process.p.step.t]\ntask = { team = \"m\", time = { is = \"1 h * ln(x - 1)\" } }\nnext = \"e\"\n[process.p.step.e]\nend = {}\n";
    let run = week(body, &["p.time"]);
    run.is(&[("p.time", 0.0)]);
    let misfits = run.record.misfits;
    let step = misfits.step.map(|step| run.model.steps[step].name.as_str());
    assert_eq!((misfits.n, step), (4, Some("d")));
}

#[test]
fn a_transfer_moves_all_that_was_taken_elsewhere() {
    // `a` from the other site and `b` from the own one, in both orders; ten hours' ride, $5 a transfer.
    let body = |first: &str, second: &str| {
        format!(
            "[sites]\nn = \"N\"\ns = \"S\"\nw = \"W\"\n[part.a]\n[part.a.stock.s]\ninitial = 5\n[part.b]\n[part.b.stock.n]\ninitial = 5\n\
             [part.c]\n[part.c.stock.w]\ninitial = 5\n[arrival.x]\nprocess = \"p\"\ntrace = {{ times = [\"1 h\"] }}\nsites = [\"n\"]\n\
             [process.p.step.t1]\ntake = {{ {first} }}\nnext = \"t2\"\n[process.p.step.t2]\ntake = {{ {second} }}\nnext = \"tr\"\n\
             [process.p.step.tr]\ntransfer = {{ time = \"10 h\", fee = \"$5\" }}\nnext = \"again\"\n\
             [process.p.step.again]\ntransfer = {{ time = \"10 h\", fee = \"$5\" }}\nnext = \"e\"\n[process.p.step.e]\nend = {{}}\n"
        )
    };
    let [a, b, c] =
        ["part = \"a\", from = \"s\"", "part = \"b\", from = \"own\"", "part = \"c\", from = \"w\""];
    for (first, second, hours, transfers) in
        [(a, b, 10.0, 1.0), (b, a, 10.0, 1.0), (b, b, 0.0, 0.0), (a, c, 10.0, 2.0)]
    {
        let run = week(&body(first, second), &["p.time", "parts.transfers"]);
        run.is(&[("p.time", hours)]);
        assert_eq!(run.sum("parts.transfers") * HOUR, transfers, "{first}, {second}");
    }
}
