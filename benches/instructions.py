"""Instructions of the event loop for each activity and event, counted by callgrind: what changes of the engine are compared by where clocks
are noisy.

Usage: python benches/instructions.py [--write]

Needs valgrind. `--write` puts the table into docs/performance.md. Counts repeat exactly on one
machine with one compiler.
"""

import argparse
import json
import pathlib
import re
import subprocess
import sys
import tempfile

PROJECT = pathlib.Path(__file__).resolve().parents[1]
LINES = ["mm1", "mm1 with rows", "machine_repair", "garage", "bus before", "bus after"]
MARKS = "<!-- instructions: made by benches/instructions.py --write -->\n", "<!-- end of instructions -->\n"


def executable():
    """The benchmark, built."""
    command = ["cargo", "bench", "--no-run", "--bench", "simulate", "--message-format", "json"]
    done = subprocess.run(command, cwd=PROJECT, stdout=subprocess.PIPE, text=True, check=True)
    built = [json.loads(line) for line in done.stdout.splitlines()]
    return next(m["executable"] for m in built if m.get("executable") and m["target"]["name"] == "simulate")


def count(program, line):
    """Instructions of the event loop, activities and events of one replication."""
    with tempfile.TemporaryDirectory() as folder:
        command = ["valgrind", "--tool=callgrind", "--toggle-collect=*Runner*drive*", f"--callgrind-out-file={folder}/out"]
        done = subprocess.run([*command, program, "--once", line], capture_output=True, text=True, check=False)
    counted = re.search(r"Collected : (\d+)", done.stderr)
    if done.returncode != 0 or counted is None:
        sys.exit(done.stderr)
    return int(counted[1]), *map(int, done.stdout.split())


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="put the table into docs/performance.md")
    asked = parser.parse_args()
    lines = ["| replication | activities | instructions an activity | an event |", "|---|---|---|---|"]
    program = executable()
    for line in LINES:
        instructions, activities, events = count(program, line)
        lines.append(f"| {line} | {activities:,} | {instructions / activities:,.0f} | {instructions / events:,.0f} |")
    text = "\n".join(lines) + "\n"
    print(text)
    if asked.write:
        page = PROJECT / "docs/performance.md"
        before, rest = page.read_text().split(MARKS[0], 1)
        page.write_text(before + MARKS[0] + "\n" + text + "\n" + MARKS[1] + rest.split(MARKS[1], 1)[1])


if __name__ == "__main__":
    main()
