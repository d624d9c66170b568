"""The diagnostic report of a province: everything notebook 01 calls."""

from piilib.report.audit_section import audit_table, audit_text
from piilib.report.by_agency import agencies_chart, agencies_table, one_more_table
from piilib.report.calculator import calculator
from piilib.report.changes import change_chart, change_table, change_text
from piilib.report.checks import reconcile_chart, reconcile_table, reconcile_text
from piilib.report.closing import assumptions, caveats, foot, method, press_addresses, sources
from piilib.report.curve_section import curves_chart, reach_table
from piilib.report.driver_section import drivers_table, drivers_text
from piilib.report.lever_chart import levers_chart
from piilib.report.lever_section import levers_table, levers_text, not_levers
from piilib.report.outlook_section import outlook_chart, outlook_table, outlook_text
from piilib.report.plan_section import plan_chart, plan_targets, plan_text
from piilib.report.portfolio_section import frontier_chart, portfolio_table, portfolio_text
from piilib.report.prepare import Diagnostic, prepare
from piilib.report.profile import position, position_chart, profile_chart, profile_table
from piilib.report.scorecards import scorecards
from piilib.report.strengths import strengths_chart, strengths_text
from piilib.report.summary import first_screen, warning
from piilib.report.waterfall_chart import waterfall_chart

__all__ = [
    "Diagnostic",
    "agencies_chart",
    "agencies_table",
    "assumptions",
    "audit_table",
    "audit_text",
    "calculator",
    "caveats",
    "change_chart",
    "change_table",
    "change_text",
    "curves_chart",
    "drivers_table",
    "drivers_text",
    "first_screen",
    "foot",
    "frontier_chart",
    "levers_chart",
    "levers_table",
    "levers_text",
    "method",
    "not_levers",
    "one_more_table",
    "outlook_chart",
    "outlook_table",
    "outlook_text",
    "plan_chart",
    "plan_targets",
    "plan_text",
    "portfolio_table",
    "portfolio_text",
    "position",
    "position_chart",
    "prepare",
    "press_addresses",
    "profile_chart",
    "profile_table",
    "reach_table",
    "reconcile_chart",
    "reconcile_table",
    "reconcile_text",
    "scorecards",
    "sources",
    "strengths_chart",
    "strengths_text",
    "warning",
    "waterfall_chart",
]
