"""A process of five tasks, a choice, work side by side and two teams with office hours, as BPMN with the parameters of
Prosimos; and Prosimos (Apache-2.0) simulating it with a log: one JSON object with the number of rows, the processor time that
they took [s] and the mean cycle time [s].

Usage: python process.py write FOLDER, or python process.py run FOLDER CASES
"""

import csv
import datetime
import io
import json
import os
import sys
import time

TASKS = {"check": ("clerk", 1200), "ask": ("clerk", 600), "assess": ("expert", 2400), "price": ("clerk", 900), "decide": ("expert", 600)}
SHARES = {"f2": 0.3, "f3": 0.7}
NODES = (
    '<startEvent id="start"/>'
    + "".join(f'<task id="{task}" name="{task}"/>' for task in TASKS)
    + '<exclusiveGateway id="which"/><exclusiveGateway id="same"/>'
    + '<parallelGateway id="split"/><parallelGateway id="join"/><endEvent id="end"/>'
)
FLOWS = "start>check check>which which>ask which>same ask>same same>split split>assess split>price assess>join price>join join>decide decide>end"


def law(mean):
    # Mean, variance, least, most; coefficient of variation .8.
    return [{"value": v} for v in (mean, (0.8 * mean) ** 2, 0, 100 * mean)]


def write(folder):
    os.makedirs(folder, exist_ok=True)
    flows = (flow.split(">") for flow in FLOWS.split())
    lines = "".join(f'<sequenceFlow id="f{i}" sourceRef="{a}" targetRef="{b}"/>' for i, (a, b) in enumerate(flows))
    with open(os.path.join(folder, "model.bpmn"), "w") as file:
        namespace = "http://www.omg.org/spec/BPMN/20100524/MODEL"
        file.write(f'<?xml version="1.0"?><definitions xmlns="{namespace}"><process id="p">{NODES}{lines}</process></definitions>')
    office = {"from": "MONDAY", "to": "FRIDAY", "beginTime": "09:00:00", "endTime": "17:00:00"}
    always = {"from": "MONDAY", "to": "SUNDAY", "beginTime": "00:00:00", "endTime": "23:59:59.999"}
    worker = lambda name, n: {"id": name, "name": name, "cost_per_hour": 30, "amount": n, "calendar": "office", "assignedTasks": []}
    parameters = {
        "resource_profiles": [
            {"id": name + "s", "name": name + "s", "resource_list": [worker(name, n)]} for name, n in (("clerk", 5), ("expert", 6))
        ],
        "resource_calendars": [{"id": "office", "name": "office", "time_periods": [office]}],
        "arrival_time_distribution": {"distribution_name": "expon", "distribution_params": [{"value": v} for v in (2400, 0, 1e7)]},
        "arrival_time_calendar": [always],
        "gateway_branching_probabilities": [
            {"gateway_id": "which", "probabilities": [{"path_id": path, "value": share} for path, share in SHARES.items()]}
        ],
        "task_resource_distribution": [
            {"task_id": task, "resources": [{"resource_id": who, "distribution_name": "lognorm", "distribution_params": law(mean)}]}
            for task, (who, mean) in TASKS.items()
        ],
        "event_distribution": [],
        "batch_processing": [],
        "case_attributes": [],
        "prioritisation_rules": [],
        "branch_rules": [],
    }
    with open(os.path.join(folder, "model.json"), "w") as file:
        json.dump(parameters, file, indent=1)


def run(folder, cases):
    import contextlib

    from prosimos.simulation_engine import run_simulation

    log = os.path.join(folder, "prosimos.csv")
    models = os.path.join(folder, "model.bpmn"), os.path.join(folder, "model.json")
    start = time.process_time()
    with contextlib.redirect_stdout(io.StringIO()):
        run_simulation(*models, cases, log_out_path=log, starting_at="2026-01-05T00:00:00.000000+00:00")
    seconds = time.process_time() - start
    spans, rows = {}, 0
    with open(log, newline="") as lines:
        for row in csv.DictReader(lines):
            rows += 1
            first, last = spans.get(row["case_id"], (row["enable_time"], row["end_time"]))
            spans[row["case_id"]] = (min(first, row["enable_time"]), max(last, row["end_time"]))
    read = datetime.datetime.fromisoformat
    times = [(read(last) - read(first)).total_seconds() for first, last in spans.values()]
    print(json.dumps({"units": rows, "seconds": seconds, "answer": sum(times) / len(times)}))


if sys.argv[1] == "write":
    write(sys.argv[2])
else:
    run(sys.argv[2], int(sys.argv[3]))
