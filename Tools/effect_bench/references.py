"""Caseload's command line beside the stored references, number by number.

Every figure is asked of `caseload` as a user would ask it, on the data of the reference.
"""

import csv
import json
import math
import pathlib
import subprocess
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
CASELOAD = ROOT / ".build/release/caseload"


class Cases:
    """Collects rows (case, quantity, ours, reference, peer)."""

    def __init__(self, folder, scratch):
        self.folder = folder
        self.scratch = scratch
        self.rows = []

    def oracle(self, case):
        return json.loads((self.folder / f"{case}.oracle.json").read_text())["checks"]

    def data(self, case):
        with open(self.folder / f"{case}.csv", newline="") as file:
            return list(csv.DictReader(file))

    def table(self, name, rows):
        """A CSV file of dictionaries."""
        path = self.scratch / f"{name}.csv"
        with open(path, "w", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
        return path

    def run(self, command, data, *options, **settings):
        words = [CASELOAD, command, data, "--format", "json", *options]
        for name, value in settings.items():
            words += ["--set", f"{name}={value}"]
        done = subprocess.run([str(word) for word in words], capture_output=True, text=True)
        if not done.stdout.strip():
            raise RuntimeError(f"{' '.join(map(str, words))}: {done.stderr.strip()[:400]}")
        return json.loads(done.stdout)["payload"]

    def effect(self, data, design, *options, **settings):
        return self.run("effect", data, "--design", design, "--no-checks", *options, **settings)

    def add(self, case, quantity, ours, reference, peer):
        self.rows.append((case, quantity, ours, reference, peer))

    def average(self, case, name, payload, value, error, peer):
        self.add(case, f"{name}: average", payload["average"]["value"], value, peer)
        if error is not None:
            self.add(
                case, f"{name}: standard error", payload["average"]["standardError"], error, peer
            )

    def cells(self, case, name, payload, rows, peer):
        """att_gt rows of a reference beside the cells of an answer; the largest difference."""
        own = {(int(c["cohort"]), int(c["period"])): c for c in payload["cells"]}
        for field, key in (("value", "att"), ("standardError", "se")):
            pairs = []
            for row in rows:
                if row.get(key) is None or (key == "se" and row["att"] == 0):
                    continue
                cell = own.get((int(row["g"]), int(row["t"])))
                pairs.append((cell[field] if cell else None, row[key]))
            self.largest(case, f"{name}: {len(pairs)} cells, {field}", pairs, peer)

    def path(self, case, name, payload, times, values, peer, field="effect"):
        own = {p["eventTime"]: p for p in payload["path"]}
        pairs = [(own.get(t, {}).get(field), v) for t, v in zip(times, values)]
        pairs = [pair for pair in pairs if pair[1] is not None]
        self.largest(case, f"{name}: path, {field}", pairs, peer)

    def largest(self, case, quantity, pairs, peer):
        """The pair that is furthest apart stands for all."""
        known = [pair for pair in pairs if pair[0] is not None]
        if len(known) < len(pairs):
            quantity += f" ({len(pairs) - len(known)} withheld)"
        worst = max(known, key=lambda pair: distance(*pair), default=None)
        if worst is not None:
            self.add(case, quantity, worst[0], worst[1], peer)


def distance(ours, reference):
    """Relative, or absolute where the reference is zero; infinite where there is no number."""
    if ours is None or reference is None or ours != ours:
        return math.inf
    return abs(ours - reference) / (abs(reference) if reference else 1)


def clusters(name):
    """The options under which the answer's standard error is that of the clusters' influences."""
    return {"inference": name}


def mpdta(cases):
    checks, data = cases.oracle("mpdta"), cases.folder / "mpdta.csv"
    columns = ["--outcome", "lemp", "--unit", "countyreal", "--time", "year"]
    columns += ["--treated-from", "first.treat"]
    methods = {"reg": "regression", "dr": "doubly-robust", "ipw": "weighting"}
    for name, check in checks.items():
        if not name.startswith("cs_"):
            continue
        spec, options = check["spec"], list(columns)
        if spec["xformla"] != "~1":
            options += ["--covariates", "lpop"]
        source = data
        if not spec["panel"]:
            rows = [row | {"row": i} for i, row in enumerate(cases.data("mpdta"))]
            source = cases.table("mpdta_rows", rows)
            options[options.index("countyreal")] = "row"
            options.append("--repeated-cross-section")
        settings = {
            "method": methods[spec["est_method"]],
            "control": "never" if spec["control_group"] == "nevertreated" else "not-yet",
            "basePeriod": spec["base_period"],
            "anticipation": spec["anticipation"],
            "inference": "influence",
        }
        peer = check["peer"]
        for kind, field in (
            ("simple", "simple"), ("group", "group"), ("calendar", "calendar"), ("event", "dynamic"),
        ):
            answer = cases.effect(
                source, "callaway-santanna", *options, aggregation=kind, **settings
            )
            expected = check[field]
            cases.average(
                "mpdta", f"{name}, {kind}", answer,
                expected["overall_att"], expected["overall_se"], peer,
            )
            if kind == "simple":
                cases.cells("mpdta", name, answer, check["att_gt"], peer)
            if kind == "event":
                errors = [
                    e if a else None for a, e in zip(expected["att"], expected["se"])
                ]
                cases.path("mpdta", name, answer, expected["egt"], expected["att"], peer)
                cases.path(
                    "mpdta", name, answer, expected["egt"], errors, peer, "standardError"
                )
    check = checks["sunab"]
    answer = cases.effect(data, "sun-abraham", *columns, **clusters("cr1"))
    cases.average(
        "mpdta", "sun-abraham", answer, check["att"]["Estimate"], check["att"]["Std. Error"],
        check["peer"],
    )
    times = [int(key.split("::")[1]) for key in check["event"]]
    cases.path("mpdta", "sun-abraham", answer, times, check["event"].values(), check["peer"])
    check = checks["twfe"]
    answer = cases.effect(data, "twfe", *columns, **clusters("cr1"))
    cases.average(
        "mpdta", "twfe", answer, check["coef"], check["se_cluster"], check["peer"]
    )
    check = checks["bjs_imputation"]
    answer = cases.effect(data, "imputation", *columns, **clusters("influence"))
    static = check["static"][0]
    cases.average(
        "mpdta", "imputation", answer, static["estimate"], static["se"], check["peer"]
    )
    check = checks["dd_stacked_k1_0"]
    answer = cases.effect(data, "stacked", *columns, before=1, after=1, **clusters("cr1"))
    cases.average("mpdta", "stacked κ = (1, 0)", answer, *check["overall"], check["peer"])
    check = checks["dd_etwfe"]
    answer = cases.effect(data, "etwfe", *columns, **clusters("cr1"))
    cases.average("mpdta", "etwfe", answer, *check["overall"], check["peer"])


def bacon(cases, case, outcome, unit, time, starts, extra=()):
    """Two-way fixed effects and its comparisons by type."""
    check = cases.oracle(case)["bacon"]
    rows = cases.data(case)
    for row in rows:
        row["start"] = starts(rows, row)
    data = cases.table(f"{case}_starts", rows)
    columns = ["--outcome", outcome, "--unit", unit, "--time", time, "--treated-from", "start"]
    answer = cases.effect(data, "twfe", *columns, **clusters("cr1"))
    peer = check["peer"]
    error = check.get("twfe_se_cluster_state", check.get("se"))
    cases.average(case, "twfe", answer, check["twfe"], error, peer)
    kinds = {
        "Earlier vs Later Treated": "earlier-against-later",
        "Later vs Earlier Treated": "later-against-earlier",
        "Treated vs Untreated": "treated-against-never",
    }
    for part in check["by_type"]:
        own = [c for c in answer["comparisons"] if c["kind"] == kinds[part["type"]]]
        weight = sum(c["weight"] for c in own)
        value = sum(c["weight"] * c["value"] for c in own) / weight if weight else None
        cases.add(case, f"{part['type']}: weight", weight, part["w"], peer)
        cases.add(case, f"{part['type']}: estimate", value, part["est"], peer)
    return data, columns


def castle_start(rows, row):
    years = [int(r["year"]) for r in rows if r["state"] == row["state"] and float(r["post"]) > 0]
    return min(years, default=0)


def castle(cases):
    data, columns = bacon(cases, "castle", "l_homicide", "state", "year", castle_start)
    checks = cases.oracle("castle")
    check = checks["sunab"]
    answer = cases.effect(data, "sun-abraham", *columns, **clusters("cr1"))
    cases.average(
        "castle", "sun-abraham", answer, check["att"]["Estimate"], check["att"]["Std. Error"],
        check["peer"],
    )
    times = [int(key.split("::")[1]) for key in check["event"]]
    cases.path("castle", "sun-abraham", answer, times, check["event"].values(), check["peer"])
    check = checks["bjs_imputation"]
    answer = cases.effect(
        data, "imputation", *columns, averaging="cohort-period", **clusters("influence")
    )
    static = check["static"][0]
    cases.average(
        "castle", "imputation", answer, static["estimate"], static["se"], check["peer"]
    )
    check = checks["cluster_CR"]
    kinds = {row["type"]: row["se"] for row in check["within"]}
    for kind in ("CR2", "CR3"):
        answer = cases.effect(data, "twfe", *columns, **clusters(kind.lower()))
        cases.add(
            "castle", f"twfe, {kind}", answer["average"]["standardError"], kinds[kind],
            check["peer"],
        )


def math_reform(cases):
    def start(rows, row):
        year = row["reformyr_math"]
        return int(float(year)) if year not in ("", "NA") else 0

    bacon(cases, "math_reform", "incearn_ln", "state", "class", start)


def base_did(cases):
    check = cases.oracle("base_did")
    rows = [row | {"start": 6 if row["treat"] == "1" else 0} for row in cases.data("base_did")]
    data = cases.table("base_did_starts", rows)
    columns = ["--outcome", "y", "--unit", "id", "--time", "period", "--treated-from", "start"]
    columns += ["--covariates", "x1"]
    static = check["static"]
    answer = cases.effect(data, "twfe", *columns, **clusters("cr1"))
    cases.average(
        "base_did", "twfe", answer, static["coef"]["post:treat"], static["se"]["post:treat"],
        "R fixest 0.12.2",
    )
    study = check["event_study"]
    answer = cases.effect(data, "event-study", *columns, **clusters("cr1"))
    values = {int(k.split("::")[1].split(":")[0]) - 6: v for k, v in study["coef"].items() if "::" in k}
    errors = {
        int(k.split("::")[1].split(":")[0]) - 6: v
        for k, v in study["se_cluster_id"].items() if "::" in k
    }
    cases.path("base_did", "event-study", answer, values, values.values(), study["peer"])
    cases.path(
        "base_did", "event-study", answer, errors, errors.values(), study["peer"], "standardError"
    )


def df_het(cases):
    check = cases.oracle("df_het")["bjs_imputation"]
    columns = ["--outcome", "dep_var", "--unit", "unit", "--time", "year", "--treated-from", "g"]
    data = cases.folder / "df_het.csv"
    answer = cases.effect(
        data, "imputation", *columns, averaging="cohort-period", **clusters("influence")
    )
    static = check["static"][0]
    cases.average(
        "df_het", "imputation", answer, static["estimate"], static["se"], "R didimputation 0.5.0"
    )
    answer = cases.effect(data, "twfe", *columns, "--cluster", "state", **clusters("cr1"))
    cases.average(
        "df_het", "twfe", answer, check["twfe"]["coef"], check["twfe"]["se_state"],
        "R fixest 0.12.2",
    )


def nsw_cps(cases):
    check = cases.oracle("nsw_cps")["drdid"]
    rows = [
        row | {"start": 1978 if row["experimental"] == "1" else 0}
        for row in cases.data("nsw_cps")
    ]
    data = cases.table("nsw_starts", rows)
    columns = ["--outcome", "re", "--unit", "id", "--time", "year", "--treated-from", "start"]
    columns += ["--covariates", "age,educ,black,married,nodegree,hisp,re74"]
    variants = {
        "improved": "drdid_imp", "traditional": "drdid_trad", "regression": "ordid",
        "weighting": "ipwdid_norm", "horvitz-thompson": "ipwdid_ht",
    }
    for method, name in variants.items():
        answer = cases.effect(data, "doubly-robust", *columns, method=method, inference="influence")
        cases.average(
            "nsw_cps", method, answer, check[name]["att"], check[name]["se"], check["peer"]
        )


def pj_training(cases):
    check = cases.oracle("pj_training")["staggered_efficient"]
    rows = []
    for row in cases.data("pj_training"):
        months = sorted((k for k in row if k.startswith("m")), key=lambda k: int(k[1:]))
        start = row["first_trained"]
        start = int(float(start)) if start not in ("", "NA", "Inf", "inf") else 0
        rows += [
            {"uid": row["uid"], "month": int(k[1:]), "y": row[k], "start": start if start <= 72 else 0}
            for k in months
        ]
    data = cases.table("pj_long", rows)
    columns = ["--outcome", "y", "--unit", "uid", "--time", "month", "--treated-from", "start"]
    columns += ["--period", "month", "--frequency", "12"]
    for prefix, adjustment in (("", "efficient"), ("cs_", "callaway-santanna"), ("sa_", "sun-abraham")):
        for kind in ("simple", "cohort", "calendar"):
            expected = check[prefix + kind]
            answer = cases.effect(
                data, "roth-santanna", *columns, adjustment=adjustment, aggregation=kind,
                inference="influence",
            )
            cases.average(
                "pj_training", f"{adjustment}, {kind}", answer, expected["estimate"],
                expected["se"], check["peer"],
            )


def two_by_two(cases):
    check = cases.oracle("card_krueger")
    rows = []
    for i, row in enumerate(cases.data("card_krueger")):
        if row["fte"] in ("", "NA"):
            continue
        rows.append(
            {"row": i, "store": row["id"], "wave": int(row["d"]) + 1, "fte": row["fte"],
             "start": 2 if row["nj"] == "1" else 0}
        )
    data = cases.table("card_krueger_rows", rows)
    columns = ["--outcome", "fte", "--unit", "row", "--time", "wave", "--treated-from", "start"]
    columns += ["--frequency", "1", "--repeated-cross-section"]
    answer = cases.effect(data, "did", *columns, effects="groups", inference="influence")
    expected = check["did_all"]["coef"]["nj:d"]
    cases.add("card_krueger", "all stores", answer["average"]["value"], expected, "R fixest 0.12.2")
    both = {r["store"] for r in rows if r["wave"] == 1} & {r["store"] for r in rows if r["wave"] == 2}
    data = cases.table("card_krueger_balanced", [r for r in rows if r["store"] in both])
    columns = ["--outcome", "fte", "--unit", "store", "--time", "wave", "--treated-from", "start"]
    columns += ["--frequency", "1"]
    answer = cases.effect(data, "did", *columns, inference="influence")
    expected = check["did_balanced"]["first_diff"]["coef"]
    cases.add("card_krueger", "balanced", answer["average"]["value"], expected, "R fixest 0.12.2")
    check = cases.oracle("kielmc")["did"]
    rows = [
        row | {"row": i, "start": 1981 if row["nearinc"] == "1" else 0}
        for i, row in enumerate(cases.data("kielmc"))
    ]
    data = cases.table("kielmc_rows", rows)
    columns = ["--outcome", "rprice", "--unit", "row", "--time", "year", "--treated-from", "start"]
    columns += ["--repeated-cross-section"]
    answer = cases.effect(data, "did", *columns, effects="groups", inference="influence")
    cases.add(
        "kielmc", "prices", answer["average"]["value"], check["coef"]["y81:nearinc"], check["peer"]
    )


def ehec(cases):
    checks, data = cases.oracle("ehec_medicaid"), cases.folder / "ehec_medicaid.csv"
    columns = ["--outcome", "dins", "--unit", "stfips", "--time", "year", "--treated-from", "yexp2"]
    for name, control in (("cs_nocov_never", "never"), ("cs_nocov_notyet", "not-yet")):
        check = checks[name]
        for kind, field in (("simple", "simple"), ("group", "group"), ("event", "dynamic")):
            answer = cases.effect(
                data, "callaway-santanna", *columns, aggregation=kind, method="regression",
                control=control, inference="influence",
            )
            cases.average(
                "ehec_medicaid", f"{name}, {kind}", answer, check[field]["overall_att"],
                check[field]["overall_se"], check["peer"],
            )
        cases.cells("ehec_medicaid", name, answer, check["att_gt"], check["peer"])
    check = checks["sunab"]
    answer = cases.effect(data, "sun-abraham", *columns, **clusters("cr1"))
    cases.average(
        "ehec_medicaid", "sun-abraham", answer, check["att"]["Estimate"],
        check["att"]["Std. Error"], check["peer"],
    )


def simulated_panels(cases):
    """ATT(g,t) of simulated staggered panels by R's did."""
    folder = cases.folder / "cs_r_reference"
    with open(folder / "ref_sim.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    groups = {}
    for row in rows:
        groups.setdefault((row["dataset"], row["control"], row["est"]), []).append(
            {"g": row["group"], "t": row["t"], "att": float(row["att"]),
             "se": float(row["se"]) if row["se"] not in ("", "NA") else None}
        )
    methods = {"dr": "doubly-robust", "reg": "regression"}
    for (name, control, method), expected in groups.items():
        answer = cases.effect(
            folder / f"{name}.csv", "callaway-santanna", "--outcome", "Y", "--unit", "id",
            "--time", "period", "--treated-from", "G", "--covariates", "X", "--frequency", "1",
            method=methods[method], inference="influence",
            control="never" if control == "nevertreated" else "not-yet",
        )
        cases.cells(name, f"{control}, {method}", answer, expected, "R did (csdid's references)")


def sicily(cases):
    checks = cases.oracle("sicily")
    rows = [
        row | {"period": f"{row['year']}-{int(row['month']):02d}", "all": "all"}
        for row in cases.data("sicily")
    ]
    data = cases.table("sicily_months", rows)
    columns = ["--outcome", "aces", "--unit", "all", "--time", "period", "--treated", "all"]
    columns += ["--from", "2005-01", "--exposure", "stdpop"]
    for family, name, error in (
        ("quasi-poisson", "quasipoisson_level", "quasipoisson_level"),
        ("poisson", "poisson_level", "poisson_level"),
    ):
        answer = cases.effect(
            data, "its", *columns, family=family, effect="level", season="false", errors="ols",
        )
        check = checks[name]
        cases.add(
            "sicily", f"{family}: rate ratio", 1 + answer["average"]["value"],
            math.exp(check["coef"]["smokban"]), check["peer"],
        )
    check = checks["quasipoisson_level_harmonic2"]
    answer = cases.effect(
        data, "its", *columns, family="quasi-poisson", effect="level", season="false", fourier=2,
        errors="ols",
    )
    cases.add(
        "sicily", "quasi-poisson with harmonics: rate ratio", 1 + answer["average"]["value"],
        check["RR_smokban"], check["peer"],
    )
    for name, prior in (("bsts_exact_quadrature", 0.01), ("bsts_exact_quadrature_levelsd0.1", 0.1)):
        answer = cases.effect(
            data, "bsts", *columns[:10], trend="level", season="none", method="exact",
            levelPrior=prior, sweep="false",
        )
        quadrature(cases, "sicily", f"levelPrior={prior}", answer, checks[name])


def quadrature(cases, case, name, answer, check):
    average = answer["average"]
    peer = "two-dimensional quadrature"
    cases.add(case, f"bsts {name}: average", average["value"], check["abs_effect_avg"], peer)
    lower, upper = check["abs_effect_avg_ci"]
    cases.add(case, f"bsts {name}: lower", average["lower"], lower, peer)
    cases.add(case, f"bsts {name}: upper", average["upper"], upper, peer)
    cases.add(
        case, f"bsts {name}: standard deviation", average["standardError"],
        check["abs_effect_avg_sd"], peer,
    )


def counterfactuals(cases):
    check = cases.oracle("nile")["bsts_exact_quadrature"]
    answer = cases.effect(
        cases.folder / "nile.csv", "bsts", "--period", "year", "--value", "flow", "--from", "1899",
        trend="level", season="none", method="exact", sweep="false",
    )
    quadrature(cases, "nile", "quadrature", answer, check)
    check = cases.oracle("ci_google")["bsts_exact_quadrature_nocov"]
    rows = cases.data("ci_google")
    data = cases.table("google", [{"day": i + 1, "y": row["y"]} for i, row in enumerate(rows)])
    answer = cases.effect(
        data, "bsts", "--period", "day", "--value", "y", "--frequency", "1", "--from",
        str(check["npre"] + 1), trend="level", season="none", method="exact", sweep="false",
    )
    quadrature(cases, "ci_google", "quadrature", answer, check)


ALL = [
    mpdta, castle, math_reform, base_did, df_het, nsw_cps, pj_training, two_by_two, ehec,
    simulated_panels, sicily, counterfactuals,
]


def collected(folder, say=lambda text: None):
    """The rows of all cases; a case that fails is a row without numbers."""
    with tempfile.TemporaryDirectory() as scratch:
        cases = Cases(folder, pathlib.Path(scratch))
        for case in ALL:
            say(case.__name__)
            try:
                case(cases)
            except (RuntimeError, KeyError, TypeError) as error:
                cases.add(case.__name__, f"failed: {error}", None, None, "")
        return cases.rows


def section(folder, say=lambda text: None):
    """The table of the page."""
    lines = [
        "| data | quantity | Caseload | reference | relative distance | peer |",
        "|---|---|---:|---:|---:|---|",
    ]
    for case, quantity, ours, reference, peer in collected(folder, say):
        def shown(x):
            return "–" if x is None else f"{x:.8g}"

        apart = distance(ours, reference)
        text = "–" if math.isinf(apart) else f"{apart:.1e}"
        lines.append(
            f"| {case} | {quantity} | {shown(ours)} | {shown(reference)} | {text} | {peer} |"
        )
    return lines + [""]
