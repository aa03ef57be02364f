#!/usr/bin/env python3
"""Compares Caseload's designs of effects with references and diff-diff, and measures their size.

Run by `make bench-effects`, after the release builds of caseload and caseload-bench. Reads the references
of $CASELOAD_SHARED/data/causal and the court panels of $CASELOAD_SHARED/data/court, and writes
Sources/Caseload/Documentation.docc/EffectBenchmarks.md. diff-diff is installed from PyPI into
.venv-effect-peers when it is not there.
"""

import argparse
import os
import pathlib
import subprocess
import sys
import textwrap

from effect_bench import page, placebo, references, speed
from effect_bench.speed import BENCH, ROOT

ARTICLE = ROOT / "Sources/Caseload/Documentation.docc/EffectBenchmarks.md"
DESIGNS = (
    "its,twfe,event-study,callaway-santanna,sun-abraham,imputation,stacked,chaisemartin,roth-santanna,"
    "etwfe,structural,bsts"
)


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


def filled(text):
    return [textwrap.fill(text, 108), ""]


def measured(name, options, shared):
    """The lines of one part; `None` where its data are not here."""
    if name == "speed":
        return filled(
            "Processor time on one thread, the fastest of five runs. Standard errors by 999 draws differ as "
            "far as the draws do."
        ) + speed.section(options.python or speed.installed())
    if name == "references" and (shared / "causal").is_dir():
        return filled(
            "Of several values, such as those of all cells, the pair that is furthest apart is shown. A "
            "standard error is withheld where one unit alone makes up a cohort. References of quadratures "
            "are exact to the grid on which they were computed."
        ) + references.section(shared / "causal", say)
    if name == "coverage":
        return filled(
            f"Share of 95 % intervals of the level change that hold the truth, by length, autocorrelation "
            f"and model of the errors (Turner et al. 2021's design, {options.replications:,} series a "
            "cell). reml:integrated is the default."
        ) + table(page.pivot(bench("coverage", "--replications", options.replications)), ",")
    if name == "size":
        return bench("effect-size", "--replications", options.replications) + [""]
    if name == "city":
        return filled(
            "Twelve of twenty communities open mediation centres in four waves; the truth is known. The "
            "last line is what a work report prints: the first treated year against the year before."
        ) + table(
            bench("city-effects", "--replications", options.cities, "--designs", DESIGNS), "\t")
    if name == "placebo" and (shared / "court").is_dir():
        return placebo.section(bench, shared / "court", options.replications)
    return None


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--parts", default=",".join(page.TITLES), help="what to measure; other parts stay as they are")
    parser.add_argument("--replications", type=int, default=1000)
    parser.add_argument("--cities", type=int, default=100)
    parser.add_argument("--python", help="a Python with diff-diff, in place of the environment")
    parser.add_argument("--output", type=pathlib.Path, default=ARTICLE)
    options = parser.parse_args()
    if not BENCH.exists() or not references.CASELOAD.exists():
        sys.exit("bench-effects: run make bench-effects, which builds the programs first")
    shared = pathlib.Path(os.environ.get("CASELOAD_SHARED", ROOT.parent / "shared")) / "data"
    for name in options.parts.split(","):
        if name not in page.TITLES:
            sys.exit(f"bench-effects: no part is called {name}; there are {', '.join(page.TITLES)}")
        say(name)
        lines = measured(name, options, shared)
        if lines is None:
            say(f"  left as it is: no data in {shared}")
            continue
        # Written at once, so that a run that is ended keeps what it has.
        page.write(options.output, page.existing(options.output) | {name: page.stamp() + lines})


main()
