"""What is committed: nothing of a developer's machine, no heavy file, layers kept apart."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import needs

ROOT = Path(__file__).resolve().parents[1]
MODULES = sorted((ROOT / "piilib").rglob("*.py"))
LONGEST = 350
HEAVIEST = 1_000_000

#: Hosts of package registries. Written so that this file does not hold what it looks for.
REGISTRIES = re.compile(
    "|".join(
        rf"\b{name}\.{ending}\b"
        for name, ending in {
            "pypi": "org", "pythonhosted": "org", "anaconda": "(?:org|com)", "conda": "io",
            "npmjs": "(?:org|com)", "crates": "io", "jfrog": "io", "gemfury": "com",
        }.items()
    )
)  # fmt: skip
HOMES = re.compile(r"(?<![\w.:/-])/(?:home|root|work|Users)/\w|[A-Z]:\\Users\\")
UNDONE = re.compile(r"\b(?:TO" + "DO|FIX" + "ME)" + r"\b")


def tracked() -> list[Path]:
    """Return every file of the repository that git keeps."""
    git = str(needs("git"))
    if not (ROOT / ".git").exists():
        pytest.skip("not a checkout: an unpacked source distribution has no list of files")
    command = [git, "-c", "safe.directory=*", "ls-files", "-z"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    names = done.stdout.decode().split("\0")
    return [ROOT / name for name in names if name and (ROOT / name).is_file()]


def texts() -> Iterator[tuple[str, str]]:
    for path in tracked():
        content = path.read_bytes()
        if b"\0" not in content:
            yield path.relative_to(ROOT).as_posix(), content.decode("utf-8")


def test_the_patterns_find_what_they_look_for() -> None:
    home, registry = "/ho" + "me/ai/x", "https://py" + "pi.org/simple"
    assert HOMES.findall(f'path = "{home}"') != []
    assert HOMES.findall("https://skhcn.gov.vn/home/x và /work") == []
    assert REGISTRIES.findall(registry) != []
    assert REGISTRIES.findall("a simple index; pypi") == []
    assert UNDONE.findall("# TO" + "DO: later") != []
    assert UNDONE.findall("todos") == []


def test_no_registry_no_home_nothing_undone() -> None:
    faults = []
    for name, text in texts():
        for what, pattern in (
            ("registry", REGISTRIES),
            ("a machine's path", HOMES),
            ("undone", UNDONE),
        ):
            faults += [f"{name}: {what}: {match}" for match in pattern.findall(text)]
    assert faults == []


def test_no_heavy_file() -> None:
    heavy = [p.relative_to(ROOT) for p in tracked() if p.stat().st_size > HEAVIEST]
    assert heavy == []


def test_text_is_utf8_with_unix_line_ends() -> None:
    crooked = [name for name, text in texts() if "\r" in text and not name.startswith("data/raw/")]
    assert crooked == []


def test_nothing_that_is_produced_is_committed() -> None:
    produced = re.compile(r"(^|/)(reports|build|dist|\.venv[^/]*|__pycache__|\.ipynb_checkpoints)/")
    names = [p.relative_to(ROOT).as_posix() for p in tracked()]
    assert [n for n in names if produced.search(n) and not n.startswith("piilib/")] == []
    assert [n for n in names if n.endswith((".html", ".pyc", ".pdf", ".docx", ".xlsx"))] == []


# --- the package ----------------------------------------------------------------------------------


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def imported(path: Path) -> set[str]:
    """Return the modules that a module imports, wherever in it, by their full names."""
    package = name_of(path).split(".")
    if path.name != "__init__.py":
        package = package[:-1]
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            names |= {module} | {f"{module}.{alias.name}" for alias in node.names}
    return names


#: Each layer and what it may not import. A notebook runs through the report; nobody runs it.
LAYERS = {
    "piilib.data": ("piilib.index", "piilib.analysis", "piilib.report", "piilib.cli"),
    "piilib.index": ("piilib.analysis", "piilib.report", "piilib.cli"),
    "piilib.analysis": ("piilib.report", "piilib.cli"),
    "piilib.report": ("piilib.cli",),
}


@pytest.mark.parametrize("layer", LAYERS)
def test_a_layer_knows_only_those_below(layer: str) -> None:
    inside = [path for path in MODULES if name_of(path).startswith(layer)]
    assert inside
    faults = [
        f"{name_of(path)} imports {name}"
        for path in inside
        for name in imported(path)
        if any(name == above or name.startswith(f"{above}.") for above in LAYERS[layer])
    ]
    assert faults == []


def test_imports_are_seen() -> None:
    seen = imported(ROOT / "piilib" / "analysis" / "plan.py")
    assert {"piilib.analysis.whatif", "piilib.index.framework", "numpy"} <= seen


def test_modules_are_short() -> None:
    lengths = {name_of(p): len(p.read_text(encoding="utf-8").splitlines()) for p in MODULES}
    assert {name: n for name, n in lengths.items() if n > LONGEST} == {}


Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def public(path: Path) -> Iterator[tuple[str, Definition]]:
    """Give every public function and class of a module, and the public methods of the latter."""
    waiting: list[tuple[str, ast.AST]] = [(name_of(path), ast.parse(path.read_text("utf-8")))]
    while waiting:
        prefix, node = waiting.pop()
        for child in ast.iter_child_nodes(node):
            if isinstance(child, Definition) and not child.name.startswith("_"):
                name = f"{prefix}.{child.name}"
                yield name, child
                if isinstance(child, ast.ClassDef):
                    waiting.append((name, child))


def test_everything_public_is_described() -> None:
    silent = [
        name for path in MODULES for name, node in public(path) if not ast.get_docstring(node)
    ]
    silent += [
        name_of(p) for p in MODULES if not ast.get_docstring(ast.parse(p.read_text("utf-8")))
    ]
    allowed = {"piilib.report.table._Macros.table"}
    assert [name for name in silent if name not in allowed] == []


def test_everything_public_has_types() -> None:
    bare = []
    for path in MODULES:
        for name, node in public(path):
            if isinstance(node, ast.ClassDef):
                continue
            given = node.args
            every = [*given.posonlyargs, *given.args, *given.kwonlyargs]
            every += [a for a in (given.vararg, given.kwarg) if a is not None]
            bare += [
                f"{name}({a.arg})"
                for a in every
                if a.annotation is None and a.arg not in ("self", "cls")
            ]
            bare += [f"{name} ->"] if node.returns is None else []
    assert bare == []
