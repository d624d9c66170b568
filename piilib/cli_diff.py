"""The part of the ``pii`` command that says what changed since the last edition."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    import pandas as pd

#: Differences of one table that a terminal is shown; the other formats have all.
SHOWN = 40


@click.command("diff")
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", type=click.Path(path_type=Path))
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "csv", "json"]),
    default="table",
    show_default=True,
)
@click.option("--data-only", is_flag=True, help="Leave out the results, which take longer.")
def diff(old: Path, new: Path, form: str, data_only: bool) -> None:
    """Say what changed between two data folders, or two folders of published reports.

    Of data: every row that was added, removed or changed, with both values; then what that does
    to scores, reconciliation and the order of levers of each province whose sheet is there. Of
    published folders (those with a manifest.json): reports, inputs and versions.

    Exit codes: 0 nothing differs; 1 something does; 2 a folder is wrong.
    """
    from piilib.data.diff import diff_tables
    from piilib.data.diff_published import diff_published, is_published

    parts = {}
    if is_published(old) or is_published(new):
        parts["reports"] = diff_published(old, new)
    else:
        parts["data"] = diff_tables(old, new)
        if not data_only:
            from piilib.analysis.edition_diff import edition_diff

            parts["results"] = edition_diff(old, new, tables=parts["data"])
    click.echo(_WRITERS[form](parts), nl=False)
    if any(len(part) for part in parts.values()):
        sys.exit(1)


def _csv(parts: dict[str, pd.DataFrame]) -> str:
    import pandas as pd

    whole = pd.concat([table.assign(part=part) for part, table in parts.items()])
    columns = ["part", *(column for column in whole.columns if column != "part")]
    return str(whole[columns].to_csv(index=False, lineterminator="\n"))


def _json(parts: dict[str, pd.DataFrame]) -> str:
    import json

    rows = {part: table.to_dict("records") for part, table in parts.items()}
    return json.dumps(rows, ensure_ascii=False, indent=1) + "\n"


def _table(parts: dict[str, pd.DataFrame]) -> str:
    lines = []
    for part, table in parts.items():
        lines.append(f"{part}: {len(table)} difference(s)" if len(table) else f"{part}: equal")
        for name, group in table.groupby("table", sort=False):
            counts = group["change"].value_counts(sort=False)
            told = ", ".join(f"{count} {change}" for change, count in counts.items())
            lines.append(f"  {name}: {told}")
            lines += [f"    {_line(row)}" for row in group.head(SHOWN).to_dict("records")]
            if len(group) > SHOWN:
                lines.append(f"    … {len(group) - SHOWN} more; --format csv has all")
    return "\n".join(lines) + "\n"


def _line(row: dict[str, str]) -> str:
    from textwrap import shorten

    old, new = (shorten(row[side], 60, placeholder=" …") for side in ("old", "new"))
    values = {"added": new, "removed": old}.get(row["change"], f"{old or '–'} → {new or '–'}")
    if row["change"].startswith(("table", "column")):
        values = ""
    sign = {"added": "+", "removed": "-", "changed": "~", "precision": "≈"}.get(row["change"], "*")
    what = " ".join(piece for piece in (row["key"], row["column"]) if piece)
    told = f"{what}: {values}" if values else what
    return f"{sign} {told or row['change']}"


_WRITERS = {"table": _table, "csv": _csv, "json": _json}
