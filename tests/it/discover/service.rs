//! Who is served first, and conditions on what cases carry: both come back from logs of known scenarios, and from others nothing.

use super::{found, log_of};
use turnaround::mining::discover::priorities::By;
use turnaround::mining::discover::{Discovered, Options};
use turnaround::model::{AttributeType, Dispatch};

/// A team of two with a queue, which cases leave over a choice. Cases carry what has nothing to do with it, too.
fn text(dispatch: &str, priority: &str, choice: &str) -> String {
    format!(
        "title = \"Desk\"\n[run]\nstart = 2026-01-05\nwindow = \"10 weeks\"\ndrain = \"2 weeks\"\n[team.desk]\nmembers = 2\n\
         dispatch = \"{dispatch}\"\n[attribute]\nclient = {{ levels = [\"rich\", \"poor\", \"new\"] }}\nurgent = {{ flag = true }}\n\
         amount = {{ number = \"number\" }}\n[arrival.cases]\nprocess = \"visit\"\nevery = {{ exponential = {{ mean = \"34 min\" }} }}\n\
         [process.visit.attributes]\nclient = {{ choose = {{ rich = 0.3, poor = 0.4, new = 0.3 }} }}\n\
         urgent = {{ choose = {{ true = 0.2, false = 0.8 }} }}\namount = {{ uniform = {{ min = 0, max = 1000 }} }}\n\
         [process.visit.step.come]\ndelay = {{ time = \"1 min\" }}\nnext = \"serve\"\n[process.visit.step.serve]\ntask = {{ team = \"desk\", time = {{ exponential = {{ mean = \"1 h\" }} }}{priority} }}\n\
         next = \"which\"\n[process.visit.step.which]\nchoose = [{choice}]\n\
         [process.visit.step.pay]\ndelay = {{ time = \"1 min\" }}\nnext = \"leave\"\n\
         [process.visit.step.send]\ndelay = {{ time = \"2 min\" }}\nnext = \"leave\"\n[process.visit.step.leave]\nend = {{}}\n"
    )
}

const COIN: &str = "{ chance = 0.7, to = \"pay\" }, { chance = 0.3, to = \"send\" }";

fn discovered(dispatch: &str, priority: &str, choice: &str, seed: u64) -> Discovered {
    found(&log_of(&text(dispatch, priority, choice), seed), Options::default())
}

/// Cases of a kind go first.
#[test]
fn the_order_of_service_comes_back() {
    let by_client = ", priority = \"if client == 'rich' then 2 else if client == 'new' then 1 else 0\"";
    let first = discovered("priority", by_client, COIN, 1);
    let rule = first.services[0].rule.as_ref().expect("a rule");
    let By::Groups(client) = rule.by else { panic!("{rule:?}") };
    assert_eq!(first.carried[client].name, "client");
    let AttributeType::Level(levels) = &first.carried[client].kind else { panic!("levels") };
    let rank = |level: &str| rule.ranks[levels.iter().position(|l| l == level).expect("a level")];
    assert_eq!((rank("rich"), rank("new"), rank("poor")), (2, 1, 0));
    assert_eq!((rule.kept, rule.overtaken[1]), (rule.contested, 0));
    let team = first.model.teams.iter().next().expect("a team");
    assert_eq!(team.dispatch, Dispatch::Priority);

    let flag = discovered("priority", ", priority = \"if urgent then 1 else 0\"", COIN, 2);
    let rule = flag.services[0].rule.as_ref().expect("a rule");
    assert_eq!(flag.carried[rule.attribute().expect("an attribute")].name, "urgent");
    assert_eq!(rule.ranks, [0, 1]);

    let larger = discovered("priority", ", priority = \"amount\"", COIN, 3);
    let rule = larger.services[0].rule.as_ref().expect("a rule");
    assert!(matches!(rule.by, By::Larger(a) if larger.carried[a].name == "amount"), "{rule:?}");

    // A number that is only asked whether it is large: the cut is found between two of the groups.
    let cut = discovered("priority", ", priority = \"if amount >= 700 then 1 else 0\"", COIN, 4);
    let rule = cut.services[0].rule.as_ref().expect("a rule");
    assert!(matches!(rule.by, By::Groups(a) if cut.carried[a].name == "amount"), "{rule:?}");
    let text = rule.expression(&cut.carried, 0).expect("an expression");
    let place: f64 = text.split(' ').nth(3).and_then(|word| word.parse().ok()).expect("a number");
    assert!((place - 700.0).abs() < 65.0, "{text}");

    let shortest = discovered("shortest", "", COIN, 5);
    assert_eq!(shortest.services[0].rule.as_ref().map(|r| r.by), Some(By::Shorter));
    assert_eq!(shortest.model.teams.iter().next().map(|t| t.dispatch), Some(Dispatch::Shortest));
}

/// The work of one activity goes before that of another at the same team.
#[test]
fn activities_that_go_first_come_back() {
    let text = |priority: &str| {
        format!(
            "title = \"Ward\"\n[run]\nstart = 2026-01-05\nwindow = \"10 weeks\"\ndrain = \"2 weeks\"\n[team.nurses]\nmembers = 1\n\
             dispatch = \"priority\"\n[arrival.cases]\nprocess = \"visit\"\nevery = {{ exponential = {{ mean = \"90 min\" }} }}\n\
             [process.visit.step.come]\ndelay = {{ time = \"1 min\" }}\nnext = \"look\"\n[process.visit.step.look]\ntask = {{ team = \"nurses\", time = {{ exponential = {{ mean = \"40 min\" }} }} }}\nnext = \"treat\"\n\
             [process.visit.step.treat]\n\
             task = {{ team = \"nurses\", time = {{ exponential = {{ mean = \"30 min\" }} }}{priority} }}\nnext = \"leave\"\n\
             [process.visit.step.leave]\nend = {{}}\n"
        )
    };
    for (priority, expected) in [("", None), (", priority = \"1\"", Some((By::Activity, vec![0, 0, 1])))] {
        let found = found(&log_of(&text(priority), 6), Options::default());
        let rule = found.services[0].rule.as_ref();
        assert_eq!(rule.map(|r| (r.by, r.ranks.clone())), expected);
    }
}

/// A choice by a level, by a number, by both; the shares come back within four standard errors.
#[test]
fn conditions_come_back() {
    let by_level = "{ when = \"client == 'rich'\", to = \"pay\" }, { otherwise = true, to = \"send\" }";
    let one = discovered("fifo", "", by_level, 1);
    let conditions = one.decisions[0].conditions.as_ref().expect("conditions");
    let texts: Vec<String> =
        (0..conditions.leaves.len()).map(|l| conditions.condition(l, &one.carried)).collect();
    assert_eq!(texts, ["client == 'rich'", "client in ('poor', 'new')"]);
    assert!(one.decisions[0].rules.iter().all(|rule| rule.chances.contains(&1.0)));

    let by_number = "{ when = \"amount >= 600\", to = \"mostly\" }, { otherwise = true, to = \"rarely\" }";
    let steps = "[process.visit.step.mostly]\nchoose = [{ chance = 0.8, to = \"pay\" }, { chance = 0.2, to = \"send\" }]\n\
                 [process.visit.step.rarely]\nchoose = [{ chance = 0.3, to = \"pay\" }, { chance = 0.7, to = \"send\" }]\n";
    let log = log_of(&(text("fifo", "", by_number) + steps), 2);
    let two = found(&log, Options::default());
    let decision = &two.decisions[0];
    let conditions = decision.conditions.as_ref().expect("conditions");
    assert_eq!(conditions.leaves.len(), 2, "{conditions:?}");
    let text = conditions.condition(0, &two.carried);
    let place: f64 = text.rsplit(' ').next().and_then(|word| word.parse().ok()).expect("a number");
    assert!(text.starts_with("amount < ") && (place - 600.0).abs() < 65.0, "{text}");
    // The cut may miss the true place by a group: a share of its side then has the other chance.
    let pay = two.names.iter().position(|n| n == "pay").expect("an activity") as u32;
    let way = usize::from(two.tree.activities().iter().position(|a| *a == pay) > Some(1));
    for (rule, exact) in decision.rules.iter().zip([0.3, 0.8]) {
        let se = (exact * (1.0_f64 - exact) / rule.n as f64).sqrt();
        let missed = 0.5 * (place - 600.0).abs() / 400.0;
        assert!(
            (rule.chances[way] - exact).abs() < 4.0 * se + missed,
            "{rule:?} is not {exact} +- {se} +- {missed}"
        );
    }

    let by_both =
        "{ when = \"urgent and client == 'new'\", to = \"pay\" }, { otherwise = true, to = \"send\" }";
    let both = discovered("fifo", "", by_both, 3);
    let conditions = both.decisions[0].conditions.as_ref().expect("conditions");
    let names: Vec<&str> =
        conditions.attributes().into_iter().map(|a| both.carried[a].name.as_str()).collect();
    assert_eq!(names, ["client", "urgent"]);
    assert_eq!(conditions.leaves.len(), 3);
    assert!(both.decisions[0].rules.iter().all(|rule| rule.chances.contains(&1.0)));
}

/// Logs of a process that serves first come, first served and chooses by chance: three attributes with one choice and one team, in
/// sixty logs. A rule of either kind in two of them would be as many as their levels of one in a hundred and one in a thousand allow
/// (Poisson with mean 0.66: more than 3 in one of 200 tries).
#[test]
fn nothing_is_found_where_nothing_is() {
    let logs: Vec<Discovered> = (1..=60).map(|seed| discovered("fifo", "", COIN, seed)).collect();
    let conditions = logs.iter().filter(|f| f.decisions.iter().any(|d| d.conditions.is_some())).count();
    let rules = logs.iter().filter(|f| f.services.iter().any(|s| s.rule.is_some())).count();
    eprintln!("of {} logs: {conditions} with conditions, {rules} with an order of service", logs.len());
    assert!(conditions <= 3 && rules == 0, "{conditions} {rules}");
    assert!(logs.iter().all(|f| f.used.len() <= 1));
}

/// What was discovered is simulated and discovered again: the rules stay.
#[test]
fn rules_survive_another_round() {
    let by_client = ", priority = \"if client == 'rich' then 1 else 0\"";
    let by_level = "{ when = \"client == 'rich'\", to = \"pay\" }, { otherwise = true, to = \"send\" }";
    let first = discovered("priority", by_client, by_level, 9);
    let printed = turnaround::scenario::print(&first.model);
    let again = found(&log_of(&printed, 1), Options::default());
    let names =
        |found: &Discovered| found.used.iter().map(|&a| found.carried[a].name.clone()).collect::<Vec<_>>();
    assert_eq!((names(&first), names(&again)), (vec!["client".to_owned()], vec!["client".to_owned()]));
    assert_eq!(again.services[0].rule.as_ref().map(|r| r.ranks.iter().sum::<u32>()), Some(1));
    assert!(again.decisions[0].conditions.is_some());
}
