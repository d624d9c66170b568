"""What differs between two published folders, as their ``manifest.json`` tell it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import pandas as pd

from piilib.data.diff import Difference, table_of
from piilib.errors import DataError

NAME: Final = "manifest.json"
#: What is compared of a report beside its page and inputs; times and durations are not.
_FIELDS: Final = ("complete", "figures", "tables", "revision", "outcome", "error", "seed")


def is_published(folder: str | Path) -> bool:
    """Tell whether a folder is one of published reports.

    Examples
    --------
    >>> is_published("nowhere")
    False
    """
    return (Path(folder) / NAME).is_file()


def diff_published(old: str | Path, new: str | Path) -> pd.DataFrame:
    """Compare two folders of published reports.

    Parameters
    ----------
    old, new : path
        Folders with a ``manifest.json``, as ``pii batch`` writes it.

    Returns
    -------
    DataFrame
        Columns as those of `piilib.data.diff.diff_tables`; empty where all is equal. ``table``:
        ``"versions"`` (of piilib, its code and each library), ``"reports"`` (``page``: the first
        digits of its SHA-256; whether it is complete, its figures and tables, its revision, the
        outcome of the last run) or ``"inputs"`` (hashes of the tables that a report rests on, of
        reports in both). ``key``: the report, such as ``2024/vi/cao-bang``. Times are not compared.

    Raises
    ------
    DataError
        If a folder has no manifest, or it cannot be read.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     for name, page in (("old", "1f"), ("new", "2e")):
    ...         path = Path(folder, name, "manifest.json")
    ...         path.parent.mkdir()
    ...         report = {"html": {"sha256": page}}
    ...         _ = path.write_text(json.dumps({"reports": {"2024/vi/cao-bang": report}}))
    ...     diff_published(Path(folder, "old"), Path(folder, "new")).loc[0].tolist()
    ['reports', 'changed', '2024/vi/cao-bang', 'page', '1f', '2e']
    """
    before, after = _manifest(Path(old)), _manifest(Path(new))
    found = list(_compare("versions", {"": _versions(before)}, {"": _versions(after)}))
    reports = before["reports"], after["reports"]
    found += _compare("reports", *({k: _report(r) for k, r in one.items()} for one in reports))
    both = [key for key in reports[0] if key in reports[1]]
    found += _compare("inputs", *({k: one[k].get("inputs", {}) for k in both} for one in reports))
    return table_of(found)


def _manifest(folder: Path) -> dict[str, Any]:
    path = folder / NAME
    if not path.is_file():
        raise DataError(f"no {NAME} in {str(folder)!r}", "two published folders, or two of data")
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        reports = found["reports"]
        known = isinstance(reports, dict) and all(isinstance(r, dict) for r in reports.values())
    except (OSError, ValueError, TypeError, KeyError):
        known = False
    if not known:
        raise DataError("what is no manifest", "the file that pii batch writes", file=path)
    return dict(found)


def _versions(manifest: Mapping[str, Any]) -> dict[str, Any]:
    own = {name: manifest.get(name, "") for name in ("piilib", "code")}
    libraries = manifest.get("libraries")
    return {**(libraries if isinstance(libraries, dict) else {}), **own}


def _report(record: Mapping[str, Any]) -> dict[str, Any]:
    page = record.get("html")
    digest = page.get("sha256", "") if isinstance(page, dict) else ""
    return {"page": str(digest)[:12], **{name: record.get(name, "") for name in _FIELDS}}


def _compare(
    table: str, old: Mapping[str, Mapping[str, Any]], new: Mapping[str, Mapping[str, Any]]
) -> Iterator[Difference]:
    for key in sorted({*old, *new}):
        if (key in old) != (key in new):
            yield table, "added" if key in new else "removed", key, "", "", ""
            continue
        for column in dict.fromkeys((*old[key], *new[key])):
            pair = str(old[key].get(column, "")), str(new[key].get(column, ""))
            if pair[0] != pair[1]:
                yield table, "changed", key, column, *pair
