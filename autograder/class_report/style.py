"""The looks of the page: light, dark, in print; no colour says what no number says."""

import base64
import hashlib

# matplotlib's cividis, which all eyes see as ever lighter, in eleven steps; the text on each.
STEPS = (
    "#00224e", "#083370", "#35456c", "#4f576c", "#666970", "#7d7c78", "#948e77", "#aea371",
    "#c8b866", "#e5cf52", "#fee838",
)  # fmt: skip
LIGHT_FROM = 5  # the first step on which text is black
# Neighbours differ in lightness, so that they do in grey, too.
STATUS_COLOURS = {
    "correct": "#0b4f8a", "partly": "#a6d0ee", "wrong": "#d98200", "error": "#8c2d04",
    "timeout": "#d9a3d0", "missing": "#6b6b6b", "not_attempted": "#dedede",
}  # fmt: skip
DARK_STATUSES = ("correct", "error", "missing")  # on which text is white

BASE = """
:root { --ink: #1b1b1b; --soft: #555; --line: #c9c9c9; --bar: #0b4f8a; --ground: #fff;
  --shade: #f4f4f1; --flag: #8c2d04; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #ececec; --soft: #b4b4b4; --line: #4b4b4b; --bar: #7ab8ea; --ground: #161616;
    --shade: #222; --flag: #ffb27d; }
}
body { max-width: 72rem; background: var(--ground); color: var(--ink); }
h1 { font-size: 1.9rem; line-height: 1.2; margin-bottom: .3rem; }
h2 { font-size: 1.5rem; margin-top: 3rem; border-top: 2px solid var(--ink); padding-top: .6rem; }
h3 { font-size: 1.15rem; margin-top: 2.2rem; margin-bottom: .3rem; }
p, li { max-width: 46rem; }
p.note, caption, figcaption { color: var(--soft); font-size: .9rem; text-align: left; }
caption { padding-bottom: .4rem; }
a { color: inherit; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: .9rem; }
th, td { padding: .22rem .55rem; text-align: left; vertical-align: top; }
thead th { border-bottom: 1px solid var(--ink); vertical-align: bottom; font-weight: 600; }
tbody tr { border-bottom: 1px solid var(--line); break-inside: avoid; }
tbody th { font-weight: 400; }
bdi { overflow-wrap: anywhere; }
.heat th[scope=row] { min-width: 7rem; }
td.n, th.n { text-align: right; }
td.n { white-space: nowrap; }
td svg { vertical-align: middle; max-width: none; }
.wide { overflow-x: auto; }
.wide:focus-visible { outline: 2px solid var(--bar); }
.heat td.h { text-align: center; min-width: 2.7rem; border: 1px solid var(--ground); }
.heat thead th { font-size: .8rem; text-align: center; max-width: 6rem; }
.heat thead th:first-child { text-align: left; }
.whole th, .whole td { background: var(--shade); font-weight: 600; }
.part th { padding-left: 1.6rem; }
.code { color: var(--soft); font-size: .85em; white-space: nowrap; }
.flag { color: var(--flag); font-weight: 600; }
.key i { display: inline-block; width: .8em; height: .8em; margin-right: .35em;
  border: 1px solid var(--line); }
figure { margin: .6rem 0; }
.facts { display: flex; flex-wrap: wrap; gap: .4rem 2.4rem; padding: 0; margin: 1rem 0; }
.facts div { display: flex; flex-direction: column-reverse; }
.facts dt { color: var(--soft); font-size: .9rem; }
.facts dd { margin: 0; font-size: 1.5rem; font-variant-numeric: tabular-nums; }
figure svg { max-width: 100%; height: auto; }
svg text { fill: var(--ink); font: 12px system-ui, sans-serif; }
svg .bar { fill: var(--bar); }
svg .axis { stroke: var(--line); }
@media print {
  :root { --ink: #000; --soft: #333; --line: #999; --bar: #0b4f8a; --ground: #fff;
    --shade: #f1f1f1; --flag: #8c2d04; color-scheme: light; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  body { font-size: 10pt; max-width: none; margin: 0; }
  table { font-size: 8pt; }
  th, td { padding: .15rem .35rem; }
  .rates td svg { width: 45mm; height: auto; }
  .wide { overflow: visible; }
  h2, h3, caption, figcaption { break-after: avoid; }
  figure, thead { break-inside: avoid; }
  nav { display: none; }
}
"""


def step(share: float) -> int:
    """Return the step of the scale for a share of the points."""
    return min(max(round(share * (len(STEPS) - 1)), 0), len(STEPS) - 1)


def style() -> str:
    """Return the style sheet."""
    steps = (
        f".h{n} {{ background: {colour}; color: {'#000' if n >= LIGHT_FROM else '#fff'}; }}"
        for n, colour in enumerate(STEPS)
    )
    statuses = (
        f".s-{name} {{ background: {colour}; fill: {colour}; }} "
        f"svg .t-{name} {{ fill: {'#fff' if name in DARK_STATUSES else '#000'}; }}"
        for name, colour in STATUS_COLOURS.items()
    )
    return "\n".join([BASE, *steps, *statuses, ""])


def policy(sheet: str) -> str:
    """Return what the browser may do with the page: show it, in this style, and nothing else."""
    digest = base64.b64encode(hashlib.sha256(sheet.encode()).digest()).decode()
    rules = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    return f'<meta http-equiv="Content-Security-Policy" content="{rules}">'
