"""The audit of a province's plan: everything notebook 03 calls."""

from piilib.report.audit_section import (
    agencies_conflicts,
    audit_method,
    audit_summary,
    audit_table,
    audit_text,
)
from piilib.report.closing import caveats, foot, method, sources
from piilib.report.plan_section import plan_chart, plan_text
from piilib.report.prepare import Diagnostic, prepare
from piilib.report.proposal_section import (
    feasibility_table,
    feasibility_text,
    levels_table,
    proposal_groups,
    proposal_table,
    proposal_text,
)
from piilib.report.summary import warning

__all__ = [
    "Diagnostic",
    "agencies_conflicts",
    "audit_method",
    "audit_summary",
    "audit_table",
    "audit_text",
    "caveats",
    "feasibility_table",
    "feasibility_text",
    "foot",
    "levels_table",
    "method",
    "plan_chart",
    "plan_text",
    "prepare",
    "proposal_groups",
    "proposal_table",
    "proposal_text",
    "sources",
    "warning",
]
