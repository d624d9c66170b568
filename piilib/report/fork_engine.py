"""An engine for papermill that runs the cells in this very process, a child made for them.

It only replaces how cells are run: papermill puts in the parameters, and its own client keeps the
outputs. It is for a process that runs one notebook and ends: the shell takes the place of
``__main__``, and a second shell in one process would show nothing without an error, so that a
second notebook is refused. What a program outside Python writes to descriptor 1 does not become
part of the notebook, as it does in a kernel.
"""

from __future__ import annotations

import io
import json
import sys
import tempfile
from collections.abc import Callable
from typing import Any

from ipykernel.ipkernel import IPythonKernel
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from jupyter_client.jsonutil import json_default
from nbclient.exceptions import CellExecutionError
from nbformat import NotebookNode
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import Engine, NotebookExecutionManager, papermill_engines
from traitlets import Type
from traitlets.config import Config

__all__ = ["ForkEngine"]


class _Publisher(DisplayPublisher):
    """Hands on what a cell displays."""

    def publish(  # type: ignore[override]
        self,
        data: dict[str, Any],
        metadata: dict[str, Any] | None = None,
        *,
        transient: dict[str, Any] | None = None,
        update: bool = False,
        **_: Any,
    ) -> None:
        content = {"data": data, "metadata": metadata or {}, "transient": transient or {}}
        self.shell.tell("update_display_data" if update else "display_data", content)

    def clear_output(self, wait: bool = False) -> None:
        self.shell.tell("clear_output", {"wait": wait})


class _Hook(DisplayHook):
    """Hands on the value of a cell's last line."""

    def write_output_prompt(self) -> None:
        pass

    def write_format_data(self, format_dict: dict[str, Any], md_dict: Any = None) -> None:
        content = {"data": format_dict, "metadata": md_dict or {}}
        shell: Any = self.shell
        shell.tell("execute_result", {**content, "execution_count": self.prompt_count})

    def finish_displayhook(self) -> None:
        self._is_active = False


class _Stream(io.TextIOBase):
    """Standard output or error of the cells."""

    encoding = "UTF-8"

    def __init__(self, name: str, shell: _Shell) -> None:
        self.name = name
        self._shell = shell

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        if text:
            self._shell.write(self.name, text)
        return len(text)


class _Shell(InteractiveShell):
    """IPython's shell, which tells what it has to show in the messages of a kernel."""

    displayhook_class = Type(_Hook)
    display_pub_class = Type(_Publisher)
    receive: Callable[[dict[str, Any]], object] | None = None
    _written: tuple[str, list[str]] | None = None

    def write(self, name: str, text: str) -> None:
        """Keep what a stream is given until another is written to, or something is shown."""
        if self._written and self._written[0] != name:
            self.flush()
        self._written = self._written or (name, [])
        self._written[1].append(text)

    def flush(self) -> None:
        """Send on what the streams were given."""
        if self._written:
            (name, parts), self._written = self._written, None
            self.tell("stream", {"name": name, "text": "".join(parts)})

    def tell(self, kind: str, content: dict[str, Any]) -> None:
        """Send a message on; its content is put through JSON, as between kernel and client."""
        self.flush()
        if self.receive is not None:
            plain = json.loads(json.dumps(content, default=json_default))
            head = {"msg_id": "", "msg_type": kind}
            self.receive(
                {"msg_type": kind, "header": head, "parent_header": head} | {"content": plain}
            )

    def _showtraceback(self, etype: type[BaseException], evalue: Any, stb: list[str]) -> None:
        content = {"ename": etype.__name__, "evalue": str(evalue), "traceback": stb}
        self.tell("error", content)


def _only_shell() -> _Shell:
    """Start the one shell that a process may have."""
    if InteractiveShell.initialized():
        raise RuntimeError("this process has run a notebook; expected a new one for each")
    config = Config()
    config.HistoryManager.enabled = False
    shell: _Shell = _Shell.instance(config=config, ipython_dir=tempfile.gettempdir())
    sys.stdout = _Stream("stdout", shell)
    sys.stderr = _Stream("stderr", shell)
    return shell


class _Client(PapermillNotebookClient):  # type: ignore[misc]
    """Papermill's client, with a shell of this process in the place of a kernel."""

    def execute(self, **_: Any) -> NotebookNode:
        self.reset_execution_trackers()
        self._shell: Any = _only_shell()
        self.papermill_execute_cells()
        nb: NotebookNode = self.nb
        nb.metadata["language_info"] = dict(IPythonKernel.language_info)
        return nb

    def execute_cell(self, cell: NotebookNode, cell_index: int, **_: Any) -> NotebookNode:
        skipped = self.skip_cells_with_tag in cell.metadata.get("tags", ())
        if cell.cell_type != "code" or not cell.source.strip() or skipped:
            return cell
        cell.outputs = []
        self.clear_before_next_output = False
        self._shell.receive = lambda message: self.process_message(message, cell, cell_index)
        result = self._shell.run_cell(cell.source, store_history=True)
        self._shell.flush()
        cell.execution_count = self._shell.execution_count - 1
        if not result.success:
            error = result.error_before_exec or result.error_in_exec
            raise CellExecutionError("", type(error).__name__, str(error))
        return cell


class ForkEngine(Engine):  # type: ignore[misc]
    """Runs a notebook in this process; ``engine_name="fork"`` for papermill.

    Examples
    --------
    >>> from papermill.engines import papermill_engines
    >>> papermill_engines.get_engine("fork").__name__
    'ForkEngine'
    """

    @classmethod
    def execute_managed_notebook(
        cls, nb_man: NotebookExecutionManager, kernel_name: str, **_: Any
    ) -> None:
        """Run the cells of a notebook.

        Parameters
        ----------
        nb_man : papermill.engines.NotebookExecutionManager
            Holds the notebook and what is known of its cells; it is changed.
        kernel_name : str
            Only Python is run.

        Raises
        ------
        RuntimeError
            If this process has run a notebook before.
        """
        _Client(nb_man, kernel_name=kernel_name).execute()


papermill_engines.register("fork", ForkEngine)
