"""The page of effect benchmarks: parts that are measured together or one at a time."""

import datetime
import re
import subprocess

from effect_bench.speed import ROOT

# In the order of the page.
TITLES = {
    "speed": "Speed",
    "placebo": "Placebo programmes in real courts",
    "size": "Size with few courts",
    "city": "The simulated city",
    "coverage": "Coverage of interrupted time series",
    "references": "References",
}

INTRODUCTION = """# Effect benchmarks

How exact, how honest and how fast the designs are that ask what an intervention did.

## How this page is made

`make bench-effects` builds the programs, asks the command line for every number of the stored references,
times the designs beside diff-diff on one simulated panel, and repeats the simulations under which intervals
should hold and tests should not reject. `Tools/bench-effects.py --parts` measures some of the parts and
leaves the others as they are; each says when it was measured and on which state of the code.

"""


def state():
    """The commit, and whether the sources differ from it."""
    def git(*words):
        done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True)
        return done.stdout.strip() if done.returncode == 0 else ""

    commit = git("rev-parse", "--short", "HEAD") or "unknown"
    changed = git("status", "--porcelain", "--untracked-files=no", "Sources")
    changed = [line for line in changed.splitlines() if "Documentation.docc" not in line]
    return f"commit {commit}" + (" with later changes" if changed else "")


def stamp():
    return [f"Measured on {datetime.date.today().isoformat()}, {state()}.", ""]


def pivot(lines):
    """The coverage of the level change, a row a length and autocorrelation, a column a model."""
    head, *rows = [line.split(",") for line in lines]
    places = [head.index(name) for name in ("n", "rho", "errors", "level")]
    cells = {}
    models = []
    for row in rows:
        n, rho, model, level = (row[i] for i in places)
        cells.setdefault((n, rho), {})[model] = level
        if model not in models:
            models.append(model)
    return [",".join(["n", "ρ", *models])] + [
        ",".join([*key, *(own.get(model, "–") for model in models)]) for key, own in cells.items()
    ]


def existing(path):
    """The parts of a page by their name, without their headings."""
    if not path.exists():
        return {}
    names = {title: name for name, title in TITLES.items()}
    pieces = re.split(r"^## (.+)\n", path.read_text(), flags=re.MULTILINE)
    return {
        names[title]: body.strip().splitlines()
        for title, body in zip(pieces[1::2], pieces[2::2]) if title in names
    }


def write(path, parts):
    lines = []
    for name, title in TITLES.items():
        if name in parts:
            lines += [f"## {title}", "", *parts[name], ""]
    text = INTRODUCTION + "\n".join(lines)
    path.write_text(re.sub(r"\n{3,}", "\n\n", text).rstrip() + "\n")
