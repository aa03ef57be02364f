"""Hawaii's filings: the default forecast beside the judiciary's own method."""

import os
import pathlib

from workload_bench.bench import ROOT, run

DATA = pathlib.Path(os.environ.get("CASELOAD_SHARED", ROOT.parent / "shared")) / "data/court"


def section(python=None):
    """Lines of Markdown: the benchmark's own tables."""
    return run("hawaii", str(DATA / "hawaii_monthly_filings_1998_2024.csv"), "--markdown").rstrip().splitlines()
