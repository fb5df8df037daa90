//! Several teams at once, and work that is taken away or goes on off shift: timelines that were computed by hand.

use crate::timelines::week;

/// Cases of a process of one step, which come at these hours.
fn process(name: &str, times: &str, task: &str) -> String {
    format!(
        "[arrival.{name}]\nprocess = \"{name}\"\ntrace = {{ times = [{times}] }}\n[process.{name}.step.t]\n{task}\nnext = \"e\"\n\
         [process.{name}.step.e]\nend = {{}}\n"
    )
}

/// A team of one, with this dispatch.
fn team(name: &str, dispatch: &str) -> String {
    format!("[team.{name}]\nmembers = 1\ndispatch = \"{dispatch}\"\n")
}

const OFFICE: &str = "[calendar.d]\nopen = [\"Mon-Fri 09:00-17:00\"]\n";

#[test]
fn who_needs_two_teams_does_not_overtake_whichever_is_named_first() {
    for (first, second) in [("mech", "bay"), ("bay", "mech")] {
        // z holds both until 7; x came for the mechanic at 1, y for both at 2.
        let both = |time: &str| {
            format!("task = {{ team = \"{first}\", also = [{{ team = \"{second}\" }}], time = \"{time}\" }}")
        };
        let body = [
            team("bay", "fifo"),
            team("mech", "fifo"),
            process("z", "\"0 h\"", &both("7 h")),
            process("x", "\"1 h\"", "task = { team = \"mech\", time = \"1 h\" }"),
            process("y", "\"2 h\"", &both("10 h")),
        ];
        week(&body.concat(), &["x.time", "y.time"]).is(&[("x.time", 7.0), ("y.time", 16.0)]);
        // The same when both begin their shift at 9, and by priority, where the later one goes first.
        let both = |priority: u32| {
            format!(
                "task = {{ team = \"{first}\", also = [{{ team = \"{second}\" }}], time = \"2 h\", priority = \"{priority}\" }}"
            )
        };
        let teams = ["bay", "mech"].map(|t| team(t, "priority") + "calendar = \"d\"\n").concat();
        let body = [
            OFFICE.to_owned(),
            teams,
            process("y", "\"1 h\"", &both(1)),
            process("x", "\"2 h\"", "task = { team = \"mech\", time = \"1 h\", priority = \"2\" }"),
        ];
        week(&body.concat(), &["x.time", "y.time"]).is(&[("x.time", 8.0), ("y.time", 11.0)]);
    }
}

#[test]
fn nor_does_it_overtake_who_waits_for_a_third_team() {
    // r is always there; y came first, for r and a, then x for b and r. Both a and b begin at 9.
    for (first, second) in [("a", "b"), ("b", "a")] {
        let teams = [first, second].map(|t| team(t, "fifo") + "calendar = \"d\"\n").concat();
        let body = [
            OFFICE.to_owned(),
            teams,
            team("r", "fifo"),
            process("y", "\"1 h\"", "task = { team = \"a\", also = [{ team = \"r\" }], time = \"2 h\" }"),
            process("x", "\"2 h\"", "task = { team = \"b\", also = [{ team = \"r\" }], time = \"1 h\" }"),
        ];
        week(&body.concat(), &["y.time", "x.time"]).is(&[("y.time", 10.0), ("x.time", 10.0)]);
    }
}

#[test]
fn work_is_taken_away_as_soon_as_the_other_team_is_free() {
    // b is free at 5; then a is taken from lo, whose 15 h are done from 6 on.
    let body = [
        team("a", "priority"),
        team("b", "priority"),
        process("lo", "\"0 h\"", "task = { team = \"a\", time = \"20 h\", preempt = \"resume\" }"),
        process("z", "\"0 h\"", "task = { team = \"b\", time = \"5 h\", priority = \"5\" }"),
        process(
            "hi",
            "\"1 h\"",
            "task = { team = \"a\", also = [{ team = \"b\" }], time = \"1 h\", priority = \"3\" }",
        ),
    ];
    week(&body.concat(), &["hi.time", "lo.time"]).is(&[("hi.time", 5.0), ("lo.time", 21.0)]);
}

#[test]
fn nothing_is_taken_away_for_who_cannot_begin() {
    // Three hours do not fit before 17.
    let body = [
        OFFICE.to_owned(),
        team("m", "priority") + "calendar = \"d\"\n",
        process(
            "lo",
            "\"15 h\"",
            "task = { team = \"m\", time = \"1 h\", priority = \"1\", preempt = \"restart\" }",
        ),
        process(
            "hi",
            "\"15.5 h\", \"15.75 h\"",
            "task = { team = \"m\", time = \"3 h\", priority = \"2\", off_shift = \"fit\" }",
        ),
    ];
    // The second one begins at 12 on the next day.
    week(&body.concat(), &["lo.time", "hi.time"]).is(&[("lo.time", 1.0), ("hi.time", (20.5 + 23.25) / 2.0)]);
    // Two members: g waits for both, and t comes behind it.
    let task = |more: &str| format!("task = {{ team = \"m\", {more} }}");
    let body = [
        "[team.m]\nmembers = 2\ndispatch = \"priority\"\njoint = \"reserve\"\n".to_owned(),
        process("b", "\"0 h\"", &task("time = \"10 h\", priority = \"5\"")),
        process("lo", "\"0 h\"", &task("time = \"2 h\", preempt = \"restart\"")),
        process("g", "\"1 h\"", &task("count = 2, time = \"1 h\", priority = \"3\"")),
        process("t", "\"1.5 h\"", &task("time = \"1 h\", priority = \"2\"")),
    ];
    week(&body.concat(), &["lo.time", "g.time", "t.time"]).is(&[
        ("lo.time", 2.0),
        ("g.time", 10.0),
        ("t.time", 10.5),
    ]);
}

#[test]
fn a_batch_goes_on_as_its_rule_says_whoever_else_comes_in_the_evening() {
    let batch = |off_shift: &str| {
        format!(
            "batch = {{ rules = [{{ size = 2 }}], task = {{ team = \"m\", time = \"2 h\", off_shift = \"{off_shift}\" }} }}"
        )
    };
    // In overtime, one after the other, from 16 to 20.
    let staff = format!("{OFFICE}[team.m]\nmembers = 2\ncalendar = \"d\"\n");
    let visitor = process("z", "\"17.5 h\"", "task = { team = \"m\", time = \"1 min\" }");
    for visitor in ["", &visitor] {
        let body = format!("{staff}{}{visitor}", process("p", "\"16 h\", \"16 h\"", &batch("finish")));
        week(&body, &["p.time", "team.m.overtime"]).is(&[("p.time", 3.0), ("team.m.overtime", 3.0)]);
        // The first of two leaves at 20; nobody works on the other at night.
        let race = format!(
            "[attribute]\nk = {{ number = \"number\" }}\n[process.p]\nfirst = \"r\"\n[process.p.step.r]\nrace = {{ of = [\"t\", \"d\"] }}\n\
             [process.p.step.t]\n{}\nnext = \"e\"\n[process.p.step.d]\ndelay = {{ time = {{ is = \"if k == 0 then 4 h else 1000 h\" }} }}\n\
             next = \"e\"\n[process.p.step.e]\nend = {{}}\n[arrival.a]\nprocess = \"p\"\ntrace = {{ times = [\"16 h\"] }}\nattributes = {{ k = 0 }}\n\
             [arrival.b]\nprocess = \"p\"\ntrace = {{ times = [\"16 h\"] }}\nattributes = {{ k = 1 }}\n",
            batch("pause")
        );
        // 4 h, and until 11 on Tuesday.
        week(&format!("{staff}{race}{visitor}"), &["p.time", "team.m.overtime"])
            .is(&[("p.time", (4.0 + 19.0) / 2.0), ("team.m.overtime", 0.0)]);
    }
}

#[test]
fn the_second_team_of_work_that_pauses_is_paid_for_its_overtime() {
    // From 14 to 17 and from 9 to 10; b's shift ends at 15, or begins at 12.
    for (hours, overtime) in [("09:00-15:00", 2.0), ("12:00-20:00", 1.0)] {
        let body = [
            OFFICE.to_owned(),
            format!("[calendar.b]\nopen = [\"Mon-Fri {hours}\"]\n"),
            team("m", "fifo") + "calendar = \"d\"\n",
            team("b", "fifo") + "calendar = \"b\"\n",
            process(
                "p",
                "\"14 h\"",
                "task = { team = \"m\", also = [{ team = \"b\" }], time = \"4 h\", off_shift = \"pause\" }",
            ),
        ];
        let run = week(&body.concat(), &["p.time", "team.b.busy", "team.b.overtime", "team.m.overtime"]);
        run.is(&[
            ("p.time", 20.0),
            ("team.b.busy", 4.0),
            ("team.b.overtime", overtime),
            ("team.m.overtime", 0.0),
        ]);
    }
}

#[test]
fn a_batch_that_is_drawn_anew_keeps_its_factor() {
    for (work, restart) in [("parallel", 4.0), ("sequential", 5.0)] {
        for preempt in ["restart", "resample"] {
            let batch = format!(
                "batch = {{ rules = [{{ size = 2 }}], work = \"{work}\", factors = {{ 1 = 1, 2 = 0.5 }}, task = {{ team = \"m\", \
                 time = \"4 h\", preempt = \"{preempt}\" }} }}"
            );
            let body = [
                team("m", "priority"),
                process("p", "\"1 h\", \"1 h\"", &batch),
                process("h", "\"2 h\"", "task = { team = \"m\", time = \"1 h\", priority = \"5\" }"),
            ];
            // Two hours each, from 3 h on.
            week(&body.concat(), &["p.time"]).is(&[("p.time", restart)]);
        }
    }
}

#[test]
fn skills_are_shared_out_so_that_all_are_there() {
    for crews in [["x\", \"y", "x"], ["x", "x\", \"y"]] {
        let crews: String = (0..)
            .zip(crews)
            .map(|(i, skills)| format!("crew.c{i} = {{ members = 1, skills = [\"{skills}\"] }}\n"))
            .collect();
        let task = "task = { team = \"m\", skill = \"x\", also = [{ team = \"m\", skill = \"y\" }], time = \"2 h\" }";
        let body = format!("[team.m]\n{crews}{}", process("p", "\"1 h\"", task));
        week(&body, &["p.time"]).is(&[("p.time", 2.0)]);
    }
}

#[test]
fn members_are_kept_back_only_as_long_as_the_reason_lasts() {
    let hog = process("hog", "\"10 h\"", "task = { team = \"m\", time = \"10 h\" }");
    let small = process("small", "\"15.5 h\"", "task = { team = \"m\", time = \"1 h\" }");
    // The one that waits for both gives up at 17.
    let team = "[team.m]\nmembers = 2\njoint = \"reserve\"\n".to_owned();
    let big = "task = { team = \"m\", count = 2, time = \"1 h\", patience = { time = \"2 h\", to = \"e\" } }";
    let body = [team, hog.clone(), process("big", "\"15 h\"", big), small.clone()];
    week(&body.concat(), &["big.time", "small.time"]).is(&[("big.time", 2.0), ("small.time", 2.5)]);
    // From 16 on there is only one, so that nothing is to be kept for two.
    let team = "[calendar.day]\nopen = [\"Mon-Sun 08:00-16:00\"]\n[team.m]\njoint = \"reserve\"\n\
        crew.d = { members = 1, calendar = \"day\" }\ncrew.a = { members = 1 }\n"
        .to_owned();
    let big = "task = { team = \"m\", count = 2, time = \"1 h\" }";
    let body = [team, hog, process("big", "\"15 h\"", big), small];
    week(&body.concat(), &["small.time"]).is(&[("small.time", 1.5)]);
    // p has been at work since 14, beyond the end of its shift at 16.
    let staff = "[calendar.day]\nopen = [\"Mon-Sun 08:00-16:00\"]\n[team.p]\nmembers = 1\ncalendar = \"day\"\njoint = \"reserve\"\n\
        [team.q]\nmembers = 1\njoint = \"reserve\"\n"
        .to_owned();
    let both = "task = { team = \"p\", also = [{ team = \"q\" }], time = \"1 h\" }";
    let body = [
        staff,
        process("hog", "\"14 h\"", "task = { team = \"p\", time = \"4 h\" }"),
        process("big", "\"15 h\"", both),
        process("small", "\"15.5 h\"", "task = { team = \"q\", time = \"1 h\" }"),
    ];
    week(&body.concat(), &["small.time"]).is(&[("small.time", 1.5)]);
}

#[test]
fn who_helps_is_paid_for_overtime_though_the_first_worker_has_none() {
    // b's shift ends at 12. Held or not, b works from 8 to 15.
    let staff = "[calendar.day]\nopen = [\"Mon-Sun 08:00-16:00\"]\n[calendar.half]\nopen = [\"Mon-Sun 08:00-12:00\"]\n\
        [team.w]\nmembers = 1\ncalendar = \"day\"\n[team.b]\nmembers = 1\ncalendar = \"half\"\n\
        [arrival.p]\nprocess = \"p\"\ntrace = { times = [\"8 h\"] }\n[process.p.step.e]\nend = {}\n";
    let work = "[process.p.step.t]\ntask = { team = \"w\", also = [{ team = \"b\" }], time = \"7 h\" }\nnext = \"e\"\n";
    for seize in [
        "[process.p]\nfirst = \"t\"\n",
        "[process.p]\nfirst = \"s\"\n[process.p.step.s]\nseize = { team = \"b\" }\nnext = \"t\"\n",
    ] {
        let run = week(&format!("{staff}{seize}{work}"), &["p.time", "team.b.busy", "team.b.overtime"]);
        run.is(&[("p.time", 7.0), ("team.b.busy", 7.0), ("team.b.overtime", 3.0)]);
    }
}

#[test]
fn the_next_of_a_batch_begins_when_its_own_work_does() {
    // Handed over at 16; the first leaves at 18.5, and the other is worked on from 8 to 10 on the next day.
    let batch = "batch = { rules = [{ size = 2 }], task = { team = \"m\", time = \"2 h\", off_shift = \"hand_over\" } }";
    let body = format!(
        "[calendar.day]\nopen = [\"Mon-Sun 08:00-16:00\"]\n[team.m]\nmembers = 1\ncalendar = \"day\"\n[attribute]\nk = {{ number = \"number\" }}\n\
         [process.p]\nfirst = \"r\"\n[process.p.step.r]\nrace = {{ of = [\"t\", \"d\"] }}\n[process.p.step.t]\n{batch}\nnext = \"e\"\n\
         [process.p.step.d]\ndelay = {{ time = {{ is = \"if k == 0 then 4 h else 100 h\" }} }}\nnext = \"e\"\n[process.p.step.e]\nend = {{}}\n\
         [arrival.a]\nprocess = \"p\"\ntrace = {{ times = [\"14.5 h\"] }}\nattributes = {{ k = 0 }}\n\
         [arrival.b]\nprocess = \"p\"\ntrace = {{ times = [\"14.5 h\"] }}\nattributes = {{ k = 1 }}\n"
    );
    let run = week(&body, &["p.time", "p.working"]);
    run.is(&[("p.time", (4.0 + 19.5) / 2.0), ("p.working", (1.5 + 2.0) / 2.0)]);
}

#[test]
fn skills_are_shared_out_where_the_case_holds_somebody_else_too() {
    // The case has seized the bay; x and y are the skills of two, one of whom has both. Nothing is taken away in vain, either.
    let staff = "[team.bay]\nmembers = 1\n[team.m]\ndispatch = \"priority\"\ncrew.c1 = { members = 1, skills = [\"x\", \"y\"] }\n\
        crew.c2 = { members = 1, skills = [\"x\", \"z\"] }\n";
    let steps = "[arrival.hi]\nprocess = \"hi\"\ntrace = { times = [\"1 h\"] }\n[process.hi]\nfirst = \"s\"\n[process.hi.step.s]\n\
        seize = { team = \"bay\" }\nnext = \"t\"\n[process.hi.step.t]\ntask = { team = \"m\", skill = \"x\", also = [{ team = \"m\", skill = \"y\" }], \
        time = \"1 h\", priority = \"3\" }\nnext = \"e\"\n[process.hi.step.e]\nend = {}\n";
    week(&format!("{staff}{steps}"), &["hi.time"]).is(&[("hi.time", 1.0)]);
    let lo =
        process("lo", "\"0 h\", \"0 h\"", "task = { team = \"m\", time = \"20 h\", preempt = \"resume\" }");
    week(&format!("{staff}{steps}{lo}"), &["hi.time", "lo.time"]).is(&[("hi.time", 1.0), ("lo.time", 21.0)]);
}

#[test]
fn who_is_more_urgent_takes_work_away_though_its_kind_was_looked_at_in_vain() {
    // The bay, first come first served, is free at 5. The job of priority 2 gives way to 5, not to 1.
    let both = |name: &str, at: &str, priority: u32| {
        let task = format!(
            "task = {{ team = \"bay\", also = [{{ team = \"mech\" }}], time = \"1 h\", priority = \"{priority}\" }}"
        );
        process(name, at, &task)
    };
    let body = [
        team("bay", "fifo"),
        team("mech", "priority"),
        process("z", "\"0 h\"", "task = { team = \"bay\", time = \"5 h\" }"),
        process(
            "mid",
            "\"0 h\"",
            "task = { team = \"mech\", time = \"20 h\", priority = \"2\", preempt = \"resume\" }",
        ),
        both("low", "\"1 h\"", 1),
        both("high", "\"2 h\"", 5),
    ];
    week(&body.concat(), &["high.time", "mid.time", "low.time"]).is(&[
        ("high.time", 4.0),
        ("mid.time", 21.0),
        ("low.time", 21.0),
    ]);
}
