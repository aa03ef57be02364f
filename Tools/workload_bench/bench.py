"""Runs caseload-bench."""

import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]


def run(*arguments):
    """What the benchmark prints."""
    command = [str(ROOT / ".build/release/caseload-bench"), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    if done.returncode != 0:
        sys.exit(f"bench-workload: {' '.join(arguments)}: {done.stderr.strip()[-400:]}")
    return done.stdout
