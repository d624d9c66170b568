"""What a child does that makes one report: it reads what is asked, makes it and answers."""

from __future__ import annotations

import os
import pickle
import socket
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from piilib.report.job import NOTEBOOKS, Job

if TYPE_CHECKING:
    from piilib.report.numbers import Lang

__all__ = ["STEADY", "Answer", "Order", "Request", "answer", "carry_out", "name_of"]

#: Environment in which every notebook runs, so that one seed has one result: linear algebra in
#: one thread (sums of floats depend on how they are split), one order of sets, and pictures that
#: a cell draws by pyplot in the notebook (the kernel's own choice).
STEADY: Final = {
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "PYTHONHASHSEED": "0",
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
}

#: Bytes that a size before a message takes.
SIZE: Final = 8


@dataclass(frozen=True)
class Order:
    """A notebook to be run with parameters of its own, where no `Job` describes it.

    Attributes
    ----------
    notebook : str
        Path of the notebook.
    parameters : mapping
        Values for its cell tagged "parameters".
    lang : {"vi", "en"}
    title : str
        Of the page.

    Examples
    --------
    >>> Order("seminar.ipynb", {"year": 2024}, "en", "Seminar").title
    'Seminar'
    """

    notebook: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    lang: Lang = "vi"
    title: str = ""


@dataclass(frozen=True)
class Request:
    """One report to be made, and the process state in which it is made."""

    what: Job | Order
    engine: str
    memory: int
    environment: Mapping[str, str]
    folder: str


@dataclass(frozen=True)
class Answer:
    """What a child made, or why it could not."""

    html: bytes = b""
    notebook: bytes = b""
    complete: bool = True
    figures: int = 0
    tables: int = 0
    files: Mapping[str, bytes] = field(default_factory=dict)
    error: str = ""
    ename: str = ""
    cpu: float = 0.0


def answer(talk: socket.socket, own: Path) -> None:
    """Read a request, carry it out and send the answer.

    Parameters
    ----------
    talk : socket
        Each message on it is its size (8 bytes) and a pickle.
    own : Path
        The folder for temporary files, which somebody else removes.
    """
    with talk.makefile("rb") as stream:
        request: Request = pickle.loads(stream.read(int.from_bytes(stream.read(SIZE))))
    message = pickle.dumps(carry_out(request, own))
    talk.sendall(len(message).to_bytes(SIZE) + message)


def carry_out(request: Request, own: Path) -> Answer:
    """Make one report in this process, within its limit of memory.

    Parameters
    ----------
    request : Request
    own : Path
        The folder for temporary files.

    Returns
    -------
    Answer
        With `error` set where the report could not be made.
    """
    try:
        os.chdir(request.folder)
        _settle(request.environment, own)
        release = _limit(request.memory)
        try:
            found = _made(request)
        except MemoryError:
            release()
            return _too_large(request)
        finally:
            release()
        return _with_pdf(request.what, found)  # a browser reserves more than it uses
    except BaseException as error:  # whatever a notebook does, the answer says so
        lines = str(error).strip().splitlines()
        name = getattr(error, "ename", type(error).__name__)
        if name.endswith("MemoryError"):
            return _too_large(request)
        told = type(error).__name__ == "ReportError"
        text = lines[-1] if lines else ""
        return Answer(error=text if told else f"{type(error).__name__}: {text}", ename=name)


def _made(request: Request) -> Answer:
    # Here, so that a child that was not forked from a warm process sets its environment first.
    from piilib.report.formats import files_of
    from piilib.report.job import check_job, notebook_of, parameters_of, title_of
    from piilib.report.run import make_pages

    what, complete, job = request.what, True, request.what
    if isinstance(what, Job):
        complete = check_job(what)
        what = Order(str(notebook_of(what)), parameters_of(what), what.lang, title_of(what))
    pages = make_pages(
        Path(what.notebook),
        parameters=what.parameters,
        lang=what.lang,
        title=what.title,
        engine=request.engine,
    )
    html, notebook = (text.encode() for text in (pages.html, pages.notebook))
    files = files_of(job) if isinstance(job, Job) else {}
    counts = pages.figures, pages.tables
    return Answer(html, notebook, complete, *counts, files, cpu=sum(os.times()[:4]))


def _with_pdf(what: Job | Order, found: Answer) -> Answer:
    from piilib.report.formats import printed

    if not isinstance(what, Job):
        return found
    return replace(found, files=printed(what, found.html) | dict(found.files))


def _too_large(request: Request) -> Answer:
    size = f"{request.memory / 1e9:.3g} GB"
    error = f"{name_of(request.what)}: needed more than {size} of memory"
    return Answer(error=error, ename="MemoryError")


def name_of(what: Job | Order) -> str:
    """Return the file name of what is run.

    Examples
    --------
    >>> name_of(Order("notebooks/seminar.ipynb"))
    'seminar.ipynb'
    """
    return Path(what.notebook).name if isinstance(what, Order) else NOTEBOOKS[what.kind]


def _settle(environment: Mapping[str, str], own: Path) -> None:
    os.environ.clear()
    os.environ.update(environment)
    os.environ["TMPDIR"] = tempfile.tempdir = str(own)


def _limit(memory: int) -> Callable[[], None]:
    """Bound the memory of this process and its children; return what takes the bound away."""
    if sys.platform == "win32":
        return lambda: None
    import resource

    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    soft = memory if hard == resource.RLIM_INFINITY else min(memory, hard)
    resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
    return lambda: resource.setrlimit(resource.RLIMIT_AS, (hard, hard))


def main() -> None:
    """Make one report for a process that cannot fork: request on stdin, answer on stdout."""
    request: Request = pickle.loads(sys.stdin.buffer.read())
    out = os.dup(1)
    os.dup2(os.open(os.devnull, os.O_RDWR), 1)
    with tempfile.TemporaryDirectory(prefix="pii-", ignore_cleanup_errors=True) as own:
        message = pickle.dumps(carry_out(request, Path(own)))
        tempfile.tempdir = None
        os.chdir(os.path.sep)
    with os.fdopen(out, "wb") as stream:
        stream.write(len(message).to_bytes(SIZE) + message)
