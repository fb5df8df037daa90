//! Small models whose answers are known: by queueing theory, or by hand.

use super::*;

const ONE_TASK: &str = "startEvent s\ntask a name='A'\nendEvent e";

/// Long enough for an M/M/1 queue at 60 %.
const LONG: &[&str] = &["run.window=20 weeks", "run.warm_up=2 weeks", "compare.replications=20"];

fn with(mut json: Value, key: &str, value: Value) -> Value {
    json[key] = value;
    json
}

#[test]
fn one_server_is_an_m_m_1_queue() {
    let json = parameters(&[("a", law("expon", &[600.0, 0.0, 1e9]))], 1, law("expon", &[1000.0, 0.0, 1e9]));
    let imported = scenario(&diagram(ONE_TASK, "s > a, a > e"), &json);
    // 1 / (mu - lambda); utilisation; 36 an hour for ten minutes.
    let answers = [("cycle_time", "1500 s"), ("busy_staff", "60 %"), ("cost_staff", "$6")];
    let named = text::print(&imported.scenario).contains("[team.worker]");
    let answers = answers.map(|(m, v)| (if named { m.replace("staff", "worker") } else { m.to_owned() }, v));
    let answers: Vec<(&str, &str)> = answers.iter().map(|(m, v)| (m.as_str(), *v)).collect();
    expect(&imported, LONG, &answers);
}

#[test]
fn an_expon_law_is_shifted_and_cut_off() {
    // min + Exp(mean - min), given that it is at most max: 60 + (40 - 100 e^-2.5 / (1 - e^-2.5)).
    let json = parameters(&[("a", law("expon", &[100.0, 60.0, 160.0]))], 1, law("fix", &[1000.0]));
    let imported = scenario(&diagram(ONE_TASK, "s > a, a > e"), &json);
    let tail = (-2.5_f64).exp();
    let mean = 60.0 + 40.0 - 100.0 * tail / (1.0 - tail);
    expect(&imported, LONG, &[("working", &format!("{mean} s"))]);
}

#[test]
fn conditions_that_hold_together_share_by_their_probabilities() {
    let nodes = "startEvent s\nexclusiveGateway g\ntask a\ntask b\ntask c\nendEvent e";
    let flows = "s > g, fa: g > a, fb: g > b, fc: g > c, a > e, b > e, c > e";
    let tasks = [("a", law("fix", &[1.0])), ("b", law("fix", &[2.0])), ("c", law("fix", &[3.0]))];
    let path = |f: &str, p: f64, c: &str| json!({ "path_id": f, "value": p, "condition_id": c });
    let rule = |attribute: &str, sign: &str, value: Value| json!([[{ "attribute": attribute, "comparison": sign, "value": value }]]);
    let json = parameters(&tasks, 1, law("fix", &[60.0]));
    let json = with(
        json,
        "gateway_branching_probabilities",
        json!([{ "gateway_id": "g", "probabilities": [path("fa", 0.1, "1"), path("fb", 0.3, "2"), path("fc", 0.6, "3")] }]),
    );
    let json = with(
        json,
        "case_attributes",
        json!([
            { "name": "kind", "type": "discrete", "values": [{ "key": "X", "value": "0.5" }, { "key": "Y", "value": 0.5 }] },
            { "name": "size", "type": "continuous", "values": law("uniform", &[0.0, 10.0]) },
        ]),
    );
    let json = with(
        json,
        "branch_rules",
        json!([
            { "id": "1", "rules": rule("kind", "=", json!("X")) },
            { "id": "2", "rules": rule("kind", "=", json!("X")) },
            { "id": "3", "rules": rule("size", "in", json!(["8", "inf"])) },
        ]),
    );
    let imported = scenario(&diagram(nodes, flows), &json);
    // X and small (.4): a .25, b .75. X and large (.1): a .1, b .3, c .6. Y and large (.1): c. Y and small (.4): by chance.
    let mean = 0.4 * 1.75 + 0.1 * 2.5 + 0.1 * 3.0 + 0.4 * 2.5;
    expect(&imported, &["compare.replications=20"], &[("working", &format!("{mean} s"))]);
}

#[test]
fn conditions_that_exclude_each_other_are_plain_choices() {
    let nodes = "startEvent s\nexclusiveGateway g default='fb'\ntask a\ntask b\nendEvent e";
    let flows = "s > g, fa: g > a, fb: g > b, a > e, b > e";
    let json = parameters(&[("a", law("fix", &[1.0])), ("b", law("fix", &[3.0]))], 1, law("fix", &[60.0]));
    let json = with(
        json,
        "gateway_branching_probabilities",
        json!([{ "gateway_id": "g", "probabilities": [
            { "path_id": "fa", "value": 0.9, "condition_id": "1" }, { "path_id": "fb", "value": 0.1 }
        ]}]),
    );
    let json = with(
        json,
        "case_attributes",
        json!([{ "name": "else", "type": "discrete", "values": [
            { "key": "is", "value": 0.25 }, { "key": "it's", "value": 0.75 }
        ]}]),
    );
    let json = with(
        json,
        "branch_rules",
        json!([{ "id": "1", "rules": [[
            { "attribute": "else", "comparison": "=", "value": "is" }
        ]]}]),
    );
    let imported = scenario(&diagram(nodes, flows), &json);
    expect(&imported, &["compare.replications=20"], &[("working", "2.5 s")]);
}

#[test]
fn an_inclusive_gateway_takes_at_least_one_way() {
    let nodes = "startEvent s\ninclusiveGateway g\nintermediateCatchEvent a\nintermediateCatchEvent b\ninclusiveGateway j\nendEvent e";
    let flows = "s > g, fa: g > a, fb: g > b, a > j, b > j, j > e";
    let json = parameters(&[], 1, law("fix", &[60.0]));
    let json =
        with(json, "event_distribution", events(&[("a", law("fix", &[100.0])), ("b", law("fix", &[200.0]))]));
    let json = with(
        json,
        "gateway_branching_probabilities",
        json!([{ "gateway_id": "g", "probabilities": [
            { "path_id": "fa", "value": 0.5 }, { "path_id": "fb", "value": 0.4 }
        ]}]),
    );
    let imported = scenario(&diagram(nodes, flows), &json);
    let one = (0.5 * 100.0 + 0.4 * 200.0) / 0.9;
    let mean = 0.2 * 200.0 + 0.3 * 100.0 + 0.2 * 200.0 + 0.3 * one;
    expect(&imported, &["compare.replications=20"], &[("cycle_time", &format!("{mean} s"))]);
}

fn events(all: &[(&str, Value)]) -> Value {
    let each = all.iter().map(|(id, law)| {
        let mut one = law.clone();
        one["event_id"] = json!(id);
        one
    });
    Value::Array(each.collect())
}

/// Prosimos draws the winner's delay again: 49.5 s where the mean of the smaller of two is 33.3 s.
#[test]
fn the_winner_of_a_race_keeps_its_delay() {
    let nodes = "startEvent s\neventBasedGateway g\nintermediateCatchEvent a\nintermediateCatchEvent b\nexclusiveGateway m\nendEvent e";
    let flows = "s > g, g > a, g > b, a > m, b > m, m > e";
    let json = parameters(&[], 1, law("expon", &[60.0, 0.0, 1e9]));
    let laws = [("a", law("expon", &[50.0, 0.0, 1e9])), ("b", law("expon", &[100.0, 0.0, 1e9]))];
    let json = with(json, "event_distribution", events(&laws));
    let imported = scenario(&diagram(nodes, flows), &json);
    expect(&imported, &["compare.replications=20"], &[("cycle_time", &format!("{} s", 100.0 / 3.0))]);
}

fn waits(nodes: &str, flows: &str, waits: &[(&str, f64)]) -> Imported {
    let laws: Vec<_> = waits.iter().map(|(id, t)| (*id, law("fix", &[*t]))).collect();
    let json = with(parameters(&[], 1, law("fix", &[3600.0])), "event_distribution", events(&laws));
    scenario(&diagram(nodes, flows), &json)
}

const FOUR: &str = "startEvent s\nparallelGateway x\nintermediateCatchEvent a\nintermediateCatchEvent b\nintermediateCatchEvent c\n\
    intermediateCatchEvent d\nendEvent e\n";
const TIMES: [(&str, f64); 4] = [("a", 10.0), ("b", 20.0), ("c", 30.0), ("d", 45.0)];
const SHORT: &[&str] = &["compare.replications=2"];

#[test]
fn forks_find_their_joins() {
    for (nodes, flows, cycle) in [
        // All meet at one gateway.
        ("parallelGateway j", "s > x, x > a, x > b, x > c, x > d, a > j, b > j, c > j, d > j, j > e", 45),
        // Two of three meet before.
        (
            "parallelGateway j\nparallelGateway k",
            "s > x, x > a, x > b, x > d, a > j, b > j, j > c, c > k, d > k, k > e",
            50,
        ),
        // A fork in a fork, which meet at the same gateway.
        (
            "parallelGateway y\nparallelGateway j",
            "s > x, x > a, x > d, a > y, y > b, y > c, b > j, c > j, d > j, j > e",
            45,
        ),
        // Ends of their own.
        ("endEvent f", "s > x, x > a, x > d, a > e, d > f", 45),
        // An end that cancels the others.
        ("endEvent f |<terminateEventDefinition/>", "s > x, x > a, x > d, a > f, d > f", 10),
        // A branch without anything.
        ("parallelGateway j", "s > x, x > a, x > j, a > j, j > d, d > e", 55),
        // An activity with two ways out starts both; an end with several ways in waits for all.
        ("", "s > a, a > b, a > c, b > e, c > e", 40),
        // A way out of a branch, beside the join.
        (
            "exclusiveGateway g\nparallelGateway j\nendEvent f",
            "s > x, x > a, x > d, a > g, q: g > f, r: g > b, b > j, d > j, j > c, c > e",
            75,
        ),
        // A gateway that joins and splits.
        (
            "parallelGateway j\nparallelGateway k",
            "s > x, x > a, x > b, a > j, b > j, j > c, j > d, c > k, d > k, k > e",
            65,
        ),
    ] {
        let all = format!("{FOUR}{nodes}");
        let imported = waits(&all, flows, &TIMES);
        // Whatever way the last but one takes, the other branch is waited for.
        expect(&imported, SHORT, &[("cycle_time", &format!("{cycle} s"))]);
    }
}

#[test]
fn a_join_that_is_not_nested_is_said() {
    let nodes = format!("{FOUR}parallelGateway y\nparallelGateway z\nparallelGateway j\nparallelGateway k");
    let flows = "s > x, x > a, x > b, a > y, y > c, y > j, b > j, j > d, c > k, d > k, k > e";
    let imported = waits(&nodes, flows, &TIMES);
    assert!(says(&imported.report, Kind::Lost, "not nested"), "{}", imported.report.lines());
}

#[test]
fn sub_processes_and_events_on_edges_are_run() {
    let nodes = "startEvent s\nsubProcess u name='Inside'|<startEvent id='s2'/><intermediateCatchEvent id='a'/><endEvent id='e2'/>\
        <sequenceFlow id='g1' sourceRef='s2' targetRef='a'/><sequenceFlow id='g2' sourceRef='a' targetRef='e2'/>\n\
        intermediateCatchEvent b\nendEvent e";
    let imported = waits(nodes, "s > u, u > b, b > e", &TIMES);
    expect(&imported, SHORT, &[("cycle_time", "30 s")]);

    // The deadline of 60 s ends a task of 100 s; what follows takes 20 s.
    let nodes = "startEvent s\nuserTask t\nboundaryEvent x attachedToRef='t'|<timerEventDefinition><timeDuration>PT1M</timeDuration></timerEventDefinition>\n\
        intermediateCatchEvent b\nendEvent e\nendEvent f";
    let json = parameters(&[("t", law("fix", &[100.0]))], 1, law("fix", &[3600.0]));
    let json = with(json, "event_distribution", events(&[("b", law("fix", &[20.0]))]));
    let imported = scenario(&diagram(nodes, "s > t, t > e, x > b, b > f"), &json);
    expect(&imported, SHORT, &[("cycle_time", "80 s"), ("working", "60 s")]);
}

#[test]
fn work_pauses_when_the_calendar_closes() {
    let json = parameters(&[("a", law("fix", &[36_000.0]))], 1, law("fix", &[604_800.0]));
    let period = |from: &str, to: &str, begin: &str, end: &str| json!({ "from": from, "to": to, "beginTime": begin, "endTime": end });
    let json = with(
        json,
        "resource_calendars",
        json!([{ "id": "always", "name": "Day", "time_periods": [
            period("SATURDAY", "WEDNESDAY", "09:00:00.000", "12:00:00"), period("SATURDAY", "WEDNESDAY", "12:00", "17:00:00+00:00")
        ]}]),
    );
    let json = with(json, "arrival_time_calendar", json!([period("MONDAY", "MONDAY", "09:00", "10:00")]));
    let imported = scenario(&diagram(ONE_TASK, "s > a, a > e"), &json);
    // Ten hours from Monday at nine: eight on Monday, two on Tuesday.
    expect(&imported, SHORT, &[("cycle_time", "26 h"), ("working", "10 h")]);
}

#[test]
fn without_an_arrival_calendar_cases_come_while_somebody_is_there() {
    let mut json = parameters(&[("a", law("fix", &[60.0]))], 1, law("fix", &[600.0]));
    json.as_object_mut().expect("a table").remove("arrival_time_calendar");
    let json = with(
        json,
        "resource_calendars",
        json!([{ "id": "always", "name": "Day", "time_periods": [
            { "from": "MONDAY", "to": "FRIDAY", "beginTime": "09:00", "endTime": "17:00" }
        ]}]),
    );
    let text = text::print(&scenario(&diagram(ONE_TASK, "s > a, a > e"), &json).scenario);
    assert!(
        text.contains("during = \"arrival_hours\"") && text.contains("open = [\"Mon-Fri 09:00-17:00\"]"),
        "{text}"
    );
}

#[test]
fn gaps_longer_than_the_opening_hours_are_moved_to_the_next_opening() {
    let json = parameters(&[("a", law("fix", &[60.0]))], 1, law("fix", &[72_000.0]));
    let json = with(
        json,
        "arrival_time_calendar",
        json!({ "id": "x", "time_periods": [
            { "from": "MONDAY", "to": "FRIDAY", "beginTime": "09:00", "endTime": "17:00" }
        ]}),
    );
    let imported = scenario(&diagram(ONE_TASK, "s > a, a > e"), &json);
    let mut root = imported.scenario.clone();
    let metric = Table::default().with("unit", "per week").with("rate", "p.started");
    let Some(text::Value::Table(metrics)) = root.get_mut("metric").map(|n| &mut n.value) else {
        panic!("metrics")
    };
    metrics.push("arrivals", metric);
    // Twenty hours after nine o'clock it is five in the morning: one case each working day.
    let five = Imported { scenario: root, report: Report::default() };
    expect(&five, SHORT, &[("arrivals", "5 per week")]);
}

/// Cobham 1954: (R / (1 - rho1)) and R / ((1 - rho1) (1 - rho)). In Prosimos low priority waits for cases yet to come.
#[test]
fn priorities_are_cobhams() {
    let json = parameters(&[("a", law("expon", &[3600.0, 0.0, 1e9]))], 1, law("expon", &[4500.0, 0.0, 1e9]));
    let json = with(
        json,
        "case_attributes",
        json!([{ "name": "class", "type": "discrete", "values": [
            { "key": "urgent", "value": 0.375 }, { "key": "normal", "value": 0.625 }
        ]}]),
    );
    let json = with(
        json,
        "prioritisation_rules",
        json!([{ "priority_level": 1, "rules": [[
            { "attribute": "class", "comparison": "=", "value": "urgent" }
        ]]}]),
    );
    let imported = scenario(&diagram(ONE_TASK, "s > a, a > e"), &json);
    let mut root = imported.scenario.clone();
    let Some(text::Value::Table(metrics)) = root.get_mut("metric").map(|n| &mut n.value) else {
        panic!("metrics")
    };
    for class in ["urgent", "normal"] {
        let metric = Table::default().with("unit", "h").with("mean", "p.waiting");
        metrics.push(format!("wait_{class}"), metric.with("where", format!("class == '{class}'")));
    }
    let with_classes = Imported { scenario: root, report: Report::default() };
    let settings = ["run.window=5000 d", "run.warm_up=100 d", "run.bin=100 d", "compare.replications=20"];
    let answers = [("wait_urgent", "1.14285714286 h"), ("wait_normal", "5.71428571429 h")];
    expect(&with_classes, &settings, &answers);
}

#[test]
fn batches_gather_and_share_the_work() {
    let batch = |kind: &str, rules: Value| {
        json!([{
            "task_id": "a", "type": kind, "size_distrib": [{ "key": "1", "value": 0.0 }, { "key": "3", "value": 1.0 }],
            "duration_distrib": [{ "key": "3", "value": "0.5" }], "firing_rules": rules,
        }])
    };
    let json = parameters(&[("a", law("fix", &[10.0]))], 1, law("fix", &[100.0]));
    let size = json!([[{ "attribute": "size", "comparison": ">", "value": 2 }]]);
    let age = json!([[{ "attribute": "large_wt", "comparison": ">=", "value": 150 }, { "attribute": "large_wt", "comparison": "<", "value": 9999 }]]);
    for (kind, rules, cycle) in [
        // They wait 200, 100 and 0 s; five seconds each, one after the other.
        ("Sequential", json!([]), (205.0 + 110.0 + 15.0) / 3.0),
        ("Sequential", size, (205.0 + 110.0 + 15.0) / 3.0),
        // Three at once: 3 x .5 x 10 s.
        ("Parallel", json!([]), 100.0 + 15.0),
        // Two and a half minutes after the first.
        ("Sequential", age, f64::NAN),
    ] {
        let imported = scenario(
            &diagram(ONE_TASK, "s > a, a > e"),
            &with(json.clone(), "batch_processing", batch(kind, rules)),
        );
        if cycle.is_nan() {
            assert!(
                text::print(&imported.scenario).contains("age = \"2.5 min\""),
                "{}",
                text::print(&imported.scenario)
            );
        } else {
            expect(&imported, SHORT, &[("cycle_time", &format!("{cycle} s"))]);
        }
    }
}

#[test]
fn attributes_of_tasks_are_set_when_these_are_done() {
    let nodes = "startEvent s\ntask a\nexclusiveGateway g\ntask b\ntask c\nendEvent e";
    let flows = "s > a, a > g, fb: g > b, fc: g > c, b > e, c > e";
    let tasks = [("a", law("fix", &[1.0])), ("b", law("fix", &[10.0])), ("c", law("fix", &[100.0]))];
    let json = parameters(&tasks, 1, law("fix", &[1000.0]));
    let json = with(
        json,
        "case_attributes",
        json!([{ "name": "base", "type": "continuous", "values": law("fix", &[3.0]) }]),
    );
    let json = with(
        json,
        "event_attributes",
        json!([{ "event_id": "a", "attributes": [
            { "name": "score", "type": "expression", "values": "base ** 2 // 2 + uniform(0, 1)" },
            { "name": "state", "type": "discrete", "values": { "new": { "old": 1 }, "old": { "new": 1 } } },
            { "name": "grade", "type": "dtree", "values": [
                [[{ "attribute": "score", "comparison": "<", "value": 4 }], "1"], [[], "2 if_"]
            ]},
            { "name": "rank", "type": "dtree", "values": [
                [[{ "attribute": "score", "comparison": "<=", "value": 4.25 }], "1"], [[], "math.sqrt(16)"]
            ]},
        ]}]),
    );
    let json = with(
        json,
        "gateway_branching_probabilities",
        json!([{ "gateway_id": "g", "probabilities": [
            { "path_id": "fb", "value": 0.5, "condition_id": "low" }, { "path_id": "fc", "value": 0.5, "condition_id": "high" }
        ]}]),
    );
    let json = with(
        json,
        "branch_rules",
        json!([
            { "id": "low", "rules": [[{ "attribute": "rank", "comparison": "=", "value": "1" }]] },
            { "id": "high", "rules": [[{ "attribute": "rank", "comparison": ">", "value": "1" }]] },
        ]),
    );
    let imported = scenario(&diagram(nodes, flows), &json);
    assert!(
        says(&imported.report, Kind::Lost, "the formula cannot be carried over"),
        "{}",
        imported.report.lines()
    );
    // score is 4 + U: a quarter of the cases go to b.
    expect(&imported, &["compare.replications=20"], &[("working", &format!("{} s", 1.0 + 2.5 + 75.0))]);
}

#[test]
fn older_files_mean_the_same() {
    let new = parameters(&[("a", law("uniform", &[100.0, 300.0]))], 2, law("expon", &[1000.0, 0.0, 1e9]));
    let mut old = new.clone();
    old["resource_profiles"] = json!({ "staff": { "name": "Staff", "resource_list": [
        { "id": "worker", "name": "Worker", "cost_per_hour": 36, "amount": "2", "calendar": "always", "assigned_tasks": ["a"] }
    ]}});
    old["resource_calendars"] = json!({ "always": new["resource_calendars"][0]["time_periods"] });
    old["arrival_time_calendar"] =
        json!({ "id": "x", "name": "y", "time_periods": new["arrival_time_calendar"] });
    old["gateway_branching_probabilities"] = json!({});
    // SciPy: loc, scale, least, most.
    let uniform = json!({ "distribution_name": "uniform", "distribution_params": [100, "200", 0, 400] });
    old["task_resource_distribution"] = json!({ "a": { "worker": uniform } });
    old["arrival_time_distribution"] =
        json!({ "distribution_name": "expon", "distribution_params": [0, 1000] });
    let bpmn = diagram(ONE_TASK, "s > a, a > e");
    let (new, old) = (scenario(&bpmn, &new), scenario(&bpmn, &old));
    let print = |i: &Imported| text::print(&i.scenario).replace("Always", "always");
    let without_bound = print(&new).replace(
        "{ truncated = { of = { exponential = { mean = \"1000 s\" } }, max = \"277777.77777777775 h\" } }",
        "{ exponential = { mean = \"1000 s\" } }",
    );
    let every = |text: &str| text.lines().filter(|l| !l.starts_with("every")).collect::<Vec<_>>().join("\n");
    assert_eq!(every(&print(&old)), every(&without_bound));
}

#[test]
fn what_qbp_writes_into_a_diagram_is_read() {
    let info = "<extensionElements><processSimulationInfo><arrivalRateDistribution type='FIXED' mean='3600' arg1='NaN'/>\
        <timetables><timetable id='t' default='true'><rules><rule fromTime='09:00:00.000+00:00' toTime='17:00:00.000+00:00' \
        fromWeekDay='MONDAY' toWeekDay='FRIDAY'/></rules></timetable></timetables>\
        <resources><resource id='r' name='Clerk' totalAmount='1' costPerHour='30' timetableId='t'/></resources>\
        <elements><element elementId='a'><durationDistribution type='UNIFORM' mean='NaN' arg1='600' arg2='1200'/>\
        <resourceIds><resourceId>r</resourceId></resourceIds></element></elements><sequenceFlows>\
        <sequenceFlow elementId='fa' executionProbability='0.25'/><sequenceFlow elementId='fe' executionProbability='0.75'/>\
        </sequenceFlows></processSimulationInfo></extensionElements>";
    let nodes = "startEvent s\nexclusiveGateway g\ntask a\nendEvent e";
    let bpmn = diagram(nodes, "s > g, fa: g > a, fe: g > e, a > e")
        .replace("name='p'>", &format!("name='p'>{info}"));
    let imported = import(&bpmn, None);
    assert!(!imported.report.has_errors(), "{}", imported.report.lines());
    expect(&imported, &["run.window=40 weeks", "compare.replications=20"], &[("working", "225 s")]);
}

#[test]
fn people_with_laws_of_their_own_are_taken_at_random() {
    let json = parameters(&[("a", law("fix", &[100.0]))], 1, law("fix", &[3600.0]));
    let more = json!({ "id": "slow", "name": "Slow", "cost_per_hour": 0, "amount": 3 });
    let mut json = with(
        json,
        "task_resource_distribution",
        json!([{ "task_id": "a", "resources": [
            { "resource_id": "worker", "distribution_name": "fix", "distribution_params": [{ "value": 100 }] },
            { "resource_id": "slow", "distribution_name": "uniform", "distribution_params": [{ "value": 100 }, { "value": 300 }] },
        ]}]),
    );
    json["resource_profiles"][0]["resource_list"].as_array_mut().expect("a list").push(more);
    let imported = scenario(&diagram(ONE_TASK, "s > a, a > e"), &json);
    assert!(says(&imported.report, Kind::Differs, "different times for the same task"));
    // One in four takes 100 s, the others 200 s on average.
    expect(&imported, &["compare.replications=20"], &[("working", "175 s")]);
    // Twice as long for everything is half the speed.
    json["task_resource_distribution"][0]["resources"][1] = json!({ "resource_id": "slow", "distribution_name": "fix", "distribution_params": [{ "value": 200 }] });
    let imported = scenario(&diagram(ONE_TASK, "s > a, a > e"), &json);
    let text = text::print(&imported.scenario);
    assert!(text.contains("speed = 0.5") && text.contains("time = \"100 s\""), "{text}");
}

#[test]
fn histograms_fuzzy_calendars_and_attributes_of_the_run_are_read() {
    let arrival = json!({ "distribution_name": "histogram_sampling", "histogram_data": { "cdf": [0.25, 1.0], "bin_midpoints": [100, 500] } });
    let json = parameters(&[("a", law("fix", &[60.0]))], 1, arrival);
    let json = with(json, "model_type", json!("FUZZY"));
    let json = with(
        json,
        "resource_calendars",
        json!([{ "id": "always", "name": "Some", "time_periods": [
        { "from": "MONDAY", "to": "SUNDAY", "beginTime": "00:00", "endTime": "12:00", "probability": "0.5" },
        { "from": "MONDAY", "to": "SUNDAY", "beginTime": "12:00", "endTime": "18:00", "probability": 1 },
    ], "workload_ratio": [{ "from": "MONDAY", "to": "SUNDAY", "beginTime": "00:00", "endTime": "18:00", "probability": 1 }] }]),
    );
    let json = with(
        json,
        "global_attributes",
        json!([{ "name": "rate", "type": "continuous", "values": law("fix", &[3.0]) }]),
    );
    let imported = scenario(&diagram(ONE_TASK, "s > a, a > e"), &json);
    // Six of eighteen hours are missing.
    assert!(text::print(&imported.scenario).contains("absence = 0.3333"));
    for (kind, words) in [
        (Kind::Differs, "share of whole days off"),
        (Kind::Differs, "whole run"),
        (Kind::Lost, "workload_ratio"),
    ] {
        assert!(says(&imported.report, kind, words), "{words}\n{}", imported.report.lines());
    }
    let mut root = imported.scenario.clone();
    let Some(text::Value::Table(metrics)) = root.get_mut("metric").map(|n| &mut n.value) else {
        panic!("metrics")
    };
    metrics.push("arrivals", Table::default().with("unit", "per h").with("rate", "p.started"));
    // A gap takes 400 s on average.
    let with_rate = Imported { scenario: root, report: Report::default() };
    expect(&with_rate, &["compare.replications=20"], &[("arrivals", "9 per h")]);
}

#[test]
fn an_inclusive_gateway_takes_all_ways_that_hold_or_the_default() {
    let nodes = "startEvent s\ninclusiveGateway g default='fc'\nintermediateCatchEvent a\nintermediateCatchEvent b\n\
        intermediateCatchEvent c\ninclusiveGateway j\nendEvent e";
    let flows = "s > g, fa: g > a, fb: g > b, fc: g > c, a > j, b > j, c > j, j > e";
    let laws = [("a", law("fix", &[100.0])), ("b", law("fix", &[200.0])), ("c", law("fix", &[1000.0]))];
    let json = with(parameters(&[], 1, law("fix", &[60.0])), "event_distribution", events(&laws));
    let path = |f: &str, c: Option<&str>| json!({ "path_id": f, "value": 0.3, "condition_id": c });
    let json = with(
        json,
        "gateway_branching_probabilities",
        json!([{ "gateway_id": "g", "probabilities": [
            path("fa", Some("1")), path("fb", Some("2")), path("fc", None)
        ]}]),
    );
    let json = with(
        json,
        "case_attributes",
        json!([{ "name": "x", "type": "continuous", "values": law("uniform", &[0.0, 10.0]) }]),
    );
    let above = |x: f64| json!([[{ "attribute": "x", "comparison": ">", "value": x }]]);
    let json = with(
        json,
        "branch_rules",
        json!([{ "id": "1", "rules": above(4.0) }, { "id": "2", "rules": above(9.0) }]),
    );
    let imported = scenario(&diagram(nodes, flows), &json);
    // Below 4 the default; up to 9 the first; above it both.
    let mean = 0.4 * 1000.0 + 0.5 * 100.0 + 0.1 * 200.0;
    expect(&imported, &["compare.replications=20"], &[("cycle_time", &format!("{mean} s"))]);
}
