"""Numbers and tables as the page shows them, and how far numbers are from others."""

import math


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
