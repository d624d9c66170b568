"""What-if, live, with its uncertainty: everything notebook 04 calls."""

from piilib.report.live_scenario import efforts, presets, scenario
from piilib.report.live_text import closing, opening, presets_table, scenario_table, scenario_text
from piilib.report.live_widgets import LiveWhatIf, calculator
from piilib.report.prepare import Diagnostic, prepare
from piilib.report.summary import warning

__all__ = [
    "Diagnostic",
    "LiveWhatIf",
    "calculator",
    "closing",
    "efforts",
    "opening",
    "prepare",
    "presets",
    "presets_table",
    "scenario",
    "scenario_table",
    "scenario_text",
    "warning",
]
