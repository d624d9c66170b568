"""What the process that reports are forked from has in memory before the first of them.

Nothing here depends on a report, and nothing of it may change what a report shows: imports, glyphs
that have been drawn, templates that have been read.
"""

from __future__ import annotations

import importlib
from typing import Any, Final

__all__ = ["preload"]

_MODULES: Final = (
    "matplotlib.backends.backend_agg",
    "matplotlib.backends.backend_svg",
    "piilib.report.diagnostic",
    "piilib.report.job_check",
    "piilib.report.national_overview",
    "piilib.report.plan_audit",
    "piilib.report.run",
    "piilib.report.fork_engine",
    "scipy.optimize",
    "scipy.stats",
)


def preload() -> None:
    """Import what reports need, and make one small page with a chart and a table.

    Examples
    --------
    >>> preload()
    """
    for name in _MODULES:
        importlib.import_module(name)
    _draw_once()


def _draw_once() -> None:
    v4: Any = importlib.import_module("nbformat.v4")  # untyped
    from piilib.report.chart import draw, figure, style
    from piilib.report.export import to_html
    from piilib.report.numbers import number
    from piilib.report.table import Column, Table

    words = {"title": "x", "source": "x", "kind": "x"}
    with style():
        fig = figure()
        axes = fig.subplots()
        axes.plot([0, 1], [0, 1], label="x")
        axes.set_xlabel("".join(map(chr, range(32, 127))).replace("$", ""))
        axes.legend()
        chart = draw(fig, key="x", alt="x", **words)
    table = Table("y", "y", [Column("a", "a", "number")], [{"a": 1.5}], "x", "x")
    for lang in ("vi", "en"):
        number(1.5, 2, lang)
    html = [v4.new_output("display_data", {"text/html": o._repr_html_()}) for o in (chart, table)]
    cells = [v4.new_markdown_cell("# x"), v4.new_code_cell("x", outputs=html)]
    to_html(v4.new_notebook(cells=cells), lang="vi", title="x")
