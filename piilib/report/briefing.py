"""The briefing for a seminar: everything notebook 05 calls, one heading a slide."""

from piilib.report.briefing_agencies import questions, questions_table
from piilib.report.briefing_chance import chance
from piilib.report.briefing_charts import (
    chance_chart,
    effort_chart,
    levels_chart,
    pillar_changes_chart,
    pillars_chart,
)
from piilib.report.briefing_decisions import decisions
from piilib.report.briefing_levers import effort, first_levers, first_levers_table
from piilib.report.briefing_plan import errors, errors_table, plan, portfolio, portfolio_choices
from piilib.report.briefing_sources import rests_on
from piilib.report.briefing_standing import change, missing, opening, standing
from piilib.report.prepare import Diagnostic, prepare
from piilib.report.simulated import simulated_notice

__all__ = [
    "Diagnostic",
    "chance",
    "chance_chart",
    "change",
    "decisions",
    "effort",
    "effort_chart",
    "errors",
    "errors_table",
    "first_levers",
    "first_levers_table",
    "levels_chart",
    "missing",
    "opening",
    "pillar_changes_chart",
    "pillars_chart",
    "plan",
    "portfolio",
    "portfolio_choices",
    "prepare",
    "questions",
    "questions_table",
    "rests_on",
    "simulated_notice",
    "standing",
]
