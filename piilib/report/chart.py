"""Charts as accessible inline SVG, drawn without pyplot and without an inline backend."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

import matplotlib
from cycler import cycler
from markupsafe import Markup
from matplotlib.axis import Axis
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.ticker import Formatter

from piilib.report.numbers import Lang, number
from piilib.report.simulated import mark_in

__all__ = ["OKABE_ITO", "Chart", "draw", "figure", "number_ticks", "style"]

#: Okabe and Ito's colours, which stay apart for every common kind of colour blindness. Their
#: yellow is left out: it does not show on white.
OKABE_ITO: Final = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")

_INK: Final = "#1f2933"
_RC: Final[dict[Any, Any]] = {
    "svg.fonttype": "path",
    "font.family": "DejaVu Sans",
    "font.size": 11.0,
    "axes.labelsize": 11.0,
    "axes.titlesize": 11.0,
    "xtick.labelsize": 10.5,
    "ytick.labelsize": 10.5,
    "legend.fontsize": 10.5,
    "legend.frameon": False,
    "text.color": _INK,
    "axes.labelcolor": _INK,
    "xtick.color": "#52606d",
    "ytick.color": "#52606d",
    "xtick.labelcolor": _INK,
    "ytick.labelcolor": _INK,
    "axes.edgecolor": "#9aa5b1",
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "axes.unicode_minus": True,
    "axes.prop_cycle": cycler(color=OKABE_ITO),
    "grid.color": "#e4e7eb",
    "grid.linewidth": 0.8,
    "lines.linewidth": 2.0,
    "figure.facecolor": "white",
}

# CSS pixels for one point of the drawing. Type of 11 points is so never smaller than 10 px (the
# chart scrolls sideways on a phone) nor larger than 16 px.
_SMALLEST, _LARGEST = 0.9, 1.45


@dataclass(frozen=True)
class Chart:
    """A finished chart with all that must stand beside it.

    Attributes
    ----------
    key : str
        Its id on the page: lower-case letters, digits and hyphens. No two charts of a page have
        the same.
    title : str
        What the chart shows, as a statement: "Cao Bằng is last in four pillars of seven".
    alt : str
        The chart in words, with its main figures, for a reader who cannot see it.
    source : str
        Where the data come from, as it is to be printed.
    kind : str
        The word for the kind of data that it rests on, as it is to be printed.
    svg : str
        The drawing, an ``<svg>`` element whose every id begins with `key`.
    figure : matplotlib.figure.Figure or None
        What it was drawn from, for formats that want pixels.
    """

    key: str
    title: str
    alt: str
    source: str
    kind: str
    svg: str = field(repr=False)
    figure: Figure | None = field(default=None, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Refuse a chart that a screen reader could not announce."""
        if not re.fullmatch(r"[a-z][a-z0-9-]*", self.key):
            raise ValueError(f"chart key {self.key!r}: expected a-z, 0-9 and '-', a letter first")
        for name in ("title", "alt"):
            if not getattr(self, name).strip():
                raise ValueError(f"chart {self.key!r} has an empty {name}")

    def png(self, dpi: float = 200) -> bytes:
        """Draw the chart in pixels, for Word and slides.

        Parameters
        ----------
        dpi : float
            Pixels per inch.

        Returns
        -------
        bytes
            A PNG file. The title is not in it: the document sets it as a caption.
        """
        if self.figure is None:
            raise ValueError(f"chart {self.key!r} was made without its figure")
        buffer = io.BytesIO()
        with style():
            self.figure.savefig(
                buffer,
                format="png",
                dpi=dpi,
                bbox_inches="tight",
                pad_inches=0.04,
                metadata={"Software": None},
            )
        return buffer.getvalue()

    def _repr_html_(self) -> str:
        return _FIGURE.format(
            key=self.key,
            title=self.title,
            svg=Markup(self.svg),
            kind=self.kind,
            source=self.source,
        )


_FIGURE: Final = Markup(
    '<figure class="chart" id="{key}">\n'
    '<figcaption id="{key}-caption">{title}</figcaption>\n'
    '<div class="chart-scroll" tabindex="0" role="group" aria-labelledby="{key}-caption">{svg}'
    "</div>\n"
    '<p class="source"><span class="kind">{kind}</span> {source}</p>\n'
    "</figure>"
)


@contextmanager
def style() -> Iterator[None]:
    """Set the look under which every chart is built and drawn.

    Used as ``with style(): …``, or as a decorator, ``@style()``, of a function that builds a chart.
    Matplotlib's own settings are back afterwards. Type is DejaVu Sans, which comes with
    matplotlib and has every Vietnamese letter, so a chart looks alike on every machine.

    Yields
    ------
    None
        Nothing; the settings hold meanwhile.
    """
    with matplotlib.rc_context(_RC):
        yield


def figure(width: float = 7.0, height: float = 4.0) -> Figure:
    """Make an empty figure that pyplot does not know of.

    Parameters
    ----------
    width, height : float
        Size in inches. Seven inches fill the column of text of a page.

    Returns
    -------
    matplotlib.figure.Figure
        The figure, its layout "constrained", so that no label is cut off.

    Raises
    ------
    RuntimeError
        Outside `style`: what is put into the figure would not look like the other charts.
    """
    if matplotlib.rcParams["axes.prop_cycle"] != _RC["axes.prop_cycle"]:
        raise RuntimeError("a chart is built inside `with style():` or a function under @style()")
    return Figure(figsize=(width, height), layout="constrained")


def number_ticks(axis: Axis, decimals: int | None = None, lang: Lang = "vi") -> None:
    """Write the numbers along an axis in the reader's language.

    Parameters
    ----------
    axis : matplotlib.axis.Axis
        ``axes.xaxis`` or ``axes.yaxis``.
    decimals : int, optional
        Digits after the decimal sign; as many as the ticks need if not given.
    lang : {"vi", "en"}
        "vi" has the decimal comma.
    """
    axis.set_major_formatter(_Numbers(decimals, lang))


class _Numbers(Formatter):
    """Tick labels by `number`, with as many decimals as tell the ticks apart."""

    def __init__(self, decimals: int | None, lang: Lang) -> None:
        self._decimals = decimals
        self._lang = lang

    def __call__(self, x: float, pos: int | None = None) -> str:
        return number(x, 2 if self._decimals is None else self._decimals, self._lang)

    def format_ticks(self, values: Sequence[float]) -> list[str]:
        decimals = self._decimals
        if decimals is None:
            decimals = next(
                (d for d in range(6) if all(abs(x - round(x, d)) < 1e-9 for x in values)), 6
            )
        return [number(x, decimals, self._lang) for x in values]


def draw(fig: Figure, *, key: str, title: str, alt: str, source: str, kind: str) -> Chart:
    """Turn a figure into a chart.

    Parameters
    ----------
    fig : matplotlib.figure.Figure
        The figure; it is not closed, nor changed unless its source says that it is simulated:
        then the mark stands across it, and in its alternative text.
    key, title, alt, source, kind : str
        See `Chart`.

    Returns
    -------
    Chart
        The chart. The same figure and words give the same bytes on every run.
    """
    if mark := mark_in(source):
        look: dict[str, Any] = {"ha": "center", "va": "center", "rotation": 20, "zorder": 10}
        stamp = fig.text(0.5, 0.5, mark, fontsize=26, color="#8a4b00", alpha=0.35, **look)
        stamp.set_in_layout(False)
        alt = f"{mark}. {alt}"
    buffer = io.StringIO()
    nothing = dict.fromkeys(("Date", "Creator", "Format", "Type"))
    with style(), matplotlib.rc_context({"svg.hashsalt": key}), _placed(fig):
        fig.savefig(buffer, format="svg", metadata=nothing)
    svg = _inline(buffer.getvalue(), key, title, alt)
    return Chart(key=key, title=title, alt=alt, source=source, kind=kind, svg=svg, figure=fig)


@contextmanager
def _placed(fig: Figure) -> Iterator[None]:
    """Place the parts of a figure, for which `savefig` would draw all of it one more time."""
    engine, dpi, canvas = fig.get_layout_engine(), fig.dpi, fig.canvas
    FigureCanvasSVG(fig)  # type is measured by what draws it, in the points of an SVG
    fig.dpi = 72
    try:
        if engine is not None and fig.axes:
            engine.execute(fig)
        with matplotlib.rc_context(_NO_LAYOUT):
            fig.set_layout_engine(None)
        yield
    finally:
        fig.set_layout_engine(engine)
        fig.dpi = dpi
        fig.set_canvas(canvas)


_NO_LAYOUT: Final[dict[Any, Any]] = {
    "figure.autolayout": False,
    "figure.constrained_layout.use": False,
}


def _inline(svg: str, key: str, title: str, alt: str) -> str:
    """Make matplotlib's file an element of a page, named, described and with ids of its own."""
    root, body = svg[svg.index("<svg") :].split(">", 1)
    width, height = (float(x) for x in re.findall(r'viewBox="0 0 (\S+) (\S+)"', root)[0])
    # A <style> in an SVG holds for the whole page; the same two rules stand in the root instead.
    body = re.sub(r"<style.*?</style>|<!--.*?-->", "", body, flags=re.DOTALL)
    body = re.sub(r">\s+<", "><", body.strip())
    body = re.sub(r'(\bid="|href="#|url\(#)', rf"\g<1>{key}-", body)
    return _ROOT.format(
        key=key,
        size=f"{width:g} {height:g}",
        least=round(width * _SMALLEST),
        most=round(width * _LARGEST),
        title=title,
        alt=alt,
        body=Markup(body),
    )


_ROOT: Final = Markup(
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
    ' viewBox="0 0 {size}" role="img" aria-labelledby="{key}-title {key}-desc"'
    ' stroke-linejoin="round" stroke-linecap="butt"'
    ' style="display:block;width:100%;height:auto;min-width:{least}px;max-width:{most}px">'
    '<title id="{key}-title">{title}</title><desc id="{key}-desc">{alt}</desc>{body}'
)
