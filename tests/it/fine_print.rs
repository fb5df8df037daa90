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
