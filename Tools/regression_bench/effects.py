"""Regressions with absorbed effects: linear and Poisson."""

from .comparison import effects
from .programs import say

BACKENDS = [("rust", 1e-6), ("numba", 1e-6), ("within", 1e-8)]
TWO = "y ~ x1 + x2 | a + b"


def absorbed(programs, folder, scale):
    """Two ways of effects on a million rows, at random and sorted."""
    parts = []
    n = 1_000_000 // scale
    for title, levels, isSorted in (
        ("at random", [n // 10, 100], False),
        ("workers and firms, sorted", [n // 50, n // 200], True),
    ):
        say(f"two effects, {title}")
        file = folder / "two.csv"
        programs.peer(
            "generate", kind="panel", rows=n, levels=levels, isSorted=isSorted, spread=0.02,
            seed=2, file=str(file),
        )  # fmt: skip
        # Alternating projections take thousands of steps along the chain; one program shows that.
        backends = [BACKENDS[0], BACKENDS[2]] if isSorted else BACKENDS
        text = effects(programs, file, TWO, backends)
        parts.append(f"{n:,} rows, {levels[0]:,} × {levels[1]:,} levels, {title}:\n\n{text}")
        file.unlink()
    return "\n".join(parts)


def large(programs, folder, scale):
    """Three ways of effects on ten million rows."""
    n = 10_000_000 // scale
    levels = [n // 10, 1000, 100]
    say("three effects")
    file = folder / "three.csv"
    programs.peer("generate", kind="panel", rows=n, levels=levels, seed=3, file=str(file))
    text = effects(
        programs, file, "y ~ x1 + x2 | a + b + c", BACKENDS[:2], fits=1, whole=1
    )
    file.unlink()
    return f"{n:,} rows, {' × '.join(f'{k:,}' for k in levels)} levels, one run each:\n\n{text}"


def poisson(programs, folder, scale):
    """A Poisson regression with two ways of effects."""
    n = 1_000_000 // scale
    levels = [n // 10, 100]
    say("Poisson, two effects")
    file = folder / "counts.csv"
    programs.peer(
        "generate", kind="panel", rows=n, levels=levels, isCount=True, seed=4, file=str(file)
    )
    text = effects(programs, file, TWO, BACKENDS, family="poisson")
    file.unlink()
    return f"{n:,} rows, {levels[0]:,} × {levels[1]:,} levels:\n\n{text}\n" + (
        f"statsmodels has no absorbed effects; {sum(levels):,} dummies would need "
        f"{n * sum(levels) * 8 / 1e9:,.0f} GB.\n"
    )
