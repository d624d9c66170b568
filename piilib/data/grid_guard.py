"""Open an office file's archive only after its sizes, members and names were checked.

An .xlsx or .docx is a zip archive of XML. A hostile one may declare sizes that it does not have,
hold members that overlap (a few kB that inflate to gigabytes), repeat a name so that two readers
see two contents, or reach outside a folder by its names. Nothing is written to disk, no member is
inflated beyond what it declares, and XML with a document type (where entities are declared) is
refused.
"""

from __future__ import annotations

import io
import posixpath
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from xml.etree.ElementTree import Element, ParseError, iterparse
from xml.parsers import expat

from piilib.errors import DataError

MAX_MEMBERS = 2_000
MAX_INFLATED = 150_000_000
MAX_PART = 80_000_000
MAX_RATIO = 200
#: Below this size the ratio says nothing.
SMALL = 2_000_000
MAX_NAME = 250

_CENTRAL, _LOCAL = b"PK\x01\x02", b"PK\x03\x04"
_SAVE_AGAIN = "a file from someone you trust; open it in its program and save it again"


@dataclass(frozen=True)
class Archive:
    """A checked archive in memory.

    Attributes
    ----------
    data : bytes
        The whole file.
    members : dict
        Name, case-folded, to its entry; folders left out.
    """

    data: bytes = field(repr=False)
    members: dict[str, zipfile.ZipInfo] = field(repr=False)

    def has(self, name: str) -> bool:
        """Say whether a member is there; as in Office, upper and lower case are the same."""
        return name.casefold() in self.members

    def read(self, name: str) -> bytes:
        """Inflate a member; `DataError` if it is absent or not what it declares."""
        if not self.has(name):
            raise DataError(f"an archive without {name[:60]!r}", f"a whole file; {_SAVE_AGAIN}")
        return b"".join(_inflate(self.data, self.members[name.casefold()]))


def open_archive(data: bytes) -> Archive:
    """Check an archive and make its members readable.

    Parameters
    ----------
    data : bytes
        The whole file.

    Raises
    ------
    DataError
        If it is no zip archive, is encrypted, has more than 2,000 members, names that repeat or
        lead outside, members that overlap, inflates to more than 150 MB in all, 80 MB in one
        member or 200 times its size, or if a member's real size or check sum is not the declared.

    Examples
    --------
    >>> import io, zipfile
    >>> file = io.BytesIO()
    >>> with zipfile.ZipFile(file, "w") as archive:
    ...     archive.writestr("a.txt", "x")
    >>> open_archive(file.getvalue()).read("a.txt")
    b'x'
    """
    if data.count(_CENTRAL) > MAX_MEMBERS:
        raise DataError(f"an archive of more than {MAX_MEMBERS:,} members", _SAVE_AGAIN)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, struct.error, NotImplementedError) as error:
        raise DataError(f"a damaged archive ({error})", f"a whole file; {_SAVE_AGAIN}") from None
    _check_names(entries)
    _check_sizes(entries)
    _check_places(data, entries)
    for entry in entries:
        for _ in _inflate(data, entry):
            pass
    files = (entry for entry in entries if not entry.filename.endswith("/"))
    return Archive(data, {entry.filename.casefold(): entry for entry in files})


def _check_names(entries: list[zipfile.ZipInfo]) -> None:
    seen: set[str] = set()
    for entry in entries:
        name = entry.orig_filename
        parts = name.rstrip("/").split("/")
        if (
            not name
            or len(name) > MAX_NAME
            or any(c in name for c in "\\\0:")
            or any(part in ("", ".", "..") for part in parts)
        ):
            raise DataError(
                f"a member of the archive with the name {name[:60]!r}",
                f"names inside the archive; {_SAVE_AGAIN}",
            )
        if name.casefold() in seen:
            raise DataError(f"the member {name[:60]!r} twice", f"each once; {_SAVE_AGAIN}")
        seen.add(name.casefold())


def _check_sizes(entries: list[zipfile.ZipInfo]) -> None:
    total = 0
    for entry in entries:
        if entry.flag_bits & 0x1:
            raise DataError("an encrypted archive", "a file saved without a password")
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise DataError(
                f"{entry.filename[:60]!r} in compression {entry.compress_type}",
                f"members that are stored or deflated; {_SAVE_AGAIN}",
            )
        total += entry.file_size
        if entry.file_size > MAX_PART or total > MAX_INFLATED:
            raise DataError(
                f"an archive that inflates to {total / 1e6:,.0f} MB or more",
                f"at most {MAX_INFLATED // 10**6} MB, {MAX_PART // 10**6} MB in one part; "
                "split the file or delete what is not needed",
            )
        if entry.file_size > SMALL and entry.file_size > MAX_RATIO * entry.compress_size:
            raise DataError(
                f"{entry.filename[:60]!r}, which inflates to more than {MAX_RATIO} times its size",
                _SAVE_AGAIN,
            )


def _content(data: bytes, entry: zipfile.ZipInfo) -> tuple[int, int]:
    """Return where a member's content begins and ends in the file."""
    start = entry.header_offset
    header = data[start : start + 30] if start >= 0 else b""
    if len(header) < 30 or header[:4] != _LOCAL:
        raise DataError(f"no content of {entry.filename[:60]!r}", f"a whole file; {_SAVE_AGAIN}")
    name, extra = struct.unpack("<HH", header[26:30])
    begin = start + 30 + name + extra
    return begin, begin + entry.compress_size


def _check_places(data: bytes, entries: list[zipfile.ZipInfo]) -> None:
    """Refuse members that overlap each other or the directory of the archive."""
    reached = 0
    for entry in sorted(entries, key=lambda entry: entry.header_offset):
        _, end = _content(data, entry)
        if entry.header_offset < reached or end > len(data):
            raise DataError(
                f"the member {entry.filename[:60]!r}, which overlaps another",
                f"members one after another; {_SAVE_AGAIN}",
            )
        reached = end
    directory = data.rfind(b"PK\x05\x06")
    if reached > directory:
        raise DataError("a member that overlaps the archive's directory", _SAVE_AGAIN)


def _inflate(data: bytes, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """Give a member's content in pieces; never more than it declares."""
    begin, end = _content(data, entry)
    size, check = 0, 0
    for piece in _pieces(memoryview(data)[begin:end], entry):
        size += len(piece)
        if size > entry.file_size:
            break
        check = zlib.crc32(piece, check)
        yield piece
    if size != entry.file_size or check != entry.CRC:
        raise DataError(
            f"{entry.filename[:60]!r}, which is not of the size or check sum that it declares",
            f"a whole file; {_SAVE_AGAIN}",
        )


def _pieces(content: memoryview, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    step = 1 << 18
    if entry.compress_type == zipfile.ZIP_STORED:
        yield from (bytes(content[i : i + step]) for i in range(0, len(content), step))
        return
    machine = zlib.decompressobj(-zlib.MAX_WBITS)
    rest: bytes | memoryview = content
    try:
        while not machine.eof:
            piece = machine.decompress(rest, step)
            rest = machine.unconsumed_tail
            if not piece and not rest:
                break
            yield piece
    except zlib.error as error:
        raise DataError(
            f"{entry.filename[:60]!r}, which cannot be inflated ({error})",
            f"a whole file; {_SAVE_AGAIN}",
        ) from None


# --- XML ------------------------------------------------------------------------------------------


@lru_cache(maxsize=1_000)
def local(tag: object) -> str:
    """Return the name of an element without its namespace; "" for a comment."""
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def attribute(element: Element, name: str) -> str | None:
    """Return an attribute, whatever its namespace (transitional and strict files differ)."""
    return next((text for key, text in element.attrib.items() if local(key) == name), None)


def walk_xml(data: bytes, name: str) -> Iterator[tuple[str, Element]]:
    """Give ("start", element) and ("end", element) for every element of an XML part.

    Raises
    ------
    DataError
        If it is not well-formed, or declares a document type or an entity.

    Examples
    --------
    >>> [(event, local(element.tag)) for event, element in walk_xml(b"<a><b/></a>", "a.xml")]
    [('start', 'a'), ('start', 'b'), ('end', 'b'), ('end', 'a')]
    """
    _check_prolog(data, name)
    try:
        yield from iterparse(io.BytesIO(data), events=("start", "end"))
    except (ParseError, ValueError, LookupError) as error:
        raise _no_xml(name, error) from None


def _no_xml(name: str, error: Exception) -> DataError:
    return DataError(f"{name!r}, which is no XML ({error})", f"a whole file; {_SAVE_AGAIN}")


class _RootReached(Exception):
    """No document type can follow."""


def _check_prolog(data: bytes, name: str) -> None:
    """Refuse a document type, where alone entities can be declared.

    The same parser (expat) reads as far as the first element, so that no encoding hides it.
    defusedxml does the same for the whole part, in one and a half times the time.
    """

    def doctype(*_: object) -> None:
        raise DataError(f"a document type or an entity in {name!r}", f"plain XML; {_SAVE_AGAIN}")

    def root(*_: object) -> None:
        raise _RootReached

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler, parser.StartElementHandler = doctype, root
    try:
        parser.Parse(data, True)
    except _RootReached:
        return
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise _no_xml(name, error) from None


def parse_xml(archive: Archive, name: str) -> Element:
    """Parse a part of an archive whole; see `walk_xml` for the errors."""
    root = None
    for _, element in walk_xml(archive.read(name), name):
        root = element
    assert root is not None  # an empty part is no XML
    return root


def related(archive: Archive, part: str) -> dict[str, tuple[str, str]]:
    """Return what a part refers to: the reference's id to its kind and the part it names.

    Parameters
    ----------
    archive : Archive
        The file.
    part : str
        "xl/workbook.xml", or "" for the file itself.

    Returns
    -------
    dict
        Id to (last word of the type, such as "worksheet"; path in the archive). References to
        anything outside the archive are left out.
    """
    folder, name = posixpath.split(part)
    place = posixpath.join(folder, "_rels", f"{name}.rels")
    if not archive.has(place):
        return {}
    found = {}
    for element in parse_xml(archive, place):
        key, kind, target = (element.get(x) for x in ("Id", "Type", "Target"))
        if not (key and kind and target) or element.get("TargetMode") == "External":
            continue
        inside = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
        found[key] = (kind.rpartition("/")[2], inside)
    return found


def main_part(archive: Archive) -> str:
    """Return the path of the workbook or document in an archive, or "" if none is named."""
    parts = [part for kind, part in related(archive, "").values() if kind == "officeDocument"]
    return parts[0] if len(parts) == 1 else ""


def part_type(archive: Archive, part: str) -> str:
    """Return the type that an archive declares for a part, in lower case, or "" if none."""
    default = ""
    for element in parse_xml(archive, "[Content_Types].xml"):
        declared = (element.get("ContentType") or "").lower()
        name = (element.get("PartName") or "").lstrip("/").casefold()
        if name == part.casefold():
            return declared
        if part.casefold().endswith(f".{(element.get('Extension') or '/').casefold()}"):
            default = declared
    return default
