#!/usr/bin/env python3
"""Compares Caseload's regressions with R, statsmodels and pyfixest: accuracy, speed, agreement.

Run by `make bench-regression`, after the release build of caseload-bench. Simulates its data with a
fixed seed in a temporary folder, runs every program in a process of its own and writes
Sources/Caseload/Documentation.docc/RegressionBenchmarks.md. The peers are installed from PyPI into
.venv-peers when they are not there; R is used if Rscript is on PATH, fixest if R has it.
"""

import argparse
import datetime
import json
import math
import os
import pathlib
import platform
import shutil
import subprocess
import sys
import tempfile
import textwrap
import time
import venv

ROOT = pathlib.Path(__file__).resolve().parent.parent
BENCH = ROOT / ".build/release/caseload-bench"
ARTICLE = ROOT / "Sources/Caseload/Documentation.docc/RegressionBenchmarks.md"
PEERS = ROOT / "Tools/bench-regression-peers.py"
THREADS = [
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "RAYON_NUM_THREADS",
    "NUMBA_NUM_THREADS",
]
ALL = os.cpu_count() or 1

# NIST's linear sets: the degree of a polynomial without 0, and whether there is an intercept.
SETS = {
    "Norris": (1, True),
    "Pontius": (2, True),
    "NoInt1": (1, False),
    "NoInt2": (1, False),
    "Filip": (10, True),
    "Longley": (0, True),
} | {f"Wampler{k}": (5, True) for k in range(1, 6)}


class Failure(Exception):
    """A process that failed, ran out of time or out of memory."""


def say(text):
    print(text, file=sys.stderr, flush=True)


def run(command, threads=ALL, isPeer=False, limit=1800):
    """What a process prints as JSON, and the seconds that it took from start to end."""
    environment = dict(os.environ) | {name: str(threads) for name in THREADS}
    if isPeer:
        # The settings are for the BLAS of Caseload; the wheels bring another.
        for name in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"):
            environment.pop(name, None)
    cores = sorted(os.sched_getaffinity(0))[:threads]
    with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as errors:
        start = time.monotonic()
        process = subprocess.Popen(
            [str(part) for part in command],
            stdout=output,
            stderr=errors,
            env=environment,
            preexec_fn=lambda: os.sched_setaffinity(0, cores),
        )
        while True:
            pid, status, usage = os.wait4(process.pid, os.WNOHANG)
            if pid:
                break
            if time.monotonic() - start > limit:
                process.kill()
                os.wait4(process.pid, 0)
                process.returncode = -9
                raise Failure(f"not done in {limit} s")
            time.sleep(0.002)
        wall = time.monotonic() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        errors.seek(0)
        if process.returncode:
            lines = errors.read().strip().splitlines()
            reason = lines[-1][:120] if lines else f"exit {process.returncode}"
            raise Failure("out of memory" if process.returncode == -9 else reason)
        text = output.read()
    answer = json.loads(text[text.index("{") :])
    answer["process"] = {
        "wall": wall,
        "processor": usage.ru_utime + usage.ru_stime,
        "gigabytes": usage.ru_maxrss / 2**20,
    }
    return answer


class Programs:
    """The programs to compare."""

    def __init__(self, python):
        self.python = python
        self.rscript = shutil.which("Rscript")

    @staticmethod
    def installed():
        """The Python of .venv-peers, with its packages."""
        folder = ROOT / ".venv-peers"
        python = folder / "bin/python"
        check = [python, "-c", "import statsmodels, pyfixest, wildboottest"]
        if not python.exists() or subprocess.run(check, capture_output=True).returncode:
            say("installing statsmodels, pyfixest and wildboottest into .venv-peers")
            venv.create(folder, with_pip=True)
            packages = ["statsmodels", "pyfixest", "wildboottest", "numba"]
            pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
            subprocess.run(pip + packages, check=True)
        return python

    def peer(self, task, threads=ALL, **options):
        request = json.dumps({"task": task} | options)
        return run([self.python, PEERS, request], threads, isPeer=True)

    def r(self, code, threads=ALL):
        return run([self.rscript, "--vanilla", "-e", code], threads, isPeer=True)

    def has_fixest(self):
        code = 'cat("{\\"has\\":", tolower(requireNamespace("fixest", quietly = TRUE)), "}")'
        return bool(self.rscript) and self.r(code)["has"]

    def versions(self):
        versions = self.peer("versions")
        for name in ("peak", "process"):
            versions.pop(name)
        swift = subprocess.run(["swift", "--version"], capture_output=True, text=True).stdout
        if "version " in swift:
            versions["Swift"] = swift.split("version ")[1].split()[0]
        if self.rscript:
            code = 'cat(sprintf("{\\"R\\": \\"%s\\"}", getRversion()))'
            versions["R"] = self.r(code)["R"]
        return versions


def table(header, rows):
    """A Markdown table."""
    lines = [header, ["---"] + ["---:"] * (len(header) - 1)] + rows
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines) + "\n"


def seconds(value):
    return "–" if value is None else f"{value:.3g}" if value < 100 else f"{value:.0f}"


def scientific(value):
    return "–" if value is None else "0" if value == 0 else f"{value:.0e}"


def digits(value, reference):
    """−log₁₀ of the relative error, at most 15; of the absolute one for a certified zero."""
    error = abs(value - reference) / abs(reference) if reference else abs(value)
    return 15 if error == 0 else 0 if math.isnan(error) else max(0, min(15, -math.log10(error)))


def difference(one, other):
    """The largest relative difference of what both have."""
    names = one.keys() & other.keys()
    return max((abs(one[k] / other[k] - 1) for k in names), default=None)


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


class Comparison:
    """Rows of one case: seconds, and how far each program is from Caseload."""

    header = ["program", "threads", "fit s", "fit CPU s", "process s", "process CPU s"] + [
        "memory GB", "coefficients", "standard errors", "fit / Caseload",
    ]  # fmt: skip

    def __init__(self):
        self.rows, self.reference, self.base = [], None, {}

    def add(self, label, threads, once, fits):
        """Runs `fits()`, and `once()` for the whole process, best of those given."""
        try:
            answer = fits()
            whole = min((once() for _ in range(self.repetitions)), key=wall)["process"]
        except Failure as failure:
            say(f"  {label}, {threads} threads: {failure}")
            self.rows.append([label, threads, str(failure)] + ["–"] * (len(self.header) - 3))
            return
        fit = answer["fit"]
        self.base.setdefault(threads, fit["wall"])
        if self.reference is None:
            self.reference, differences = answer, ["–", "–"]
        else:
            keys = ("coefficients", "standardErrors")
            values = [difference(answer[k], self.reference[k]) for k in keys]
            differences = [scientific(v) for v in values]
        self.rows.append(
            [label, threads, seconds(fit["wall"]), seconds(fit["processor"])]
            + [seconds(whole["wall"]), seconds(whole["processor"]), f"{whole['gigabytes']:.1f}"]
            + differences
            + [f"{fit['wall'] / self.base[threads]:.1f}"]
        )
        say("  " + "  ".join(map(str, self.rows[-1])))

    repetitions = 3

    def text(self):
        return table(self.header, self.rows)


def wall(answer):
    return answer["process"]["wall"]


def caseload(file, formula, cluster, family="gaussian", threads=ALL, repetitions=1):
    """Caseload's fit; its time is that of design, fit and covariance, as with a data frame."""
    command = [BENCH, "regression", file, "--formula", formula, "--family", family]
    command += ["--cluster", cluster] if cluster else []
    command += ["--threads", threads, "--repetitions", repetitions]
    answer = run(command, threads)
    parts = [answer["design"], answer["fit"], answer["covariance"]]
    answer["parts"] = {k: answer[k]["wall"] for k in ("read", "design", "fit", "covariance")}
    answer["fit"] = {k: sum(part[k] for part in parts) for k in ("wall", "processor")}
    return answer


def phases(file, formula, cluster, family="gaussian"):
    """Where Caseload's time goes, in one run on one thread and on all."""
    lines = []
    for threads in dict.fromkeys([1, ALL]):
        parts = caseload(file, formula, cluster, family, threads)["parts"]
        text = ", ".join(f"{name} {value:.2f} s" for name, value in parts.items())
        lines.append(f"{threads} thread{'s' if threads > 1 else ''}: {text}")
    return f"Caseload, one run on {'; '.join(lines)}.\n"


FIXEST = """
suppressMessages(library(fixest)); setFixest_nthreads(%(threads)d)
d <- if (requireNamespace("data.table", quietly = TRUE)) data.table::fread("%(file)s") else
  read.csv("%(file)s")
best <- c(Inf, 0)
for (k in 1:%(repetitions)d) {
  t <- system.time(m <- %(estimate)s(%(formula)s, d, cluster = ~%(cluster)s))
  if (t[[3]] < best[1]) best <- c(t[[3]], t[[1]] + t[[2]])
}
f <- function(v) paste0("{", paste(sprintf('"%%s": %%.17g', names(v), v), collapse = ", "), "}")
cat(sprintf('{"coefficients": %%s, "standardErrors": %%s, "fit": {"wall": %%f, "processor": %%f}}',
  f(coef(m)), f(se(m)), best[1], best[2]))
"""


def effects(programs, file, formula, backends, family="gaussian", fits=3, whole=3):
    """One regression with absorbed effects by every program, on one thread and on all."""
    comparison = Comparison()
    comparison.repetitions = whole
    for threads in dict.fromkeys([1, ALL]):
        comparison.add(
            "Caseload",
            threads,
            lambda: caseload(file, formula, "a", family, threads),
            lambda: caseload(file, formula, "a", family, threads, fits),
        )
        for backend, tolerance in backends:
            options = {"file": str(file), "formula": formula, "cluster": "a", "family": family}
            options |= {"backend": backend, "tolerance": tolerance}
            comparison.add(
                f"pyfixest {backend}, {tolerance:.0e}",
                threads,
                lambda: programs.peer("fixest", threads, repetitions=1, isWarm=False, **options),
                lambda: programs.peer("fixest", threads, repetitions=fits, isWarm=True, **options),
            )
        if programs.fixest:
            options = {"file": file, "formula": formula, "cluster": "a", "threads": threads}
            options["estimate"] = "fepois" if family == "poisson" else "feols"
            comparison.add(
                "R fixest",
                threads,
                lambda: programs.r(FIXEST % (options | {"repetitions": 1}), threads),
                lambda: programs.r(FIXEST % (options | {"repetitions": fits}), threads),
            )
    return comparison.text() + "\n" + phases(file, formula, "a", family)


BACKENDS = [("rust", 1e-6), ("numba", 1e-6), ("within", 1e-8)]
TWO = "y ~ x1 + x2 | a + b"


def absorbed(programs, folder, scale):
    """Two ways of effects on a million rows, at random and sorted."""
    parts = []
    n = 1_000_000 // scale
    for title, levels, isSorted in (
        ("at random", [n // 10, 100], False),
        ("workers and firms, sorted", [n // 50, n // 200], True),
    ):
        say(f"two effects, {title}")
        file = folder / "two.csv"
        programs.peer(
            "generate", kind="panel", rows=n, levels=levels, isSorted=isSorted, spread=0.02,
            seed=2, file=str(file),
        )  # fmt: skip
        # Alternating projections take thousands of steps along the chain; one program shows that.
        backends = [BACKENDS[0], BACKENDS[2]] if isSorted else BACKENDS
        text = effects(programs, file, TWO, backends)
        parts.append(f"{n:,} rows, {levels[0]:,} × {levels[1]:,} levels, {title}:\n\n{text}")
        file.unlink()
    return "\n".join(parts)


def large(programs, folder, scale):
    """Three ways of effects on ten million rows."""
    n = 10_000_000 // scale
    levels = [n // 10, 1000, 100]
    say("three effects")
    file = folder / "three.csv"
    programs.peer("generate", kind="panel", rows=n, levels=levels, seed=3, file=str(file))
    text = effects(
        programs, file, "y ~ x1 + x2 | a + b + c", BACKENDS[:2], fits=1, whole=1
    )
    file.unlink()
    return f"{n:,} rows, {' × '.join(f'{k:,}' for k in levels)} levels, one run each:\n\n{text}"


def poisson(programs, folder, scale):
    """A Poisson regression with two ways of effects."""
    n = 1_000_000 // scale
    levels = [n // 10, 100]
    say("Poisson, two effects")
    file = folder / "counts.csv"
    programs.peer(
        "generate", kind="panel", rows=n, levels=levels, isCount=True, seed=4, file=str(file)
    )
    text = effects(programs, file, TWO, BACKENDS, family="poisson")
    file.unlink()
    return f"{n:,} rows, {levels[0]:,} × {levels[1]:,} levels:\n\n{text}\n" + (
        f"statsmodels has no absorbed effects; {sum(levels):,} dummies would need "
        f"{n * sum(levels) * 8 / 1e9:,.0f} GB.\n"
    )


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


INTRODUCTION = """# Regression benchmarks

How exact and how fast the regressions are, beside those of R, statsmodels and pyfixest.

## How this page is made

`make bench-regression` builds `caseload-bench`, simulates the data with a fixed seed, runs every
program on this data in a process of its own and writes this page. The last run was on {date}, on
{cores} cores ({machine}, {memory:.0f} GB), with
{versions}.{missing}

- *fit* is the fastest of three fits of data that are in memory: for Caseload the design matrix, the
  fit and the covariance, for the others what makes of a data frame the coefficients and standard
  errors. *process* is the fastest of three processes from the file to the table.
- Caseload keeps a file as text until a design asks for a column. Its design therefore contains the
  reading of the numbers and the sorting of text into groups, which pandas has done before *fit*
  begins; the phases under each table tell them apart.
- On one thread every process is held to one core.
- *coefficients* and *standard errors* are the largest relative differences from Caseload's.
- Behind the name of pyfixest's algorithm is its tolerance, at its default; Caseload's is 1e-11.

"""


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--nist", type=pathlib.Path, help="the folder of NIST's linear sets")
    parser.add_argument("--cases", default="123456", help="which, such as 25; not all are printed")
    parser.add_argument("--scale", type=int, default=1, help="divides the sizes, for a trial")
    parser.add_argument("--python", help="a Python with the peers, in place of .venv-peers")
    parser.add_argument("--output", type=pathlib.Path, help="the page, in place of the article")
    options = parser.parse_args()
    if not BENCH.exists():
        sys.exit("bench-regression: run make bench-regression, which builds caseload-bench first")
    shared = pathlib.Path(os.environ.get("CASELOAD_SHARED", ROOT.parent / "shared"))
    candidates = [options.nist, shared / "data/nist", shared / "nist"]
    nist = next((f for f in candidates if f and (f / "certified.json").exists()), None)

    programs = Programs(options.python or Programs.installed())
    programs.fixest = programs.has_fixest()
    cases = {
        "1": ("Certified values", lambda _: accuracy(programs, nist.resolve()) if nist else None),
        "2": ("Two absorbed effects", lambda f: absorbed(programs, f, options.scale)),
        "3": ("Three absorbed effects", lambda f: large(programs, f, options.scale)),
        "4": ("Poisson with two absorbed effects", lambda f: poisson(programs, f, options.scale)),
        "5": ("A hundred columns", lambda f: wide(programs, f, options.scale)),
        "6": ("The wild cluster bootstrap", lambda f: bootstrap(programs, f, options.scale)),
    }
    notes = {
        "1": "Digits of the worst coefficient / of the worst standard error that agree with the\n"
        "certified values of NIST's StRD, at most 15. *dropped*: the program took a column for a\n"
        "combination of others.\n\n"
    }
    versions = textwrap.fill(
        ", ".join(f"{name} {value}" for name, value in programs.versions().items()), 100
    )
    missing = "" if programs.fixest else " R's fixest was not installed."
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    page = INTRODUCTION.format(
        date=datetime.date.today(), cores=ALL, machine=platform.machine(), memory=memory,
        versions=versions, missing=missing,
    )  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        for key, (title, body) in cases.items():
            text = body(pathlib.Path(folder)) if key in options.cases else None
            if text:
                page += f"## {title}\n\n{notes.get(key, '')}{text}\n"
    page = page.rstrip() + "\n"
    output = options.output
    if output is None and set("123456") <= set(options.cases) and options.scale == 1:
        output = ARTICLE
    if output:
        output.write_text(page)
        say(f"written: {output}")
    else:
        print(page)


main()
