"""PM4Py (AGPL, a program of its own here) reads and mines a log: one JSON object with the number of units, the
processor time that they took [s] and the answer that others should have, too.

Usage: python mining.py import|graph|inductive FILE, or alignments FILE PNML
"""

import json
import sys
import time
import warnings

warnings.filterwarnings("ignore")

import pandas
import pm4py

work, path = sys.argv[1], sys.argv[2]


def read():
    if path.endswith(".csv"):
        frame = pandas.read_csv(path)
        return pm4py.format_dataframe(frame)
    return pm4py.read_xes(path)


def measure(of):
    start = time.process_time()
    result = of()
    return time.process_time() - start, result


if work == "import":
    seconds, log = measure(read)
    units, answer = len(log), log["case:concept:name"].nunique()
else:
    log = read()
    units = len(log)
    if work == "graph":
        seconds, (arcs, _, _) = measure(lambda: pm4py.discover_performance_dfg(log, perf_aggregation_key="mean"))
        answer = len(arcs)
    elif work == "inductive":
        seconds, tree = measure(lambda: pm4py.discover_process_tree_inductive(log, noise_threshold=0.2))
        answer = len(pm4py.objects.process_tree.utils.generic.get_leaves(tree))
    elif work == "alignments":
        net, initial, final = pm4py.read_pnml(sys.argv[3])
        seconds, found = measure(lambda: pm4py.conformance_diagnostics_alignments(log, net, initial, final))
        units, answer = len(found), sum(a["fitness"] for a in found) / len(found)
print(json.dumps({"units": units, "seconds": seconds, "answer": answer}))
