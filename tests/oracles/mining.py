"""Makes tests/golden/mining.json: what PM4Py says about the logs of the data folder.

Run: python tests/oracles/mining.py FOLDER_WITH_LOGS > tests/golden/mining.json
Needs: pip install pm4py==2.7.23.11 (AGPL: an oracle that runs apart; nothing of it is linked or copied).

Of interval logs PM4Py sees the starts as the time of a row, so that both order the rows alike: by start, end, and
place in the file.
"""

import json
import sys

import pandas as pd
import pm4py

LOGS = ["loan_test.csv", "loan_train.csv", "prod_test.csv", "prod_train.csv", "loan_SC_HU.csv.gz", "SEPSIS.xes.gz"]
ALIGN = {"loan_test.csv", "prod_test.csv", "SEPSIS.xes.gz"}
NAMES = {
    "case_id": "case:concept:name",
    "activity": "concept:name",
    "start_time": "start",
    "start_timestamp": "start",
    "end_time": "end",
    "end_timestamp": "end",
    "resource": "org:resource",
}


def read(folder, name):
    if ".xes" in name:
        log = pm4py.convert_to_dataframe(pm4py.read_xes(f"{folder}/{name}"))
        log["start"] = log["end"] = log["time:timestamp"]
    else:
        log = pd.read_csv(f"{folder}/{name}").rename(columns=NAMES)
        log["case:concept:name"] = log["case:concept:name"].astype(str)
        for column in ("start", "end"):
            log[column] = pd.to_datetime(log[column], utc=True, format="ISO8601")
    log["place"] = range(len(log))
    log = log.sort_values(["case:concept:name", "start", "end", "place"]).reset_index(drop=True)
    # One step apart, so that PM4Py cannot reorder rows of equal times.
    log["time:timestamp"] = log["start"] + pd.to_timedelta(log.groupby("case:concept:name").cumcount(), unit="ns")
    return log


def text(tree):
    """Our text form of a PM4Py tree."""
    if tree.operator is None:
        return "silent" if tree.label is None else "'" + tree.label.replace("\\", "\\\\").replace("'", "\\'") + "'"
    word = {"->": "seq", "X": "xor", "+": "and", "*": "loop"}[str(tree.operator.value)]
    return f"{word}({', '.join(text(child) for child in tree.children)})"


def conformance(log, name, noise):
    tree = pm4py.discover_process_tree_inductive(log, noise_threshold=noise)
    net = pm4py.convert_to_petri_net(tree)
    replay = pm4py.fitness_token_based_replay(log, *net)
    result = {
        "noise": noise,
        "tree": text(tree),
        "replay": {"log_fitness": replay["log_fitness"], "fitting": replay["perc_fit_traces"] / 100},
    }
    if name in ALIGN and (noise > 0 or name != "SEPSIS.xes.gz"):
        aligned = pm4py.conformance_diagnostics_alignments(log, *net)
        result["alignments"] = {
            # 10,000 for a move of one side only, 1 for a silent one.
            "cost": int(sum(a["cost"] // 10_000 for a in aligned)),
            "fitting": sum(a["cost"] < 10_000 for a in aligned) / len(aligned),
            "mean_fitness": sum(a["fitness"] for a in aligned) / len(aligned),
        }
    return result


def main(folder):
    golden = {}
    for name in LOGS:
        log = read(folder, name)
        graph, starts, ends = pm4py.discover_dfg(log)
        times = log.groupby("case:concept:name").agg(first=("start", "min"), last=("end", "max"))
        cycle = (times["last"] - times["first"]).dt.total_seconds() / 3600
        golden[name] = {
            "rows": len(log),
            "cases": len(times),
            "edges": sorted([a, b, int(n)] for (a, b), n in graph.items()),
            "starts": dict(sorted(starts.items())),
            "ends": dict(sorted(ends.items())),
            "variants": len(pm4py.get_variants(log)),
            "cycle": {"mean": cycle.mean(), "median": cycle.median(), "p90": cycle.quantile(0.9)},
            "rework": pm4py.get_rework_cases_per_activity(log),
            "models": [conformance(log, name, noise) for noise in (0.0, 0.2)],
        }
        if "org:resource" in log:
            people = log.dropna(subset=["org:resource"])
            network = pm4py.discover_handover_of_work_network(people)
            golden[name]["handovers"] = len([x for x in network.connections.values() if x > 0])
    json.dump(golden, sys.stdout, indent=1, sort_keys=True)
    print()


main(sys.argv[1])
