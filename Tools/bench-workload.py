#!/usr/bin/env python3
"""Measures the workload side of Caseload, part by part, beside closed forms and other programs.

Needs the release build of caseload-bench. Every part is a module of Tools/workload_bench with a function
`section` that returns lines of Markdown; a run replaces the parts that it is asked for and leaves the others
in Sources/Caseload/Documentation.docc/WorkloadBenchmarks.md as they are.
"""

import argparse
import datetime
import importlib
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]
ARTICLE = ROOT / "Sources/Caseload/Documentation.docc/WorkloadBenchmarks.md"

# In the order of the page: the module of Tools/workload_bench, and the heading of its part.
PARTS = [
    ("scenario", "Scenarios"),
    ("simulator", "Simulator"),
    ("hawaii", "Filings of Hawaii"),
]

HEAD = """# Workload benchmarks

How exact and how fast the answers are to how many judges, where, by when.

Made by `Tools/bench-workload.py`, part by part. Times are processor time on one thread, release build.
"""


def parts_of(text):
    """The parts of the page by their headings."""
    pieces = re.split(r"^## (.+)$", text, flags=re.MULTILINE)
    return {pieces[k]: pieces[k + 1].strip("\n") for k in range(1, len(pieces) - 1, 2)}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--parts", default=",".join(name for name, _ in PARTS))
    parser.add_argument("--python", help="a Python with the peers of the parts, in place of their own")
    parser.add_argument("--output", type=pathlib.Path, default=ARTICLE)
    options = parser.parse_args()
    wanted = options.parts.split(",")
    unknown = set(wanted) - {name for name, _ in PARTS}
    if unknown:
        sys.exit(f"bench-workload: no part {', '.join(sorted(unknown))}")
    old = parts_of(options.output.read_text()) if options.output.exists() else {}
    for name, heading in PARTS:
        if name not in wanted:
            continue
        print(name, file=sys.stderr, flush=True)
        module = importlib.import_module(f"workload_bench.{name}")
        lines = [f"Measured on {datetime.date.today().isoformat()}.", ""]
        old[heading] = "\n".join(lines + module.section(python=options.python)).strip("\n")
    text = HEAD
    for _, heading in PARTS:
        if heading in old:
            text += f"\n## {heading}\n\n{old[heading]}\n"
    # Parts that another version of this program wrote stay.
    for heading in old.keys() - {heading for _, heading in PARTS}:
        text += f"\n## {heading}\n\n{old[heading]}\n"
    options.output.write_text(text)


main()
