"""Times diff-diff's estimators on a panel: run by speed.py in a process of its own.

Usage: diff_diff_peer.py PANEL.csv REPETITIONS
"""

import json
import sys
import time
import warnings

import diff_diff
import pandas

warnings.simplefilter("ignore")


def best(make, repetitions):
    """The fastest of several runs by processor time, and the overall estimate."""
    rows = []
    for _ in range(repetitions):
        wall, processor = time.perf_counter(), time.process_time()
        result = make()
        rows.append((time.process_time() - processor, time.perf_counter() - wall, result))
    processor, wall, result = min(rows, key=lambda row: row[0])
    return {
        "average": float(getattr(result, "overall_att", float("nan"))),
        "standardError": float(getattr(result, "overall_se", float("nan"))),
        "timing": {"wall": wall, "processor": processor},
    }


def main():
    data = pandas.read_csv(sys.argv[1])
    repetitions = int(sys.argv[2])
    names = {"outcome": "y", "unit": "unit", "time": "period", "first_treat": "g"}

    def callaway(draws):
        return diff_diff.CallawaySantAnna(
            estimation_method="reg", n_bootstrap=draws, seed=1
        ).fit(data, **names)

    cases = {
        "callaway-santanna": (lambda: callaway(0), repetitions),
        "callaway-santanna:draws=999": (lambda: callaway(999), repetitions),
        "imputation": (lambda: diff_diff.ImputationDiD().fit(data, **names), repetitions),
        "sun-abraham": (lambda: diff_diff.SunAbraham().fit(data, **names), 1),
    }
    found = {}
    for name, (make, count) in cases.items():
        try:
            found[name] = best(make, count)
        except Exception as error:  # A peer's failure is a line of the table, not ours.
            found[name] = {"error": str(error)[:200]}
    print(json.dumps({"version": diff_diff.__version__, "cases": found}))


main()
