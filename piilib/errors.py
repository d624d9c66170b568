"""The one error that a user of piilib should ever see."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any


class DataError(ValueError):
    """Something in the data, or in what was asked of them, is wrong.

    Parameters
    ----------
    found : str
        What stands there.
    expected : str
        What should stand there.
    file : str or Path, optional
        The file, if the fault is in a file.
    row : int, optional
        The line of the file, the header being line 1.
    column : str, optional
        The column's name.

    Notes
    -----
    The message is one line: ``file, row 12, column 'value': found …; expected …``.
    The command line turns it into exit code 2.

    Examples
    --------
    >>> import piilib as pii
    >>> pii.resolve("Cao Băg")
    Traceback (most recent call last):
        ...
    piilib.errors.DataError: found no province 'Cao Băg'; expected ... did you mean 'cao-bang'?
    """

    def __init__(
        self,
        found: str,
        expected: str,
        *,
        file: str | Path | None = None,
        row: int | None = None,
        column: str | None = None,
    ) -> None:
        self.found = found
        self.expected = expected
        self.file = None if file is None else Path(file)
        self.row = row
        self.column = column
        place = [
            part
            for part in (
                None if file is None else Path(file).name,
                None if row is None else f"row {row}",
                None if column is None else f"column {column!r}",
            )
            if part is not None
        ]
        prefix = ", ".join(place) + ": " if place else ""
        super().__init__(f"{prefix}found {found}; expected {expected}")

    def __reduce__(self) -> tuple[Any, ...]:
        """Come back whole from another process: an exception is else made anew of its message."""
        make = partial(type(self), file=self.file, row=self.row, column=self.column)
        return make, (self.found, self.expected)
