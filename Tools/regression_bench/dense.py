"""Least squares with many columns, and the wild cluster bootstrap."""

from .comparison import Comparison, caseload, phases, wall
from .programs import ALL, BENCH, Failure, run, say
from .tables import seconds, table


def wide(programs, folder, scale):
    """Least squares with a hundred columns, and the rate of a matrix product."""
    n, p = 200_000 // scale, 100
    say("a hundred columns")
    file = folder / "wide.csv"
    programs.peer("generate", kind="wide", rows=n, columns=p, seed=5, file=str(file))
    formula = "y ~ " + " + ".join(f"x{j}" for j in range(1, p))
    comparison = Comparison()
    for threads in dict.fromkeys([1, ALL]):
        # No cluster: the covariance is the one of independent errors.
        comparison.add(
            "Caseload",
            threads,
            lambda: caseload(file, formula, None, threads=threads),
            lambda: caseload(file, formula, None, threads=threads, repetitions=3),
        )
        for method in ("pinv", "qr"):
            options = {"file": str(file), "method": method}
            comparison.add(
                f"statsmodels {method}",
                threads,
                lambda: programs.peer("ols", threads, repetitions=1, **options),
                lambda: programs.peer("ols", threads, repetitions=3, **options),
            )
    where = phases(file, formula, None)
    file.unlink()
    ours = run([BENCH, "ols", "--rows", n, "--columns", p, "--repetitions", 5], 1)
    theirs = programs.peer("product", 1, rows=n, columns=p)["rate"]
    bound = ours["product"]["wall"]
    other = 2 * n * p * p / theirs * 1e-9
    rows = [
        ["the BLAS of Caseload", f"{ours['productRate']:.1f}", f"{bound:.4f}"]
        + [f"{ours['fit']['wall']:.4f}", f"{100 * ours['ratio']:.0f} %"],
        ["the BLAS of numpy", f"{theirs:.1f}", f"{other:.4f}"]
        + [f"{ours['fit']['wall']:.4f}", f"{100 * other / ours['fit']['wall']:.0f} %"],
    ]
    header = ["bound by", "10⁹ operations a second", "2np² takes s", "fit s", "bound / fit"]
    return f"{n:,} rows, {p} columns, standard errors HC1:\n\n{comparison.text()}\n{where}\n" + (
        "The fit alone on one thread, without reading a formula, against the general product XᵀX "
        f"(the symmetric one takes {ours['symmetric']['wall']:.4f} s):\n\n{table(header, rows)}"
    )


def bootstrap(programs, folder, scale):
    """The wild cluster bootstrap with 99,999 draws on twenty clusters."""
    draws = 99_999 // scale
    rows = []
    for n in (1_000, 100_000):
        say(f"bootstrap, {n} observations")
        file = folder / "clusters.csv"
        programs.peer("generate", kind="clusters", rows=n, clusters=20, seed=6, file=str(file))
        ours = [BENCH, "bootstrap", file, "--draws", draws]
        runs = {"Caseload, with interval": lambda: run(ours)}
        for program in ("wildboottest", "pyfixest"):
            runs[program] = lambda program=program: programs.peer(
                "wild", file=str(file), draws=draws, program=program, repetitions=3
            )
        for label, body in runs.items():
            try:
                answer = body()
            except Failure as failure:
                rows.append([label, f"{n:,}", str(failure)] + ["–"] * 3)
                continue
            timing = answer.get("timing") or answer["fit"]
            value = answer["test"]["pValue"] if "test" in answer else answer["pValue"]
            rows.append(
                [label, f"{n:,}", f"{1000 * timing['wall']:.0f}"]
                + [f"{1000 * timing['processor']:.0f}", seconds(wall(answer)), f"{value:.4f}"]
            )
            say("  " + "  ".join(rows[-1]))
    header = ["program", "observations", "test ms", "CPU ms", "process s", "p-value"]
    return f"{draws:,} draws, 20 clusters, best of three:\n\n{table(header, rows)}\n" + (
        "The p-values are of different draws: two are expected within 0.006 of each other.\n"
    )
