"""Work handed to an existing Dask cluster, whose machines need no shared disk.

Workers must have the same piilib, libraries and tables as the machine that asks, or the same seed
would not give the same result: every piece of work makes sure of it where it runs.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from concurrent.futures import Executor, Future
from functools import partial
from types import TracebackType
from typing import Any, Final, TypeVar
from weakref import ref

from piilib.data.lookup import data_dir
from piilib.errors import DataError
from piilib.report.code_state import code_digest, libraries

T = TypeVar("T")

_MEND: Final = "the same installation of piilib and its tables on the scheduler and every worker"


def executor(address: str, *, seconds: float = 30.0) -> Executor:
    """Connect to a Dask scheduler.

    Parameters
    ----------
    address : str
        Such as ``tcp://10.0.0.5:8786``, as ``dask scheduler`` prints it.
    seconds : float
        How long to wait for the scheduler, and then for a first worker.

    Returns
    -------
    concurrent.futures.Executor
        What is submitted runs on the workers, results come back over the wire, and the work of a
        worker that is lost is done again on another. Workers may come and go. Use it in a ``with``
        block: its end waits for all work; where it ends by an error all work is cancelled.

    Raises
    ------
    DataError
        If the package distributed is not installed, no scheduler answers, it has no worker, or a
        worker's piilib, libraries or tables differ from those here. Work that meets such a worker
        later raises the same.

    Examples
    --------
    >>> import piilib as pii
    >>> from piilib.report.cluster import executor
    >>> with executor("tcp://10.0.0.5:8786") as workers:  # doctest: +SKIP
    ...     d = pii.simulate_ranks(panel, fw, pii.Method(), executor=workers)
    """
    try:
        import dask
        from distributed import Client
    except ImportError as error:
        raise DataError(
            "no package 'distributed' in this environment", "pip install 'piilib[dask]'"
        ) from error
    # A task carries the data it works on: a worker that is lost takes nothing with it.
    dask.config.set({"distributed.admin.large-graph-warning-threshold": "1GB"})
    try:
        client: Any = Client(  # type: ignore[no-untyped-call]
            address, timeout=seconds, set_as_default=False
        )
    except (OSError, ValueError, TypeError) as error:
        raise DataError(
            f"no Dask scheduler at {address!r}", "an address such as tcp://10.0.0.5:8786"
        ) from error
    try:
        _refuse_others(client, seconds)
    except BaseException:
        client.close()
        raise
    return _Workers(client)


class _Workers(Executor):
    """Dask's executor, with a look at the worker before each piece of work."""

    def __init__(self, client: Any) -> None:
        self._client = client
        # Not pure: two equal pieces of work are two, and a failed one is not remembered.
        self._inner: Executor = client.get_executor(pure=False)
        self._here = installed()

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:
        told: Future[T] = Future()
        there = self._inner.submit(_run_alike, self._here, fn, args, kwargs)
        there.add_done_callback(partial(_pass_on, told))
        told.add_done_callback(partial(_cancel_too, ref(there)))
        return told

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        self._inner.shutdown(wait=wait and not cancel_futures)
        self._client.close()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.shutdown(cancel_futures=error is not None)


def _pass_on(told: Future[T], there: Future[T]) -> None:
    """Pass the outcome on; what nobody here cancelled was lost with the scheduler."""
    if told.cancelled() or not told.set_running_or_notify_cancel():
        return
    if there.cancelled():
        told.set_exception(
            DataError("the Dask scheduler gone, or the work cancelled there", "a running cluster")
        )
    elif error := there.exception():
        told.set_exception(error)
    else:
        told.set_result(there.result())


def _cancel_too(there: ref[Future[T]], told: Future[T]) -> None:
    """Cancel there what is cancelled here. No hard link: a result is let go once it is used."""
    one = there()
    if told.cancelled() and one is not None:
        one.cancel()


def installed() -> dict[str, str]:
    """Tell what results rest on in this process.

    Returns
    -------
    dict
        Versions of Python, the system and every required library; ``piilib's code`` (a hash, with
        notebooks and templates, as they were when first asked for); ``tables`` (a hash of the
        folder that `data_dir` finds, as it is now).

    Examples
    --------
    >>> "numpy" in installed(), list(installed())[-2:]
    (True, ["piilib's code", 'tables'])
    """
    tables = hashlib.sha256()
    for path in sorted(data_dir().glob("*.csv")):
        tables.update(f"{path.name}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
    code = {"piilib's code": code_digest()[:12], "tables": tables.hexdigest()[:12]}
    return {**libraries(), **code}


def _run_alike(wanted: Mapping[str, str], fn: Callable[..., T], args: Any, kwargs: Any) -> T:
    """Do a piece of work, on a worker that has what the asking machine has."""
    _refuse_difference("this worker", installed(), wanted)
    return fn(*args, **kwargs)


def _refuse_difference(who: str, found: Mapping[str, str], wanted: Mapping[str, str]) -> None:
    parted = [f"{what} {found.get(what)}" for what in wanted if found.get(what) != wanted[what]]
    if parted:
        expected = ", ".join(f"{w} {v}" for w, v in wanted.items() if found.get(w) != v)
        raise DataError(f"on {who} {', '.join(parted)}", f"{expected}: {_MEND}")


def _is_there() -> bool:
    return True


def _refuse_others(client: Any, seconds: float) -> None:
    """Refuse a cluster without a worker, and a worker that is not like this machine."""
    try:
        client.wait_for_workers(1, timeout=seconds)
    except (TimeoutError, OSError) as error:
        raise DataError(
            f"no worker at {client.scheduler.address!r}", "dask worker ADDRESS --nthreads 1"
        ) from error
    try:
        client.run_on_scheduler(_is_there)  # it reads what is sent, and needs piilib for that
    except Exception as error:
        raise DataError(f"on the scheduler {type(error).__name__}: {error}", _MEND) from error
    for worker, found in client.run(installed, on_error="return").items():
        if isinstance(found, Exception):
            raise DataError(f"on {worker} {type(found).__name__}: {found}", _MEND)
        _refuse_difference(worker, found, installed())
