"""Scores of forecasts on competition files, the same for every program.

sMAPE, MASE and MSIS as in the M4 competition, averaged over series; OWA against Naive2 on the same
series; coverage is the share of outcomes inside the intervals.
"""

import csv
import math
from collections import defaultdict
from statistics import fmean, median, quantiles


def naive2(y, m, h):
    """The organisers' Naive2: a season that shows is taken out, the last value is carried on."""
    n, factors = len(y), None
    if m > 1 and n >= 3 * m and min(y) > 0:
        mean = fmean(y)
        deviations = [v - mean for v in y]
        total = sum(v * v for v in deviations)
        if total > 0:
            r = [
                sum(deviations[t] * deviations[t - k] for t in range(k, n)) / total
                for k in range(1, m + 1)
            ]
            limit = 1.645 * math.sqrt((1 + 2 * sum(v * v for v in r[:-1])) / n)
            if abs(r[-1]) > limit:
                factors = seasonal_factors(y, m)
    if factors is None:
        return [y[-1]] * h
    level = y[-1] / factors[(n - 1) % m]
    return [level * factors[(n + i) % m] for i in range(h)]


def seasonal_factors(y, m):
    half, ends = m // 2, 0.5 if m % 2 == 0 else 1.0
    ratios = [[] for _ in range(m)]
    for t in range(half, len(y) - half):
        inner = sum(y[t - half + 1 : t + half])
        trend = (inner + ends * (y[t - half] + y[t + half])) / m
        ratios[t % m].append(y[t] / trend)
    means = [fmean(r) for r in ratios]
    return [v / fmean(means) for v in means]


def smape(actual, forecast):
    terms = [(abs(y - f), abs(y) + abs(f)) for y, f in zip(actual, forecast)]
    return fmean(200 * error / size if size > 0 else 0.0 for error, size in terms)


def scale(train, m):
    """The mean absolute seasonal naive error; None for a constant history."""
    changes = [abs(a - b) for a, b in zip(train[m:], train)]
    return (fmean(changes) or None) if changes else None


def interval_score(y, low, high, alpha):
    outside = low - y if y < low else y - high if y > high else 0.0
    return (high - low) + 2 / alpha * outside


def read(path):
    """{model: {series: forecast}}; a forecast has mean, lo80, hi80, lo95, hi95, cpu and error."""
    models = defaultdict(dict)
    with open(path, newline="") as file:
        for row in csv.DictReader(file):
            entry = models[row["model"]].setdefault(
                row["unique_id"],
                {"mean": [], "lo80": [], "hi80": [], "lo95": [], "hi95": [], "error": ""},
            )
            entry["cpu"] = float(row["cpu_seconds"])
            if row["error"]:
                entry["error"] = row["error"]
                continue
            for name in ("mean", "lo80", "hi80", "lo95", "hi95"):
                if row[name]:
                    entry[name].append(float(row[name]))
    return models


def combined(models, members, center):
    """The mean or the median of several models' means and bounds; their times add up."""
    result = {}
    for id in set.intersection(*(set(models[name]) for name in members)):
        entries = [models[name][id] for name in members]
        good = [e for e in entries if not e["error"]]
        entry = {"cpu": sum(e["cpu"] for e in entries), "error": "" if good else entries[0]["error"]}
        for name in ("mean", "lo80", "hi80", "lo95", "hi95"):
            entry[name] = [center(values) for values in zip(*(e[name] for e in good))]
        result[id] = entry
    return result


def summary(forecasts, series, m):
    """The averages of one model over `series`, and its times in milliseconds."""
    rows, times, failed = [], [], 0
    for s in series:
        entry = forecasts[s.id]
        times.append(1000 * entry["cpu"])
        if entry["error"] or not all(map(math.isfinite, entry["mean"])):
            failed += 1
            continue
        base = naive2(s.train, m, len(s.test))
        unit = scale(s.train, m)
        row = {"smape": smape(s.test, entry["mean"]), "naive_smape": smape(s.test, base)}
        if unit:
            def scaled(f):
                return fmean(abs(a - b) for a, b in zip(s.test, f)) / unit

            row |= {"mase": scaled(entry["mean"]), "naive_mase": scaled(base)}
        if entry["lo95"]:
            bounds = list(zip(s.test, entry["lo95"], entry["hi95"]))
            narrow = zip(s.test, entry["lo80"], entry["hi80"])
            row["coverage80"] = fmean(low <= y <= high for y, low, high in narrow)
            row["coverage95"] = fmean(low <= y <= high for y, low, high in bounds)
            if unit:
                row["msis"] = fmean(interval_score(*b, 0.05) for b in bounds) / unit
        rows.append(row)

    def average(name):
        values = [row[name] for row in rows if name in row]
        return fmean(values) if values else math.nan

    names = "smape mase naive_smape naive_mase msis coverage80 coverage95".split()
    result = {name: average(name) for name in names}
    result["owa"] = 0.5 * (
        result["smape"] / result["naive_smape"] + result["mase"] / result["naive_mase"]
    )
    result["ms"] = fmean(times)
    result["p95"] = quantiles(times, n=20)[-1] if len(times) > 1 else times[0]
    result["failed"] = failed
    return result


CENTERS = {"median": median, "mean": fmean}
