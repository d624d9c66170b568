"""From an executed notebook to one self-contained page."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from copy import copy
from html import unescape
from pathlib import Path
from typing import Any, Final

from markupsafe import escape
from nbconvert.exporters import HTMLExporter, TemplateExporter
from nbformat import NotebookNode
from traitlets.config import Config

from piilib.report.numbers import Lang
from piilib.report.report_error import ReportError
from piilib.report.simulated import mark_in

__all__ = ["ReportError", "on_page", "to_html"]

_TEMPLATES: Final = Path(__file__).parent / "templates"
_WORDS: Final = {
    "vi": {"skip": "Đến nội dung chính", "contents": "Nội dung"},
    "en": {"skip": "Skip to the main content", "contents": "Contents"},
}
_DROPPED: Final = {"parameters", "injected-parameters", "hide"}
_SHOWN: Final = ["text/html", "text/markdown", "image/png", "text/plain"]
_NO_ALT: Final = "No description has been provided"


def to_html(
    nb: NotebookNode, *, lang: Lang, title: str, footer: str = "", description: str = ""
) -> str:
    """Make one self-contained page of an executed notebook.

    Code, prompts and stderr are left out, and so are cells tagged "parameters",
    "injected-parameters", "hide" or with another language ("lang-en" in a Vietnamese page).

    The first screen, one sheet on paper, ends at the first second-level heading (h2), or at the
    second where the notebook opens with one. The h2s after it make the list of contents. The
    title is the page's h1 unless the notebook has one of its own.

    Parameters
    ----------
    nb : nbformat.NotebookNode
        The notebook with its outputs; it is not changed.
    lang : {"vi", "en"}
        The language of the page.
    title : str
        The title in the browser's tab and in search results.
    footer : str
        The text at the foot: versions, hashes and the command that makes the page again. Markup
        (an `Html` of `piilib.report.block`) is set as it stands.
    description : str
        One sentence about the page for search engines.

    Returns
    -------
    str
        The page. It asks nothing of the network, and no script runs on it but that of the
        calculator, on a page that has one.

    Raises
    ------
    ReportError
        If a cell failed, a picture has no alternative text, two pictures have the same, or two
        elements have the same id.
    """
    _refuse_errors(nb)
    page = {
        "lang": lang,
        "words": _WORDS[lang],
        "title": title,
        "footer": footer,
        "description": description,
        "css": _part("diagnostic/style.css"),
        "calculator": {kind: _part(f"calculator.{kind}") for kind in ("css", "js")},
    }
    shown = copy(nb)
    shown.cells = on_page(nb, lang)
    html = _render(shown, page)
    _refuse_faults(html)
    return html


def _part(name: str) -> str:
    return (_TEMPLATES / name).read_text(encoding="utf-8")


def on_page(nb: NotebookNode, lang: Lang) -> list[NotebookNode]:
    """Return the cells of a notebook that stand on its page.

    A heading with nothing below it (what a province without a sheet cannot be told) is left out.

    Examples
    --------
    >>> from nbformat import v4
    >>> cells = [v4.new_markdown_cell(word, metadata={"tags": [tag]}) for word, tag in
    ...          (("Chào", "lang-vi"), ("Hello", "lang-en"), ("draft", "hide"))]
    >>> [cell.source for cell in on_page(v4.new_notebook(cells=cells), "en")]
    ['Hello']
    """
    kept = [cell for cell in nb.cells if _keep(cell, lang)]
    levels = [_level(cell) for cell in kept]
    return [
        cell
        for i, cell in enumerate(kept)
        if not levels[i] or _filled(cell, kept[i + 1 :], levels[i + 1 :], levels[i])
    ]


def _level(cell: NotebookNode) -> int:
    """Return the level of the heading that a cell of prose begins with; 0 for the rest."""
    marks = cell.source.strip().partition(" ")[0]
    return len(marks) if cell.cell_type == "markdown" and set(marks) == {"#"} else 0


def _filled(
    heading: NotebookNode, cells: list[NotebookNode], levels: list[int], level: int
) -> bool:
    """Tell whether a heading has words of its own, or not all cells of its part are empty."""
    ended = next((i for i, other in enumerate(levels) if 0 < other <= level), len(levels))
    own = [cell for cell, other in zip(cells[:ended], levels[:ended], strict=True) if not other]
    words = "\n" in heading.source.strip()
    return words or not own or any(cell.cell_type == "markdown" or _shows(cell) for cell in own)


def _shows(cell: NotebookNode) -> bool:
    for output in cell.get("outputs", ()):
        data = output.get("data", {})
        if str(data.get("text/html", data.get("text/plain", output.get("text", "")))).strip():
            return True
    return False


class _Exporter(HTMLExporter):
    """The HTML exporter without its second parse of the whole page.

    That parse (Beautiful Soup, slower than all the rest together) gives each picture without an
    alternative text the text "No description has been provided"; `_refuse_faults` refuses it.
    """

    def from_notebook_node(self, nb: NotebookNode, resources: Any = None, **kw: Any) -> Any:
        return TemplateExporter.from_notebook_node(self, nb, resources, **kw)


def _render(nb: NotebookNode, page: dict[str, Any]) -> str:
    exporter: Any = _Exporter(  # type: ignore[no-untyped-call]
        config=Config({"NbConvertBase": {"display_data_priority": _SHOWN}}),
        template_name="diagnostic",
        extra_template_basedirs=[str(_TEMPLATES)],
        exclude_input=True,
        exclude_input_prompt=True,
        exclude_output_prompt=True,
        exclude_anchor_links=True,
    )
    exporter.register_filter("outline", _outline)
    exporter.register_filter("simulated_mark", mark_in)
    exporter.environment.globals["page"] = page
    return str(exporter.from_notebook_node(nb)[0])


def _keep(cell: NotebookNode, lang: Lang) -> bool:
    tags = set(cell.metadata.get("tags", ()))
    other = {f"lang-{word}" for word in _WORDS if word != lang}
    return not tags & (_DROPPED | other)


def _outline(content: str) -> tuple[str, list[tuple[str, str]], str]:
    """Give every heading an id; return the first screen, the contents and the rest."""
    content = _HEADING.sub(_Ids(), content)
    opening = _OPENING.match(content)
    cut = content.find("<h2", opening.end() if opening else 0)
    first, rest = (content[:cut], content[cut:]) if cut >= 0 else (content, "")
    headings = (match.groups() for match in _HEADING.finditer(rest))
    contents = [
        (attributes.split('id="')[1].split('"')[0], str(escape(_text(inside))))
        for level, attributes, inside in headings
        if level == "2"
    ]
    return first, contents, rest


_HEADING: Final = re.compile(r"<h([1-6])\b([^>]*)>(.*?)</h\1>", re.DOTALL)
_OPENING: Final = re.compile(r"\s*(<h1\b.*?</h1>\s*)?<h2", re.DOTALL)


class _Ids:
    """Puts an id made of its words into a heading that has none."""

    def __init__(self) -> None:
        self._used: Counter[str] = Counter()

    def __call__(self, match: re.Match[str]) -> str:
        level, attributes, inside = match.groups()
        if 'id="' in attributes:
            return match[0]
        slug = f"s-{_slug(_text(inside))}"
        self._used[slug] += 1
        if self._used[slug] > 1:
            slug = f"{slug}-{self._used[slug]}"
        return f'<h{level} id="{slug}"{attributes}>{inside}</h{level}>'


def _text(html: str) -> str:
    return unescape(re.sub(r"<[^>]*>", "", html)).strip()


def _slug(text: str) -> str:
    plain = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    ascii_ = plain.encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", ascii_).strip("-")


def _refuse_errors(nb: NotebookNode) -> None:
    for place, cell in enumerate(nb.cells, start=1):
        for output in cell.get("outputs", ()):
            if output.output_type == "error":
                raise ReportError(f"cell {place}: {output.ename}: {output.evalue}", output.ename)


def _refuse_faults(html: str) -> None:
    """Refuse what a reader or a screen reader would stumble over."""
    for pattern, fault in _FAULTS:
        if found := re.search(pattern, html):
            raise ReportError(f"the page has {fault}: {found[0][:120]}")
    for what, pattern in _UNIQUE:
        if twice := _twice(re.findall(pattern, html, flags=re.DOTALL)):
            raise ReportError(f"the page has the same {what} twice: {twice[:120]}")


_FAULTS: Final = (
    (_NO_ALT, "a picture without alternative text"),
    (r'<img\b(?![^>]*\salt="[^"]+")[^>]{0,60}', "a picture without alternative text"),
    (r"Traceback \(most recent call last\)", "a traceback"),
    (r'<(?!a\b)[a-z]+\b[^<>]*\s(?:src|href)="(?!#|data:)[^"]*', "a part outside the file"),
)
_UNIQUE: Final = (
    ("id", r'<[a-zA-Z][^<>]*?\sid="([^"]*)"'),
    ("alternative text", r'(?:<desc\b[^>]*>|<img\b[^>]*\salt=")([^<"]*)'),
)


def _twice(found: Iterable[str]) -> str | None:
    return next((text for text, count in Counter(found).items() if count > 1), None)
