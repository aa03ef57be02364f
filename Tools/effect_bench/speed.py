"""The designs' times beside diff-diff's, on one simulated panel."""

import json
import os
import pathlib
import subprocess
import tempfile
import venv

ROOT = pathlib.Path(__file__).resolve().parents[2]
BENCH = ROOT / ".build/release/caseload-bench"
PEER = pathlib.Path(__file__).resolve().parent / "diff_diff_peer.py"
OURS = [
    "callaway-santanna:draws=0",
    "callaway-santanna:draws=999",
    "imputation",
    "sun-abraham",
    "twfe",
    "etwfe",
    "stacked",
    "event-study",
    "chaisemartin",
    "roth-santanna",
]
PEERS = {
    "callaway-santanna:draws=0": "callaway-santanna",
    "callaway-santanna:draws=999": "callaway-santanna:draws=999",
    "imputation": "imputation",
    "sun-abraham": "sun-abraham",
}


def installed():
    """A Python with diff-diff, made where it is not there."""
    folder = ROOT / ".venv-effect-peers"
    python = folder / "bin/python"
    if not python.exists():
        venv.create(folder, with_pip=True)
        subprocess.run([python, "-m", "pip", "-q", "install", "diff-diff==3.13.0"], check=True)
    return python


def environment():
    """One thread, and no settings for our BLAS in a program that brings another."""
    values = dict(os.environ) | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    for name in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"):
        values.pop(name, None)
    return values


def measured(python, units, periods, repetitions=5):
    """Rows of (design, our milliseconds, the peer's, relative difference of averages)."""
    with tempfile.TemporaryDirectory() as folder:
        panel = pathlib.Path(folder) / "panel.csv"
        answers = {}
        for design in OURS:
            command = [BENCH, "effect-speed", "--units", units, "--periods", periods]
            command += ["--designs", design, "--repetitions", repetitions, "--write", panel]
            done = subprocess.run(
                [str(part) for part in command], capture_output=True, text=True, env=environment()
            )
            answers[design] = json.loads(done.stdout)[0] if done.returncode == 0 else None
        done = subprocess.run(
            [python, PEER, panel, str(repetitions)],
            capture_output=True, text=True, env=environment(), check=True,
        )
        peer = json.loads(done.stdout)
    rows = []
    for design in OURS:
        ours = answers[design]
        other = peer["cases"].get(PEERS.get(design, ""))
        rows.append((design, ours, other))
    return peer["version"], rows


def section(python, sizes=((3500, 24), (20000, 24))):
    """The tables of the page."""
    lines = []
    for units, periods in sizes:
        version, rows = measured(python, units, periods)
        lines += [
            f"### {units:,} units × {periods} periods",
            "",
            f"| design | Caseload, ms CPU | diff-diff {version}, ms CPU | ratio | "
            "averages differ by | standard errors differ by |",
            "|---|---:|---:|---:|---:|---:|",
        ]
        for design, ours, other in rows:
            if ours is None:
                lines.append(f"| {design} | failed | | | | |")
                continue
            own = 1000 * ours["timing"]["processor"]
            if other is None or "error" in other:
                lines.append(f"| {design} | {own:.1f} | – | – | – | – |")
                continue
            theirs = 1000 * other["timing"]["processor"]
            differences = []
            for name in ("average", "standardError"):
                a, b = ours.get(name), other.get(name)
                known = a is not None and b is not None and b == b and b != 0
                differences.append(f"{abs(a - b) / abs(b):.1e}" if known else "–")
            lines.append(
                f"| {design} | {own:.1f} | {theirs:.1f} | {theirs / own:.1f}× | "
                + " | ".join(differences) + " |"
            )
        lines.append("")
    return lines
