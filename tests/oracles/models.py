"""What other programs make of model files, as JSON: nodes of diagrams, transitions of nets, events of logs.

PM4Py (AGPL), r4pm (MIT or Apache) and Prosimos run as separate programs to check files; nothing of them is part of this
project. Usage: python models.py FILE...; the file's name says what it is. `NAME.bpmn` beside `NAME.json` and with
`prosimos` as the first argument is simulated: the mean cycle time of its cases [s] comes out.
"""

import collections
import json
import sys
import warnings

warnings.filterwarnings("ignore")


def bpmn(path):
    import pm4py

    model = pm4py.read_bpmn(path)
    kinds = collections.Counter(type(node).__name__ for node in model.get_nodes())
    names = sorted(n.get_name() for n in model.get_nodes() if "Task" in type(n).__name__ or "Activity" in type(n).__name__)
    placed = sum(1 for n in model.get_nodes() if n.get_x() or n.get_y())
    return {"kinds": dict(kinds), "names": names, "flows": len(model.get_flows()), "placed": placed}


def pnml(path):
    import pm4py

    import r4pm

    net, initial, final = pm4py.read_pnml(path)
    theirs = r4pm.petri_net.import_pnml(path)
    labels = sorted(t.label for t in net.transitions if t.label is not None)
    return {
        "places": len(net.places),
        "transitions": len(net.transitions),
        "labels": labels,
        "arcs": len(net.arcs),
        "initial": sum(initial.values()),
        "final": sum(final.values()),
        "r4pm_transitions": len(theirs["transitions"]),
        "sound": pm4py.check_soundness(net, initial, final)[0],
    }


def xes(path):
    import r4pm

    frame = r4pm.df.import_xes(path)
    frame = frame[0]
    done = frame.filter(frame["lifecycle:transition"] == "complete") if "lifecycle:transition" in frame.columns else frame
    variants = {tuple(group["concept:name"]) for _, group in done.group_by("case:concept:name", maintain_order=True)}
    return {"events": len(frame), "cases": frame["case:concept:name"].n_unique(), "variants": len(variants)}


def ocel(path):
    import r4pm

    tables = r4pm.df.import_ocel(path)
    return {name: len(table) for name, table in tables.items()}


def simulate(path):
    import pandas
    from prosimos.simulation_engine import run_simulation

    out = path.replace(".bpmn", ".csv")
    run_simulation(path, path.replace(".bpmn", ".json"), 4000, None, out, "2026-01-05T00:00:00+00:00")
    log = pandas.read_csv(out)
    for column in ("enable_time", "start_time", "end_time"):
        log[column] = pandas.to_datetime(log[column], format="ISO8601", utc=True)
    cases = log.groupby("case_id").agg(begin=("enable_time", "min"), end=("end_time", "max")).sort_values("begin")
    seconds = (cases["end"] - cases["begin"]).dt.total_seconds().iloc[400:]
    # Batch means: twenty batches.
    size = len(seconds) // 20
    means = [seconds.iloc[i * size : (i + 1) * size].mean() for i in range(20)]
    return {"mean": seconds.mean(), "se": pandas.Series(means).std() / 20**0.5, "rows": len(log)}


def read(path):
    for ending, reader in ((".bpmn", bpmn), (".pnml", pnml), (".xes", xes), (".jsonocel", ocel), (".xmlocel", ocel)):
        if path.endswith(ending):
            return reader(path)
    raise SystemExit(f"no reader for {path}")


if sys.argv[1] == "prosimos":
    found = {path: simulate(path) for path in sys.argv[2:]}
else:
    found = {path: read(path) for path in sys.argv[1:]}
# The welcome of packages goes to stdout, too.
print("\n" + json.dumps(found))
