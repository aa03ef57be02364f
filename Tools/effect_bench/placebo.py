"""Placebo programmes in real courts, with what the rows of the table mean."""

AVERAGES = ["callaway-santanna", "imputation", "chaisemartin", "roth-santanna", "doubly-robust"]

INTRODUCTION = """Each of {count:,} programmes starts at a random date in randomly drawn courts of a real
panel and does nothing. The table shows how often the inference that a design chooses by itself finds an
effect at 5 % (`caseload-bench placebo`). All designs of a panel and number of courts see the same
programmes, so that one unlucky set of them shows in many rows; the Monte Carlo error of a rate of 5 % is
{error:.1f} points. A test by randomization ends as soon as its verdict is certain, which changes no verdict
and takes a small part of the time. The standard deviation of the estimates (SD) and the mean
of their standard errors are of the last number of courts; the last column counts programmes without an
answer by the number of courts."""

NOTES = [
    """One or two courts: the programme is dealt out anew among the courts, which is exact where each was
    as likely to be drawn, however large, jagged or trending the courts are. With the 18 courts of Hawaii
    and one treated no p-value below 1/18 exists, so nothing is ever found.""",
    """Six or ten courts, designs that are regressions: CR2 with Satterthwaite's degrees of freedom.""",
    """Six or ten courts, averages of cells: the jackknife with Welch's degrees of freedom. Six courts in
    two waves are three a wave; leaving out one of three overstates the spread, so these tests are rather
    too careful than too bold.""",
    """`roth-santanna` refuses one treated court, since the spread within a cohort is what it weighs by.
    `stacked` refuses New Jersey, whose register has no figures for some years, so that no window is whole.
    `event-study` and `chaisemartin` refuse starts that follow such a gap: the period before is
    missing.""",
]

INFLUENCE = """Influence functions, which `auto` takes only from forty clusters on each side, do not hold
their level with fewer: with three to ten courts a wave the spread within a wave is divided by n where n − 1
would be right, the normal distribution knows nothing of how badly so small a spread is known, and the
coefficient that `roth-santanna` fits takes part of the spread for skill."""

AGAIN = """The rates with one and two courts are above or below 5 % by the luck of the programmes: of {count:,}
others, drawn by another seed, `did` rejects"""


def filled(text):
    """A paragraph in lines of 108 characters."""
    import textwrap
    return textwrap.fill(" ".join(text.split()), 108)


def rows(lines):
    """The table among what caseload-bench printed."""
    start = next(i for i, line in enumerate(lines) if line.startswith("panel\t"))
    return [line.split("\t") for line in lines[start:] if "\t" in line]


def markdown(table):
    head = "| " + " | ".join(table[0]) + " |"
    rule = "|" + "---|" * len(table[0])
    return [head, rule] + ["| " + " | ".join(row) + " |" for row in table[1:]] + [""]


def percent(text):
    return text if text == "–" else f"{100 * float(text):.1f} %"


def shown(table, columns):
    """Some columns of a table, rates in per cent."""
    places = [table[0].index(name) for name in columns]
    rates = [name in ("rejections", "Monte Carlo error") for name in columns]
    return [list(columns)] + [
        [percent(row[i]) if rate else row[i] for i, rate in zip(places, rates)]
        for row in table[1:]
    ]


def wide(table):
    """A row a panel and design: the rates by the number of treated courts, what the larger numbers are
    inferred by, their spread beside the standard errors, and programmes without an answer."""
    place = {name: i for i, name in enumerate(table[0])}
    counts = []
    cells = {}
    for row in table[1:]:
        count = row[place["treated"]]
        if count not in counts:
            counts.append(count)
        cells.setdefault((row[place["panel"]], row[place["design"]]), {})[count] = row
    rows = [[
        "panel", "design", *[f"{count} treated" for count in counts], "inference", "SD", "mean SE",
        "without an answer",
    ]]
    for (panel, design), own in cells.items():
        last = own[[count for count in counts if count in own][-1]]
        kinds = []
        refused = []
        for count, row in own.items():
            kind = row[place["inference"]]
            if kind != "–" and kind not in kinds:
                kinds.append(kind)
            if row[place["refusals"]] != "–":
                refused.append(f"{count}: {row[place['refusals']].split(' × ')[-1]}")
        rows.append([
            panel, design,
            *[percent(own[count][place["rejections"]]) if count in own else "" for count in counts],
            ", ".join(kinds) or "–", last[place["SD"]], last[place["mean SE"]],
            ", ".join(refused) or "–",
        ])
    return rows


def section(bench, folder, count):
    """The part of the page; `bench` runs caseload-bench and gives its lines."""
    lines = bench("placebo", folder, "--programmes", count, "--treated", 1, 2, 6, 10)
    error = 100 * (0.05 * 0.95 / count) ** 0.5
    text = [filled(INTRODUCTION.format(count=count, error=error)), ""]
    text += markdown(wide(rows(lines)))
    for note in NOTES:
        text += ["- " + filled(note).replace("\n", "\n  ")]
    many = bench(
        "placebo", folder, "--programmes", 10 * count, "--seed", 2, "--treated", 1, 2, "--designs", "did")
    text += ["", filled(AGAIN.format(count=10 * count)) + ":", ""]
    text += markdown(shown(rows(many), ["panel", "treated", "rejections", "Monte Carlo error"]))
    text += ["### What influence functions would do", "", filled(INFLUENCE), ""]
    plain = bench(
        "placebo", folder, "--programmes", count, "--treated", 6, 10, 20, "--inference", "influence",
        "--designs", *AVERAGES)
    text += markdown(wide(rows(plain)))
    text += ["### How often filings fall anyway", ""]
    text += ["- " + line for line in lines if "courts," in line and "\t" not in line] + [""]
    return text
