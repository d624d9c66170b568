"""Build hook: put the data and the notebooks inside the wheel."""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

#: folder in the repository, pattern of its files, folder in the wheel
SHIPPED = (
    ("data/processed", "**/*", "piilib/_data/processed"),
    ("notebooks", "*.ipynb", "piilib/_notebooks"),
)


class ShipDataAndNotebooks(BuildHookInterface):  # type: ignore[type-arg]
    """Map the files of `SHIPPED` into a wheel; an editable install reads them where they are."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Add the files to `build_data`; a folder that is missing or empty stops the build."""
        if version == "editable":
            return
        for folder, pattern, target in SHIPPED:
            source = Path(self.root, folder)
            files = sorted(
                path
                for path in source.glob(pattern)
                if path.is_file() and not any(p.startswith(".") for p in path.parts[-2:])
            )
            if not files:
                raise FileNotFoundError(f"the wheel needs {folder}/{pattern}: nothing is there")
            for path in files:
                build_data["force_include"][str(path)] = (
                    f"{target}/{path.relative_to(source).as_posix()}"
                )
