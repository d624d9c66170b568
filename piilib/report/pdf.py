"""From a page to a PDF, by the browser that is on this machine."""

from __future__ import annotations

import os
import re
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from piilib.errors import DataError
from piilib.report.numbers import Lang

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Playwright

__all__ = ["find_browser", "to_pdf"]

#: Names that the browser goes by on PATH, and where it may stand without being there.
NAMES: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
CHANNELS: Final = ("chrome", "msedge")
#: First version that prints margin boxes, where page numbers and the mark of simulation stand.
OLDEST: Final = 131

_CSS: Final = Path(__file__).parent / "templates" / "print" / "pdf.css"
_QUIET: Final = (
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
_PAGE: Final[dict[Lang, str]] = {
    "vi": '"Trang " counter(page) "/" counter(pages)',
    "en": '"Page " counter(page) " of " counter(pages)',
}
#: Milliseconds that a page may take to open.
_LONG: Final = 120_000
_FOOT: Final = "font: 8pt Arimo, Arial, sans-serif; color: #52606d;"
_DATE: Final = re.compile(rb"/(CreationDate|ModDate) \(D:\d{14}")
_CREATOR: Final = re.compile(rb"/Creator \((?:[^\\)]|\\.)*\)")
_OBJECT: Final = re.compile(rb"^(\d+) 0 obj\n(.*?)\n(?:endobj|stream)\b", re.DOTALL | re.MULTILINE)
#: Playwright's own way to add a style waits for ever where the page's scripts are switched off.
_ADD_STYLE: Final = """text => {
  const style = document.createElement("style");
  style.textContent = text;
  document.head.append(style);
}"""
_LISTED: Final = re.compile(r'<li><a href="#([^"]+)">')


def to_pdf(html: str | bytes, *, lang: Lang, title: str) -> bytes:
    """Print a page to A4 with page numbers, a contents list, bookmarks and tags.

    The page's own scripts do not run and nothing is fetched. The same page gives the same bytes
    from the same browser.

    Parameters
    ----------
    html : str or bytes
        A page as `piilib.report.export.to_html` makes it, with a head.
    lang : {"vi", "en"}
        Language of the words at the foot.
    title : str
        Stands at the foot of every page.

    Returns
    -------
    bytes
        The PDF: tagged, with an outline of its headings and its fonts inside.

    Raises
    ------
    DataError
        If playwright or a browser is missing or does not start, or the page has no head.

    Examples
    --------
    >>> page = "<html lang='vi'><head><title>Chào</title></head><body><h1>Chào</h1></body></html>"
    >>> to_pdf(page, lang="vi", title="Chào")[:5]
    b'%PDF-'
    """
    if lang not in _PAGE:
        raise DataError(f"the language {lang!r}", "'vi' or 'en'")
    text = html.decode("utf-8") if isinstance(html, bytes) else html
    before, head, after = text.partition("</head>")
    if not head:
        raise DataError("a page without </head>", "a whole page, as a report is")
    whole = f"{before}<style>{_style(lang, title)}</style>{head}{after}"
    # A thread of its own: where an event loop runs (a notebook) playwright refuses to start.
    with ThreadPoolExecutor(max_workers=1) as thread:
        return _steady(thread.submit(_print, whole).result())


def find_browser() -> str | None:
    """Return the path of a Chromium or Chrome on PATH; None where there is none.

    Examples
    --------
    >>> found = find_browser()
    >>> found is None or Path(found).exists()
    True
    """
    return next(filter(None, map(shutil.which, NAMES)), None)


def _style(lang: Lang, title: str) -> str:
    """Return what is added to the page's own style."""
    words = title.replace("\\", "\\\\").replace('"', '\\"').replace("<", "\\3c ")
    words = " ".join(words.split())
    foot = (
        f'@page {{ @bottom-left {{ content: "{words}"; {_FOOT} }}'
        f" @bottom-right {{ content: {_PAGE[lang]}; {_FOOT} }} }}"
    )
    return f"{_CSS.read_text(encoding='utf-8')}\n{foot}"


def _print(html: str) -> bytes:
    try:
        from playwright.sync_api import Error, sync_playwright
    except ModuleNotFoundError as error:
        raise DataError(
            "no playwright, which prints a PDF", "pip install 'piilib[pdf]', and Chromium or Chrome"
        ) from error
    with sync_playwright() as playwright:
        try:
            browser = _started(playwright)
        except Error as error:
            raise DataError(
                f"no browser that starts ({str(error).strip().splitlines()[0][:120]})",
                f"Chromium or Chrome, on PATH as one of {', '.join(NAMES)}",
            ) from error
        try:
            return _printed(browser, html)
        finally:
            browser.close()


def _started(playwright: Playwright) -> Browser:
    """Start the browser of PATH, else one that is installed where its maker puts it."""
    from playwright.sync_api import Error

    path = find_browser()
    if path is not None:
        return playwright.chromium.launch(executable_path=path, args=_arguments())
    for channel in CHANNELS[:-1]:
        try:
            return playwright.chromium.launch(channel=channel, args=_arguments())
        except Error:
            continue
    return playwright.chromium.launch(channel=CHANNELS[-1], args=_arguments())


def _arguments() -> list[str]:
    """Return the browser's arguments; its sandbox does not work for root, who is no reader."""
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    return [*_QUIET, "--no-sandbox"] if root else list(_QUIET)


def _printed(browser: Browser, html: str) -> bytes:
    if int(browser.version.split(".")[0]) < OLDEST:
        raise DataError(
            f"the browser's version {browser.version}", f"Chromium or Chrome {OLDEST} or later"
        )
    choices: dict[str, Any] = {"java_script_enabled": False, "offline": True}
    page = browser.new_context(**choices).new_page()
    page.set_content(html, timeout=_LONG)
    paper: dict[str, Any] = {"prefer_css_page_size": True, "print_background": True}
    # The page's own size and margins hold; without any the foot would have no room.
    paper |= {"format": "A4", "margin": dict.fromkeys(("top", "right", "bottom", "left"), "18mm")}
    if listed := _LISTED.findall(html.partition('<nav class="contents"')[2].partition("</nav>")[0]):
        # Twice: where the headings stand is known once the page has been printed.
        at = pages_of(page.pdf(**paper, tagged=False))
        page.evaluate(_ADD_STYLE, _numbers([at[name] for name in listed]))
    return page.pdf(**paper, outline=True, tagged=True)


def pages_of(pdf: bytes) -> dict[str, int]:
    """Find the page, from 1, of every place in a browser's PDF that a link leads to, by its id."""
    objects = dict(_OBJECT.findall(pdf))
    catalog = next(body for body in objects.values() if b"/Type /Catalog" in body)
    places = _referred(rb"/Dests", catalog, objects)
    order = {page: i for i, page in enumerate(_leaves(_link(rb"/Pages", catalog), objects), 1)}
    found = re.findall(rb"/([^\s/\[]+) \[(\d+) 0 R /XYZ", places)
    return {name.decode("ascii"): order[page] for name, page in found}


def _link(key: bytes, body: bytes) -> bytes:
    found = re.search(key + rb" (\d+) 0 R", body)
    return found[1] if found else b""


def _referred(key: bytes, body: bytes, objects: dict[bytes, bytes]) -> bytes:
    return objects.get(_link(key, body), b"")


def _leaves(name: bytes, objects: dict[bytes, bytes]) -> list[bytes]:
    """Return the pages under a node of the tree of pages, in order."""
    kids = re.search(rb"/Kids \[([^\]]*)\]", objects[name])
    if kids is None:
        return [name]
    return [leaf for kid in re.findall(rb"(\d+) 0 R", kids[1]) for leaf in _leaves(kid, objects)]


def _numbers(pages: list[int]) -> str:
    """Return the style that writes page numbers into the contents list."""
    rule = '.contents li:nth-child({}) a::after {{ content: "{}"; }}'
    return "\n".join(rule.format(place, page) for place, page in enumerate(pages, 1))


def _steady(pdf: bytes) -> bytes:
    """Put a fixed date and maker, as long, for those that the browser writes."""
    end = pdf.index(b"endobj")
    first = _DATE.sub(rb"/\1 (D:20240101000000", pdf[:end])
    first = _CREATOR.sub(lambda found: b"/Creator (piilib)".ljust(len(found[0])), first)
    return first + pdf[end:]
