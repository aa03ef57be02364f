"""Renders Vega-Lite charts, all in one process.

Reads a JSON list of specifications from standard input and writes a JSON list of strings: SVG, or
PNG or PDF in base 64. The arguments, optional, are a format (svg, png, pdf) and a locale for numbers
and dates, such as zh-CN. Nothing is fetched: the data must be in the specification. The same input
gives the same bytes.
"""

import base64
import hashlib
import html
import json
import os
import re
import sys

# A month such as 2024-03-01 means midnight UTC to Vega: west of Greenwich it would be drawn as
# February. Read before vl_convert starts.
os.environ["TZ"] = "UTC"

import vl_convert


def render(specification, locale):
    svg = vl_convert.vegalite_to_svg(
        specification,
        allowed_base_urls=[],
        format_locale=locale,
        time_format_locale=locale,
    )
    # Every chart calls its first clipping path "clip1". On one page the first of them would clip
    # all charts, so identifiers take a prefix from the drawing itself.
    prefix = "c" + hashlib.sha256(svg.encode()).hexdigest()[:8] + "-"
    svg = re.sub(r'( id="|url\(#|href="#)', lambda match: match.group(1) + prefix, svg)
    # One picture with one description, not hundreds of unnamed shapes.
    description = html.escape(specification.get("description", ""))
    label = f' aria-label="{description}"' if description else ""
    return svg.replace("<svg ", f'<svg role="img"{label} ', 1)


def render_bytes(specification, locale, form):
    options = dict(allowed_base_urls=[], format_locale=locale, time_format_locale=locale)
    if form == "png":
        picture = vl_convert.vegalite_to_png(specification, scale=2, **options)
    else:
        picture = vl_convert.vegalite_to_pdf(specification, **options)
    return base64.b64encode(picture).decode()


def main():
    form = sys.argv[1] if len(sys.argv) > 1 else "svg"
    locale = sys.argv[2] if len(sys.argv) > 2 else None
    charts = []
    for number, specification in enumerate(json.load(sys.stdin.buffer), start=1):
        try:
            if form == "svg":
                charts.append(render(specification, locale))
            else:
                charts.append(render_bytes(specification, locale, form))
        except ValueError as error:
            sys.exit(f"chart {number}: {error}")
    json.dump(charts, sys.stdout)


main()
