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

from piilib.data.provinces import resolve_cell
from piilib.data.read import Row, from_vietnamese, read_rows, write_rows
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
    "decisions": ("cao-bang-qd-1139", "targets"),
}
PLAN_SOURCE = "cao-bang-kh-3372"
#: What every source.yml must say.
_ABOUT = ("publisher", "title", "date", "address", "licence", "transcribed_by", "files")
#: The words before the number of a target: "trên 7,5", "≥ 30,00".
_AT_LEAST = re.compile(r"^(trên|≥|≤)\s+")


def source_folder(raw: Path, source: str) -> Path:
    """Return the newest dated folder of a source."""
    dated = sorted(folder for folder in (raw / source).glob("*") if folder.is_dir())
    if not dated:
        raise DataError(f"no dated folder of the source {source!r}", "raw/<source>/<date>/")
    return dated[-1]


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
            write_rows(folder / f"{name}.csv", columns, make(raw, folder))
        write_rows(folder / "sources.csv", _SOURCE_COLUMNS, _sources(about))
        validate(folder)
        out.mkdir(parents=True, exist_ok=True)
        for stale in set(out.glob("*.csv")) - {out / path.name for path in folder.iterdir()}:
            stale.unlink()
        return [Path(shutil.copyfile(p, out / p.name)) for p in sorted(folder.iterdir())]


_SOURCE_COLUMNS = ["source", "date", "publisher", "title", "address", "licence", "files", "sha256"]


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
        }


def _appendix(raw: Path) -> tuple[Path, list[Row]]:
    """Rows of the appendix, with the documented corrections applied."""
    path = source_folder(raw, PLAN_SOURCE) / "appendix.csv"
    rows = read_rows(path, ["row", "code", "name_vi", "target_2026", "lead_vi"])
    notes = source_folder(raw, "piilib") / "corrections.csv"
    by_row = {row["row"]: row for row in rows}
    here = path.relative_to(raw).as_posix()
    for note in read_rows(notes, ["file", "row", "column", "printed", "read_as", "reason"]):
        row, column = by_row.get(note["row"], {}), note["column"]
        if note["file"] != here or row.get(column) != note["printed"]:
            raise DataError(
                f"{note['printed']!r} in {note['file']}, row {note['row']}, {column!r}",
                f"a cell of {here}, as it is printed there",
                file=notes,
                row=int(note["_row"]),
            )
        row[column] = note["read_as"]
    return path, rows


def _vn(row: Row, column: str, path: Path, *, target: bool = False) -> str:
    """Read a number as printed; a target may say "trên" or "≥" before it."""
    printed = _AT_LEAST.sub("", row[column]) if target else row[column]
    try:
        return from_vietnamese(printed)
    except ValueError as error:
        raise DataError(
            repr(row[column]),
            "a number as Vietnamese documents print it",
            file=path,
            row=int(row["_row"]),
            column=column,
        ) from error


def _sheets(raw: Path, folder: Path) -> Iterator[dict[str, object]]:
    path, rows = _appendix(raw)
    source = "Kế hoạch 3372/KH-UBND (28/10/2025), Phụ lục"
    total = next(row for row in rows if row["row"] == "76")
    ranking = next(row for row in rows if row["row"] == "77")
    for year in ("2023", "2024"):
        rank, _, of = ranking[f"own_{year}"].partition("/")
        yield {
            "province": "cao-bang",
            "year": year,
            "code": "PII",
            "value": _vn(total, f"own_{year}", path),
            "rank": rank,
            "of": of,
            "source": source,
        }
        for row in rows:
            if row["code"]:
                yield {
                    "province": "cao-bang",
                    "year": year,
                    "code": row["code"],
                    "value": _vn(row, f"own_{year}", path),
                    "lowest": _vn(row, f"lowest_{year}", path),
                    "highest": _vn(row, f"highest_{year}", path),
                    "source": source,
                }


def _plan(raw: Path, folder: Path) -> Iterator[dict[str, object]]:
    path, rows = _appendix(raw)
    here = source_folder(raw, PLAN_SOURCE)
    said_in = here / "text.csv"
    text = {
        row["code"]: row
        for row in read_rows(said_in, ["code", "list", "target_printed", "name_vi"])
    }
    leads: dict[str, list[str]] = {}
    for row in read_rows(here / "text_agencies.csv", ["code", "agency_vi", "role"]):
        if row["role"] == "lead":
            leads.setdefault(row["code"], []).append(row["agency_vi"])
    for row in rows:
        if not row["code"]:
            continue
        said = text.get(row["code"])
        target = _vn(said, "target_printed", said_in, target=True) if said else ""
        improve = said is not None and said["list"] == "improve"
        yield {
            "province": "cao-bang",
            "year": "2026",
            "code": row["code"],
            "target": _vn(row, "target_2026", path),
            "target_text": target if improve else "",
            "score_text": "" if improve else target,
            "name_text": said["name_vi"] if said else "",
            "lead": row["lead_vi"],
            "coordinating": row["coordinating_vi"],
            "lead_text": "; ".join(leads.get(row["code"], [])),
            "source": "Kế hoạch 3372/KH-UBND (28/10/2025)",
        }


def _goals(raw: Path, folder: Path) -> Iterator[dict[str, object]]:
    path = source_folder(raw, PLAN_SOURCE) / "goals.csv"
    for row in read_rows(path, ["place", "what", "printed"]):
        numbers = re.findall(r"\d[\d.,]*", row["printed"])
        yield {
            "province": "cao-bang",
            "place": row["place"],
            "what": _GOALS.get(row["what"], row["what"]),
            "printed": row["printed"],
            "value": _vn({**row, "printed": numbers[0]}, "printed", path) if numbers else "",
            "of": numbers[1] if len(numbers) > 1 and "rank" in row["what"] else "",
        }


#: The stated goals that the analysis reads, by the words of ``goals.csv``.
_GOALS = {
    "score goal 2026": "score",
    "rank goal 2026": "rank",
    "rank gain, at least": "places",
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
                "score": _vn(row, "score_2024", plan),
                "rank": row["rank_2024"],
                "address": "Kế hoạch 279/KH-UBND (06/5/2025)",
            }
    plan = source_folder(raw, "bac-giang-kh-pii") / "pillars.csv"
    for row in read_rows(plan, ["code", "score_2023", "rank_2023"]):
        yield {
            "key": "bac-giang",
            "year": "2023",
            "code": row["code"],
            "score": _vn(row, "score_2023", plan),
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
        _sheets,
    ),
    "plan": (
        [
            "province",
            "year",
            "code",
            "target",
            "target_text",
            "score_text",
            "name_text",
            "lead",
            "coordinating",
            "lead_text",
            "source",
        ],
        _plan,
    ),
    "goals": (["province", "place", "what", "printed", "value", "of"], _goals),
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
