"""Reference dates for the calendar tests, and the official working days of China.

    pip install lunardate LunarCalendar cnlunar sxtwl ephem python-dateutil holidays chinesecalendar
    python make.py

Writes values.json and workdays.json beside this file, and the resource
Sources/CaseloadData/Resources/china-workdays.csv.
"""

import calendar
import datetime as dt
import json
import math
from importlib.metadata import version
from pathlib import Path

import chinese_calendar
import cnlunar
import ephem
import holidays
import lunardate
import lunarcalendar
import sxtwl
from dateutil.easter import EASTER_WESTERN, easter

HERE = Path(__file__).resolve().parent
RESOURCES = HERE.parents[2] / "Sources" / "CaseloadData" / "Resources"
YEARS = range(2000, 2051)
FESTIVALS = {"springFestival": (1, 1), "dragonBoat": (5, 5), "midAutumn": (8, 15)}
DAY = dt.timedelta(days=1)


# --- festivals -----------------------------------------------------------------------------

def by_lunardate(year, month, day):
    return lunardate.LunarDate(year, month, day).to_solar_date()


def by_lunarcalendar(year, month, day):
    return lunarcalendar.Converter.Lunar2Solar(lunarcalendar.Lunar(year, month, day, isleap=False)).to_date()


def by_sxtwl(year, month, day):
    d = sxtwl.fromLunar(year, month, day)
    return dt.date(d.getSolarYear(), d.getSolarMonth(), d.getSolarDay())


# The rule itself, from positions of the Sun and the Moon: months begin on the day (UTC+8) of
# the new moon; the month that holds the December solstice is month 11; with thirteen months
# between two such months, the first without a major solar term is a leap month.

BEIJING = 8 / 24  # days


def beijing_date(moment):
    return (ephem.Date(moment + BEIJING).datetime()).date()


def solar_longitude(moment):
    sun = ephem.Sun(moment, epoch=moment)
    return math.degrees(float(ephem.Ecliptic(sun, epoch=moment).lon)) % 360


def solar_term(year, longitude, near):
    """The moment in `year` near the month `near` when the Sun's apparent longitude is reached."""
    low = ephem.Date(dt.datetime(year, near, 1)) - 12
    high = low + 45
    offset = lambda t: (solar_longitude(ephem.Date(t)) - longitude + 180) % 360 - 180
    assert offset(low) < 0 < offset(high)
    for _ in range(60):
        middle = (low + high) / 2
        if offset(middle) < 0:
            low = middle
        else:
            high = middle
    return ephem.Date((low + high) / 2)


MARGINS = []  # seconds between an event that sets a date and midnight in Beijing


def margin(moment, what):
    local = ephem.Date(moment + BEIJING).datetime()
    s = local.hour * 3600 + local.minute * 60 + local.second
    MARGINS.append((min(s, 86400 - s), what, local.strftime("%Y-%m-%d %H:%M:%S")))


def new_moons_from(start, count):
    moons, t = [], ephem.Date(start)
    for _ in range(count):
        t = ephem.next_new_moon(t)
        moons.append(t)
    return moons


def lunar_months(year):
    """(date of first day, month number, leap) from month 11 of year − 1 to month 11 of year."""
    s0 = beijing_date(solar_term(year - 1, 270, 12))
    s1 = beijing_date(solar_term(year, 270, 12))
    moons = new_moons_from(dt.datetime(year - 1, 11, 15), 16)
    starts = [beijing_date(m) for m in moons]
    first = max(i for i, d in enumerate(starts) if d <= s0)
    last = max(i for i, d in enumerate(starts) if d <= s1)
    terms = [beijing_date(solar_term(year - 1, 270, 12))]
    terms += [beijing_date(solar_term(year, (300 + 30 * k) % 360, k + 1)) for k in range(12)]
    has_term = lambda i: any(starts[i] <= t < starts[i + 1] for t in terms)
    leap_year = last - first == 13
    months, number, leap_seen = [], 11, False
    for i in range(first, last):
        if i > first and leap_year and not leap_seen and not has_term(i):
            leap_seen = True
            months.append((starts[i], number, True, moons[i]))
            continue
        if i > first:
            number = number % 12 + 1
        months.append((starts[i], number, False, moons[i]))
    return months


def by_astronomy(year, month, day):
    for start, number, leap, moon in lunar_months(year):
        if number == month and not leap:
            margin(moon, f"new moon of lunar month {month} of {year}")
            return start + (day - 1) * DAY
    raise ValueError((year, month))


def by_cnlunar(year, month, day):
    low, high = {1: ((1, 15), (3, 1)), 5: ((5, 20), (7, 5)), 8: ((9, 1), (10, 15))}[month]
    d = dt.date(year, *low)
    while d <= dt.date(year, *high):
        a = cnlunar.Lunar(dt.datetime(d.year, d.month, d.day, 12), godType="8char")
        if (a.lunarMonth, a.lunarDay) == (month, day) and not a.isLunarLeapMonth:
            return d
        d += DAY
    raise ValueError((year, month, day))


def by_holidays(year, name, cls=holidays.calendars.chinese._ChineseLunisolar):
    c = cls()
    d, exact = {
        "springFestival": c.lunar_new_year_date,
        "dragonBoat": c.dragon_boat_date,
        "midAutumn": c.mid_autumn_date,
        "qingming": c.qingming_date,
    }[name](year)
    return d


def qingming_sxtwl(year):
    # JD of the instant in Beijing time; index 7 is Qingming when 0 is the winter solstice.
    for day in range(3, 7):
        d = sxtwl.fromSolar(year, 4, day)
        if d.hasJieQi() and d.getJieQi() == 7:
            return dt.date(year, 4, day)
    raise ValueError(year)


def qingming_cnlunar(year):
    a = cnlunar.Lunar(dt.datetime(year, 4, 1, 12), godType="8char")
    return dt.date(year, *a.thisYearSolarTermsDic["清明"])


def qingming_astronomy(year):
    t = solar_term(year, 15, 4)
    margin(t, f"Qingming of {year}")
    return beijing_date(t)


def easter_meeus(year):
    """Anonymous Gregorian algorithm (Meeus, Astronomical Algorithms, ch. 8)."""
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    f = (b + 8) // 25
    g = (b - f + 1) // 3
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    l = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * l) // 451
    month, day = divmod(h + l - 7 * m + 114, 31)
    return dt.date(year, month, day + 1)


def festivals():
    values, notes = {}, []

    def settle(name, year, answers):
        got = {}
        for source, f in answers.items():
            try:
                got[source] = f().isoformat()
            except Exception as error:  # a source whose table ends before 2050
                got[source] = None
                gaps.setdefault(source, set()).add(year)
        counts = {}
        for v in got.values():
            if v:
                counts[v] = counts.get(v, 0) + 1
        best = max(counts, key=counts.get)
        if len(counts) > 1:
            notes.append({"festival": name, "year": year, "stored": best, "answers": got})
        values.setdefault(name, {})[str(year)] = best

    gaps = {}
    for year in YEARS:
        for name, (month, day) in FESTIVALS.items():
            settle(name, year, {
                "lunardate": lambda: by_lunardate(year, month, day),
                "LunarCalendar": lambda: by_lunarcalendar(year, month, day),
                "sxtwl": lambda: by_sxtwl(year, month, day),
                "cnlunar": lambda: by_cnlunar(year, month, day),
                "holidays": lambda: by_holidays(year, name),
                "ephem": lambda: by_astronomy(year, month, day),
            })
        settle("qingming", year, {
            "sxtwl": lambda: qingming_sxtwl(year),
            "cnlunar": lambda: qingming_cnlunar(year),
            "holidays": lambda: by_holidays(year, "qingming"),
            "ephem": lambda: qingming_astronomy(year),
        })
        settle("easterWestern", year, {
            "dateutil": lambda: easter(year, EASTER_WESTERN),
            "Meeus": lambda: easter_meeus(year),
        })
    names = {"lunardate": "lunardate", "LunarCalendar": "LunarCalendar", "sxtwl": "sxtwl", "cnlunar": "cnlunar",
             "holidays": "holidays", "ephem": "ephem", "dateutil": "python-dateutil"}
    out = dict(values)
    out["disagreements"] = notes
    out["notAnswered"] = {k: sorted(v) for k, v in gaps.items()}
    out["closestToMidnight"] = [
        {"event": w, "beijingTime": t, "secondsFromMidnight": s} for s, w, t in sorted(MARGINS)[:6]]
    out["versions"] = {n: version(p) for n, p in names.items()}
    return out


# --- working days --------------------------------------------------------------------------

WORK_YEARS = range(2013, 2027)


def days(first, last):
    d = first
    while d <= last:
        yield d
        d += DAY


def plan(is_working):
    rows = {}
    for d in days(dt.date(WORK_YEARS[0], 1, 1), dt.date(WORK_YEARS[-1], 12, 31)):
        weekday = d.weekday() < 5
        if weekday and not is_working(d):
            rows[d] = "off"
        elif not weekday and is_working(d):
            rows[d] = "work"
    return rows


def workdays():
    a = plan(chinese_calendar.is_workday)
    cn = holidays.country_holidays("CN", years=list(WORK_YEARS) + [WORK_YEARS[-1] + 1])
    b = plan(cn.is_working_day)
    differences = [
        {"date": d.isoformat(), "chinesecalendar": a.get(d), "holidays": b.get(d)}
        for d in sorted(set(a) | set(b)) if a.get(d) != b.get(d)]
    RESOURCES.mkdir(parents=True, exist_ok=True)
    with open(RESOURCES / "china-workdays.csv", "w", newline="\n") as f:
        f.write("date,kind\n")
        for d in sorted(a):
            f.write(f"{d.isoformat()},{a[d]}\n")
    china, plain, other = {}, {}, {}
    for y in WORK_YEARS:
        for m in range(1, 13):
            span = list(days(dt.date(y, m, 1), dt.date(y, m, calendar.monthrange(y, m)[1])))
            key = f"{y}-{m:02d}"
            china[key] = sum(map(cn.is_working_day, span))
            other[key] = len([d for d in span if chinese_calendar.is_workday(d)])
            plain[key] = sum(d.weekday() < 5 for d in span)
    assert china == other or differences, "the two packages disagree by month"
    return {
        "china": china,
        "mondayToFriday": plain,
        "chinaByYear": {str(y): sum(v for k, v in china.items() if k.startswith(str(y))) for y in WORK_YEARS},
        "differencesBetweenPackages": differences,
        "monthsThatDiffer": [k for k in china if china[k] != other[k]],
        "versions": {"holidays": version("holidays"), "chinesecalendar": version("chinesecalendar")},
    }


def write(name, value):
    with open(HERE / name, "w", newline="\n", encoding="utf-8") as f:
        json.dump(value, f, indent=1, ensure_ascii=False)
        f.write("\n")


if __name__ == "__main__":
    write("workdays.json", workdays())
    write("values.json", festivals())
