"""Words of a slide: what it says, what its speaker reads, and the paragraphs of a page's pieces."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from piilib.report.block import Html, paragraphs
from piilib.report.html_blocks import (
    Block,
    Bullet,
    Cards,
    Grid,
    Heading,
    Notice,
    Paragraph,
    blocks,
    plain,
)

__all__ = ["Text", "TextKind", "footed", "point", "said_in", "speaker", "texts"]

TextKind: TypeAlias = Literal["p", "li", "card", "notice", "heading"]


@dataclass(frozen=True)
class Text:
    """A paragraph of a slide.

    Attributes
    ----------
    kind : {"p", "li", "card", "notice", "heading"}
    text : str
        Without markup; a card's value.
    label, note : str
        Of a card.
    """

    kind: TextKind
    text: str
    label: str = ""
    note: str = ""


def point(text: str) -> Html:
    """Set what a slide says: its title.

    Examples
    --------
    >>> str(point("23,95 điểm"))
    '<p class="point">23,95 điểm</p>'
    """
    return Html('<p class="point">{}</p>').format(text)


def speaker(*said: str) -> Html:
    """Set what the speaker reads: sources, method, what must not be concluded.

    Examples
    --------
    >>> str(speaker("Nguồn: phiếu"))
    '<aside class="notes"><p>Nguồn: phiếu</p></aside>'
    """
    return Html('<aside class="notes">{}</aside>').format(paragraphs(*said))


def footed(*sources: str) -> Html:
    """Set what a slide's own words rest on: it stands at its foot beside the figures' sources.

    Examples
    --------
    >>> str(footed("Phiếu · Kế hoạch 3372"))
    '<p class="rests">Phiếu · Kế hoạch 3372</p>'
    """
    return Html().join(Html('<p class="rests">{}</p>').format(text) for text in sources)


def texts(html: str) -> list[Text]:
    """Read the paragraphs, points, cards and notices of what a cell shows.

    Examples
    --------
    >>> [(one.kind, one.text) for one in texts("<p>a</p><ul><li>b &lt; c</li></ul>")]
    [('p', 'a'), ('li', 'b < c')]
    """
    return [text for block in blocks(str(html)) for text in said_in(block)]


def said_in(block: Block) -> Iterator[Text]:
    """Read one block."""
    match block:
        case Cards(items):
            yield from (Text("card", one.value, one.label, one.note) for one in items)
        case Grid():
            yield Text("p", block.caption)
        case Heading():
            yield Text("heading", plain(block.runs))
        case _:
            yield Text(_KINDS[type(block)], plain(block.runs))


_KINDS: Final[dict[type[Block], TextKind]] = {Paragraph: "p", Bullet: "li", Notice: "notice"}
