"""A report as one self-contained page, which a learner can open, print, and hand on."""

import html
from collections.abc import Sequence

from autograder.report import Report, as_html
from autograder.texts import printable

STYLE = """
:root { color-scheme: light dark; }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem; }
section > div { margin: 1.2rem 0; }
pre { overflow-x: auto; padding: 0.8rem; border: 1px solid #8888; }
.points { font-size: 1.4rem; }
"""


def as_page(reports: Sequence[Report]) -> str:
    """Return the page."""
    title = ", ".join(f"{r.lesson}: {r.score} of {r.max_score} points" for r in reports)
    return page(title, "".join(map(_section, reports)))


def page(title: str, body: str, style: str = "", head: str = "") -> str:
    """Return one file that needs no other, readable on light and dark grounds and in print."""
    return printable(f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
{head}<title>{html.escape(title)}</title>
<style>{STYLE}{style}</style>
</head>
<body>
<main>
{body}</main>
</body>
</html>
""")


def _section(report: Report) -> str:
    exercises = "\n".join(as_html(verdict) for verdict in report.verdicts)
    return f"""<section>
<h1>{html.escape(report.lesson)}</h1>
<p class="points">{report.score} of {report.max_score} points</p>
{exercises}
{_list("Warnings", report.warnings)}
{_output(report.output)}
<footer><small>{html.escape(_origin(report))}</small></footer>
</section>
"""


def _list(title: str, texts: Sequence[str]) -> str:
    items = "".join(f"<li>{html.escape(text)}</li>" for text in texts)
    return f"<h2>{title}</h2>\n<ul>{items}</ul>" if texts else ""


def _output(text: str) -> str:
    return f"<h2>It printed</h2>\n<pre>{html.escape(text)}</pre>" if text else ""


def _origin(report: Report) -> str:
    return (
        f"{report.path}, SHA-256 {report.sha256}; isolation: {report.isolation}; "
        f"seed {report.seed}; {report.seconds:.1f} seconds"
    )
