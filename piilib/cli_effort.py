"""The parts of the ``pii`` command for tables and forms of effort."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("effort")
@click.option("--lang", type=click.Choice(["vi", "en"]), default="vi", show_default=True)
@click.option("--province", default="", help="Whose denominators turn things into values.")
@click.option("--year", type=int, default=2024, show_default=True)
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("effort.xlsx"),
    show_default=True,
    help="A .csv or .xlsx file.",
)
def template_effort(lang: str, province: str, year: int, out: Path) -> None:
    """Write a form for effort: own difficulties, steps, lags and costs beside the defaults."""
    from piilib.data.effort_form_write import write_effort_form

    click.echo(str(write_effort_form(out, lang, province, year if province else None)))


@click.group()
def effort() -> None:
    """Look at tables and forms of effort."""


@effort.command("compare")
@click.argument("first", type=click.Path(dir_okay=False, path_type=Path))
@click.argument("second", type=click.Path(dir_okay=False, path_type=Path))
def effort_compare(first: Path, second: Path) -> None:
    """Compare two analysts' forms or tables of effort, indicator by indicator."""
    from piilib.analysis.effort_models import compare_efforts

    both = compare_efforts(first, second)
    click.echo(f"{'code':8}{'first':>10}{'second':>10}{'difference':>12}")
    parted = both.table[both.table["counted"] & (both.table["difference"] != 0)]
    for code, row in parted.iterrows():
        click.echo(f"{code:8}{row['first']:10g}{row['second']:10g}{row['difference']:+12g}")
    click.echo(
        f"{both.counted} indicators scored by both: {both.same:.0%} the same, mean difference "
        f"{both.difference:+.2f}, weighted kappa {both.kappa:.2f}, Spearman {both.spearman:.2f}"
    )
