"""The same quantities at 50 digits, from the definitions: how far R's doubles are from them.

    pip install mpmath
    python check.py

Prints the largest relative difference by quantity and adds to each data set, under "exact", the
50-digit results rounded to doubles: for `growth`, badly scaled, they are the better reference.
"""

import json
import re
from pathlib import Path

from mpmath import matrix, mp, mpf

mp.dps = 50
PATH = Path(__file__).resolve().parent / "values.json"


def relative(ours, theirs):
    scale = max(abs(v) for v in ours)
    return float(max(abs(a - mpf(b)) for a, b in zip(ours, theirs)) / scale)


def flat(rows):
    return [v for row in rows for v in row]


def analyse(d):
    X = matrix(d["design"])
    n, p = X.rows, X.cols
    y = matrix(d["response"])
    A = (X.T * X) ** -1
    b = A * X.T * y
    e = y - X * b
    h = [(X[i, :] * A * X[i, :].T)[0] for i in range(n)]
    rss = sum(v * v for v in e)
    sigma2 = rss / (n - p)
    mean = sum(y) / n
    tss = sum((v - mean) ** 2 for v in y)
    ll = -mpf(n) / 2 * (mp.log(2 * mp.pi) + mp.log(rss / n) + 1)
    out = {"coefficients": list(b), "sigma": [mp.sqrt(sigma2)], "leverages": h, "residuals": list(e),
           "standardErrors": [mp.sqrt(sigma2 * A[i, i]) for i in range(p)],
           "rSquared": [1 - rss / tss], "adjustedRSquared": [1 - rss / tss * (n - 1) / (n - p)],
           "logLikelihood": [ll], "aic": [-2 * ll + 2 * (p + 1)], "bic": [-2 * ll + mp.log(n) * (p + 1)],
           "F": [(tss - rss) / (p - 1) / sigma2]}

    def sandwich(omega):
        M = matrix(p, p)
        for i in range(n):
            M += omega[i] * (X[i, :].T * X[i, :])
        return flat((A * M * A).tolist())

    ratio = [n * v / p for v in h]  # h / mean(h)
    hmax = max(ratio)
    cap = mpf("0.7") * max(h) * n / p
    weight = {
        "HC0": [mpf(1)] * n, "HC1": [mpf(n) / (n - p)] * n,
        "HC2": [1 / (1 - v) for v in h], "HC3": [(1 - v) ** -2 for v in h],
        "HC4": [(1 - v) ** -min(mpf(4), r) for v, r in zip(h, ratio)],
        "HC4m": [(1 - v) ** -(min(mpf(1), r) + min(mpf("1.5"), r)) for v, r in zip(h, ratio)],
        "HC5": [mp.sqrt((1 - v) ** -min(r, max(mpf(4), cap))) for v, r in zip(h, ratio)],
    }
    for k, w in weight.items():
        out["cov " + k] = sandwich([w[i] * e[i] ** 2 for i in range(n)])
    out["cov const"] = flat((sigma2 * A).tolist())
    U = [X[i, :] * e[i] for i in range(n)]

    def newey_west(lag, adjust):
        M = matrix(p, p)
        for i in range(n):
            M += U[i].T * U[i]
        for l in range(1, int(lag) + 1):
            for t in range(l, n):
                c = U[t].T * U[t - l]
                M += (1 - mpf(l) / (lag + 1)) * (c + c.T)
        return flat((A * M * A * (mpf(n) / (n - p) if adjust else 1)).tolist())

    for r in d["neweyWest"]:
        out[f"NW {r['lag']} {r['adjust']}"] = newey_west(r["lag"], r["adjust"])
    hw = [sum(u[j] for j in range(1, p)) for u in U]  # weight 0 on the intercept
    m = int(mp.floor(4 * (mpf(n) / 100) ** (mpf(2) / 9)))
    s = [sum(hw[t] * hw[t - l] for t in range(l, n)) for l in range(m + 1)]
    bw = mpf("1.1447") * ((2 * sum(l * s[l] for l in range(m + 1)) / (s[0] + 2 * sum(s[1:]))) ** 2 * n) ** (mpf(1) / 3)
    out["bandwidth"] = [bw]
    out["bandwidth cov"] = newey_west(int(bw), False)
    out["bandwidth cov adjusted"] = newey_west(int(bw), True)
    return out


def stored(d):
    r = {k: (d[k] if isinstance(d[k], list) else [d[k]]) for k in
         ["coefficients", "sigma", "leverages", "residuals", "standardErrors", "rSquared", "adjustedRSquared",
          "logLikelihood", "aic", "bic"]}
    r["F"] = [d["fStatistic"]["value"]]
    for k, m in d["covariances"].items():
        r["cov " + k] = flat(m)
    for q in d["neweyWest"]:
        r[f"NW {q['lag']} {q['adjust']}"] = flat(q["covariance"])
    r["bandwidth"] = [d["bandwidth"]["bwNeweyWest"]]
    r["bandwidth cov"] = flat(d["bandwidth"]["covariance"])
    r["bandwidth cov adjusted"] = flat(d["bandwidth"]["covarianceAdjusted"])
    return r


def rounded(v):
    return float(v)


if __name__ == "__main__":
    values = json.loads(PATH.read_text())
    for name in ("cars", "series", "growth"):
        ours, theirs = analyse(values[name]), stored(values[name])
        print(name, {k: f"{relative(ours[k], theirs[k]):.1e}" for k in ours})
        values[name]["exact"] = {
            k: [rounded(v) for v in ours[k]] if len(ours[k]) > 1 else rounded(ours[k][0])
            for k in ("coefficients", "standardErrors", "sigma", "rSquared", "logLikelihood", "F")}
        p = len(ours["coefficients"])
        grid = lambda v: [[rounded(v[i * p + j]) for j in range(p)] for i in range(p)]
        values[name]["exact"]["covariances"] = {
            k[4:]: grid(v) for k, v in ours.items() if k.startswith("cov ")}
        values[name]["exact"]["neweyWest"] = [
            {"lag": r["lag"], "adjust": r["adjust"], "covariance": grid(ours[f"NW {r['lag']} {r['adjust']}"])}
            for r in values[name]["neweyWest"]]
        values[name]["exact"]["bwNeweyWest"] = rounded(ours["bandwidth"][0])
    text = json.dumps(values, indent=1)
    text = re.sub(r"\[\s+([-\d.e+,\s]+?)\s+\]", lambda m: "[" + re.sub(r"\s*\n\s*", " ", m.group(1)) + "]", text)
    PATH.write_text(text + "\n")
