"""The templates of pages and of their parts, read in one way."""

from __future__ import annotations

from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined

#: Text is escaped, and a name that a template is not given is an error.
TEMPLATES: Final = Environment(
    loader=PackageLoader("piilib.report"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
