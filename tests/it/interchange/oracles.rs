//! Other people's programs read what we write, and simulate what we read. Set `PYTHON` to a Python with pm4py, r4pm and
//! prosimos; without one the tests say so and pass.

use super::*;
use std::fs;
use std::path::PathBuf;
use std::process::Command;
use turnaround::eventlog::{EventLog, Names, format};
use turnaround::interchange::{NodeKind, outgoing, pnml};
use turnaround::mining::{self, Petri, Tree};

/// What the script says; `None` where the packages are absent.
fn ask(packages: &str, arguments: &[&str]) -> Option<Value> {
    let python = std::env::var_os("PYTHON").unwrap_or_else(|| "python3".into());
    let there = Command::new(&python).args(["-c", &format!("import {packages}")]).output();
    if !there.is_ok_and(|o| o.status.success()) {
        eprintln!("skipped: no Python with {packages} (set PYTHON)");
        return None;
    }
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/oracles/models.py");
    let output = Command::new(&python).arg(script).args(arguments).output().expect("it starts");
    let text = String::from_utf8_lossy(&output.stdout);
    let said = text.lines().last().and_then(|line| serde_json::from_str(line).ok());
    Some(said.unwrap_or_else(|| panic!("{text}{}", String::from_utf8_lossy(&output.stderr))))
}

fn small_log() -> EventLog {
    let csv = example("orders.csv");
    let columns = [("case", "order_no"), ("resource", "who")];
    let role = |name: &str| {
        turnaround::eventlog::Role::ALL.iter().find(|r| r.1 == name).map(|r| r.0).expect("a role")
    };
    let columns = columns.iter().map(|(r, c)| (role(r), (*c).to_owned())).collect();
    let options = format::ReadOptions { columns, ..format::ReadOptions::default() };
    let (mut log, _) = (format::by_name("csv").expect("csv").read)(&mut csv.as_bytes(), &options);
    log.sort();
    log
}

#[test]
fn pm4py_and_r4pm_see_the_same_models_and_logs() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| -> PathBuf { folder.path().join(name) };
    let mut names = Names::default();
    let text = "seq('A & <B>', xor('c', silent), and('d', seq('e', 'f')), loop('g', 'h', silent))";
    let tree = Tree::parse(text, &mut names).expect("a tree");
    let (diagram, net) = (outgoing::of_tree(&tree, &names, "mined"), Petri::of(&tree));
    let links: Vec<_> = diagram.flows.iter().map(|f| (f.from, f.to)).collect();
    let placed = turnaround::chart::layered(&bpmn::sizes(&diagram), &links);
    let layout = bpmn::Layout { nodes: placed.nodes, flows: placed.links };
    fs::write(path("tree.bpmn"), bpmn::write(&diagram, Some(&layout))).expect("written");
    fs::write(path("tree.pnml"), pnml::write(&net, &names, "mined")).expect("written");
    let arms = crate::world::named("bus", &[]);
    let model = &arms[0].1;
    let (id, _) = model.processes.iter_ids().find(|(_, p)| p.name == "restore").expect("restore");
    let bus = outgoing::of_process(model, id);
    fs::write(path("bus.bpmn"), bpmn::write(&bus, None)).expect("written");
    let log = small_log();
    for name in ["xes", "ocel-json", "ocel-xml"] {
        let format = format::by_name(name).expect("a format");
        let mut bytes = Vec::new();
        (format.write)(&log, &mut bytes).expect("memory");
        fs::write(path(&format!("log.{}", format.extensions[0])), bytes).expect("written");
    }
    let files: Vec<PathBuf> =
        ["tree.bpmn", "tree.pnml", "bus.bpmn", "log.xes", "log.jsonocel", "log.xmlocel"].map(path).to_vec();
    let arguments: Vec<&str> = files.iter().map(|f| f.to_str().expect("a path")).collect();
    let Some(said) = ask("pm4py, r4pm", &arguments) else { return };
    let said = |i: usize| &said[arguments[i]];

    let tasks = ["A & <B>", "c", "d", "e", "f", "g", "h"];
    let count = |diagram: &interchange::Diagram, is: &dyn Fn(&NodeKind) -> bool| {
        diagram.nodes.iter().filter(|n| is(&n.kind)).count()
    };
    assert_eq!(said(0)["names"], json!(tasks));
    assert_eq!(said(0)["flows"], diagram.flows.len());
    assert_eq!(said(0)["placed"], diagram.nodes.len());
    let exclusive = |k: &NodeKind| *k == NodeKind::Gateway(interchange::Gateway::Exclusive);
    assert_eq!(said(0)["kinds"]["ExclusiveGateway"], count(&diagram, &exclusive));
    assert_eq!(said(0)["kinds"]["ParallelGateway"], 2);

    assert_eq!(said(1)["labels"], json!(tasks));
    assert_eq!(
        (&said(1)["places"], &said(1)["transitions"]),
        (&json!(net.places), &json!(net.transitions.len()))
    );
    assert_eq!(said(1)["r4pm_transitions"], net.transitions.len());
    let arcs: usize = net.transitions.iter().map(|t| t.inputs.len() + t.outputs.len()).sum();
    assert_eq!(said(1)["arcs"], arcs);
    assert_eq!(
        (&said(1)["initial"], &said(1)["final"], &said(1)["sound"]),
        (&json!(1), &json!(1), &json!(true))
    );

    assert_eq!(said(2)["flows"], bus.flows.len());
    assert_eq!(said(2)["kinds"]["ExclusiveGateway"], count(&bus, &exclusive));

    let apart = (0..log.len()).filter(|&i| log.start[i] != log.end[i]).count();
    assert_eq!(said(3)["events"], log.len() + apart);
    assert_eq!(said(3)["cases"], log.cases.len());
    assert_eq!(said(3)["variants"], mining::variants(&log).len());
    for ocel in [4, 5] {
        assert_eq!(said(ocel)["events"], log.len());
        assert_eq!(said(ocel)["objects"], log.cases.len() + log.resources.len());
    }
}

/// For plain queues, first come first served, without calendars, Prosimos is right, and we agree with it.
#[test]
fn prosimos_simulates_the_same_where_it_is_right() {
    let folder = tempfile::tempdir().expect("a folder");
    let nodes = "startEvent s name='s'\ntask a name='A'\nexclusiveGateway g name='g'\ntask b name='B'\nexclusiveGateway m name='m'\nendEvent e name='e'";
    let flows = "f0: s > a, f1: a > g, f2: g > b, f3: g > m, f4: b > m, f5: m > e";
    let laws = [("a", law("expon", &[600.0, 0.0, 1e7])), ("b", law("lognorm", &[900.0, 90_000.0, 0.0, 1e7]))];
    let mut json = parameters(&laws, 2, law("expon", &[900.0, 0.0, 1e7]));
    json["gateway_branching_probabilities"] = json!([{ "gateway_id": "g", "probabilities": [{ "path_id": "f2", "value": 0.5 }, { "path_id": "f3", "value": 0.5 }] }]);
    json["event_distribution"] = json!([]);
    let path = folder.path().join("model.bpmn");
    fs::write(&path, diagram(nodes, flows)).expect("written");
    fs::write(folder.path().join("model.json"), json.to_string()).expect("written");
    let path = path.to_str().expect("a path");
    let Some(said) = ask("prosimos", &["prosimos", path]) else { return };
    let number = |key: &str| said[path][key].as_f64().expect("a number");
    let mut root = scenario(&diagram(nodes, flows), &json).scenario;
    let answer = Table::default().with("metric", "cycle_time").with("value", format!("{} s", number("mean")));
    root.push(
        "theory",
        [answer.with("se", format!("{} s", number("se")))].into_iter().collect::<text::Value>(),
    );
    let (results, arms) =
        simulate(&root, &["run.window=20 weeks", "run.warm_up=2 weeks", "compare.replications=10"]);
    let models: Vec<_> = arms.iter().map(|(arm, model)| (arm.name.as_str(), model)).collect();
    let checked = turnaround::report::checked(&results, &models);
    assert!(checked[0].z().abs() < 4.0, "{:?}", checked[0]);
    eprintln!(
        "prosimos {} +- {} s, here {} +- {}",
        number("mean"),
        number("se"),
        checked[0].estimate,
        checked[0].se
    );
}
