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
