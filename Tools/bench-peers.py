#!/usr/bin/env python3
"""Compares Caseload's forecasts with statsforecast and R: accuracy, intervals, speed.

Run by `make bench-peers`, after the release build of caseload-bench. Reads the competition files of
$CASELOAD_SHARED/data/forecast/competitions, keeps the answers of the slow programs in .bench/peers, so
that an interrupted run resumes, and writes Sources/Caseload/Documentation.docc/ForecastBenchmarks.md.
statsforecast is installed from PyPI into .venv-forecast-peers when it is not there; R is used if it has
the package forecast (Debian: r-cran-forecast).
"""

import argparse
import datetime
import os
import pathlib
import platform
import subprocess
import sys
import textwrap

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "peers"))
import article  # noqa: E402
import competition  # noqa: E402
import scores  # noqa: E402
from programs import ALL, BENCH, ROOT, Caseload, RForecast, StatsForecast, say  # noqa: E402

ARTICLE = ROOT / "Sources/Caseload/Documentation.docc/ForecastBenchmarks.md"
FILES = (
    "m3_monthly m3_quarterly m3_yearly m3_other m4_yearly m4_monthly_full200 "
    "m1_monthly m1_quarterly m1_yearly"
).split()
# What stands beside what: ours, statsforecast's, R's.
PAIRS = [
    ("ets", "AutoETS", "ets"),
    ("arima", "AutoARIMA", "auto.arima"),
    ("theta", "Theta", "thetaf"),
    ("dynamic-optimized-theta", "DynamicOptimizedTheta", None),
    ("ces", "AutoCES", None),
    ("auto", "SCUM", None),
]
MEMBERS = ["AutoETS", "AutoARIMA", "DynamicOptimizedTheta", "AutoCES"]


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--files", default=",".join(FILES), help="names of competition files")
    parser.add_argument("--sample", type=int, default=200, help="series a file; 0 for all")
    parser.add_argument("--seed", type=int, default=42)
    parser.add_argument("--r", default="ets,thetaf,auto.arima", help="R's functions; empty for none")
    parser.add_argument("--timed", default="m3_monthly", help="the file that whole runs are timed on")
    parser.add_argument("--python", help="a Python with statsforecast, in place of the environment")
    parser.add_argument("--cache", type=pathlib.Path, default=ROOT / ".bench/peers")
    parser.add_argument("--output", type=pathlib.Path, help="the page, in place of the article")
    options = parser.parse_args()
    # A part of the comparison is shown, and does not replace the page.
    usual = {"files": ",".join(FILES), "sample": 200, "seed": 42}
    if options.output is None and all(getattr(options, k) == v for k, v in usual.items()):
        options.output = ARTICLE
    return options


def measured(path, options, programs, known):
    """The rows of one file, and those of whole runs where it is the timed one."""
    ours, python, r = programs
    name = competition.dataset_name(path)
    folder = options.cache / f"{name}-{options.sample or 'all'}-{options.seed}"
    folder.mkdir(parents=True, exist_ok=True)
    season = competition.season_length(path)
    series = competition.sample(competition.read(path), options.sample or None, options.seed)
    say(f"{name}: {len(series)} series")
    answers, whole = {}, []
    for model in known:
        file, times = ours.measure(path, folder, model, options.sample, options.seed)
        answers["Caseload", model] = scores.read(file)[model]
        whole.append(("Caseload", model, times))
    models = [pair[1] for pair in PAIRS if pair[1] != "SCUM"]
    say("  statsforecast")
    found = scores.read(python.forecasts(path, folder, models, options.sample, options.seed))
    found["SCUM"] = scores.combined(found, MEMBERS, scores.CENTERS["median"])
    found["mean of 4"] = scores.combined(found, MEMBERS, scores.CENTERS["mean"])
    answers |= {("statsforecast", model): value for model, value in found.items()}
    if name == options.timed:
        times = python.times(path, folder, models, options.sample, options.seed)
        whole += [("statsforecast", model, times[model]) for model in models]
    methods = [method for method in options.r.split(",") if method]
    if r.version and methods:
        say("  R " + ", ".join(methods))
        found = scores.read(r.forecasts(path, folder, methods, series, season))
        # What an earlier run has completed is shown, too.
        complete = [method for method in found if len(found[method]) == len(series)]
        answers |= {("R", method): found[method] for method in complete}
    order = [
        key
        for a, b, c in PAIRS
        for key in (("Caseload", a), ("statsforecast", b), ("R", c))
        if key in answers
    ] + [("statsforecast", "mean of 4")]
    rows = [(*key, scores.summary(answers[key], series, season)) for key in order]
    return rows, whole if name == options.timed else [], len(series)


def main():
    options = arguments()
    if not BENCH.exists():
        sys.exit("bench-peers: run make bench-peers, which builds caseload-bench first")
    shared = pathlib.Path(os.environ.get("CASELOAD_SHARED", ROOT.parent / "shared"))
    folder = shared / "data/forecast/competitions"
    paths = [folder / f"{name}.csv.gz" for name in options.files.split(",")]
    absent = [path.name for path in paths if not path.exists()]
    if absent:
        sys.exit(
            f"bench-peers: {folder} does not hold {', '.join(absent)}. Set CASELOAD_SHARED to a folder "
            "with data/forecast/competitions: gzip CSV of unique_id, split (train or test), t, value."
        )
    programs = (Caseload(), StatsForecast(options.python), RForecast())
    swift = subprocess.run(["swift", "--version"], capture_output=True, text=True).stdout
    versions = [f"Swift {swift.split('version ')[1].split()[0]}"] if "version " in swift else []
    versions += [programs[1].version()] + ([programs[2].version] if programs[2].version else [])
    page = article.INTRODUCTION.format(
        date=datetime.date.today(), cores=ALL, machine=platform.machine(), seed=options.seed,
        versions=textwrap.fill(", ".join(versions), 100),
        missing="" if programs[2].version else " R's forecast package was not installed.",
    )  # fmt: skip
    timed = ""
    known = programs[0].known(paths[0], [pair[0] for pair in PAIRS])
    for path in paths:
        rows, whole, count = measured(path, options, programs, known)
        name = competition.dataset_name(path).replace("_", " ").replace(" full200", "").upper()
        title = name[:2] + name[2:].lower()
        page += f"## {title}\n\n{count} series.\n\n{article.scores(rows)}\n"
        if whole:
            timed = article.TIMES.format(count=count, name=title) + article.times(whole)
    text = (page + timed).rstrip() + "\n"
    if options.output:
        options.output.parent.mkdir(parents=True, exist_ok=True)
        options.output.write_text(text)
        say(f"written: {options.output}")
    else:
        print(text)


main()
