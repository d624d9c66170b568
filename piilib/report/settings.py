"""``pii.toml``: what a scheduler's run is to make, in a file."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from piilib.errors import DataError
from piilib.report.job import FORMATS

LANGUAGES: Final = ("vi", "en")


def read_settings(path: str | Path) -> dict[str, Any]:
    """Read a file of settings.

    Parameters
    ----------
    path : path
        A TOML file. Every key may be left out: ``years`` (list of whole numbers), ``languages``
        ("vi", "en"), ``provinces`` (names in any spelling), ``formats`` (beside "html", of "pdf",
        "docx", "pptx", "slides", "xlsx"), ``jobs`` (at a time), ``folder`` (of the reports),
        ``data`` ("published", "demo" or a path), ``data_dir`` (folder of the tables), ``effort``
        (a file), ``seed``, ``scheduler`` (address), ``timeout`` (seconds a report), ``memory`` (MB
        a report), ``log`` (a file).

    Returns
    -------
    dict
        By key; paths are made absolute from the file's own folder.

    Raises
    ------
    DataError
        If the file is not there or is no TOML, a key is unknown, or a value is of the wrong kind.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "pii.toml")
    ...     _ = path.write_text('years = [2024]')
    ...     read_settings(path)
    {'years': [2024]}
    """
    path = Path(path)
    found = _parsed(path)
    for key, value in found.items():
        if key not in _KEYS:
            raise DataError(f"the key {key!r}", f"one of {', '.join(_KEYS)}", file=path)
        good, expected = _KEYS[key]
        if not good(value):
            raise DataError(repr(value), expected, file=path, column=key)
    return _placed(found, path.resolve().parent)


def _parsed(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise DataError(f"{error.strerror}: {str(path)!r}", "a file of settings (TOML)") from error
    except UnicodeDecodeError as error:
        raise DataError("text that is not UTF-8", "a TOML file in UTF-8", file=path) from error
    except tomllib.TOMLDecodeError as error:
        raise DataError(f"no TOML: {error}", "lines such as years = [2024]", file=path) from error


def _placed(found: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """Read paths from the folder of the file, whatever the working directory is."""
    placed = dict(found)
    for key in ("folder", "data_dir", "effort", "log"):
        if key in placed:
            placed[key] = str(folder / placed[key])
    if placed.get("data", "demo") not in ("published", "demo"):
        placed["data"] = str(folder / placed["data"])
    return placed


def _whole(least: int, most: int) -> Callable[[object], bool]:
    def good(value: object) -> bool:
        return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most

    return good


def _text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _each(good: Callable[[object], bool]) -> Callable[[object], bool]:
    return lambda value: isinstance(value, list) and bool(value) and all(map(good, value))


#: What each key may hold, and how that is said.
_KEYS: Final[dict[str, tuple[Callable[[object], bool], str]]] = {
    "years": (_each(_whole(2000, 2100)), "a list of years, such as [2023, 2024]"),
    "languages": (_each(lambda x: x in LANGUAGES), 'a list of languages, such as ["vi", "en"]'),
    "provinces": (_each(_text), 'a list of names, such as ["Cao Bằng"]; without it, all'),
    "formats": (_each(lambda x: x in FORMATS), f"a list of formats out of {', '.join(FORMATS)}"),
    "jobs": (_whole(1, 1024), "how many reports at a time, a whole number from 1"),
    "folder": (_text, 'the folder of the reports, such as "reports"'),
    "data": (_text, '"published", "demo" or a path'),
    "data_dir": (_text, "the folder of the processed tables"),
    "effort": (_text, "the path of a table of efforts"),
    "seed": (_whole(0, 2**32 - 1), "a whole number from 0"),
    "scheduler": (_text, 'the address of a Dask scheduler, such as "tcp://host:8786"'),
    "timeout": (_whole(1, 86_400), "seconds that a report may take, a whole number from 1"),
    "memory": (_whole(500, 1_000_000), "megabytes that a report may take, from 500"),
    "log": (_text, "the path of a log file"),
}
