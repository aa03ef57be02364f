"""The files of the forecasting competitions: gzip CSV of unique_id, split, t, value."""

import csv
import gzip
from pathlib import Path
from typing import NamedTuple


class Series(NamedTuple):
    id: str
    train: list
    test: list


def season_length(path):
    """The number of periods in a year, from the file's name."""
    name = Path(path).name
    lengths = {"monthly": 12, "quarterly": 4, "yearly": 1, "other": 1, "weekly": 52, "hourly": 24}
    for word, length in lengths.items():
        if word in name:
            return length
    raise SystemExit(f"{name}: the name says no frequency ({', '.join(lengths)}).")


def dataset_name(path):
    return Path(path).name.split(".")[0]


def read(path):
    """All series of a file, in its order."""
    parts = {}
    with gzip.open(path, "rt", newline="") as file:
        for row in csv.DictReader(file):
            pair = parts.setdefault(row["unique_id"], ([], []))
            pair[row["split"] == "test"].append((int(row["t"]), float(row["value"])))
    return [
        Series(id, [v for _, v in sorted(train)], [v for _, v in sorted(test)])
        for id, (train, test) in parts.items()
    ]


def sample(series, count, seed):
    """`count` series drawn without replacement; all of them where there are no more.

    `caseload-bench competition --sample` draws the same ones.
    """
    import numpy

    if count is None or len(series) <= count:
        return series
    chosen = numpy.random.default_rng(seed).choice(len(series), count, replace=False)
    return [series[i] for i in chosen]
