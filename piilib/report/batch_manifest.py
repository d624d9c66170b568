"""``manifest.json``: what every report was made from and with, when, and how it went."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final, TypeAlias

from piilib import __version__
from piilib.report.batch_files import is_whole, write_whole
from piilib.report.code_state import code_digest, libraries, library_digest
from piilib.report.formats import writers
from piilib.report.inputs import inputs_of
from piilib.report.job import Job, Made

NAME: Final = "manifest.json"
FORMAT: Final = 1

#: One report's entry: the fields of `Job`; ``inputs``, ``code`` and ``libraries`` (hashes of what
#: it was made from and with); ``html`` and ``notebook`` (file, sha256, size, mtime_ns);
#: ``complete``, ``figures``, ``tables``, ``seconds``, ``cpu``, ``made`` (time); ``revision``,
#: ``replaces`` (sha256 of the edition before), ``changed`` (inputs that changed); ``outcome`` of
#: the last run ("made", "unchanged", "failed"), ``error`` and ``failed`` (time).
Record: TypeAlias = dict[str, Any]
Manifest: TypeAlias = dict[str, Any]


def now() -> str:
    """Return the hour in UTC, to the second.

    Examples
    --------
    >>> now().endswith("+00:00")
    True
    """
    return dt.datetime.now(dt.UTC).isoformat(timespec="seconds")


def read_manifest(base: Path) -> Manifest:
    """Read the manifest of a folder; an empty one where there is none that can be read.

    Examples
    --------
    >>> read_manifest(Path("nowhere"))["reports"]
    {}
    """
    try:
        found = json.loads((base / NAME).read_text(encoding="utf-8"))
        if found["format"] == FORMAT and isinstance(found["reports"], dict):
            return dict(found)
    except (OSError, ValueError, TypeError, KeyError):
        pass
    return {"format": FORMAT, "reports": {}, "pages": {}}


def write_manifest(base: Path, manifest: Manifest) -> None:
    """Write the manifest, whole or not at all.

    Raises
    ------
    OSError
        If it cannot be written; the one before then stands.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     write_manifest(Path(folder), {"format": 1, "reports": {}, "pages": {}})
    ...     read_manifest(Path(folder))["piilib"] == __version__
    True
    """
    head: Manifest = {
        "format": FORMAT,
        "piilib": __version__,
        "code": code_digest(),
        "libraries": libraries(),
        **{key: manifest[key] for key in ("started", "finished") if key in manifest},
        "pages": manifest.get("pages", {}),
    }
    write_whole({base / NAME: _text(head, manifest["reports"]).encode()})


def _text(head: Manifest, reports: Mapping[str, Record]) -> str:
    """Write the manifest with a line a report: it is written after each, and must cost little."""
    opening = json.dumps(head, ensure_ascii=False, indent=1).removesuffix("\n}")
    lines = (
        f"  {json.dumps(name)}: {json.dumps(record, ensure_ascii=False)}"
        for name, record in sorted(reports.items())
    )
    return opening + ',\n "reports": {\n' + ",\n".join(lines) + "\n }\n}\n"


def stamp_of(job: Job) -> Record:
    """Hash what a report would be made from and with, now.

    Raises
    ------
    DataError
        If the data are not there.

    Examples
    --------
    >>> sorted(stamp_of(Job("overview", "", 2024, "vi")))[:3]
    ['code', 'data', 'data_dir']
    """
    return {
        **asdict(job),
        "formats": list(job.formats),
        "writers": writers(job.formats),
        "inputs": inputs_of(job),
        "code": code_digest(),
        "libraries": library_digest(),
    }


def is_unchanged(record: Record | None, stamp: Record, base: Path) -> bool:
    """Tell whether a report stands as it would be made now.

    Examples
    --------
    >>> is_unchanged(None, {}, Path())
    False
    """
    if record is None:
        return False
    exact = [name for name in stamp if name not in ("formats", "writers")]
    if any(record.get(name) != stamp[name] for name in exact):
        return False
    if not set(stamp.get("formats", ())) <= set(record.get("formats", ())):
        return False  # of formats there may be more than are asked for
    written = record.get("writers", {})
    if any(written.get(name) != value for name, value in stamp.get("writers", {}).items()):
        return False
    parts = [record.get("html"), record.get("notebook"), *record.get("files", {}).values()]
    return all(is_whole(part, base) for part in parts)


def made_record(
    before: Record | None, stamp: Record, made: Made, files: Mapping[str, Any]
) -> Record:
    """Enter a report that was made; one that data have changed since is a revision.

    Parameters
    ----------
    before : dict or None
        Its entry until now.
    stamp : dict
        As `stamp_of` gave it before the report was made.
    made : Made
    files : mapping
        ``html`` and ``notebook`` as `state_of` describes them; ``files``, the same of the other
        formats.

    Returns
    -------
    dict
        ``revision`` counts the editions of the page that replaced one made from other data; a page
        that comes out the same, or differs by code or libraries alone, is no revision. It is not
        printed on the page, which must not depend on what stood in its place before.

    Examples
    --------
    >>> made = Made(b"x", b"", True, 0, 0, 0.0, 0.0)
    >>> old = {"html": {"sha256": "a"}, "inputs": {"plan.csv": "1"}, "revision": 1}
    >>> new = {"inputs": {"plan.csv": "2"}}
    >>> found = made_record(old, new, made, {"html": {"sha256": "b"}, "notebook": {}})
    >>> found["revision"], found["replaces"], found["changed"]
    (2, 'a', ['plan.csv'])
    """
    old: Record = before or {}
    edition: Record = {"revision": 0, "replaces": "", "changed": []}
    edition = {key: old.get(key, value) for key, value in edition.items()}
    replaced = old.get("html", {}).get("sha256", "")
    changed = changed_inputs(old.get("inputs", {}), stamp["inputs"])
    if replaced and replaced != files["html"]["sha256"] and changed:
        edition = {
            "revision": old.get("revision", 0) + 1,
            "replaces": replaced,
            "changed": changed,
        }
    return {
        **stamp,
        **files,
        "complete": made.complete,
        "figures": made.figures,
        "tables": made.tables,
        "seconds": round(made.seconds, 3),
        "cpu": round(made.cpu, 3),
        "made": now(),
        **edition,
        "outcome": "made",
        "error": "",
    }


def failed_record(before: Record | None, job: Job, error: str) -> Record:
    """Enter a failure; what is known of the edition that stands is kept.

    Examples
    --------
    >>> job = Job("diagnostic", "cao-bang", 2024, "vi")
    >>> found = failed_record({"html": {}, "made": "2026"}, job, "timed out")
    >>> found["made"], found["outcome"]
    ('2026', 'failed')
    """
    kept = before if before is not None and "html" in before else dict(asdict(job))
    return {**kept, "outcome": "failed", "error": error, "failed": now()}


def changed_inputs(before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    """Name the inputs that differ.

    Examples
    --------
    >>> changed_inputs({"a": "1", "b": "1"}, {"a": "1", "b": "2", "c": "3"})
    ['b', 'c']
    """
    names = sorted({*before, *after})
    return [name for name in names if before.get(name) != after.get(name)]
