"""The simulator's part of the workload benchmarks."""

import json
import pathlib
import subprocess
import sys
import venv

ROOT = pathlib.Path(__file__).resolve().parents[2]
BENCH = ROOT / ".build/release/caseload-bench"
PEERS = ROOT / ".venv-simulator-peers"
COURT = "Datasets/riverside/court.yaml"


def installed():
    """A Python with simpy and ciw, made when it is not there."""
    python = PEERS / "bin/python"
    if not python.exists():
        venv.create(PEERS, with_pip=True)
        subprocess.run(
            [str(python), "-m", "pip", "install", "--quiet", "simpy==4.1.2", "ciw==3.2.7"], check=True)
    return str(python)


def rows(text):
    """Blocks of lines of tab-separated cells."""
    return [[line.split("\t") for line in block.splitlines()] for block in text.strip().split("\n\n")]


def table(block, left=1):
    """Markdown of a block; the first columns to the left, numbers to the right."""
    rule = ["---" if k < left else "---:" for k in range(len(block[0]))]
    return ["| " + " | ".join(row) + " |" for row in [block[0], rule] + block[1:]] + [""]


def section(python=None, cases=4_000_000, peer_cases=100_000, seed=1):
    """Lines of Markdown: accuracy, speed, and speed beside SimPy and Ciw."""
    command = [str(BENCH), "simulator", "--cases", str(cases), "--seed", str(seed), "--court", COURT]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    if done.returncode != 0:
        sys.exit(f"bench-workload: simulator: {done.stderr.strip()[:400]}")
    accuracy, speed, court = rows(done.stdout)
    peer = pathlib.Path(__file__).with_name("simulator_peer.py")
    done = subprocess.run(
        [python or installed(), str(peer), str(peer_cases)], capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"bench-workload: peers: {done.stderr.strip()[-400:]}")
    own = {row[0]: float(row[2].replace(",", "")) for row in speed[1:]}
    beside = [["queue", "Caseload, ns CPU a case", "peer", "ns CPU a case", "ratio"]]
    for line in done.stdout.splitlines():
        result = json.loads(line)
        mine = own[result["model"]]
        beside.append([
            result["model"], f"{mine:,.0f}", result["peer"], f"{result['nanoseconds']:,.0f}",
            f"{result['nanoseconds'] / mine:,.0f}×",
        ])
    scores = [abs(float(row[5].replace("−", "-"))) for row in accuracy[1:]]
    return [
        "### Simulated queues beside their closed forms", "",
        f"{cases:,} cases a queue in 20 replications, seed {seed}. Of {len(scores)} comparisons "
        f"{sum(s <= 1 for s in scores)} lie within one standard error, "
        f"{sum(s <= 2 for s in scores)} within two and {sum(s <= 3 for s in scores)} within three.",
        "", *table(accuracy, left=2),
        "### Speed", "", *table(speed), "The court of the simulated city, all its months:", "",
        *table(court), "Beside SimPy and Ciw, the same queues:", "", *table(beside),
    ]
