"""What PM4Py reads from log files: cases, events, variants and so on, as JSON.

PM4Py is licensed under the AGPL; it is run as a separate program to check files and is no part of this project.
Usage: python pm4py_reads.py FILE...
"""

import json
import sys
import warnings

warnings.filterwarnings("ignore")

import pandas
import pm4py


def cases(frame):
    frame["time:timestamp"] = pandas.to_datetime(frame["time:timestamp"], utc=True, format="ISO8601")
    frame["case:concept:name"] = frame["case:concept:name"].astype(str)
    found = {"events": len(frame)}
    if "lifecycle:transition" in frame:
        frame = frame[frame["lifecycle:transition"] == "complete"]
    frame = pm4py.format_dataframe(frame)
    found["cases"] = frame["case:concept:name"].nunique()
    found["activities"] = frame["concept:name"].nunique()
    found["resources"] = frame["org:resource"].nunique()
    found["variants"] = len(pm4py.get_variants(frame))
    found["seconds"] = (frame["time:timestamp"].max() - frame["time:timestamp"].min()).total_seconds()
    return found


def objects(ocel):
    return {
        "events": len(ocel.events),
        "objects": len(ocel.objects),
        "relations": len(ocel.relations),
        "types": sorted(ocel.objects["ocel:type"].unique()),
    }


def read(path):
    if path.endswith((".xes", ".xes.gz")):
        return cases(pm4py.convert_to_dataframe(pm4py.read_xes(path)))
    if path.endswith(".csv"):
        return cases(pandas.read_csv(path))
    if path.endswith(".parquet"):
        return cases(pandas.read_parquet(path))
    if path.endswith(".jsonocel"):
        return objects(pm4py.read_ocel2_json(path))
    if path.endswith(".xmlocel"):
        return objects(pm4py.read_ocel2_xml(path))
    raise SystemExit(f"no reader for {path}")


# The welcome of the package and its progress bars go to stdout, too.
print("\n" + json.dumps({path: read(path) for path in sys.argv[1:]}))
