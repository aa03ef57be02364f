"""The chain from filings to judges: its speed, and how often its intervals hold the truth."""

from workload_bench.bench import run


def section(python=None, cities=200):
    """Lines of Markdown: the benchmark's own tables."""
    table = ["```text", *run("scenario").rstrip().splitlines(), "```", ""]
    return [
        *table,
        "10,000 joint paths of the simulated city's ten dockets over 36 months, and the pending cases of "
        f"{cities} simulated cities a year ahead: each is cut a year before its end, projected with the judges "
        "of that year, and held against what became of it.", "", "```text",
        *run("scenario", "--calibration", str(cities)).rstrip().splitlines(), "```",
    ]
