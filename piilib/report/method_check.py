"""How the official method was inferred, and what stays open: everything notebook 06 calls."""

from piilib.report.method_data import MethodCheck, prepare
from piilib.report.method_open import (
    alternatives_table,
    alternatives_text,
    calibration_table,
    calibration_text,
    foot,
    open_table,
    open_text,
)
from piilib.report.method_tables import (
    readings_table,
    reconcile_table,
    summary,
    treatments_table,
)

__all__ = [
    "MethodCheck",
    "alternatives_table",
    "alternatives_text",
    "calibration_table",
    "calibration_text",
    "foot",
    "open_table",
    "open_text",
    "prepare",
    "readings_table",
    "reconcile_table",
    "summary",
    "treatments_table",
]
