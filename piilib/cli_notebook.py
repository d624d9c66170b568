"""How the ``pii`` command answers for a notebook that fails."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click


@contextmanager
def notebook() -> Iterator[None]:
    """Turn the failure of a notebook into one line, and exit code 2 where its input is wrong."""
    from piilib.report.run import ReportError

    try:
        yield
    except ReportError as error:
        click.echo(f"pii: {error}", err=True)
        sys.exit(2 if error.ename == "DataError" else 1)
