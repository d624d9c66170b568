"""What stands round the sliders of notebook 04: words and tables of a scenario."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

import piilib
from piilib.report.block import Html, bullets, paragraphs
from piilib.report.live_scenario import budget_portfolio, presets, scenario
from piilib.report.numbers import interval, listing
from piilib.report.prepare import Diagnostic
from piilib.report.simulated import simulated_notice
from piilib.report.table import Column, Table
from piilib.report.words import (
    at_bounds,
    kind,
    label,
    lot,
    n,
    no_sheet,
    one_lot,
    source,
    unit,
    value,
)


def preset_name(d: Diagnostic, preset: str) -> str:
    """Name a ready scenario as its button does."""
    years = f"{n(d, d.budget, 0)} {unit(d)}"
    return {
        "today": d.say("Hiện nay", "Today"),
        "plan": d.say("Kế hoạch", "Plan") + ("" if d.plan is None else f" {d.plan.year}"),
        "portfolio": d.say(f"Danh mục {years}", f"Portfolio of {years}"),
    }[preset]


def opening(d: Diagnostic) -> Html:
    """Say what can be done here, or what is missing for it."""
    if d.sheet is None:
        return Html("\n").join([simulated_notice(d.lang, d.simulated), no_sheet(d)])
    values = d.sheet.table["value"].loc[list(d.fw.indicators)]
    empty = [str(code) for code in values.index[values.isna()]]
    said = d.say(
        f"Kéo thanh trượt hoặc gõ giá trị mới của một chỉ số của {d.name}: điểm chỉ số, nhóm, trụ "
        "cột và PII đổi theo ngay. Khoảng 90% gồm phần làm tròn và mức trần chưa biết, chưa gồm độ "
        "ngờ về công sức; các địa phương khác giữ nguyên.",
        f"Move a slider or type a new value of an indicator of {d.name}: its score, the sub-pillar,"
        " the pillar and the PII follow at once. The 90% intervals hold the rounding and the "
        "unknown caps, not the doubt about efforts; all other provinces stay as they are.",
    )
    missing = d.say("Chưa có giá trị nên không thử được: ", "No value, so nothing to try: ")
    return Html("\n").join(
        [
            simulated_notice(d.lang, d.simulated),
            paragraphs(said, f"{missing}{listing(empty, d.lang)}." if empty else ""),
        ]
    )


def scenario_text(d: Diagnostic, found: pd.DataFrame) -> Html:
    """Say what a scenario comes to: the index at both bounds, the effort and what it gives."""
    top = found.loc[d.fw.root]
    items = [
        d.say(
            f"PII {d.year}, {at_bounds(d)}: {n(d, top['new'])} điểm ({_gain(d, top, 'gain')})",
            f"PII {d.year}, {at_bounds(d)}: {n(d, top['new'])} points ({_gain(d, top, 'gain')})",
        )
    ]
    if d.before is not None:
        after = n(d, top["published"] + top["net"])
        items.append(
            d.say(
                "Nếu mốc của các chỉ số đã đổi dịch chuyển như năm qua: "
                f"{after} điểm ({_gain(d, top, 'net')})",
                "If the bounds of the indicators changed move as last year: "
                f"{after} points ({_gain(d, top, 'net')})",
            )
        )
    changed = found.loc[[code for code in found.index if code in d.fw.indicators], "effort"]
    items.append(_spent(d, top, changed))
    return bullets(items)


def _spent(d: Diagnostic, top: pd.Series, changed: pd.Series) -> str:
    unknown = bool(changed.isna().any())
    text = d.say("Công sức: ", "Effort: ") + ("≥ " if unknown else "")
    text += f"{n(d, top['effort'], 1)} {unit(d)}"
    if top["effort"] > 0 and not unknown:
        points = n(d, lot(d) * top["gain"] / top["effort"], 3, signed=True)
        text += d.say(
            f"; {points} điểm PII trên {one_lot(d)}, {at_bounds(d)}",
            f"; {points} index points for {one_lot(d)}, {at_bounds(d)}",
        )
    return text


def _gain(d: Diagnostic, row: pd.Series, name: str) -> str:
    """Write a change with its 90 % interval."""
    points = n(d, row[name], signed=True)
    ends = interval(row[f"{name}_low"], row[f"{name}_high"], 2, d.lang)
    return d.say(f"{points}; khoảng 90%: {ends}", f"{points}; 90% interval: {ends}")


def scenario_table(
    d: Diagnostic, found: pd.DataFrame, changes: Mapping[str, float], at: str = ""
) -> Table:
    """Tabulate a scenario from the index down to its pillars, and to the indicator last changed.

    Parameters
    ----------
    d : Diagnostic
    found : DataFrame
        What `scenario` gives for the changes.
    changes : mapping
        Indicator code to the value tried.
    at : str
        An indicator that is changed: its row and its sub-pillar's stand below their pillar's. The
        others' are left out, for a table of all would be slower than the hand.
    """
    below = {at, *d.fw.ancestors(at)} if at in changes else set()
    upper = d.fw.table["level"].isin(("index", "subindex", "pillar"))
    order = [str(c) for c in found.index if c in below or upper[c]]
    order.sort(key=list(d.fw.table.index).index)
    ends = {"gain_ends": ("gain_low", "gain_high"), "net_ends": ("net_low", "net_high")}
    rows: list[dict[str, object]] = []
    for code in order:
        row = found.loc[code]
        pairs = {key: (float(row[a]), float(row[b])) for key, (a, b) in ends.items()}
        rows.append({"name": _name(d, code), **row.to_dict(), **pairs})
        if code in changes:
            rows[-1] |= {"today": _today(d, code), "tried": value(d, changes[code])}
    return Table(
        key="what-if",
        caption=d.say("Kịch bản: điểm từng cấp", "The scenario: scores at every level"),
        columns=_columns(d),
        rows=rows,
        source=source(d),
        kind=kind(d, "judgement"),
        lang=d.lang,
    )


def _name(d: Diagnostic, code: str) -> str:
    """Name a node; the codes of the index and of its halves are words already."""
    return label(d, code, short=True) if code[0].isdigit() else d.node(code, short=True)


def _today(d: Diagnostic, code: str) -> str:
    assert d.sheet is not None
    return value(d, float(d.sheet.table.at[code, "value"]))


def _columns(d: Diagnostic) -> list[Column]:
    drift = [
        Column("net", d.say("Nếu mốc dịch chuyển", "If bounds move"), "signed"),
        Column("net_ends", d.say("Khoảng 90%", "90% interval"), "interval"),
    ]
    return [
        Column("name", d.say("Chỉ số, nhóm, trụ cột", "Indicator, sub-pillar, pillar")),
        Column("today", d.say("Giá trị nay", "Value today"), align="right"),
        Column("tried", d.say("Giá trị thử", "Value tried"), align="right"),
        Column("published", d.say("Điểm nay", "Score today"), "number"),
        Column("new", d.say("Điểm mới", "New score"), "number"),
        Column("gain", d.say(f"Thay đổi, mốc {d.year}", f"Change, {d.year} bounds"), "signed"),
        Column("gain_ends", d.say("Khoảng 90%", "90% interval"), "interval"),
        *(drift if d.before is not None else []),
        Column("effort", d.say(f"Công sức ({unit(d)})", f"Effort ({unit(d)})"), "number", 1),
    ]


def presets_table(d: Diagnostic) -> Table | Html:
    """Tabulate what the ready scenarios come to."""
    if d.base is None:
        return Html()
    rows = []
    for preset, changes in presets(d).items():
        top = scenario(d.base, changes).loc[d.fw.root]
        rows.append({"name": preset_name(d, preset), "count": len(changes), **top.to_dict()})
        rows[-1]["gain_ends"] = (top["gain_low"], top["gain_high"])
        rows[-1]["net_ends"] = (top["net_low"], top["net_high"])
    columns = [c for c in _columns(d)[1:] if c.key not in ("today", "tried", "published")]
    return Table(
        key="presets",
        caption=d.say(
            f"Kịch bản đặt sẵn: PII {d.year} sẽ là bao nhiêu",
            f"Ready scenarios: what PII {d.year} would be",
        ),
        columns=[
            Column("name", d.say("Kịch bản", "Scenario")),
            Column("count", d.say("Số chỉ số", "Indicators"), "number", 0),
            *columns,
        ],
        rows=rows,
        source=source(d),
        kind=kind(d, "judgement"),
        lang=d.lang,
        note=_presets_note(d),
    )


def _presets_note(d: Diagnostic) -> str:
    """Say why the portfolio's figures here are not those that its own section has."""
    found = budget_portfolio(d)
    text = d.say(
        "Công sức ở đây tính riêng từng chỉ số, ít nhất một bước; danh mục mua lẻ được từng đơn vị "
        f"nên tự nó là {n(d, found.effort, 1)} {unit(d)}.",
        "Effort is counted here for each indicator by itself, one whole step at least; the "
        f"portfolio, which buys single things, comes to {n(d, found.effort, 1)} {unit(d)}.",
    )
    if d.before is None:
        return text
    return text + d.say(
        " “Nếu mốc dịch chuyển”: giá trị thử giữ nguyên khi mốc cả nước của các chỉ số đã đổi dịch "
        "chuyển thêm một năm như năm qua; danh mục vừa theo kịp mốc vừa tiến thêm thì được "
        f"{n(d, found.net, signed=True)} điểm.",
        " “If bounds move”: the values tried stand while the country's bounds of the indicators "
        "changed move on by another year like the last; where the portfolio keeps pace as well it "
        f"gives {n(d, found.net, signed=True)} points.",
    )


def closing(d: Diagnostic) -> Html:
    """Say the version and the seed, how to open this notebook, and whose work it is not."""
    return paragraphs(
        d.say(
            f"piilib {piilib.__version__}; hạt giống {d.seed}. Mở sổ tay này: pii lab.",
            f"piilib {piilib.__version__}; seed {d.seed}. To open this notebook: pii lab.",
        ),
        d.say(
            "Soạn bằng piilib; không phải ấn phẩm của Bộ Khoa học và Công nghệ.",
            "Prepared with piilib; not a publication of the Ministry of Science and Technology.",
        ),
    )
