"""One fit by several programs: seconds, memory and agreement."""

from .programs import ALL, BENCH, Failure, run, say
from .tables import difference, scientific, seconds, table


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
