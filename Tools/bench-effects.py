#!/usr/bin/env python3
"""Compares Caseload's designs of effects with references and diff-diff, and measures their size.

Run by `make bench-effects`, after the release builds of caseload and caseload-bench. Reads the references
of $CASELOAD_SHARED/data/causal and the court panels of $CASELOAD_SHARED/data/court, and writes
Sources/Caseload/Documentation.docc/EffectBenchmarks.md. diff-diff is installed from PyPI into
.venv-effect-peers when it is not there.
"""

import argparse
import datetime
import os
import pathlib
import subprocess
import sys
import textwrap

from effect_bench import references, speed
from effect_bench.speed import BENCH, ROOT

ARTICLE = ROOT / "Sources/Caseload/Documentation.docc/EffectBenchmarks.md"

INTRODUCTION = """# Effect benchmarks

How exact, how honest and how fast the designs are that ask what an intervention did.

## How this page is made

`make bench-effects` builds the programs, asks the command line for every number of the stored references,
times the designs beside diff-diff on one simulated panel, and repeats the simulations under which intervals
should hold and tests should not reject. The last run was on {date}.
{times}

"""


def say(text):
    print(text, file=sys.stderr, flush=True)


def bench(*words):
    """What a subcommand of caseload-bench prints."""
    say("  " + " ".join(map(str, words)))
    done = subprocess.run(
        [str(word) for word in (BENCH, *words)], capture_output=True, text=True,
        env=speed.environment(),
    )
    if done.returncode != 0:
        sys.exit(f"bench-effects: {' '.join(map(str, words))}: {done.stderr.strip()[:400]}")
    return done.stdout.strip().splitlines()


def table(lines, separator):
    """Markdown of lines of columns."""
    rows = [line.split(separator) for line in lines]
    head = "| " + " | ".join(rows[0]) + " |"
    rule = "|" + "---|" * len(rows[0])
    return [head, rule] + ["| " + " | ".join(row) + " |" for row in rows[1:]] + [""]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--parts", default="speed,references,coverage,size,city,placebo")
    parser.add_argument("--replications", type=int, default=1000)
    parser.add_argument("--python", help="a Python with diff-diff, in place of the environment")
    parser.add_argument("--output", type=pathlib.Path, default=ARTICLE)
    options = parser.parse_args()
    if not BENCH.exists() or not references.CASELOAD.exists():
        sys.exit("bench-effects: run make bench-effects, which builds the programs first")
    shared = pathlib.Path(os.environ.get("CASELOAD_SHARED", ROOT.parent / "shared")) / "data"
    parts = options.parts.split(",")
    text = INTRODUCTION.format(
        date=datetime.date.today().isoformat(),
        times="Times are processor time on one thread, the fastest of five runs.",
    )
    lines = []
    if "speed" in parts:
        say("speed")
        lines += ["## Speed", ""]
        lines += speed.section(options.python or speed.installed())
    if "references" in parts and (shared / "causal").is_dir():
        say("references")
        lines += ["## References", "", textwrap.fill(
            "Of several values, such as those of all cells, the pair that is furthest apart is shown. A "
            "standard error is withheld where one unit alone makes up a cohort. References of quadratures "
            "are exact to the grid on which they were computed.", 108,
        ), ""]
        lines += references.section(shared / "causal", say)
    if "coverage" in parts:
        say("coverage")
        lines += ["## Coverage of interrupted time series", "", textwrap.fill(
            "Share of 95 % intervals that hold the truth, by length, autocorrelation and model of the "
            "errors (Turner et al. 2021's design).", 108), ""]
        lines += table(bench("coverage", "--replications", options.replications), ",")
    if "size" in parts:
        say("size")
        lines += ["## Size with few courts", ""]
        lines += bench("effect-size", "--replications", options.replications) + [""]
    if "city" in parts:
        say("city")
        lines += ["## The simulated city", "", textwrap.fill(
            "Twelve of twenty communities open mediation centres in four waves; the truth is known. The "
            "last line is what a work report prints: the first treated year against the year before.", 108,
        ), ""]
        designs = "its,twfe,event-study,callaway-santanna,sun-abraham,imputation,stacked,chaisemartin,"
        designs += "roth-santanna,etwfe,structural"
        lines += table(bench("city-effects", "--replications", 100, "--designs", designs), "\t")
    if "placebo" in parts and (shared / "court").is_dir():
        say("placebo")
        lines += ["## Placebo programmes in real courts", ""]
        lines += bench("placebo", shared / "court", "--programmes", options.replications) + [""]
    options.output.write_text(text + "\n".join(lines).rstrip() + "\n")


main()
