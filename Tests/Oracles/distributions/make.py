"""Reference values of distributions and special functions, by mpmath.

    pip install mpmath gmpy2 scipy      # scipy: only starting points of quantiles, and a check
    python make.py

Each input is the exact value of the printed double. Incomplete beta and gamma functions are
sums of series with positive terms at 450 digits, the complement taken by subtraction, so that
tails as small as 1e-300 keep far more digits than are printed.
"""

import json
import math
import re
from importlib.metadata import version
from pathlib import Path

import scipy.stats as st
from mpmath import mp, mpf

HERE = Path(__file__).resolve().parent
DIGITS = 450
QUANTILE_DIGITS = 220
mp.dps = DIGITS


def number(v):
    """17 significant digits; what a double cannot hold is rounded as a double rounds it."""
    v = mpf(v)
    assert mp.isfinite(v)
    if v == 0:
        return "0.0"
    if abs(v) < mpf("1e-307"):
        return repr(abs(float(v)))
    s = mp.nstr(v, 17, strip_zeros=False, min_fixed=-5, max_fixed=17)
    return s + "0" if s.endswith(".") else s


class N(str):
    """A number already printed."""


def emit(path, value):
    text = json.dumps(value, indent=1, ensure_ascii=False, default=str)
    text = re.sub(r'"@(.*?)@"', r"\1", text)
    text = re.sub(r"\{\s+([^{}\[\]]*?)\s+\}", lambda m: "{" + re.sub(r"\s*\n\s*", " ", m.group(1)) + "}", text)
    text = re.sub(r'\{\s+("parameters": \{[^{}]*\},[^{}]*?)\s+\}',
                  lambda m: "{" + re.sub(r"\s*\n\s*", " ", m.group(1)) + "}", text)
    json.loads(text)
    path.write_text(text + "\n", encoding="utf-8", newline="\n")


def out(v):
    return f"@{number(v)}@"


# --- incomplete functions ------------------------------------------------------------------

def beta_series(a, b, x, y):
    """I_x(a, b) = x^a y^b / (a B(a, b)) · Σ (a+b)_n / (a+1)_n · x^n,  y = 1 − x."""
    eps = mpf(10) ** (-mp.dps - 5)
    term = total = mpf(1)
    n = 0
    while True:
        ratio = (a + b + n) / (a + 1 + n) * x
        term *= ratio
        total += term
        n += 1
        if ratio < 1 and term < eps * total * (1 - max(ratio, x)):
            break
    log_front = a * mp.log(x) + b * mp.log(y) - mp.log(a) \
        - (mp.loggamma(a) + mp.loggamma(b) - mp.loggamma(a + b))
    return mp.exp(log_front) * total


def beta_pair(a, b, x, y=None):
    """(I_x(a, b), 1 − I_x(a, b))."""
    a, b, x = mpf(a), mpf(b), mpf(x)
    y = 1 - x if y is None else mpf(y)
    if x <= 0:
        return mpf(0), mpf(1)
    if y <= 0:
        return mpf(1), mpf(0)
    # The side whose series is shorter; the complement loses digits, never the printed ones.
    terms = lambda a, b, x: 3 * max(mpf(0), (a + b) * x - a) / (1 - x) - mp.dps * mp.log(10) / mp.log(x)
    if terms(a, b, x) <= terms(b, a, y):
        p = beta_series(a, b, x, y)
        return p, 1 - p
    q = beta_series(b, a, y, x)
    return 1 - q, q


def gamma_pair(a, x):
    """(P(a, x), Q(a, x)), P = x^a e^−x / Γ(a+1) · Σ x^n / (a+1)_n."""
    a, x = mpf(a), mpf(x)
    if x <= 0:
        return mpf(0), mpf(1)
    eps = mpf(10) ** (-mp.dps - 5)
    term = total = mpf(1)
    n = 1
    while True:
        ratio = x / (a + n)
        term *= ratio
        total += term
        n += 1
        if ratio < 1 and term < eps * total * (1 - ratio):
            break
    p = mp.exp(a * mp.log(x) - x - mp.loggamma(a + 1)) * total
    return p, 1 - p


def log_beta(a, b):
    return mp.loggamma(a) + mp.loggamma(b) - mp.loggamma(a + b)


# --- distributions: (log density, (cumulative, upper)) ----------------------------------------

class Normal:
    key, names, discrete, low, high = "normal", ("mean", "standardDeviation"), False, -mp.inf, mp.inf

    def log_density(s, x, m, sd):
        z = (x - m) / sd
        return -z * z / 2 - mp.log(sd) - mp.log(2 * mp.pi) / 2

    def tails(s, x, m, sd):
        z = (x - m) / sd / mp.sqrt(2)
        return mp.erfc(-z) / 2, mp.erfc(z) / 2

    def guess(s, m, sd):
        return st.norm(m, sd)


class StudentT:
    key, names, discrete, low, high = "studentT", ("degreesOfFreedom",), False, -mp.inf, mp.inf

    def log_density(s, x, v):
        return -log_beta(v / 2, mpf(1) / 2) - mp.log(v) / 2 - (v + 1) / 2 * mp.log1p(x * x / v)

    def tails(s, x, v):
        half = beta_pair(v / 2, mpf(1) / 2, v / (v + x * x), x * x / (v + x * x))[0] / 2
        return (1 - half, half) if x > 0 else (half, 1 - half)

    def guess(s, v):
        return st.t(v)


class FisherF:
    key, discrete, low, high = "fisherF", False, mpf(0), mp.inf
    names = ("numeratorDegreesOfFreedom", "denominatorDegreesOfFreedom")

    def log_density(s, x, m, n):
        return m / 2 * mp.log(m / n) + (m / 2 - 1) * mp.log(x) - (m + n) / 2 * mp.log1p(m * x / n) \
            - log_beta(m / 2, n / 2)

    def tails(s, x, m, n):
        return beta_pair(m / 2, n / 2, m * x / (m * x + n), n / (m * x + n))

    def guess(s, m, n):
        return st.f(m, n)


class Gamma:
    key, names, discrete, low, high = "gamma", ("shape", "scale"), False, mpf(0), mp.inf

    def log_density(s, x, k, t):
        power = mpf(0) if k == 1 else (k - 1) * mp.log(x)
        return power - x / t - k * mp.log(t) - mp.loggamma(k)

    def tails(s, x, k, t):
        return gamma_pair(k, x / t)

    def guess(s, k, t):
        return st.gamma(k, scale=t)


class ChiSquared(Gamma):
    key, names = "chiSquared", ("degreesOfFreedom",)

    def log_density(s, x, v):
        return Gamma.log_density(s, x, v / 2, mpf(2))

    def tails(s, x, v):
        return gamma_pair(v / 2, x / 2)

    def guess(s, v):
        return st.chi2(v)


class Beta:
    key, names, discrete, low, high = "beta", ("alpha", "beta"), False, mpf(0), mpf(1)

    def log_density(s, x, a, b):
        left = mpf(0) if a == 1 else (a - 1) * mp.log(x)
        right = mpf(0) if b == 1 else (b - 1) * mp.log1p(-x)
        return left + right - log_beta(a, b)

    def tails(s, x, a, b):
        return beta_pair(a, b, x)

    def guess(s, a, b):
        return st.beta(a, b)


class Poisson:
    key, names, discrete, low, high = "poisson", ("mean",), True, mpf(0), mp.inf

    def log_density(s, k, m):
        return k * mp.log(m) - m - mp.loggamma(k + 1)

    def tails(s, k, m):
        p, q = gamma_pair(k + 1, m)
        return q, p

    def guess(s, m):
        return st.poisson(m)


class NegativeBinomial:
    key, names, discrete, low, high = "negativeBinomial", ("mean", "size"), True, mpf(0), mp.inf

    def log_density(s, k, m, r):
        return mp.loggamma(k + r) - mp.loggamma(r) - mp.loggamma(k + 1) \
            + r * mp.log(r / (r + m)) + k * mp.log(m / (r + m))

    def tails(s, k, m, r):
        return beta_pair(r, k + 1, r / (r + m), m / (r + m))

    def guess(s, m, r):
        return st.nbinom(r, r / (r + m))


def value(d, parameters, x):
    args = [mpf(p) for p in parameters]
    xx = mpf(x)
    log_density = d.log_density(xx, *args)
    low, up = d.tails(xx, *args)
    check(d, parameters, x, low, up, log_density)
    return {
        "parameters": dict(zip(d.names, parameters)), "x": x,
        "density": out(mp.exp(log_density)), "logDensity": out(log_density),
        "cumulative": out(low), "upper": out(up),
    }


WORST = {}


def check(d, parameters, x, low, up, log_density):
    """How far scipy's doubles are from these values, largest by distribution (printed only)."""
    g = d.guess(*parameters)
    pairs = [("cdf", g.cdf(x), low), ("sf", g.sf(x), up),
             ("logpdf", g.logpmf(x) if d.discrete else g.logpdf(x), log_density)]
    for name, theirs, ours in pairs:
        if abs(ours) < mpf("1e-290") or not math.isfinite(theirs):
            continue
        e = float(abs(mpf(float(theirs)) / ours - 1))
        WORST.setdefault((d.key, name), []).append((e, parameters, x))


def quantile(d, parameters, p, upper):
    args = [mpf(a) for a in parameters]
    target = mpf(p)
    # Far past the target a complement may round below 0; its sign is all that matters there.
    tail = lambda x: max(d.tails(x, *args)[1 if upper else 0], mpf(10) ** (-2 * mp.dps))
    record = {"parameters": dict(zip(d.names, parameters)), ("upperP" if upper else "p"): p}
    g = d.guess(*parameters)
    start = float(g.isf(p) if upper else g.ppf(p))
    if d.discrete:
        k = int(start) if math.isfinite(start) and start > 0 else 0
        holds = (lambda k: tail(mpf(k)) <= target) if upper else (lambda k: tail(mpf(k)) >= target)
        step = 1
        if holds(k):
            high = k
            while high > 0 and holds(max(0, high - step)):
                high = max(0, high - step)
                step *= 2
            low = max(-1, high - step)
        else:
            low = k
            while not holds(low + step):
                low += step
                step *= 2
            high = low + step
        while high - low > 1:
            middle = (low + high) // 2
            if holds(middle):
                high = middle
            else:
                low = middle
        return record | {"x": high}
    # log tail − log target, bracketed, then Illinois.
    h = lambda x: mp.log(tail(x)) - mp.log(target)
    if not math.isfinite(start) or (start == 0 and d.low == 0):
        start = 1e-3
    x = mpf(start)
    if d.low == 0 and d.high == mp.inf:
        move = lambda x, r, up: x * (1 + r) if up else x / (1 + r)
    elif d.high == 1:
        # on the logit scale
        move = lambda x, r, up: 1 / (1 + (1 - x) / x / (1 + r)) if up else 1 / (1 + (1 - x) / x * (1 + r))
        if not 0 < x < 1:
            x = mpf("0.5")
    else:
        move = lambda x, r, up: x + r * (1 + abs(x)) if up else x - r * (1 + abs(x))
    hx = h(x)
    a, b, ha, hb = x, x, hx, hx
    r = mpf("1e-8")
    rising = -1 if upper else 1
    while ha * hb > 0:
        up = rising * hx < 0
        if up:
            a, ha = b, hb
            b = move(b, r, True)
            hb = h(b)
        else:
            b, hb = a, ha
            a = move(a, r, False)
            ha = h(a)
        r *= 4
    side = 0
    for _ in range(400):
        if ha == 0:
            b = a
            break
        c = (a * hb - b * ha) / (hb - ha)
        hc = h(c)
        if hc == 0:
            a = b = c
            break
        if (hc > 0) == (hb > 0):
            b, hb = c, hc
            if side == -1:
                ha /= 2
            side = -1
        else:
            a, ha = c, hc
            if side == 1:
                hb /= 2
            side = 1
        if abs(hc) < mpf("1e-60"):
            a = b = c
            break
        if abs(b - a) <= mpf("1e-50") * max(abs(a), abs(b)):
            break
    else:
        raise ArithmeticError((d.key, parameters, p))
    x = (a + b) / 2
    assert abs(h(x)) < mpf("1e-40"), (d.key, parameters, p, mp.nstr(h(x), 5))
    return record | {"x": out(x)}


CASES = {
    Normal: [
        ((0.0, 1.0), [0.0, 1.5, -1.96, 1e-8, 5.0, -8.5, 11.5, -20.0, 30.0, -37.0]),
        ((250.5, 12.25), [251.0, 180.0, 500.0]), ((-3.0, 1e-4), [-3.0002]), ((0.0, 1e6), [1.7e6, -3e7]),
    ],
    StudentT: [
        ((0.5,), [0.1, 30.0, -1e12]), ((1.0,), [1.0, -1e30]), ((2.0,), [1.0, -1e-9]), ((3.7,), [2.5, -60.0]),
        ((5.0,), [-2.571, 1e6]), ((29.3,), [2.045, 15.0]), ((120.0,), [-30.0]), ((1e4,), [38.0]),
        ((1e6,), [1.96, -12.0, 30.0]),
    ],
    FisherF: [
        ((1.0, 10.0), [4.96, 1e-12]), ((2.0, 7.5), [3.0, 500.0]), ((3.5, 22.25), [0.2, 40.0]),
        ((0.5, 0.5), [1.0, 1e-20, 1e20]), ((5.0, 1e6), [2.2, 50.0]), ((1e6, 3.0), [2.0, 0.01]),
        ((200.0, 150.0), [1.3, 0.05, 12.0]), ((1e5, 1e5), [1.02, 0.9]), ((8.0, 4.0), [1e-30]),
    ],
    ChiSquared: [
        ((0.5,), [0.01, 1e-40, 60.0]), ((1.0,), [3.841, 500.0]), ((2.0,), [5.0, 900.0]), ((3.7,), [0.001, 12.0]),
        ((10.0,), [18.3, 1e-10, 150.0]), ((137.5,), [140.0, 10.0, 900.0]), ((1e4,), [1e4, 8000.0, 13000.0]),
        ((1e6,), [1e6, 1003000.0, 950000.0]),
    ],
    Gamma: [
        ((0.5, 2.0), [0.3]), ((0.001, 1.0), [1e-200, 3.0]), ((1.0, 3.0), [0.0, 2.0, 1000.0]),
        ((2.25, 0.4), [1.1, 60.0, 1e-30]), ((30.0, 12.5), [375.0, 20.0, 6000.0]), ((1e5, 1e-3), [100.5, 90.0]),
        ((0.1, 1e6), [1e5, 2e8]), ((5e5, 2.0), [1.001e6]),
    ],
    Beta: [
        ((0.5, 0.5), [0.3, 1e-30, 0.999999]), ((1.0, 1.0), [0.25]), ((2.0, 3.0), [0.4, 1e-50]),
        ((2.5, 7.25), [0.9, 1e-12]), ((1e-3, 2.0), [0.5]), ((1.0, 20.0), [0.0, 0.9999]),
        ((300.0, 500.0), [0.38, 0.1, 0.8]), ((1e5, 3.5), [0.9999, 0.999]), ((1e6, 1e6), [0.501, 0.49]),
        ((0.2, 1e4), [1e-8]),
    ],
    Poisson: [
        ((0.01,), [0, 1, 12]), ((1.5,), [2, 60, 90]), ((7.3,), [7, 0, 40, 100]), ((100.0,), [110, 30, 400]),
        ((12345.678,), [12300, 9000, 15000]), ((1e6,), [1000000, 995000, 1030000, 0]),
    ],
    NegativeBinomial: [
        ((4.5, 0.5), [0, 4, 300]), ((10.0, 2.5), [8, 200, 1000]), ((120.0, 15.0), [100, 5, 600]),
        ((3.0, 1e6), [3, 30, 90]), ((1000.0, 1.0), [10, 1000, 100000]), ((1e5, 50.5), [100000, 40000, 250000]),
        ((0.02, 0.1), [0, 1, 80]),
    ],
}

P = [0.5, 0.025, 0.975, 0.9999, 1e-12, 1e-100]
Q = [0.05, 1e-6, 1e-12, 1e-100]
QUANTILES = {
    Normal: [((0.0, 1.0), P + [1e-200], Q + [1e-200]), ((250.5, 12.25), [0.1, 1e-12], [0.01])],
    StudentT: [((0.5,), [0.75, 1e-6], [0.01]), ((1.0,), [0.975], [1e-12]), ((3.7,), [0.975, 1e-12], [1e-12, 1e-100]),
               ((29.3,), P, Q), ((1e6,), [0.975, 1e-100], [1e-12, 1e-100])],
    FisherF: [((1.0, 10.0), [0.95, 1e-12], [1e-12]), ((3.5, 22.25), P, Q), ((0.5, 0.5), [0.5, 1e-3], [1e-3]),
              ((5.0, 1e6), [0.95], [1e-12, 1e-100]), ((200.0, 150.0), [0.5, 1e-100], [1e-100])],
    ChiSquared: [((0.5,), [0.5, 1e-12], [1e-12]), ((1.0,), [0.95], [1e-100]), ((10.0,), P, Q),
                 ((137.5,), [0.025, 1e-100], [1e-100]), ((1e6,), [0.5, 1e-12], [1e-12, 1e-100])],
    Gamma: [((0.1, 1e6), [0.5, 1e-12], [1e-12]), ((2.25, 0.4), P, Q), ((1e5, 1e-3), [0.5, 1e-100], [1e-100])],
    Beta: [((0.5, 0.5), [0.3, 1e-12], [1e-6]), ((2.5, 7.25), P, Q), ((300.0, 500.0), [0.5, 1e-100], [1e-100]),
           ((1e5, 3.5), [0.01], [0.01])],
    Poisson: [((0.01,), [0.5, 0.995], [1e-12]), ((7.3,), P, Q), ((12345.678,), [0.5, 1e-12, 1e-100], [1e-12, 1e-100]),
              ((1e6,), [0.975], [1e-100])],
    NegativeBinomial: [((4.5, 0.5), [0.5, 0.975], [1e-12, 1e-100]), ((120.0, 15.0), P, Q),
                       ((3.0, 1e6), [0.95], [1e-12]), ((1e5, 50.5), [0.5, 1e-12], [1e-100])],
}


def specials():
    one = lambda f, xs: [{"x": x, "value": out(f(mpf(x)))} for x in xs]
    two = lambda i, cases: [{"a": a, "x": x, "value": out(gamma_pair(a, x)[i])} for a, x in cases]
    gamma_cases = [(0.5, 0.25), (1.0, 1.0), (1e-3, 1e-100), (2.5, 100.0), (3.7, 1e-20), (10.0, 9.5), (100.0, 40.0),
                   (100.0, 400.0), (1e4, 1.02e4), (1e6, 9.95e5), (0.1, 600.0), (5e5, 5.1e5)]
    return {
        "logGamma": one(mp.loggamma, [1e-300, 1e-8, 0.5, 0.9999999, 1.0000001, 1.5, 2.0000001, 3.7, 20.0, 171.6, 1e6,
                                      1e15, 1e300]),
        "digamma": one(mp.digamma, [1e-100, 1e-8, 0.1, 0.5, 1.0, 1.4616321449683622, 2.5, 7.0, 50.3, 1e6, 1e15, 1e300,
                                    -0.5, -3.3]),
        "trigamma": one(lambda x: mp.psi(1, x), [1e-100, 1e-8, 0.1, 0.5, 1.0, 1.4616321449683622, 2.5, 7.0, 50.3, 1e6,
                                                 1e15, 1e300, -0.5, -3.3]),
        "erf": one(mp.erf, [0.0, 1e-300, 1e-9, 0.1, 0.5, 1.0, -1.75, 3.0, -5.5, 6.0]),
        "erfc": one(mp.erfc, [0.0, 1e-9, 0.5, -0.5, 1.0, 2.5, -4.0, 6.0, 10.0, 15.25, 26.0]),
        "regularizedBeta": [{"a": a, "b": b, "x": x, "value": out(beta_pair(a, b, x)[0])} for a, b, x in [
            (0.5, 0.5, 0.1), (1.0, 1.0, 0.3), (2.0, 3.0, 1e-60), (2.5, 0.5, 0.999), (1e-3, 1e-3, 0.5), (10.0, 20.0, 0.4),
            (300.0, 200.0, 0.1), (1e5, 1e5, 0.501), (1e6, 0.5, 0.99999), (0.5, 1e6, 1e-6), (5e5, 2e5, 0.7),
            (0.01, 500.0, 1e-4)]],
        "regularizedGammaP": two(0, gamma_cases),
        "regularizedGammaQ": two(1, gamma_cases),
    }


def self_check():
    """The two series against mpmath's own incomplete functions."""
    mp.dps = 60
    for a, b, x in [(0.5, 0.5, 0.1), (2.5, 7.25, 0.9), (30.0, 4.0, 0.5)]:
        assert abs(beta_pair(a, b, x)[0] / mp.betainc(a, b, 0, x, regularized=True) - 1) < mpf("1e-45")
    for a, x in [(0.5, 0.25), (2.5, 40.0), (10.0, 9.5)]:
        assert abs(gamma_pair(a, x)[1] / mp.gammainc(a, x, mp.inf, regularized=True) - 1) < mpf("1e-35")
    mp.dps = DIGITS


if __name__ == "__main__":
    self_check()
    result = {}
    for cls, groups in CASES.items():
        d = cls()
        result[d.key] = [value(d, p, x) for p, xs in groups for x in xs]
        mp.dps = QUANTILE_DIGITS
        result[d.key + "Quantiles"] = [
            quantile(d, p, q, upper) for p, ps, qs in QUANTILES[cls]
            for upper, probabilities in ((False, ps), (True, qs)) for q in probabilities]
        mp.dps = DIGITS
        print(d.key, len(result[d.key]), len(result[d.key + "Quantiles"]), flush=True)
    result |= specials()
    result["versions"] = {"mpmath": version("mpmath")}
    emit(HERE / "values.json", result)
    for key, es in sorted(WORST.items()):
        print(key, *max(es))
