from .lookup import data_dir
from .provinces import key_of, provinces, resolve
from .sheet import Sheet, load_sheet, sheet_years
from .tables import (
    Plan,
    Scoreboard,
    has_plan,
    load_context,
    load_effort,
    load_plan,
    load_scoreboard,
    load_table,
)

__all__ = [
    "Plan",
    "Scoreboard",
    "Sheet",
    "data_dir",
    "has_plan",
    "key_of",
    "load_context",
    "load_effort",
    "load_plan",
    "load_scoreboard",
    "load_sheet",
    "load_table",
    "provinces",
    "resolve",
    "sheet_years",
]
