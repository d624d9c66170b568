"""Plans for the tests of the audit: a clean one made from a sheet, and ways to spoil it."""

from dataclasses import replace

import numpy as np
import pandas as pd

from piilib.analysis.audit import (
    rules_agencies,
    rules_data,
    rules_goals,
    rules_names,
    rules_targets,
    rules_text,
    rules_units,
)
from piilib.analysis.audit.case import Case, Limits, make_case
from piilib.analysis.audit.consequence import attainable, steps_possible
from piilib.analysis.audit.finding import Finding
from piilib.analysis.audit.run import RULES
from piilib.analysis.audit.scale import base_is_open, labelled_otherwise
from piilib.analysis.whatif import Anchor
from piilib.data.sheet import Sheet
from piilib.data.tables import Plan
from piilib.index.framework import Framework
from piilib.index.scoring import method_framework, node_scores, value_scores

VALUES = ["value", "lowest", "highest"]


def case_of(plan: Plan, *sheets: Sheet, base: Anchor | None = None, **limits: float) -> Case:
    return make_case(plan, sheets, Limits(**limits), "en", None, base)


def all_findings(case: Case) -> list[Finding]:
    return [one for rule in RULES for one in rule(case)]


#: Rules by the beginning of their codes.
SERIES = {
    "PA1": rules_targets.RULES,
    "PA2": rules_goals.RULES,
    "PA3": (*rules_data.RULES, *rules_units.RULES),
    "PA4": (*rules_text.RULES, *rules_names.RULES),
    "PA5": rules_agencies.RULES,
    "PA6": rules_agencies.RULES,
}


def found_by(case: Case, rule: str) -> list[Finding]:
    """Findings of one rule."""
    return [one for say in SERIES[rule[:3]] for one in say(case) if one.rule == rule]


def fired(case: Case, rule: str) -> list[str]:
    """Codes on which a rule fires, sorted."""
    return sorted(one.code for one in found_by(case, rule))


def later_sheet(sheet: Sheet, year: int = 2025, of: int = 34) -> Sheet:
    """Give a sheet another year, its group scores being those of plain min-max: made up."""
    fw = method_framework(2024, "reversed")
    scores = node_scores(value_scores(sheet.table["value"], sheet, fw), fw)
    scores = np.floor(scores * 100) / 100
    table = sheet.table.copy()
    groups = [code for code in table.index if code not in fw.indicators]
    table.loc[groups, "value"] = scores[groups]
    table.loc[groups, ["lowest", "highest"]] = [0.0, 100.0]
    return replace(sheet, year=year, of=of, rank=of, table=table)


def smaller(sheet: Sheet, factor: float = 0.96) -> Sheet:
    """Make a sheet of the year before: everything a little smaller, and so newly measured."""
    return later_sheet(replace(sheet, table=sheet.table * factor), sheet.year - 1, sheet.of)


def may_be_raised(case: Case, code: str) -> bool:
    """Tell whether a step on an indicator breaks no rule of the audit."""
    value, step = case.value(code), float(case.base.effort.at[code, "step"])
    room = attainable(case, code) - value
    communes = str(case.fw.table.at[code, "denominator"]) == "communes"
    return (
        case.good(code) > 0
        and value > 0
        and steps_possible(case, code) > 0
        and step < room
        and step < value
        and not base_is_open(case, code)
        and not labelled_otherwise(case, code)
        and not (communes and case.now.year < 2025)
    )


def clean_plan(sheet: Sheet, base: Anchor | None = None) -> Plan:
    """Make a plan of a step on every indicator that can take one, its goals following from it."""
    fw = Framework.official(2024)
    names = fw.table["name_vi"]
    table = pd.DataFrame({"target": np.nan, "name": names, "name_text": names}, fw.table.index)
    table["lead"] = table["lead_text"] = fw.table["lead_vi"]
    plan = Plan(sheet.unit, sheet.year + 2, table, pd.DataFrame(), "by hand")
    case = case_of(plan, sheet, base=base)
    for code in fw.indicators:
        if may_be_raised(case, code):
            step = float(case.base.effort.at[code, "step"])
            table.loc[code, "target"] = round(sheet.table.at[code, "value"] + step, 6)
    implied = np.minimum(*case_of(plan, sheet, base=case.base).implied)
    for level in ("subpillar", "pillar"):
        for code in fw.at_level(level):
            children = table.loc[list(fw.children(code)), "target"]
            goal = np.floor(implied[code] * 100) / 100 if level == "subpillar" else children.mean()
            whole = level == "subpillar" or children.notna().all()
            if whole and goal >= sheet.table.at[code, "value"]:
                table.loc[code, "target"] = round(goal, 2)
    table["target_text"] = table["target"]
    return replace(plan, goals=_goals(table, fw))


def _goals(table: pd.DataFrame, fw: Framework) -> pd.DataFrame:
    columns = ["place", "what", "printed", "value", "of", "agency"]
    pillars = [table.loc[list(fw.children(half)), "target"] for half in ("IN", "OUT")]
    if pd.concat(pillars).isna().any():
        return pd.DataFrame(columns=columns)
    score = f"{np.mean([half.mean() for half in pillars]):.2f}"
    rows = [("Phụ lục", "score", f"≥ {score}", score, "", "")]
    return pd.DataFrame(rows, columns=columns)


def with_cells(plan: Plan, cells: dict[tuple[str, str], object]) -> Plan:
    """Change cells of a plan's table: (code, column) to what stands there."""
    table = plan.table.copy()
    for (code, column), value in cells.items():
        if column not in table.columns:
            table[column] = np.nan if isinstance(value, float) else ""
        table.loc[code, column] = value
    return replace(plan, table=table)


def with_goals(plan: Plan, *rows: dict[str, str]) -> Plan:
    """Add stated goals to a plan."""
    blank = dict.fromkeys(("place", "what", "printed", "value", "of", "agency"), "")
    more = pd.DataFrame([blank | row for row in rows])
    return replace(plan, goals=pd.concat([plan.goals, more], ignore_index=True))


def with_figures(sheet: Sheet, code: str, *figures: float) -> Sheet:
    """Change an indicator's value, lowest and highest in a sheet."""
    table = sheet.table.copy()
    table.loc[code, VALUES] = figures
    return replace(sheet, table=table)
