"""Digits that agree with the certified values of NIST's linear sets."""

import json
import subprocess

from .programs import BENCH
from .tables import digits, table

# NIST's linear sets: the degree of a polynomial without 0, and whether there is an intercept.
SETS = {
    "Norris": (1, True),
    "Pontius": (2, True),
    "NoInt1": (1, False),
    "NoInt2": (1, False),
    "Filip": (10, True),
    "Longley": (0, True),
} | {f"Wampler{k}": (5, True) for k in range(1, 6)}


def accuracy(programs, folder):
    """Digits that agree with NIST's certified values."""
    certified = json.loads((folder / "certified.json").read_text())["data"]
    lines = subprocess.run(
        [BENCH, "accuracy", folder], capture_output=True, text=True, check=True
    ).stdout.splitlines()[1:]
    columns = {"Caseload": {}}
    for name, *values in (line.split("\t") for line in lines):
        columns["Caseload"][name] = values
    results = {}
    for method in ("pinv", "qr"):
        results[f"statsmodels {method}"] = programs.peer(
            "certified", folder=str(folder), sets=SETS, method=method
        )
    if programs.rscript:
        for label, option in {"R lm": "", "R lm, tol = 1e-25": ", tol = 1e-25"}.items():
            results[label] = {}
            for name, (degree, intercept) in SETS.items():
                terms = [f"I(x^{k})" for k in range(1, degree + 1)] or ["."]
                formula = "y ~ " + ("" if intercept else "0 + ") + " + ".join(terms)
                code = (
                    f'd <- read.csv("{folder}/{name}.csv"); m <- lm({formula}, d{option}); '
                    "s <- summary(m)$coefficients; f <- function(v) "
                    'paste0("[", paste(sprintf("%.17g", v), collapse = ", "), "]"); '
                    'cat(sprintf("{\\"beta\\": %s, \\"se\\": %s}", f(s[, 1]), f(s[, 2])))'
                )
                results[label][name] = programs.r(code)
    for label, sets in results.items():
        columns[label] = {}
        for name in SETS:
            cells = []
            for key in ("beta", "se"):
                truth, values = certified[name][key], sets[name][key]
                complete = len(truth) == len(values)
                least = min(digits(v, float(t)) for v, t in zip(values, truth))
                cells.append(f"{least:.1f}" if complete else "dropped")
            columns[label][name] = cells
    order = ["Caseload", "R lm", "R lm, tol = 1e-25", "statsmodels pinv", "statsmodels qr"]
    order = [label for label in order if label in columns]
    rows = [[name] + [" / ".join(columns[k].get(name, "–")) for k in order] for name in SETS]
    return table(["set"] + order, rows)
