"""Peers and turnaround do the same work, in the same run, in turns; a table of ratios comes out.

Usage: python benches/peers/run.py [--rounds N] [--only WORD] [--write]

Installs what it needs under target/peers: Python packages (simpy, ciw, salabim, cimba, prosimos, pm4py) in an environment of their
own, and the crates of benches/peers/rust. A round does every work once with every peer; the table has medians over rounds. Time
is that of the processor, without start-up, compilation and reading where that is not the work. `--write` puts the table into
docs/performance.md.
"""

import argparse
import json
import pathlib
import statistics
import subprocess
import sys

PROJECT = pathlib.Path(__file__).resolve().parents[2]
HERE, PLACE, DATA = PROJECT / "benches/peers", PROJECT / "target/peers", PROJECT / "target/peers/data"
PYTHON, RUST = PLACE / "venv/bin/python", PLACE / "build/release/peers"
PACKAGES = ["simpy", "ciw", "salabim", "cimba", "prosimos", "pm4py"]

rust = lambda *arguments: [RUST, *arguments]
python = lambda script, *arguments: [PYTHON, HERE / script, *arguments]
queue = lambda library, n: (library, python("mm1.py", library, str(n)))
ours = lambda work, file: rust(work, DATA / file)
pm4py = lambda work, *files: python("mining.py", work, *(DATA / f for f in files))

# Work: its title with what a unit of it is, the unit of time, and the command of each peer; turnaround is the first.
WORKS = [
    ("M/M/1, a customer", ("ns", 1e9), [
        ("turnaround", rust("mm1-turnaround", "4000000")),
        ("turnaround, with rows", rust("mm1-turnaround-rows", "4000000")),
        ("ixa (Rust, the queue written by hand)", rust("mm1-ixa", "2000000")),
        ("cimba from Python (C)", python("mm1.py", "cimba", "4000000")),
        ("NeXosim (Rust)", rust("mm1-nexosim", "500000")),
        queue("simpy", 100_000),
        queue("ciw", 50_000),
        queue("salabim", 10_000),
    ]),
    ("a business process with calendars, a row", ("ns", 1e9), [
        ("turnaround", rust("scenario", DATA / "process/turnaround/scenario.toml")),
        ("Prosimos", python("process.py", "run", DATA / "process", "3000")),
    ]),
    ("import of XES, an event", ("ns", 1e9), [
        ("turnaround", ours("import", "big.xes")),
        ("process_mining (Rust)", ours("import-process_mining", "big.xes")),
        ("PM4Py", pm4py("import", "big.xes")),
    ]),
    ("import of CSV, an event", ("ns", 1e9), [
        ("turnaround", ours("import", "big.csv")),
        ("PM4Py (pandas)", pm4py("import", "big.csv")),
    ]),
    ("graph of what follows what with mean times, an event", ("ns", 1e9), [
        ("turnaround", ours("graph", "big.xes")),
        ("PM4Py", pm4py("graph", "big.csv")),
    ]),
    ("inductive miner, 400 activities, an event", ("ns", 1e9), [
        ("turnaround", ours("inductive", "blocks.xes")),
        ("PM4Py", pm4py("inductive", "blocks.xes")),
    ]),
    ("optimal alignments of cases that deviate, a case", ("us", 1e6), [
        ("turnaround", ours("alignments", "small.xes")),
        ("PM4Py", pm4py("alignments", "small.xes", "small.pnml")),
    ]),
]


def call(command, **options):
    command = [str(word) for word in command]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False, **options)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)}\n{done.stderr}")
    return done.stdout


def set_up():
    """Installs and builds once; says what it is doing, as it takes minutes the first time."""
    say = lambda what: print(what, file=sys.stderr)
    if not PYTHON.exists():
        say("making an environment with " + ", ".join(PACKAGES))
        call([sys.executable, "-m", "venv", PLACE / "venv"])
        call([PYTHON, "-m", "pip", "install", "-q", *PACKAGES])
    say("building")
    call(["cargo", "build", "--release", "--target-dir", PLACE / "build"], cwd=HERE / "rust")
    call(["cargo", "build", "--release"], cwd=PROJECT)
    turnaround = PROJECT / "target/release/turnaround"
    if not (DATA / "small.pnml").exists():
        say("writing logs")
        call(rust("make", DATA))
        call([turnaround, "convert", DATA / "small.xes", DATA / "small.pnml"])
        call(python("process.py", "write", DATA / "process"))
        model = DATA / "process/model"
        call([turnaround, "convert", f"{model}.bpmn", "--json", f"{model}.json", "-o", DATA / "process/turnaround"])


def measure(rounds, only):
    """Seconds a unit, and the answer, by work and peer."""
    works = [work for work in WORKS if only is None or only.lower() in work[0].lower()]
    seconds = {(title, peer): [] for title, _, peers in works for peer, _ in peers}
    answers = {}
    for number in range(rounds):
        for title, _, peers in works:
            for peer, command in peers:
                said = json.loads(call(command).splitlines()[-1])
                seconds[title, peer].append(said["seconds"] / said["units"])
                answers[title, peer] = said["answer"]
                print(f"round {number + 1}: {title}: {peer}", file=sys.stderr)
    return works, seconds, answers


def number(x):
    return f"{x:,.0f}" if x >= 100 else f"{x:.3g}"


def table(works, seconds, answers):
    lines = ["| work | program | processor time | times ours | answer |", "|---|---|---|---|---|"]
    for title, (unit, scale), peers in works:
        first = statistics.median(seconds[title, peers[0][0]])
        for peer, _ in peers:
            median = statistics.median(seconds[title, peer])
            answer = f"{answers[title, peer]:.6g}"
            lines.append(f"| {title} | {peer} | {number(median * scale)} {unit} | {number(median / first)} | {answer} |")
    return "\n".join(lines) + "\n"


def write(text, rounds):
    page = PROJECT / "docs/performance.md"
    before, rest = page.read_text().split("<!-- peers: made by benches/peers/run.py --write -->\n", 1)
    after = rest.split("<!-- end of peers -->\n", 1)[1]
    note = f"\nMedians of {rounds} rounds.\n\n"
    mark = "<!-- peers: made by benches/peers/run.py --write -->\n"
    page.write_text(before + mark + note + text + "\n<!-- end of peers -->\n" + after)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", help="works whose title contains this")
    parser.add_argument("--write", action="store_true", help="put the table into docs/performance.md")
    asked = parser.parse_args()
    set_up()
    works, seconds, answers = measure(asked.rounds, asked.only)
    text = table(works, seconds, answers)
    print(text)
    if asked.write:
        write(text, asked.rounds)
