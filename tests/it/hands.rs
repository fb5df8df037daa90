//! Parts in the hands of a case: taken, found, set aside, moved, given back. Timelines computed by hand.

use super::timelines::{HOUR, Week, week};

/// Two sites besides the own one, `n`; a part on the shelf of each; one case of `p`, which comes after an hour.
const PLACES: &str = "[sites]\nn = \"N\"\ns = \"S\"\nw = \"W\"\n[part.a.stock.s]\ninitial = 5\n[part.a.stock.n]\ninitial = 0\n[part.b.stock.n]\ninitial = 5\n\
                      [part.c.stock.w]\ninitial = 5\n[part.d.stock.s]\ninitial = 0\n[arrival.x]\nprocess = \"p\"\n\
                      trace = { times = [\"1 h\"] }\nsites = [\"n\"]\n";

/// Steps as `(name, what it does, next)`; the first is where the case begins, `e` the end.
#[track_caller]
fn case(steps: &[(&str, &str, &str)]) -> Week {
    let mut body = format!("{PLACES}[process.p]\nfirst = \"{}\"\n", steps[0].0);
    for (name, what, next) in steps {
        body += &format!("[process.p.step.{name}]\n{what}\n");
        if !next.is_empty() {
            body += &format!("next = \"{next}\"\n");
        }
    }
    week(&format!("{body}[process.p.step.e]\nend = {{}}\n"), &["p.time", "parts.transfers"])
}

impl Week {
    #[track_caller]
    fn takes(&self, hours: f64, transfers: f64) {
        self.is(&[("p.time", hours)]);
        assert_eq!(self.sum("parts.transfers") * HOUR, transfers);
    }
}

const RIDE: &str = "transfer = { time = \"10 h\", fee = \"$5\" }";
const HOUR_PASSES: &str = "delay = { time = \"1 h\" }";

#[test]
fn a_transfer_that_is_withdrawn_has_moved_nothing() {
    // The ride is given up after an hour, and another one brings the part.
    case(&[
        ("t", "take = { part = \"a\", from = \"s\" }", "r"),
        ("r", "race = { of = [\"ride\", \"wait\"] }", ""),
        ("ride", RIDE, "e"),
        ("wait", HOUR_PASSES, "again"),
        ("again", RIDE, "more"),
        // All is at home now.
        ("more", RIDE, "e"),
    ])
    .takes(11.0, 2.0);
}

#[test]
fn a_part_that_never_came_is_not_moved() {
    // The shelf of `d` is empty; after two hours the case takes another part at its own site.
    case(&[
        ("r", "race = { of = [\"t\", \"wait\"] }", ""),
        ("t", "take = { part = \"d\", from = \"s\" }", "ride"),
        ("wait", "delay = { time = \"2 h\" }", "own"),
        ("own", "take = { part = \"b\" }", "ride"),
        ("ride", RIDE, "e"),
    ])
    .takes(2.0, 0.0);
}

#[test]
fn a_part_that_was_waited_for_is_moved() {
    // Another token brings a unit after three hours.
    case(&[
        ("f", "fork = { to = [\"t\", \"wait\"], join = \"j\" }", ""),
        ("t", "take = { part = \"d\", from = \"s\" }", "ride"),
        ("ride", RIDE, "j"),
        ("wait", "delay = { time = \"3 h\" }", "back"),
        ("back", "return = { part = \"d\", to = \"s\" }", "j"),
        ("j", "join = {}", "e"),
    ])
    .takes(13.0, 1.0);
}

#[test]
fn what_is_returned_where_it_was_taken_is_not_moved() {
    let taken = |n: u32, back: u32, to: &str| {
        case(&[
            ("t", &format!("take = {{ part = \"a\", from = \"s\", quantity = {n} }}"), "back"),
            ("back", &format!("return = {{ part = \"a\", to = \"{to}\", quantity = {back} }}"), "ride"),
            ("ride", RIDE, "e"),
        ])
    };
    taken(1, 1, "s").takes(0.0, 0.0);
    taken(2, 1, "s").takes(10.0, 1.0);
    // The old part comes back to another shelf than the new one was taken from.
    taken(1, 1, "n").takes(10.0, 1.0);
}

#[test]
fn a_transfer_without_anything_to_move_takes_no_time() {
    case(&[("ride", RIDE, "e")]).takes(0.0, 0.0);
}

#[test]
fn two_tokens_move_each_what_lies_there() {
    // The second one takes a part an hour after the first has set out.
    case(&[
        ("f", "fork = { to = [\"t1\", \"wait\"], join = \"j\" }", ""),
        ("t1", "take = { part = \"a\", from = \"s\" }", "ride"),
        ("wait", HOUR_PASSES, "t2"),
        ("t2", "take = { part = \"c\", from = \"w\" }", "ride"),
        ("ride", RIDE, "j"),
        ("j", "join = {}", "e"),
    ])
    .takes(11.0, 2.0);
}

/// A desk at each site, which answers after an hour; the case asks for `a`, after having taken `b` at its own site.
fn asked(reserve: bool, steps: &[(&str, &str, &str)]) -> Week {
    asked_among(PLACES, reserve, steps, "")
}

fn asked_among(places: &str, reserve: bool, steps: &[(&str, &str, &str)], more: &str) -> Week {
    let world = "[team.c]\nsites = [\"n\", \"s\"]\nmembers = 1\n[channel.ph]\nmode = \"one_by_one\"\nlatency = \"1 h\"\n\
                 [attribute]\nat = { of = \"sites\" }\n";
    let ask = format!(
        "ask = {{ for = \"a\", asker = \"c\", places = [{{ team = \"c\", scope = \"other_sites\", sees = \"shelf\" }}], \
         channels = [\"ph\"], reserve = {reserve}, site_attribute = \"at\", found = \"then\", not_found = \"e\" }}"
    );
    let mut body = format!(
        "{world}{places}{more}[process.p]\nfirst = \"own\"\n[process.p.step.own]\ntake = {{ part = \"b\" }}\nnext = \"q\"\n\
         [process.p.step.q]\n{ask}\n"
    );
    for (name, what, next) in steps {
        body += &format!("[process.p.step.{name}]\n{what}\n");
        if !next.is_empty() {
            body += &format!("next = \"{next}\"\n");
        }
    }
    week(&format!("{body}[process.p.step.e]\nend = {{}}\n"), &["p.time", "parts.transfers", "parts.on_hand"])
}

#[test]
fn what_a_search_found_is_moved() {
    for reserve in [true, false] {
        asked(reserve, &[("then", RIDE, "e")]).takes(11.0, 1.0);
        asked(
            reserve,
            &[("then", "take = { part = \"a\", from = \"attr:at\" }", "ride"), ("ride", RIDE, "e")],
        )
        .takes(11.0, 1.0);
    }
}

#[test]
fn what_was_set_aside_and_set_out_in_vain_goes_back() {
    let run = asked(
        true,
        &[
            ("then", "race = { of = [\"ride\", \"wait\"] }", ""),
            ("ride", RIDE, "e"),
            ("wait", HOUR_PASSES, "e"),
        ],
    );
    run.takes(2.0, 1.0);
    // `b` lost a unit after an hour; that of `a` was off its shelf for the hour of the ride and none before.
    assert_eq!(run.sum("parts.on_hand"), 15.0 * 168.0 - 167.0 - 1.0);
}

/// Takes two of `a`, of which one is set aside; another case brings one back to the shelf after ten hours.
fn two_of(initial: u32, short: &str) -> Week {
    let at = "[arrival.y]\nprocess = \"y\"\ntrace = { times = [\"10 h\"] }\nsites = [\"n\"]\n\
              [process.y.step.r]\nreturn = { part = \"a\", to = \"s\" }\nnext = \"e\"\n[process.y.step.e]\nend = {}\n";
    let take = format!("take = {{ part = \"a\", from = \"attr:at\", quantity = 2, short = \"{short}\" }}");
    asked_among(&PLACES.replacen('5', &initial.to_string(), 1), true, &[("then", &take, "e")], at)
}

#[test]
fn what_is_set_aside_for_a_case_counts_towards_what_it_takes() {
    // One set aside after an hour, one on the shelf.
    let run = two_of(2, "wait");
    run.is(&[("p.time", 1.0)]);
    // `b` and `c` but for one from the first hour on; `a` as long as both are there, and the one that comes back.
    let others = 10.0 * 168.0 - 167.0;
    assert_eq!(run.sum("parts.on_hand"), others + 2.0 * 2.0 + 158.0);
    // One set aside, the other waited for.
    let run = two_of(1, "wait");
    run.is(&[("p.time", 9.0)]);
    assert_eq!(run.sum("parts.on_hand"), others + 2.0);
    // Short of one, the case takes nothing and ends: what was set aside goes back.
    let run = two_of(1, "e");
    run.is(&[("p.time", 1.0)]);
    assert_eq!(run.sum("parts.on_hand"), others + 168.0 + 158.0);
}

#[test]
fn what_was_set_aside_for_a_withdrawn_take_is_moved() {
    // The other unit does not come in time; the one that was set aside goes by van.
    let run = asked_among(
        &PLACES.replacen('5', "1", 1),
        true,
        &[
            ("then", "race = { of = [\"t\", \"wait\"] }", ""),
            ("t", "take = { part = \"a\", from = \"attr:at\", quantity = 2 }", "e"),
            ("wait", HOUR_PASSES, "ride"),
            ("ride", RIDE, "e"),
        ],
        "",
    );
    run.takes(12.0, 1.0);
}
