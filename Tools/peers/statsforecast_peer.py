#!/usr/bin/env python3
"""Forecasts of statsforecast's models, one series after another, in one process and one thread.

Writes one row a series, model and period ahead: unique_id, model, h, mean, lo80, hi80, lo95, hi95,
cpu_seconds (of fitting and forecasting that series, the same in each of its rows), error. What the
file already holds is not computed again, so an interrupted run resumes.

With --jobs it times statsforecast's own parallel batch of one model instead, and prints the seconds.
"""

import argparse
import csv
import json
import os
import resource
import sys
import time
import warnings
from pathlib import Path

for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ[name] = "1"

import competition  # noqa: E402

COLUMNS = "unique_id model h mean lo80 hi80 lo95 hi95 cpu_seconds error".split()
LEVELS = [80, 95]


def finished(path, horizons):
    """The pairs (series, model) whose rows are complete; the file is cut after the last of them."""
    if not path.exists():
        return set()
    rows = []
    with path.open(newline="") as file:
        for row in csv.DictReader(file):
            if row["error"] is None:
                break
            rows.append(row)
    # A run may have been stopped while it wrote its last series.
    pairs = [(row["unique_id"], row["model"]) for row in rows]
    if pairs:
        last = [row for row, pair in zip(rows, pairs) if pair == pairs[-1]]
        if not last[0]["error"] and len(last) < horizons.get(pairs[-1][0], 0):
            rows = rows[: -len(last)]
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)
    return {(row["unique_id"], row["model"]) for row in rows}


def forecast(model, values, horizon):
    """The rows of one series without its names."""
    start = time.process_time()
    try:
        result = model.forecast(values, horizon, level=LEVELS)
    except Exception as error:  # a peer's failure is a result
        seconds = time.process_time() - start
        text = f"{type(error).__name__}: {error}".splitlines()[0]
        return [{"h": 0, "cpu_seconds": seconds, "error": text}]
    seconds = time.process_time() - start
    columns = {"mean": "mean"}
    for level in LEVELS:
        columns |= {f"lo{level}": f"lo-{level}", f"hi{level}": f"hi-{level}"}
    return [
        {name: float(result[key][h]) for name, key in columns.items() if key in result}
        | {"h": h + 1, "cpu_seconds": seconds, "error": ""}
        for h in range(horizon)
    ]


def parallel(make, season, chosen, jobs):
    """The seconds of one batch in `jobs` processes, by the clock and of the processors."""
    import pandas
    from statsforecast import StatsForecast

    frame = pandas.concat(
        pandas.DataFrame(
            {"unique_id": s.id, "ds": range(1, len(s.train) + 1), "y": s.train})
        for s in chosen
    )
    horizon = len(chosen[0].test)

    def processors():
        usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        return sum(usage.ru_utime + usage.ru_stime for usage in usages)

    start, used = time.monotonic(), processors()
    batch = StatsForecast(models=[make(season_length=season)], freq=1, n_jobs=jobs)
    batch.forecast(df=frame, h=horizon, level=LEVELS)
    return {"wall": time.monotonic() - start, "processor": processors() - used}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data")
    parser.add_argument("--models", default="AutoETS,AutoARIMA,DynamicOptimizedTheta,AutoCES")
    parser.add_argument("--sample", type=int)
    parser.add_argument("--seed", type=int, default=42)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--jobs", type=int)
    options = parser.parse_args()

    warnings.simplefilter("ignore")
    start = time.process_time()
    import numpy
    from statsforecast import models

    imported = time.process_time() - start
    season = competition.season_length(options.data)
    chosen = competition.sample(competition.read(options.data), options.sample, options.seed)
    makers = {name: getattr(models, name) for name in options.models.split(",")}
    if options.jobs:
        (make,) = makers.values()
        print(json.dumps(parallel(make, season, chosen, options.jobs)))
        return
    options.out.parent.mkdir(parents=True, exist_ok=True)
    fresh = not options.out.exists()
    done = finished(options.out, {s.id: len(s.test) for s in chosen})
    # The first call loads what later calls have at hand.
    for make in makers.values():
        make(season_length=season).forecast(
            100 + numpy.arange(60.0) % 7 + numpy.sin(numpy.arange(60.0)), 4, level=LEVELS)
    with options.out.open("a", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        if fresh:
            writer.writeheader()
        for series in chosen:
            for name, make in makers.items():
                if (series.id, name) in done:
                    continue
                model = make(season_length=season)
                for row in forecast(model, numpy.array(series.train), len(series.test)):
                    writer.writerow({"unique_id": series.id, "model": name} | row)
                file.flush()
    if sys.stderr.isatty():
        print(f"import: {imported:.2f} s", file=sys.stderr)


if __name__ == "__main__":
    main()
