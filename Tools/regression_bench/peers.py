"""What the benchmark asks of other programs: run with the Python of .venv-peers.

Every task reads its options as JSON from the first argument and prints one JSON object. Nothing
but the standard library is imported before a task needs it, so that whole processes compare.
"""

import json
import resource
import sys
import time
import warnings

warnings.filterwarnings("ignore")


def timed(body, repetitions):
    """The last result, with the clock and processor seconds of the fastest of the runs."""
    best = None
    for _ in range(repetitions):
        wall, processor = time.perf_counter(), time.process_time()
        result = body()
        seconds = time.perf_counter() - wall, time.process_time() - processor
        best = seconds if best is None or seconds < best else best
    return result, {"wall": best[0], "processor": best[1]}


def panel(options):
    """y, x1, x2 on units, periods and perhaps groups that cross both; counts for Poisson."""
    import numpy as np

    rng = np.random.default_rng(options["seed"])
    n, sizes = options["rows"], options["levels"]
    if options.get("isSorted"):
        # Workers of rank r in 0 … 1 work at firms of about that rank and move to its like: a long
        # chain of firms, along which effects are told apart slowly.
        workers, firms = sizes
        spells = n // workers
        unit = np.repeat(np.arange(workers), spells)
        moves = rng.random(n) < 0.1
        moves[::spells] = True
        job = np.cumsum(moves) - 1
        rank = unit[moves] / workers * firms + rng.normal(0, options["spread"] * firms, job[-1] + 1)
        codes = [unit, np.clip(rank.round(), 0, firms - 1).astype(int)[job]]
    else:
        codes = [rng.integers(0, size, n) for size in sizes]
    effects = [rng.normal(size=size) for size in sizes]
    total = sum(effect[code] for effect, code in zip(effects, codes))
    x1 = rng.normal(size=n) + 0.5 * effects[0][codes[0]]
    x2 = rng.normal(size=n) + 0.3 * effects[1][codes[1]]
    mean = x1 - 0.5 * x2 + total
    columns = {"x1": x1.round(6), "x2": x2.round(6)}
    if options.get("isCount"):
        columns["y"] = rng.poisson(np.exp(0.25 * mean))
    else:
        columns["y"] = (mean + rng.normal(size=n)).round(6)
    return columns | dict(zip("abc", codes))


def generate(options):
    """Simulates data and writes them as CSV."""
    import numpy as np
    import pandas as pd

    rng = np.random.default_rng(options["seed"])
    if options["kind"] == "panel":
        columns = panel(options)
    elif options["kind"] == "wide":
        n, p = options["rows"], options["columns"] - 1
        x = rng.normal(size=(n, p)).round(6)
        columns = {f"x{j + 1}": x[:, j] for j in range(p)}
        columns["y"] = (x.sum(axis=1) + rng.normal(size=n)).round(6)
    else:
        n, g = options["rows"], np.arange(options["rows"]) % options["clusters"]
        z, e = rng.normal(size=(2, options["clusters"]))
        x = z[g] + rng.normal(size=n)
        columns = {"y": 0.1 * x + e[g] + rng.normal(size=n), "x": x, "g": g}
    pd.DataFrame(columns).to_csv(options["file"], index=False)
    return {}


def result(coefficients, errors, timing):
    return {
        "coefficients": dict(coefficients),
        "standardErrors": dict(errors),
        "fit": timing,
    }


def fixest(options):
    """pyfixest's feols or fepois on a file."""
    import numpy as np
    import pandas as pd
    import pyfixest as pf

    if options["backend"] == "within":
        demeaner = pf.LsmrDemeaner(fixef_atol=options["tolerance"], fixef_btol=options["tolerance"])
    else:
        demeaner = pf.MapDemeaner(backend=options["backend"], fixef_tol=options["tolerance"])
    estimate = pf.fepois if options["family"] == "poisson" else pf.feols

    def fit(data):
        return estimate(
            options["formula"], data, vcov={"CRV1": options["cluster"]}, demeaner=demeaner
        )

    data = pd.read_csv(options["file"])
    if options["isWarm"]:
        # Compiles, on few levels, as nearly all of the first rows' own are singletons.
        levels = {name: np.arange(5000) // 7**k % 50 for k, name in enumerate("abc")}
        fit(data.head(5000).assign(**levels))
    model, timing = timed(lambda: fit(data), options["repetitions"])
    return result(model.coef().items(), model.se().items(), timing)


def ols(options):
    """statsmodels' OLS on a file."""
    import pandas as pd
    import statsmodels.api as sm

    data = pd.read_csv(options["file"])
    x = sm.add_constant(data.drop(columns="y"))
    model, timing = timed(
        lambda: sm.OLS(data["y"], x).fit(method=options["method"], cov_type="HC1"),
        options["repetitions"],
    )
    names = {"const": "(Intercept)"}
    return result(
        ((names.get(k, k), v) for k, v in model.params.items()),
        ((names.get(k, k), v) for k, v in model.bse.items()),
        timing,
    )


def product(options):
    """The rate of numpy's XᵀX as a general product, in 10⁹ operations a second."""
    import numpy as np

    n, p = options["rows"], options["columns"]
    x = np.asfortranarray(np.random.default_rng(1).normal(size=(n, p)))
    other = x.copy(order="F")  # another matrix, so that numpy does not choose the symmetric product
    _, timing = timed(lambda: x.T @ other, 5)
    return {"rate": 2 * n * p * p / timing["wall"] * 1e-9}


def wild(options):
    """The wild cluster bootstrap of wildboottest, directly or through pyfixest."""
    import numpy as np
    import pandas as pd

    data = pd.read_csv(options["file"])
    draws = options["draws"]
    if options["program"] == "pyfixest":
        import pyfixest as pf

        model = pf.feols("y ~ x", data, vcov={"CRV1": "g"})
        test, timing = timed(
            lambda: model.wildboottest(param="x", reps=draws, seed=1), options["repetitions"]
        )
        value = test["Pr(>|t|)"]
    else:
        import statsmodels.api as sm
        from wildboottest.wildboottest import wildboottest

        model = sm.OLS(data["y"], sm.add_constant(data[["x"]]))
        test, timing = timed(
            lambda: wildboottest(
                model, param="x", cluster=data["g"], B=draws, seed=1, show=False
            ),
            options["repetitions"],
        )
        value = test["p-value"]
    return {"pValue": float(np.ravel(value)[0]), "fit": timing}


def certified(options):
    """Coefficients and standard errors of NIST's sets by statsmodels."""
    import numpy as np
    import pandas as pd
    import statsmodels.api as sm

    results = {}
    for name, (degree, intercept) in options["sets"].items():
        data = pd.read_csv(f"{options['folder']}/{name}.csv")
        if degree:
            x = np.vander(data["x"], degree + 1, increasing=True)[:, 0 if intercept else 1 :]
        else:
            x = sm.add_constant(data.drop(columns="y").to_numpy(float))
        model = sm.OLS(data["y"].to_numpy(float), x).fit(method=options["method"])
        results[name] = {"beta": list(model.params), "se": list(model.bse)}
    return results


def versions(_):
    import importlib.metadata
    import platform

    names = ["numpy", "numba", "pandas", "pyfixest", "statsmodels", "wildboottest"]
    return {"Python": platform.python_version()} | {
        name: importlib.metadata.version(name) for name in names
    }


TASKS = [generate, fixest, ols, product, wild, certified, versions]

if __name__ == "__main__":
    request = json.loads(sys.argv[1])
    name = request.pop("task")
    answer = next(task for task in TASKS if task.__name__ == name)(request)
    answer["peak"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(json.dumps(answer))
