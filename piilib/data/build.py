"""Build ``data/processed`` from ``data/raw``: verify, tidy, validate, write.

Run as ``python -m piilib.data.build [DATA_FOLDER]``. Nothing is replaced unless every
table is valid.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import yaml

from piilib.data.build_imported import with_imported
from piilib.data.build_plan import (
    correction_rows,
    decision_rows,
    goal_rows,
    invited_rows,
    plan_rows,
    read_printed,
    sheet_rows,
    source_folder,
)
from piilib.data.document_plan import GOAL_COLUMNS, PLAN_COLUMNS
from piilib.data.provinces import resolve_cell
from piilib.data.read import read_rows, write_rows
from piilib.data.schema import validate
from piilib.errors import DataError

#: Tables that are carried over as they stand: processed name to (source, file).
CARRIED = {
    "framework": ("piilib", "framework"),
    "treatments": ("piilib", "treatments"),
    "effort": ("piilib", "effort"),
    "context": ("piilib", "context"),
    "agencies": ("piilib", "agencies"),
    "tiles": ("piilib", "tiles"),
    "provinces": ("provinces", "provinces"),
    "names": ("provinces", "names"),
    "facts": ("press", "facts"),
    "regions": ("press", "regions"),
}
#: What every source.yml must say.
_ABOUT = ("publisher", "title", "date", "address", "licence", "transcribed_by", "files")


def source_files(raw: Path) -> Iterator[tuple[Path, dict[str, object]]]:
    """Yield every dated folder with its ``source.yml``, its checksums verified."""
    for folder in sorted(path for path in raw.glob("*/*") if path.is_dir()):
        sidecar = folder / "source.yml"
        if not sidecar.is_file():
            raise DataError(f"no source.yml in {folder.parent.name}/{folder.name}", "one")
        about = yaml.safe_load(sidecar.read_text(encoding="utf-8"))
        if lacking := [key for key in _ABOUT if key not in about]:
            raise DataError(f"no {', '.join(lacking)}", f"{', '.join(_ABOUT)}", file=sidecar)
        listed = about["files"]
        present = {path.name for path in folder.iterdir()} - {"source.yml"}
        if present != set(listed):
            raise DataError(f"the files {sorted(present)}", f"{sorted(listed)}", file=sidecar)
        for name, digest in listed.items():
            found = hashlib.sha256((folder / name).read_bytes()).hexdigest()
            if found != digest:
                raise DataError(f"sha256 {found[:12]}…", f"{digest[:12]}…", file=folder / name)
        yield folder, about


def build(data: Path, out: Path | None = None) -> list[Path]:
    """Build every processed table.

    Parameters
    ----------
    data : Path
        The folder that holds ``raw``.
    out : Path, optional
        Where to write; ``data/processed`` by default.

    Returns
    -------
    list of Path
        The files written.

    Raises
    ------
    DataError
        If a checksum, a cell or a table is wrong; nothing is written then.
    """
    raw, out = data / "raw", out or data / "processed"
    about = list(source_files(raw))
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        for name, (source, file) in CARRIED.items():
            shutil.copyfile(source_folder(raw, source) / f"{file}.csv", folder / f"{name}.csv")
        for name, (columns, make) in _MADE.items():
            rows = with_imported(name, make(raw, folder), about)
            write_rows(folder / f"{name}.csv", columns, rows)
        write_rows(folder / "sources.csv", _SOURCE_COLUMNS, _sources(about))
        validate(folder)
        out.mkdir(parents=True, exist_ok=True)
        for stale in set(out.glob("*.csv")) - {out / path.name for path in folder.iterdir()}:
            stale.unlink()
        return [Path(shutil.copyfile(p, out / p.name)) for p in sorted(folder.iterdir())]


#: What a page shows in Vietnamese where the English words are not the document's own.
_TOLD = ("publisher", "title", "address")
_SOURCE_COLUMNS = ["source", "date", *_TOLD, "licence", "files", "sha256"]
_SOURCE_COLUMNS += [f"{name}_vi" for name in _TOLD]


def _sources(about: list[tuple[Path, dict[str, object]]]) -> Iterator[dict[str, object]]:
    for folder, entry in about:
        files = entry["files"]
        assert isinstance(files, dict)
        joined = "".join(files[name] for name in sorted(files))
        yield {
            "source": folder.parent.name,
            "date": folder.name,
            "publisher": entry["publisher"],
            "title": entry["title"],
            "address": entry["address"] or "",
            "licence": entry["licence"],
            "files": " ".join(sorted(files)),
            "sha256": hashlib.sha256(joined.encode()).hexdigest(),
            **{f"{name}_vi": entry.get(f"{name}_vi") or entry[name] or "" for name in _TOLD},
        }


def _scoreboard(raw: Path, folder: Path) -> Iterator[dict[str, object]]:
    path = source_folder(raw, "press") / "scores.csv"
    for row in read_rows(path, ["province_vi", "year", "score", "rank", "address", "status"]):
        yield {**row, "key": resolve_cell(row, "province_vi", path, folder)}


def _pillars(raw: Path, folder: Path) -> Iterator[dict[str, object]]:
    columns = ["province_vi", "year", "code", "score", "rank"]
    path = source_folder(raw, "press") / "pillars.csv"
    for row in read_rows(path, columns, ["address"]):
        group = re.fullmatch(r"\((.+)\)", row["province_vi"])  # "(national max)"
        key = group[1] if group else resolve_cell(row, "province_vi", path, folder)
        yield {**row, "key": key}
    plan = source_folder(raw, "bac-ninh-kh-279") / "pillars.csv"
    for row in read_rows(plan, ["code", "score_2024", "rank_2024"]):
        if row["code"] != "PII":
            yield {
                "key": "bac-ninh",
                "year": "2024",
                "code": row["code"],
                "score": read_printed(row, "score_2024", plan),
                "rank": row["rank_2024"],
                "address": "Kế hoạch 279/KH-UBND (06/5/2025)",
            }
    plan = source_folder(raw, "bac-giang-kh-pii") / "pillars.csv"
    for row in read_rows(plan, ["code", "score_2023", "rank_2023"]):
        yield {
            "key": "bac-giang",
            "year": "2023",
            "code": row["code"],
            "score": read_printed(row, "score_2023", plan),
            "rank": str(int(row["rank_2023"].partition("/")[0])) if row["rank_2023"] else "",
            "address": "Kế hoạch nâng cao PII, UBND tỉnh Bắc Giang (7/2024)",
        }


def _others(raw: Path, folder: Path) -> Iterator[dict[str, object]]:
    path = source_folder(raw, "press") / "indicators.csv"
    for row in read_rows(path, ["province_vi", "year", "code", "value", "score"]):
        yield {**row, "key": resolve_cell(row, "province_vi", path, folder)}


def _definitions(raw: Path, folder: Path) -> Iterator[dict[str, object]]:
    for row in read_rows(source_folder(raw, "bac-ninh-kh-279") / "indicators.csv", ["code"]):
        yield {**row}


Maker = Callable[[Path, Path], Iterator[dict[str, object]]]
_MADE: dict[str, tuple[list[str], Maker]] = {
    "sheets": (
        ["province", "year", "code", "value", "lowest", "highest", "rank", "of", "source"],
        sheet_rows,
    ),
    "plan": (list(PLAN_COLUMNS), plan_rows),
    "goals": (list(GOAL_COLUMNS), goal_rows),
    "decisions": (
        [
            "province",
            "part",
            "stt",
            "name_vi",
            "unit_vi",
            "target_printed",
            "value",
            "lead_vi",
            "pii_code",
            "source",
        ],
        decision_rows,
    ),
    "invited": (["province", "group_vi", "agency", "role", "source"], invited_rows),
    "corrections": (
        ["province", "year", "code", "column", "printed", "read_as", "reason"],
        correction_rows,
    ),
    "scoreboard": (
        ["key", "province_vi", "year", "score", "rank", "status", "quote", "address"],
        _scoreboard,
    ),
    "pillars": (["key", "year", "code", "score", "rank", "status", "address"], _pillars),
    "indicators": (
        ["key", "year", "code", "value", "lowest", "highest", "score", "note", "address"],
        _others,
    ),
    "definitions": (
        ["code", "code_printed", "name_vi", "data_source_vi", "lead_vi", "coordinating_vi"],
        _definitions,
    ),
}


def main(arguments: list[str] | None = None) -> int:
    """Build, and say what was written; the exit code is 2 where something is wrong."""
    given = sys.argv[1:] if arguments is None else arguments
    data = Path(given[0]) if given else Path.cwd() / "data"
    try:
        written = build(data)
    except DataError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    print(f"{len(written)} tables written to {written[0].parent}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
