"""The page of the forecast benchmarks."""

import math

INTRODUCTION = """# Forecast benchmarks

How accurate and how fast the forecasts are, beside those of statsforecast and of R's forecast package.

## How this page is made

`make bench-peers` builds `caseload-bench`, draws the series (seed {seed}), runs every program on the
same ones and writes this page. The last run was on {date}, on {cores} cores ({machine}), with
{versions}.{missing}

- sMAPE, MASE and MSIS (95 %) are those of the M4 competition, averaged over series; OWA is relative to
  Naive2, which stands first. Less is better. *cov* is the share of outcomes inside the intervals of 80
  and 95 %.
- *ms* is the processor's time for fitting, forecasting and both intervals of one series, on one thread
  and in a process that has loaded what it needs; *p95* is exceeded by one series in twenty.
- *SCUM* is the median of ETS, ARIMA, DOT and CES (Petropoulos & Svetunkov, 2020), its time the sum of
  theirs; *mean of 4* is their mean.
- The data are those of the M1, M3 and M4 competitions; they are not part of the project.

"""

TIMES = """## From start to end

Seconds by the clock for all {count} series of {name}, and of the processors in brackets. *process*
contains the start of the program and the reading of the file, *batch* does not; statsforecast's
batch contains the start of its worker processes.

"""


def number(value, places):
    return "–" if value is None or math.isnan(value) else f"{value:.{places}f}"


def milliseconds(value):
    return f"{value:.3f}" if value < 1 else f"{value:.2f}" if value < 10 else f"{value:.0f}"


def markdown(header, rows):
    lines = [header, ["---", "---"] + ["---:"] * (len(header) - 2)] + rows
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines) + "\n"


def scores(rows):
    """The table of one file: rows of (program, model, summary)."""
    header = ["program", "model", "sMAPE", "MASE", "OWA", "MSIS", "cov 80", "cov 95", "ms", "p95"]
    naive = rows[0][2]
    lines = [
        ["", "Naive2", number(naive["naive_smape"], 2), number(naive["naive_mase"], 3), "1.000"]
        + [""] * 5
    ]
    for program, model, s in rows:
        label = f"{model} ({s['failed']} failed)" if s["failed"] else model
        lines.append(
            [program, label, number(s["smape"], 2), number(s["mase"], 3), number(s["owa"], 3)]
            + [number(s["msis"], 2), number(s["coverage80"], 3), number(s["coverage95"], 3)]
            + [milliseconds(s["ms"]), milliseconds(s["p95"])]
        )
    return markdown(header, lines)


def times(rows):
    """The table of whole runs: rows of (program, model, times)."""
    header = ["program", "model", "process, one thread", "process, all", "batch, all"]

    def cell(value):
        if value is None:
            return "–"
        if isinstance(value, dict):
            return f"{value['wall']:.2f} ({value['processor']:.2f})"
        return f"{value:.2f}"

    names = ("process", "process on all", "batch on all")
    return markdown(header, [[p, m] + [cell(t.get(name)) for name in names] for p, m, t in rows])
