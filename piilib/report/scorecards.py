"""A scorecard for each lead agency: what it leads, what its targets bring, whom it needs."""

from __future__ import annotations

import pandas as pd

from piilib.analysis.agencies import EVERYBODY, agencies
from piilib.report.block import Html, paragraphs
from piilib.report.numbers import listing
from piilib.report.prepare import Diagnostic
from piilib.report.table import Column, Table
from piilib.report.words import at_bounds, kind, n, net_column, one_lot, source


def scorecards(d: Diagnostic) -> Table | Html:
    """Tabulate a scorecard a row, the largest gain first."""
    if d.levers is None:
        return paragraphs("")
    table = agencies(d.levers, d.folder, d.plan)
    planned = d.plan is not None
    helpers: tuple[Column, ...] = ()
    if planned:
        helpers = (
            Column("needs", d.say("Phụ thuộc vào", "Depends on")),
            Column("supports", d.say("Phối hợp cho", "Supports")),
        )
    return Table(
        key="scorecards",
        caption=d.say(
            f"Phiếu của từng cơ quan chủ trì ({at_bounds(d)} và vượt xu hướng chung)",
            f"Scorecard of each lead agency ({at_bounds(d)} and net of the drift)",
        )
        if d.before is not None
        else d.say(
            f"Phiếu của từng cơ quan chủ trì ({at_bounds(d)})",
            f"Scorecard of each lead agency ({at_bounds(d)})",
        ),
        columns=(
            Column("lead", d.say("Cơ quan", "Agency")),
            Column("codes", d.say("Chỉ số chủ trì", "Leads")),
            *(_target_columns(d) if planned else ()),
            Column("levers", d.say("Đòn bẩy tốt nhất", "Best levers")),
            *helpers,
        ),
        rows=[_card(d, str(lead), row) for lead, row in table.iterrows()],
        source=source(d, "plan" if planned else "sheet"),
        kind=kind(d, "judgement"),
        lang=d.lang,
        note=_note(d, table),
    )


def _target_columns(d: Diagnostic) -> tuple[Column, ...]:
    heading = d.say(f"Mục tiêu mang lại, mốc {d.year}", f"Targets bring, {d.year} bounds")
    return (Column("target_gain", heading, "signed"), *net_column(d, "target_net"))


def _card(d: Diagnostic, lead: str, row: pd.Series) -> dict[str, object]:
    assert d.levers is not None
    return {
        "lead": d.agency(lead),
        "codes": ", ".join(row["codes"]),
        "target_gain": row["target_gain"],
        "target_net": row["target_net"],
        "levers": "; ".join(
            f"{code} ({n(d, d.levers.at[code, 'net'], signed=True)})" for code in row["best_levers"]
        )
        or "–",
        "needs": "; ".join(
            f"{_who(d, name)}: {', '.join(codes)}" for name, codes in row["depends_on"].items()
        )
        or "–",
        "supports": ", ".join(row["supports"]) or "–",
    }


def _who(d: Diagnostic, name: str) -> str:
    if name == EVERYBODY:
        return d.say("mọi sở, ngành, địa phương", "all departments and localities")
    return d.agency(name, short=True)


def _note(d: Diagnostic, table: pd.DataFrame) -> str:
    text = d.say(
        f"Đòn bẩy tốt nhất: nhiều điểm nhất trên {one_lot(d)}; trong ngoặc là điểm của một bước"
        + (", vượt xu hướng chung." if d.before is not None else "."),
        f"Best levers: most points for {one_lot(d)}; in brackets the points of one step"
        + (", net of the drift." if d.before is not None else "."),
    )
    if d.plan is None:
        return text
    harmful = sorted(code for codes in table["harmful"] for code in codes)
    text += d.say(
        " Điểm của mục tiêu là cộng từng chỉ số đạt đủ, giá trị trên giấy chứ không phải dự báo.",
        " Points of targets are sums of indicators met in full: worth on paper, no forecast.",
    )
    if harmful:
        names = listing(harmful, d.lang)
        text += d.say(
            f" Mục tiêu {names} làm giảm điểm.",
            f" The target of {names} lowers the score.",
        )
    return text
