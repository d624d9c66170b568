"""Slides in one HTML file: reveal.js inside, nothing asked of the network."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Final

from markupsafe import Markup

from piilib.report.block import Html, cards
from piilib.report.briefing_deck import Slide, deck, sources_line
from piilib.report.briefing_fit import (
    HEIGHT,
    LONG_TITLE,
    WIDTH,
    beside_scale,
    cell_text,
    column_shares,
    title_size,
)
from piilib.report.briefing_text import Text
from piilib.report.chart import Chart
from piilib.report.numbers import Lang
from piilib.report.pieces import Piece
from piilib.report.table import Table

__all__ = ["VENDOR", "to_slides"]

#: Where the files of reveal.js are, with their licence and checksums.
VENDOR: Final = Path(__file__).resolve().parent / "vendor" / "reveal"
#: Width of a screen, in CSS pixels, below which the slides are a page to read from top to bottom.
NARROW = 700


def to_slides(
    pieces: Sequence[Piece], *, title: str, lang: Lang = "vi", simulated: str = ""
) -> str:
    """Make the slides of a notebook, as one page that opens offline.

    Parameters
    ----------
    pieces : sequence of Piece
        As `run_cells` gives them; every heading of level 1 or 2 begins a slide.
    title : str
        Of the first slide and of the page.
    lang : {"vi", "en"}
    simulated : str
        The mark that stands on every slide of simulated data; empty for real ones.

    Returns
    -------
    str
        A page with reveal.js and every figure inside. Arrow keys move on, S opens the speaker's
        view with the notes. The same pieces give the same page.

    Examples
    --------
    >>> page = to_slides([Piece(2, "Vị thế"), Piece(0, "Hạng 63/63.")], title="PII")
    >>> page.count("<section"), "Hạng 63/63." in page
    (2, True)
    """
    found = deck(pieces, title=title, lang=lang)
    sections = Html("\n").join(_section(slide, i, simulated, lang) for i, slide in enumerate(found))
    return str(
        _PAGE.format(
            lang=lang,
            title=title,
            css=Markup(_file("reveal.css") + "\n" + _file("theme.css")),
            sections=sections,
            script=Markup("\n".join(_script(name) for name in ("reveal.js", "notes.js"))),
            start=Markup(_START.format(width=WIDTH, height=HEIGHT, narrow=NARROW)),
            licence=Markup("reveal.js 6.0.2. " + " ".join(_file("LICENSE").split())),
        )
    )


@cache
def _file(name: str) -> str:
    return (VENDOR / name).read_text(encoding="utf-8")


def _script(name: str) -> str:
    """Return a script that nothing inside can end early."""
    return re.sub(r"<(/script|!--)", r"<\\\1", _file(name))


#: A narrow screen reads the slides as a page and reveal.js stays asleep: its own view for phones
#: makes the whole slide small and forgets which one the address asks for. Turning it starts anew.
_START: Final = """\
(() => {{
  const narrow = matchMedia('(max-width: {narrow}px)');
  const reading = window === window.top && narrow.matches;
  if (window === window.top) narrow.addEventListener('change', () => location.reload());
  if (reading) {{
    document.documentElement.classList.add('reading');
    document.querySelector('.reveal').classList.remove('reveal');
    for (const words of document.querySelectorAll('figure desc')) {{
      const said = document.createElement('p');
      said.textContent = words.textContent;
      words.closest('figure').append(said);
    }}
    const go = () => {{
      const asked = /^#\\/(\\d+)/.exec(location.hash);
      const slide = asked && document.querySelectorAll('.slides > section')[Number(asked[1])];
      if (slide) slide.scrollIntoView();
    }};
    addEventListener('hashchange', go);
    addEventListener('load', go);
    return;
  }}
  Reveal.initialize({{width: {width}, height: {height}, margin: 0, center: false, hash: true,
    controls: true, progress: true, slideNumber: 'c/t', transition: 'none',
    backgroundTransition: 'none', scrollActivationWidth: 0, pdfSeparateFragments: false,
    plugins: [RevealNotes]}});
}})();"""

_PAGE: Final = Html(
    '<!DOCTYPE html>\n<html lang="{lang}">\n<head>\n<meta charset="utf-8">\n'
    '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
    "<title>{title}</title>\n<!-- {licence} -->\n<style>\n{css}\n</style>\n</head>\n<body>\n"
    '<main style="height: 100%"><div class="reveal"><div class="slides">\n{sections}\n'
    "</div></div></main>\n"
    "<script>\n{script}\n{start}\n</script>\n</body>\n</html>\n"
)


def _section(slide: Slide, place: int, simulated: str, lang: Lang) -> Html:
    mark = Html('<p class="simulated">{}</p>').format(simulated) if simulated else Html()
    inside = _first(slide, mark) if place == 0 else _other(slide, mark, lang)
    said = Html().join(Html("<p>{}</p>").format(text) for text in slide.notes)
    notes = Html('<aside class="notes">{}</aside>').format(said) if said else Html()
    return Html('<section aria-label="{}">{}{}</section>').format(slide.title, inside, notes)


def _first(slide: Slide, mark: Html) -> Html:
    return Html('<div class="slide first">{}<h1>{}</h1><div class="body">{}</div></div>').format(
        mark, slide.title, _texts(slide.texts)
    )


def _other(slide: Slide, mark: Html, lang: Lang) -> Html:
    kicker = Html('<p class="kicker">{}</p>').format(slide.heading) if slide.heading else Html()
    large = Html(' style="--scale: {}"').format(slide.scale) if slide.scale > 1.0 else Html()
    long = Html(' class="long"') if title_size(slide.title) == LONG_TITLE else Html()
    return Html(
        '<div class="slide"><header>{}<h2{}>{}</h2></header><div class="body"{}>{}</div>{}{}</div>'
    ).format(kicker, long, slide.title, large, _body(slide), mark, _foot(slide, lang))


def _foot(slide: Slide, lang: Lang) -> Html:
    said = sources_line(slide, lang)
    return Html("<footer>{}</footer>").format(said) if said else Html()


def _body(slide: Slide) -> Html:
    items = [(one.label, one.text, one.note) for one in slide.texts if one.kind == "card"]
    said = [one for one in slide.texts if one.kind != "card"]
    figures = Html().join(_figure(chart, slide.title) for chart in slide.charts)
    parts = [_cards(items)]
    if figures:
        small = {1.0: "", 0.875: " small"}.get(beside_scale(slide.texts), " smaller")
        text = Html('<div class="text{}">{}</div>').format(small, _texts(said)) if said else Html()
        beside = Html(" beside") if said else Html()
        parts.append(Html('<div class="two{}">{}{}</div>').format(beside, figures, text))
    else:
        parts.append(_texts(said))
    parts += [_table(table, slide.scale) for table in slide.tables]
    return Html().join(parts)


def _cards(items: Sequence[tuple[str, str, str]]) -> Html:
    names = {'"card-value"': '"value"', '"card-note"': '"note"'}
    return Html(re.sub("|".join(names), lambda found: names[found[0]], cards(items)))


def _texts(said: Sequence[Text]) -> Html:
    parts: list[Html] = []
    points: list[Html] = []
    for one in [*said, None]:
        if one is not None and one.kind == "li":
            points.append(Html("<li>{}</li>").format(one.text))
            continue
        if points:
            parts.append(Html("<ul>{}</ul>").format(Html().join(points)))
            points = []
        if one is not None:
            parts.append(Html(_TAGS[one.kind]).format(one.text))
    return Html().join(parts)


_TAGS: Final = {
    "p": "<p>{}</p>",
    "card": "<p>{}</p>",
    "heading": "<h3>{}</h3>",
    "notice": '<div class="notice"><p>{}</p></div>',
}


def _figure(chart: Chart, title: str) -> Html:
    """Set a figure; its title stands above it where the slide does not say it already."""
    said = Html() if chart.title == title else Html("<figcaption>{}</figcaption>")
    return Html('<figure id="{}">{}{}</figure>').format(
        chart.key, said.format(chart.title), Markup(chart.svg)
    )


def _table(table: Table, scale: float) -> Html:
    widths = Html().join(
        Html('<col style="width:{:.2f}%">').format(100 * share)
        for share in column_shares(table, scale)
    )
    head = Html().join(
        Html('<th scope="col" class="{}">{}</th>').format(column.side, column.heading)
        for column in table.columns
    )
    rows = Html().join(
        Html("<tr>{}</tr>").format(
            Html().join(
                (_ROW_HEAD if i == table.row_header else _CELL).format(
                    column.side, column.heading, cell_text(table, row, column)
                )
                for i, column in enumerate(table.columns)
            )
        )
        for row in table.rows
    )
    note = Html('<p class="note-below">{}</p>').format(table.note) if table.note else Html()
    return Html(
        '<table id="{}"><caption>{}</caption><colgroup>{}</colgroup><thead><tr>{}</tr></thead>'
        "<tbody>{}</tbody></table>{}"
    ).format(table.key, table.caption, widths, head, rows, note)


_ROW_HEAD: Final = Html('<th scope="row" class="{}" data-head="{}">{}</th>')
_CELL: Final = Html('<td class="{}" data-head="{}">{}</td>')
