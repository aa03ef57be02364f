"""Adds Imhof's p-value of the Durbin-Watson statistic, by SciPy's adaptive quadrature, to values.json.

    python check.py          (numpy, scipy)
"""

import json
import re

import numpy as np
from scipy.integrate import quad

with open("values.json") as file:
    text = file.read()
values = json.loads(text)
for name in ("monthly", "long"):
    x = np.array(values[name]["design"], float)
    y = np.array(values[name]["response"], float)
    n, p = x.shape
    q, _ = np.linalg.qr(x, mode="complete")
    rest = q[:, p:]
    a = 2 * np.eye(n) - np.eye(n, k=1) - np.eye(n, k=-1)
    a[0, 0] = a[-1, -1] = 1
    e = rest @ (rest.T @ y)
    d = (np.diff(e) ** 2).sum() / (e @ e)
    weights = np.linalg.eigvalsh(rest.T @ a @ rest) - d

    def integrand(u):
        angle = 0.5 * np.arctan(weights * u).sum()
        return np.sin(angle) / (u * np.exp(0.25 * np.log1p((weights * u) ** 2).sum()))

    integral = quad(integrand, 0, np.inf, epsabs=1e-13, epsrel=1e-13, limit=500)[0]
    print(name, d, 0.5 - integral / np.pi)
    values.setdefault("imhof", {})[name] = 0.5 - integral / np.pi

text = re.sub(r',\s*"imhof": \{[^}]*\}', "", text)
body = json.dumps(values["imhof"])
with open("values.json", "w") as file:
    file.write(text.rstrip().removesuffix("}").rstrip() + f',\n  "imhof": {body}\n}}\n')
