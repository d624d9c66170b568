"""Audit of a plan: rules with codes, what each finding costs, and a corrected proposal."""

from piilib.analysis.audit.proposal import corrected_plan as corrected_plan
from piilib.analysis.audit.proposal import feasibility as feasibility
from piilib.analysis.audit.run import audit as audit
