"""Small pieces of a page: paragraphs, lists, cards and notices."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from markupsafe import Markup

__all__ = ["Html", "bullets", "cards", "notice", "paragraphs"]


class Html(Markup):
    """HTML that a notebook shows as it stands.

    It is a `markupsafe.Markup`: whatever is formatted into it or added to it is escaped, unless
    it is `Markup` itself, and it passes through the helpers below and through an "html" column
    unharmed.

    Examples
    --------
    >>> str(Html("<p>{}</p>").format("1 < 2"))
    '<p>1 &lt; 2</p>'
    """

    def _repr_html_(self) -> str:
        return str(self)


def paragraphs(*texts: str) -> Html:
    """Set each text as a paragraph.

    Parameters
    ----------
    *texts : str
        One paragraph each; an empty text is left out.

    Returns
    -------
    Html
        The paragraphs.
    """
    return _each("<p>{}</p>", (text for text in texts if text))


def bullets(items: Iterable[str]) -> Html:
    """Set a list of points.

    Parameters
    ----------
    items : iterable of str
        One point each.

    Returns
    -------
    Html
        The list; nothing at all for no items, since an empty list is a fault to a screen reader.
    """
    points = _each("<li>{}</li>", items)
    return Html("<ul>{}</ul>").format(points) if points else points


def cards(items: Iterable[tuple[str, str, str]]) -> Html:
    """Set the few figures that a reader must take away side by side.

    Parameters
    ----------
    items : iterable of (str, str, str)
        For each card its label, the value in large type and a note, which may be empty.

    Returns
    -------
    Html
        A definition list; on a phone the cards stand one below the other.
    """
    inside = Html().join(
        Html('<div class="card"><dt>{}</dt><dd class="card-value">{}</dd>{}</div>').format(
            label, value, Html('<dd class="card-note">{}</dd>').format(note) if note else ""
        )
        for label, value, note in items
    )
    return Html('<dl class="cards">{}</dl>').format(inside) if inside else inside


def notice(text: str, level: Literal["info", "warning"] = "info") -> Html:
    """Set a remark apart from the text.

    Parameters
    ----------
    text : str
        The remark. It must say by itself that it is a warning: colour alone does not.
    level : {"info", "warning"}
        How it looks.

    Returns
    -------
    Html
        The remark in a box.
    """
    if level not in ("info", "warning"):
        raise ValueError(f"level is {level!r}; expected 'info' or 'warning'")
    return Html('<div class="notice notice-{}" role="note"><p>{}</p></div>').format(level, text)


def _each(pattern: str, texts: Iterable[str]) -> Html:
    return Html("\n").join(Html(pattern).format(text) for text in texts)
