"""The part of the ``pii`` command that makes everything for a seminar on one province."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from piilib.cli_notebook import notebook


@click.command()
@click.option("--province", required=True, help="Key or any spelling.")
@click.option("--year", type=int, default=2024, show_default=True)
@click.option("--lang", "languages", type=click.Choice(["vi", "en"]), multiple=True, help="[both]")
@click.option("--data", default="published", show_default=True, help="As for pii report.")
@click.option("--effort", default="", help="An own table of efforts instead of effort.csv.")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("reports"),
    show_default=True,
)
@click.option("--seed", type=int, default=0, show_default=True)
def seminar(
    province: str,
    year: int,
    languages: tuple[str, ...],
    data: str,
    effort: str,
    out: Path,
    seed: int,
) -> None:
    """Make every paper of a seminar: report, audit, slides, Word, Excel, PDF, with their contents.

    Exit code 1 where the papers were made without the province's sheet, or where a notebook failed
    and nothing was written.
    """
    from piilib.report.pack import make_pack

    if data not in ("published", "demo"):
        data = str(Path(data).resolve())
    if effort:
        effort = str(Path(effort).resolve())
    with notebook():
        index, complete = make_pack(
            province, year, languages or ("vi", "en"), out=out, data=data, effort=effort, seed=seed
        )
    click.echo(str(index))
    if not complete:
        click.echo("pii: made without the province's sheet; the papers say so", err=True)
        sys.exit(1)
