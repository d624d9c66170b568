"""The error of a report that could not be made."""

from __future__ import annotations

__all__ = ["ReportError"]


class ReportError(RuntimeError):
    """A report could not be made; the message says where and why in one line.

    Parameters
    ----------
    message : str
        What went wrong.
    ename : str, optional
        The class of the error in the notebook, such as "DataError".

    Examples
    --------
    >>> ReportError("no figures", "DataError").ename
    'DataError'
    """

    def __init__(self, message: str, ename: str = "") -> None:
        self.ename = ename
        super().__init__(message)
