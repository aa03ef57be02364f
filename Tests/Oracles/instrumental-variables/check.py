# Compares values.json with linearmodels: limited-information maximum likelihood, Fuller's
# modification, two-step GMM and its J.
#
#     python check.py          (packages numpy, linearmodels)

import json
import numpy as np
from linearmodels.iv import IV2SLS, IVGMM, IVLIML

values = json.load(open("values.json"))
worst = {}

def record(name, own, other):
    own, other = np.asarray(own, float), np.asarray(other, float)
    worst[name] = max(worst.get(name, 0), np.max(np.abs(own - other) / np.abs(other)))

for case in ("over", "weighted", "two", "twoWeighted", "weak"):
    c = values[case]
    column = lambda names: np.column_stack([np.asarray(c["data"][k], float) for k in names])
    as_list = lambda x: x if isinstance(x, list) else [x]
    y = column(["y"])
    n = len(y)
    w = column(["k"]) if c["isWeighted"] else np.ones((n, 1))
    exogenous = as_list(c["exogenous"])
    W = np.column_stack([np.ones(n)] + [c["data"][k] for k in exogenous])
    X, Z = column(as_list(c["endogenous"])), column(as_list(c["instruments"]))
    m, p = X.shape[1], W.shape[1]
    order = list(range(p, p + m)) + list(range(p))  # theirs: exogenous first
    d = c["definitions"]

    def compare(name, expected, fit, covariance):
        record(name, expected["coefficients"], np.asarray(fit.params)[order])
        record(name + " covariance", expected[covariance], np.asarray(fit.cov)[np.ix_(order, order)])

    model = IVLIML(y, W, X, Z, weights=w)
    fit = model.fit(cov_type="unadjusted", debiased=True)
    record("kappa", d["liml"]["kappa"], fit.kappa)
    compare("liml", d["liml"], fit, "classical")
    compare("fuller", d["fuller"],
            IVLIML(y, W, X, Z, weights=w, fuller=1).fit(cov_type="unadjusted", debiased=True), "classical")
    gmm = IVGMM(y, W, X, Z, weights=w, weight_type="robust", center=False)
    fit = gmm.fit(iter_limit=2, cov_type="robust", debiased=False)
    compare("gmm", d["gmm"], fit, "hc0")
    if Z.shape[1] > m:
        record("j", d["gmm"]["j"], fit.j_stat.stat)
    court = np.asarray(c["data"]["court"])
    gmm = IVGMM(y, W, X, Z, weights=w, weight_type="clustered", clusters=court, center=False)
    fit = gmm.fit(iter_limit=2, cov_type="robust", debiased=False)
    record("clustered gmm", d["gmmClustered"]["coefficients"], np.asarray(fit.params)[order])

for name, value in worst.items():
    print(f"{name:20s} {value:.1e}")
