#!/usr/bin/env python3
"""Compares Caseload's regressions with R, statsmodels and pyfixest: accuracy, speed, agreement.

Run by `make bench-regression`, after the release build of caseload-bench. Simulates its data with a
fixed seed in a temporary folder, runs every program in a process of its own and writes
Sources/Caseload/Documentation.docc/RegressionBenchmarks.md. The peers are installed from PyPI into
.venv-peers when they are not there; R is used if Rscript is on PATH, fixest if R has it.
"""

import argparse
import datetime
import os
import pathlib
import platform
import sys
import tempfile
import textwrap

from regression_bench.certified import accuracy
from regression_bench.dense import bootstrap, wide
from regression_bench.effects import absorbed, large, poisson
from regression_bench.programs import ALL, BENCH, ROOT, Programs, say

ARTICLE = ROOT / "Sources/Caseload/Documentation.docc/RegressionBenchmarks.md"

INTRODUCTION = """# Regression benchmarks

How exact and how fast the regressions are, beside those of R, statsmodels and pyfixest.

## How this page is made

`make bench-regression` builds `caseload-bench`, simulates the data with a fixed seed, runs every
program on this data in a process of its own and writes this page. The last run was on {date}, on
{cores} cores ({machine}, {memory:.0f} GB), with
{versions}.{missing}

- *fit* is the fastest of three fits of data that are in memory: for Caseload the design matrix, the
  fit and the covariance, for the others what makes of a data frame the coefficients and standard
  errors. *process* is the fastest of three processes from the file to the table.
- Caseload keeps a file as text until a design asks for a column. Its design therefore contains the
  reading of the numbers and the sorting of text into groups, which pandas has done before *fit*
  begins; the phases under each table tell them apart.
- On one thread every process is held to one core.
- *coefficients* and *standard errors* are the largest relative differences from Caseload's.
- Behind the name of pyfixest's algorithm is its tolerance, at its default; Caseload's is 1e-11.

"""


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--nist", type=pathlib.Path, help="the folder of NIST's linear sets")
    parser.add_argument("--cases", default="123456", help="which, such as 25; not all are printed")
    parser.add_argument("--scale", type=int, default=1, help="divides the sizes, for a trial")
    parser.add_argument("--python", help="a Python with the peers, in place of .venv-peers")
    parser.add_argument("--output", type=pathlib.Path, help="the page, in place of the article")
    options = parser.parse_args()
    if not BENCH.exists():
        sys.exit("bench-regression: run make bench-regression, which builds caseload-bench first")
    shared = pathlib.Path(os.environ.get("CASELOAD_SHARED", ROOT.parent / "shared"))
    candidates = [options.nist, shared / "data/nist", shared / "nist"]
    nist = next((f for f in candidates if f and (f / "certified.json").exists()), None)

    programs = Programs(options.python or Programs.installed())
    programs.fixest = programs.has_fixest()
    cases = {
        "1": ("Certified values", lambda _: accuracy(programs, nist.resolve()) if nist else None),
        "2": ("Two absorbed effects", lambda f: absorbed(programs, f, options.scale)),
        "3": ("Three absorbed effects", lambda f: large(programs, f, options.scale)),
        "4": ("Poisson with two absorbed effects", lambda f: poisson(programs, f, options.scale)),
        "5": ("A hundred columns", lambda f: wide(programs, f, options.scale)),
        "6": ("The wild cluster bootstrap", lambda f: bootstrap(programs, f, options.scale)),
    }
    notes = {
        "1": "Digits of the worst coefficient / of the worst standard error that agree with the\n"
        "certified values of NIST's StRD, at most 15. *dropped*: the program took a column for a\n"
        "combination of others.\n\n"
    }
    versions = textwrap.fill(
        ", ".join(f"{name} {value}" for name, value in programs.versions().items()), 100
    )
    missing = "" if programs.fixest else " R's fixest was not installed."
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    page = INTRODUCTION.format(
        date=datetime.date.today(), cores=ALL, machine=platform.machine(), memory=memory,
        versions=versions, missing=missing,
    )  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        for key, (title, body) in cases.items():
            text = body(pathlib.Path(folder)) if key in options.cases else None
            if text:
                page += f"## {title}\n\n{notes.get(key, '')}{text}\n"
    page = page.rstrip() + "\n"
    output = options.output
    if output is None and set("123456") <= set(options.cases) and options.scale == 1:
        output = ARTICLE
    if output:
        output.write_text(page)
        say(f"written: {output}")
    else:
        print(page)


main()
