"""Writes data.csv (simulated) and values.json: csdid 0.4.3 and drdid 1.1.7 on it.

Run with Python 3.9, numpy, pandas, csdid 0.4.3, drdid 1.1.7.
"""
import json
import warnings

import numpy as np
import pandas as pd
from csdid.att_gt import ATTgt

warnings.filterwarnings("ignore")
rng = np.random.default_rng(3)
UNITS, PERIODS = 120, 6
STARTS = [0, 3, 4, 6]
rows = []
for i in range(UNITS):
    start = STARTS[i % 4]
    own, level, weight = rng.normal(), rng.normal() + 0.2 * (start > 0), rng.uniform(0.5, 2)
    for t in range(1, PERIODS + 1):
        x = level + 0.5 * rng.normal()
        effect = (1 + 0.2 * (t - start)) if 0 < start <= t else 0
        y = own + 0.3 * t + 0.3 * x * t + effect + rng.normal()
        rows.append((i + 1, t, start, round(y, 4), round(x, 4), round(weight, 3), i % 30 + 1))
data = pd.DataFrame(rows, columns=["unit", "period", "start", "y", "x", "weight", "cluster"])
data.to_csv("data.csv", index=False, lineterminator="\n")
# Observations that the unbalanced panel lacks: (unit, period).
HOLES = [(5, 2), (10, 1), (10, 4), (13, 6), (16, 3)]
holed = data[[(u, t) not in HOLES for u, t in zip(data.unit, data.period)]]
sections = data.assign(unit=np.arange(len(data)))


def number(v):
    return None if v is None or np.isnan(v) else float(v)


def run(frame, method="dr", base="varying", aggregates=False, **options):
    fit = ATTgt(
        yname="y", tname="period", idname="unit", gname="start", data=frame.copy(), **options
    ).fit(est_method=method, base_period=base, bstrap=False)
    r = fit.results
    result = {
        "cells": [
            {"cohort": int(g), "period": int(t), "value": number(a), "standardError": number(s)}
            for g, t, a, s in zip(r["group"], r["year"], r["att"], np.asarray(r["se"]).ravel())
        ]
    }
    if aggregates:
        result["averages"] = {}
        for kind in ["simple", "group", "calendar", "dynamic"]:
            a = fit.aggte(typec=kind, bstrap=False, cband=False).atte
            result["averages"][kind] = {
                "value": number(a["overall_att"]),
                "standardError": number(np.asarray(a["overall_se"]).ravel()[0]),
            }
    return result


never, not_yet = {"control_group": "nevertreated"}, {"control_group": "notyettreated"}
checks = {}
for method in ["dr", "reg", "ipw"]:
    checks[f"panel-{method}"] = run(data, method, xformla="y~x", **never)
    checks[f"universal-{method}"] = run(data, method, "universal", xformla="y~x", **not_yet)
    checks[f"weighted-{method}"] = run(
        data, method, aggregates=True, xformla="y~x", weights_name="weight", **never)
    checks[f"sections-{method}"] = run(sections, method, xformla="y~x", panel=False, **never)
    checks[f"weighted-sections-{method}"] = run(
        sections, method, aggregates=True, xformla="y~x", weights_name="weight", panel=False,
        **not_yet)
checks["anticipation"] = run(data, aggregates=True, anticipation=1, **not_yet)
checks["anticipation-universal"] = run(data, base="universal", anticipation=1, **not_yet)
checks["clustered"] = run(data, aggregates=True, xformla="y~x", clustervar="cluster", **never)
checks["holed-as-sections"] = run(holed, aggregates=True, allow_unbalanced_panel=True, **never)
checks["holed-as-sections-x"] = run(holed, xformla="y~x", allow_unbalanced_panel=True, **never)
checks["holed-balanced"] = run(holed, aggregates=True, xformla="y~x", **never)
checks["no-never"] = run(data[data.start > 0], aggregates=True, **not_yet)
with open("values.json", "w") as file:
    json.dump({"holes": HOLES, "checks": checks}, file, indent=1)
    file.write("\n")
