//! What the reference says in passing: calls that count, nights and holidays, patience of zero, own sites, and mistakes
//! that are told together.

use super::timelines::{HOUR, ONE_SERVER, said, week};

#[test]
fn a_patience_of_zero_is_pointed_out() {
    let patient = |step: &str, time: &str| {
        said(&format!(
            "{ONE_SERVER}[process.p.step.t]\n{step}, patience = {{ time = {time}, to = \"e\" }} }}\nnext = \"e\"\n[process.p]\nfirst = \"t\"\n"
        ))
    };
    let task = "task = { team = \"m\", time = \"1 min\"";
    for step in [task, "seize = { team = \"m\""] {
        let found = patient(step, "\"0 s\"");
        assert_eq!(
            found,
            ["warning: a patience of zero leaves `t` at once, even where somebody is free"],
            "{step}"
        );
        assert_eq!(patient(step, "\"1 ms\""), [""; 0]);
    }
    let sometimes = "{ zero_inflated = { zero = 0.5, of = \"1 h\" } }";
    assert_eq!(patient(task, sometimes), [""; 0]);
    // It is as the warning says: at 1 h the server is free.
    let run = |time: &str| {
        let body = format!(
            "{ONE_SERVER}[process.p.step.t]\ntask = {{ team = \"m\", time = \"2 h\", patience = {{ time = \"{time}\", to = \"g\" }} }}\n\
             next = \"e\"\n[process.p.step.g]\ndelay = {{ time = \"7 h\" }}\nnext = \"e\"\n[process.p]\nfirst = \"t\"\n"
        );
        let once = body.replace("every = \"1 h\"", "trace = { times = [\"1 h\"] }");
        week(&once, &["p.time"]).mean("p.time")
    };
    assert_eq!(run("0 s"), 7.0);
    assert_eq!(run("1 ms"), 2.0);
}

// ---- mistakes that are told together ----

#[test]
fn a_metric_tells_all_its_mistakes() {
    let found =
        said(&format!("{ONE_SERVER}[metric.x]\nmean = \"p.tim\"\nunit = \"hh\"\nmatters = \"3 kg\"\n"));
    assert_eq!(found.len(), 3, "{found:?}");
    assert!(
        found[0].contains("`p.tim`") && found[1].contains("`hh`") && found[2].contains("`kg`"),
        "{found:?}"
    );
    // A unit that exists may be right: what the metric is of is not known.
    let found = said(&format!("{ONE_SERVER}[metric.x]\nmean = \"p.tim\"\nunit = \"$\"\nmatters = \"5 %\"\n"));
    assert_eq!(found.len(), 1, "{found:?}");
}

#[test]
fn a_law_tells_all_its_mistakes() {
    let law = |law: &str| {
        said(&format!(
            "{ONE_SERVER}[process.p.step.t]\ndelay = {{ time = {{ {law} }} }}\nnext = \"e\"\n[process.p]\nfirst = \"t\"\n"
        ))
    };
    let above = |name: &str| format!("error: `{name}` must be above 0");
    assert_eq!(law("lognormal = { mean = \"-3 h\", cv = -1 }"), [above("mean"), above("cv")]);
    assert_eq!(law("lognormal = { mean = \"-3 h\", cv = 1 }"), [above("mean")]);
    assert_eq!(law("lognormal = { mean = \"3 h\", cv = -1 }"), [above("cv")]);
    assert_eq!(law("weibull = { shape = 0, scale = \"-1 h\" }").len(), 2);
    // What is wrong only in relation to each other is one mistake.
    assert_eq!(law("uniform = { min = \"3 h\", max = \"1 h\" }").len(), 1);
}

#[test]
fn a_mistake_in_the_time_axis_makes_no_false_warning() {
    let axis = |run: &str| {
        let text = format!(
            "title = \"said\"\n[run]\n{run}\n[compare]\nkind = \"steady\"\nprimary = \"t\"\n{ONE_SERVER}[metric.t]\nmean = \"p.time\"\n"
        );
        let (tree, _) = turnaround::scenario::parse("said", &text);
        let (_, found) = turnaround::scenario::lower(&tree, &|_| Err(String::new()));
        found.into_iter().map(|d| d.message).collect::<Vec<_>>()
    };
    assert_eq!(axis("warm_up = \"1 d\"\nwindow = 3"), ["a unit is missing: expected a duration"]);
    assert_eq!(axis("warm_up = 3\nwindow = \"1 week\""), ["a unit is missing: expected a duration"]);
    assert_eq!(axis("warm_up = \"1 d\"\nwindow = \"1 week\""), [""; 0]);
    let cold = "a settled state is compared without a warm-up: the empty start is part of it";
    assert_eq!(axis("window = \"1 week\""), [cold]);
}

// ---- calls ----

#[test]
fn a_called_process_counts_at_each_place_of_a_call() {
    let calls = |steps: &str, called: &str| {
        let body = format!(
            "[team.m]\nmembers = 1\n[arrival.x]\nprocess = \"p\"\ntrace = {{ times = [\"1 h\"] }}\n[process.p]\nfirst = \"c1\"\n{steps}\n\
             [process.p.step.e]\nend = {{}}\n[process.sub]\nfirst = \"t\"\n{called}\n[process.sub.step.done]\nend = {{}}\n"
        );
        week(&body, &["p.time"]).mean("p.time")
    };
    let once =
        "[process.sub.step.t]\ntask = { team = \"m\", time = \"1 h\", once = true }\nnext = \"done\"\n";
    let second_longer = "[process.sub.step.t]\nchoose = [{ when = \"passes > 1\", to = \"long\" }, { otherwise = true, to = \"done\" }]\n\
                         [process.sub.step.long]\ndelay = { time = \"10 h\" }\nnext = \"done\"\n";
    let two_places = "[process.p.step.c1]\ncall = { process = \"sub\" }\nnext = \"c2\"\n\
                      [process.p.step.c2]\ncall = { process = \"sub\" }\nnext = \"e\"\n";
    assert_eq!(calls(two_places, once), 2.0);
    assert_eq!(calls(two_places, second_longer), 0.0);
    let one_place_twice = "[process.p.step.c1]\ncall = { process = \"sub\" }\nnext = \"again\"\n\
                           [process.p.step.again]\nchoose = [{ when = \"passes < 2\", to = \"c1\" }, { otherwise = true, to = \"e\" }]\n";
    assert_eq!(calls(one_place_twice, once), 1.0);
    assert_eq!(calls(one_place_twice, second_longer), 10.0);
}

// ---- nights and holidays ----

/// Person-hours on shift in the week from Monday, 5 January 2026.
fn on_shift(calendar: &str) -> f64 {
    let body = format!(
        "[calendar.c]\n{calendar}\n[team.m]\nmembers = 1\ncalendar = \"c\"\n[arrival.x]\nprocess = \"p\"\n\
         trace = {{ times = [\"0 h\"] }}\n[process.p.step.e]\nend = {{}}\n"
    );
    week(&body, &["team.m.on_shift"]).sum("team.m.on_shift")
}

#[test]
fn a_holiday_is_a_day_from_midnight_to_midnight() {
    let nights = "open = [\"Mon-Thu 20:00-04:00\"]";
    assert_eq!(on_shift(nights), 32.0);
    // Wednesday: from Tuesday's shift the hours after midnight go, from Wednesday's those before.
    assert_eq!(on_shift(&format!("{nights}\nclosed = [2026-01-07]")), 24.0);
    // The whole of Wednesday's night: Thursday has its own hours only.
    let exception = |date: u32, open: &str| {
        format!("\n[[calendar.c.exception]]\ndate = 2026-01-{date:02}\nopen = [{open}]\n")
    };
    let night_off = exception(7, "\"00:00-04:00\"") + &exception(8, "\"20:00-24:00\"");
    assert_eq!(on_shift(&format!("{nights}{night_off}")), 24.0);
}

#[test]
fn an_exception_may_run_into_the_next_day() {
    let days = "open = [\"Mon-Fri 08:00-16:00\"]";
    let night = |date: u32| {
        format!("\n[[calendar.c.exception]]\ndate = 2026-01-{date:02}\nopen = [\"20:00-04:00\"]\n")
    };
    // Thursday keeps its day besides.
    assert_eq!(on_shift(&format!("{days}{}", night(7))), 40.0);
    // What lies in a holiday goes.
    assert_eq!(on_shift(&format!("{days}\nclosed = [2026-01-08]{}", night(7))), 28.0);
    // Until the end of the week.
    assert_eq!(on_shift(&format!("{days}{}", night(11))), 44.0);
    // Hours of the week that the night reaches into are not counted twice.
    let early = "open = [\"Mon-Fri 02:00-10:00\"]";
    assert_eq!(on_shift(&format!("{early}{}", night(7))), 38.0);
}

#[test]
fn a_night_of_an_exception_is_printed_as_it_was_read() {
    let text = "title = \"nights\"\n[run]\nstart = 2026-01-05\nwindow = \"1 week\"\n[calendar.c]\nopen = [\"Mon-Fri 08:00-16:00\"]\n\
                [[calendar.c.exception]]\ndate = 2026-01-07\nopen = [\"20:00-04:00\"]\n";
    let text = format!("{text}{ONE_SERVER}").replace("members = 1", "members = 1\ncalendar = \"c\"");
    let lowered = |text: &str| {
        let (tree, found) = turnaround::scenario::parse("nights", text);
        assert!(found.is_empty(), "{found:?}");
        let (model, found) = turnaround::scenario::lower(&tree, &|_| Err(String::new()));
        assert!(found.iter().all(|d| !d.is_error()), "{found:?}");
        model.expect("a model")
    };
    let printed = turnaround::scenario::print(&lowered(&text));
    assert!(printed.contains("\"20:00-04:00\""), "{printed}");
    assert!(lowered(&printed) == lowered(&text));
}

// ---- own sites ----

#[test]
fn demand_is_counted_at_the_own_site() {
    let demanded = |sites: &str, from: &str| {
        let body = format!(
            "[sites]\nn = \"N\"\ns = \"S\"\n[part.a.stock.n]\ninitial = 0\n[part.a.stock.s]\ninitial = 5\n[arrival.x]\nprocess = \"p\"\n\
             trace = {{ times = [\"1 h\", \"2 h\"] }}\n{sites}\n[process.p]\nfirst = \"t\"\n[process.p.step.t]\n\
             take = {{ part = \"a\", from = \"{from}\", short = \"other\" }}\nnext = \"e\"\n[process.p.step.other]\n\
             take = {{ part = \"a\", from = \"s\" }}\nnext = \"e\"\n[process.p.step.e]\nend = {{}}\n"
        );
        let run = week(&body, &["parts.demanded", "parts.filled"]);
        [run.sum("parts.demanded") * HOUR, run.sum("parts.filled") * HOUR]
    };
    // What the own shelf lacks comes from elsewhere, where it is not asked for once more.
    assert_eq!(demanded("sites = [\"n\"]", "own"), [2.0, 0.0]);
    assert_eq!(demanded("sites = [\"s\"]", "s"), [2.0, 2.0]);
    assert_eq!(demanded("sites = [\"n\"]", "s"), [0.0, 0.0]);
    // Cases without a site are at home where the step says.
    assert_eq!(demanded("", "s"), [2.0, 2.0]);
}
