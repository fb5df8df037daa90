//! Broken and hostile models: findings with a place, bounded memory, never a panic.

use super::*;
use crate::eventlog::Endless;

#[test]
fn endless_models_are_refused_early() {
    const ALL: u64 = 10 << 30;
    for (head, body) in [
        ("<definitions><process id='p'><task id='", "xxxxxxxxxxxxxxxx"),
        ("<definitions>", "<a>"),
        ("<definitions>", "<a b='c'/>"),
        ("<definitions><documentation>", "text without an end "),
    ] {
        let body = body.repeat(500);
        let mut source = Endless { head: head.as_bytes(), body: body.as_bytes(), left: ALL };
        let mut report = Report::default();
        bpmn::read(&mut source, &mut report);
        assert!(report.has_errors() && source.left > ALL - (600 << 20), "{head} {}", source.left);
    }
    let mut source = Endless { head: b"[", body: &[b'['; 4096], left: ALL };
    let mut report = Report::default();
    prosimos::read(&mut source, &mut report);
    assert!(report.has_errors() && source.left > ALL - (200 << 20), "{}", source.left);
}

#[test]
fn entities_cannot_multiply() {
    let laughs = "<!DOCTYPE d [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;&a;'>]><definitions><process id='&b;'/></definitions>";
    let imported = import(laughs, None);
    assert!(says(&imported.report, Kind::Error, "document type declaration"), "{}", imported.report.lines());
}

#[test]
fn faults_of_a_diagram_are_said_with_their_lines() {
    let text = "<definitions>\n<process id='p'>\n<startEvent id='s'/>\n<task id='s'/>\n<task/>\n<sequenceFlow id='f' sourceRef='s' targetRef='x'/>\n\
        <mystery/>\n</process></definitions>";
    let imported = import(text, None);
    let lines = imported.report.lines();
    for part in [
        "line 4: the id `s` is already that of line 3",
        "line 5: a task has no id",
        "line 6: the flow `f` begins or ends nowhere",
        "line 7: an element `mystery` is not known",
    ] {
        assert!(lines.contains(part), "{lines}");
    }
    for (text, what) in [
        ("", "no element"),
        ("<definitions/>", "no process"),
        ("<html/>", "not `definitions`"),
        ("<definitions><process id='p'>", "before its last tag is closed"),
        ("\u{0}\u{1}", "no element"),
    ] {
        let report = import(text, None).report;
        assert!(says(&report, Kind::Error, what), "{text}: {}", report.lines());
    }
}

#[test]
fn faults_of_parameters_are_said_with_their_paths() {
    let bpmn = diagram("startEvent s\ntask a\nendEvent e", "s > a, a > e");
    let good = parameters(&[("a", law("fix", &[1.0]))], 1, law("fix", &[60.0]));
    let broken = |change: &dyn Fn(&mut Value)| {
        let mut json = good.clone();
        change(&mut json);
        let report = import(&bpmn, Some(&json)).report;
        assert!(report.has_errors(), "{}", report.lines());
        report.lines()
    };
    for (lines, what) in [
        (broken(&|j| j["resource_profiles"] = json!(7)), "resource_profiles: expected a list, found 7"),
        (
            broken(&|j| {
                j["arrival_time_distribution"] =
                    json!({ "distribution_name": "zipf", "distribution_params": [] })
            }),
            "no such distribution",
        ),
        (
            broken(&|j| {
                j["task_resource_distribution"][0]["resources"][0]["distribution_params"][0] = json!("x")
            }),
            "resources[0].distribution_params[0]",
        ),
        (
            broken(&|j| j["task_resource_distribution"][0]["resources"][0]["resource_id"] = json!("ghost")),
            "nobody has the id `ghost`",
        ),
        (
            broken(&|j| j["resource_calendars"][0]["time_periods"][0]["from"] = json!("SOMEDAY")),
            "expected a day such as MONDAY",
        ),
        (
            broken(&|j| j["resource_calendars"][0]["time_periods"][0]["endTime"] = json!("25:00")),
            "expected a time of day",
        ),
        (broken(&|j| j["resource_calendars"] = json!([])), "is not in the file"),
        (
            broken(&|j| {
                j["resource_calendars"] =
                    json!([good["resource_calendars"][0], good["resource_calendars"][0]])
            }),
            "two calendars have the id",
        ),
        (
            broken(&|j| j["resource_profiles"][0]["resource_list"][0]["amount"] = json!(1e300)),
            "no number of people",
        ),
        (broken(&|j| j["arrival_time_distribution"] = law("norm", &[-1e6, 1.0])), "hardly any value"),
        (
            broken(&|j| j["batch_processing"] = json!([{ "task_id": "a", "type": "Heap" }])),
            "no type of batch",
        ),
    ] {
        assert!(lines.contains(what), "{what}: {lines}");
    }
    let mut report = Report::default();
    prosimos::read(&mut &b"{\"a\": 1,\n \"b\" 2}"[..], &mut report);
    assert!(report.lines().contains("line 2, column 6"), "{}", report.lines());
    // Truncated gzip.
    let whole = {
        use std::io::Write;
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        gzip.write_all(good.to_string().as_bytes()).expect("memory");
        gzip.finish().expect("memory")
    };
    let mut report = Report::default();
    prosimos::read(&mut &whole[..], &mut report);
    assert!(!report.has_errors());
    prosimos::read(&mut &whole[..whole.len() / 2], &mut report);
    assert!(report.has_errors());
}

/// As large as is read at all: forks in forks, forks one after the other, joins that fit nothing. None takes long.
#[test]
fn large_diagrams_take_no_longer_than_large_files() {
    use std::fmt::Write;
    let start = "startEvent s\nendEvent e\n".to_owned();
    let (mut nested, mut nested_flows) = (start.clone(), "s > f0, j0 > e".to_owned());
    let (mut tangled, mut tangled_flows) = (start.clone(), "s > f0".to_owned());
    for i in 0..1_200 {
        write!(nested, "parallelGateway f{i}\nparallelGateway j{i}\ntask t{i}\n").expect("memory");
        write!(
            nested_flows,
            ", f{i} > t{i}, t{i} > j{i}, f{i} > {}",
            if i < 1_199 { format!("f{}", i + 1) } else { "j1199".to_owned() }
        )
        .expect("memory");
        if i > 0 {
            write!(nested_flows, ", j{i} > j{}", i - 1).expect("memory");
        }
        write!(tangled, "parallelGateway f{i}\nparallelGateway j{i}\ntask t{i}\n").expect("memory");
        let next = if i < 1_199 { format!("f{}", i + 1) } else { "e".to_owned() };
        write!(tangled_flows, ", f{i} > t{i}, f{i} > j{}, t{i} > j{i}, j{i} > {next}", (i * 7 + 3) % 1_200)
            .expect("memory");
    }
    for (nodes, flows) in [(nested, nested_flows), (tangled, tangled_flows)] {
        let imported = import(&diagram(&nodes, &flows), None);
        assert!(!imported.scenario.entries.is_empty(), "{}", imported.report.lines());
        assert!(imported.report.notes.len() < 400);
    }
}

/// Seeded damage to whole models: whatever comes out can be printed and checked, and nothing panics.
#[test]
fn damaged_models_do_no_harm() {
    let (bpmn, json) = (example("claims.bpmn"), example("claims.json"));
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = |n: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % n as u64) as usize
    };
    for round in 0..400 {
        let (mut bpmn, mut json) = (bpmn.clone().into_bytes(), json.clone().into_bytes());
        for _ in 0..1 + round % 8 {
            let target = if next(2) == 0 { &mut bpmn } else { &mut json };
            let at = next(target.len());
            match next(4) {
                0 => target[at] = b"\"'<>{}[],:0-9eE\\&\xff\x00"[next(19)],
                1 => drop(target.drain(at..(at + next(40)).min(target.len()))),
                2 => {
                    let piece: Vec<u8> = target[at..(at + next(200)).min(target.len())].to_vec();
                    let to = next(target.len());
                    target.splice(to..to, piece);
                }
                _ => target.truncate(at.max(10)),
            }
        }
        let mut report = Report::default();
        let document = bpmn::read(&mut &bpmn[..], &mut report);
        let parameters = prosimos::read(&mut &json[..], &mut report);
        // Also what a broken file still gives.
        for report in [report, Report::default()] {
            let imported = interchange::import(&document.diagrams, Some(&parameters), "damaged", report);
            let text = text::print(&imported.scenario);
            if !imported.report.has_errors() {
                let (tree, found) = turnaround::scenario::parse("damaged", &text);
                assert_eq!(found, [], "{text}");
                turnaround::scenario::lower_arms(&tree, &|_| Err("no file".to_owned()));
            }
        }
    }
}
