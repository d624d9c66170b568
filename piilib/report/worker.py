"""Makes one report in a child of this process, whatever becomes of the child."""

from __future__ import annotations

import os
import pickle
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, Final

from piilib.errors import DataError
from piilib.report.child import SIZE, STEADY, Answer, Order, Request, name_of
from piilib.report.job import Job, Made
from piilib.report.report_error import ReportError

__all__ = ["ENGINE", "Order", "make", "warm"]

#: What runs the cells unless told otherwise: outside Linux a kernel.
ENGINE: Final = "fork" if sys.platform == "linux" else "kernel"

_ENDED: Final = "the process from which reports are forked has ended"

#: Seconds in which a child that was killed must be gone.
_GRACE: Final = 30.0


def make(
    job: Job | Order,
    *,
    engine: str = ENGINE,
    seconds: float = 600,
    memory: int = 4_000_000_000,
) -> Made:
    """Make one report in a child of this process, and write nothing.

    The child is forked from a process that has imported everything, that of `warm` where it is
    up, else one for this report alone. It may be called in any thread of any process, a daemonic
    one too. Whatever the notebook does ends with the child: what it started is ended, its
    temporary files are removed.

    Parameters
    ----------
    job : Job or Order
        What to make. An `Order` names any notebook with its parameters.
    engine : {"fork", "kernel"}
        What runs the cells: the child itself, or a kernel that the child starts. Both give the
        same bytes; "fork" needs Linux.
    seconds : float
        Time that the child may take.
    memory : int
        Bytes of address space that the child, and each process that it starts, may have.

    Returns
    -------
    Made
        `Made.cpu` is the user and system time of the child and of what it waited for.

    Raises
    ------
    ReportError
        If the report could not be made: one line with the notebook and the cell, or that the
        child timed out, was ended by a signal, exited or needed more memory. Its `ename` is
        "DataError" where the input is wrong.
    DataError
        If the engine is none of this system.

    Examples
    --------
    >>> from piilib.report.job import Job
    >>> make(Job("diagnostic", "bac-ninh", 2024, "en"), engine="dask")
    Traceback (most recent call last):
        ...
    piilib.errors.DataError: found the engine 'dask' on ...; expected 'kernel', or 'fork' on Linux
    """
    if engine not in ("fork", "kernel") or (engine == "fork" and sys.platform != "linux"):
        raise DataError(f"the engine {engine!r} on {sys.platform}", "'kernel', or 'fork' on Linux")
    start = time.perf_counter()
    request = Request(job, engine, memory, {**os.environ, **STEADY}, os.getcwd())
    with _asked() as ask:
        end = ask(request, seconds)
    answer = _answer(end, f"{name_of(job)}: ", seconds)
    return Made(
        html=answer.html,
        notebook=answer.notebook,
        complete=answer.complete,
        figures=answer.figures,
        tables=answer.tables,
        seconds=time.perf_counter() - start,
        cpu=answer.cpu if end.cpu is None else end.cpu,
        files=answer.files,
    )


@contextmanager
def warm() -> Iterator[None]:
    """Keep a process from which `make` forks, with everything imported once.

    Every `make` of this process, in any thread, uses it meanwhile. It costs a few seconds once,
    and saves them for each report. It ends with the block, and with this process however that
    ends. Elsewhere than on Linux it does nothing.

    Yields
    ------
    None

    Examples
    --------
    >>> from piilib.report.job import Job
    >>> with warm():
    ...     made = make(Job("diagnostic", "bac-ninh", 2024, "vi"))
    >>> made.figures > 0
    True
    """
    if sys.platform != "linux":
        yield
        return
    with _LOCK:
        _WARM.append(_Nursery(warm=True))
        mine = _WARM[-1]
    try:
        yield
    finally:
        with _LOCK:
            _WARM.remove(mine)
        mine.close()


@dataclass(frozen=True)
class _End:
    """How a child ended: what it said, and its exit code (None: killed for its time)."""

    said: bytes
    code: int | None
    cpu: float | None = None


def _answer(end: _End, name: str, seconds: float) -> Answer:
    size = int.from_bytes(end.said[:SIZE])
    if end.code == 0 and size and len(end.said) == SIZE + size:
        answer: Answer = pickle.loads(end.said[SIZE:])
        if answer.error:
            raise ReportError(answer.error, answer.ename)
        return answer
    if end.code is None:
        raise ReportError(f"{name}timed out after {seconds:g} s", "Timeout")
    if end.code < 0:
        raise ReportError(f"{name}ended by signal {-end.code}", "Signal")
    raise ReportError(f"{name}exited with {end.code}", "Exit")


class _Nursery:
    """A process that forks (`piilib.report.nursery`), seen from the one that started it."""

    def __init__(self, warm: bool) -> None:
        self.warm = warm
        self.owner = os.getpid()
        self.start()

    def start(self) -> None:
        self.control, theirs = socket.socketpair()
        self.folder = tempfile.mkdtemp(prefix="pii-")
        with theirs:
            self.process = _python(
                "from piilib.report.nursery import serve; "
                f"serve({theirs.fileno()}, {self.folder!r}, {self.warm})",
                pass_fds=(theirs.fileno(),),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
            )

    def ask(self, request: Request, seconds: float) -> _End:
        talk, its_talk = socket.socketpair()
        status, its_status = socket.socketpair()
        with talk, status, its_talk, its_status:
            with suppress(BrokenPipeError):
                ends = [its_talk.fileno(), its_status.fileno()]
                socket.send_fds(self.control, [b"?"], ends)
                its_talk.close()
                its_status.close()
                _send(talk, request)
            return _converse(talk, status, seconds)

    def close(self) -> None:
        self.control.close()
        try:
            self.process.wait(_GRACE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)  # where it was killed


_LOCK: Final = threading.Lock()
_WARM: Final[list[_Nursery]] = []


def _python(code: str, **options: Any) -> subprocess.Popen[bytes]:
    """Start Python with the same modules to be found, in a session of its own."""
    begin = f"import sys; sys.path[:] = {sys.path!r}; "
    environment = {**os.environ, **STEADY}
    return subprocess.Popen(
        [sys.executable, "-c", begin + code], env=environment, start_new_session=True, **options
    )


@contextmanager
def _asked() -> Iterator[Callable[[Request, float], _End]]:
    """Find who makes the child: the warm process, one for this report, or this process itself."""
    if sys.platform != "linux":
        yield _alone
        return
    if (shared := _shared()) is not None:
        yield shared.ask
        return
    alone = _Nursery(warm=False)
    try:
        yield alone.ask
    finally:
        alone.close()


def _shared() -> _Nursery | None:
    """Return this process's last warm process; a new one where it has died."""
    with _LOCK:
        mine = [nursery for nursery in _WARM if nursery.owner == os.getpid()]
        if not mine:
            return None
        if mine[-1].process.poll() is not None:
            mine[-1].close()
            mine[-1].start()
        return mine[-1]


def _send(talk: socket.socket, request: Request) -> None:
    message = pickle.dumps(request)
    talk.sendall(len(message).to_bytes(SIZE) + message)


def _converse(talk: socket.socket, status: socket.socket, seconds: float) -> _End:
    """Hear what the child says until the other process says how it ended."""
    if not (pid := int.from_bytes(status.recv(SIZE))):
        raise ReportError(_ENDED)
    said, killed, until = bytearray(), False, time.monotonic() + seconds
    poll = select.poll()
    for end in (talk, status):
        poll.register(end, select.POLLIN)
    while True:
        ready = dict(poll.poll(max(0.0, until - time.monotonic()) * 1000))
        if not ready:
            if killed:
                raise ReportError(f"a child that was killed is not gone after {_GRACE:g} s")
            status.shutdown(socket.SHUT_WR)
            killed, until = True, time.monotonic() + _GRACE
        if talk.fileno() in ready and not _hear(talk, said):
            poll.unregister(talk)
        if status.fileno() in ready:
            break
    talk.setblocking(False)
    with suppress(BlockingIOError):
        while _hear(talk, said):
            pass
    told = status.recv(4096)
    if not told:
        _end_group(pid)
        raise ReportError(_ENDED)
    code, cpu = pickle.loads(told)
    return _End(bytes(said), None if killed else code, cpu)


def _hear(talk: socket.socket, said: bytearray) -> bool:
    with suppress(ConnectionError):
        if part := talk.recv(1 << 20):
            said += part
            return True
    return False


def _alone(request: Request, seconds: float) -> _End:
    """Make the report in a process started for it, where the system has no fork of ours."""
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with _python("from piilib.report.child import main; main()", **pipes) as process:
        try:
            said, _ = process.communicate(pickle.dumps(request), seconds)
            return _End(said, process.returncode)
        except subprocess.TimeoutExpired:
            return _End(b"", None)
        finally:
            _end_group(process.pid)


def _end_group(pid: int) -> None:
    """End a process and, where there are sessions, what it started in its own."""
    with suppress(ProcessLookupError, PermissionError):
        if sys.platform == "win32":
            os.kill(pid, signal.SIGTERM)  # there it ends the process at once
        else:
            os.killpg(pid, signal.SIGKILL)
