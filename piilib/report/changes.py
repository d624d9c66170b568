"""Change since the year before, and what of it was the country's movement."""

from __future__ import annotations

import numpy as np
import pandas as pd

from piilib.analysis.change import indicator_changes, node_changes
from piilib.report.block import Html, paragraphs
from piilib.report.chart import Chart, draw, figure, number_ticks, style
from piilib.report.numbers import listing
from piilib.report.prepare import Diagnostic
from piilib.report.table import Column, Table
from piilib.report.words import (
    COLOURS,
    kind,
    label,
    n,
    needs_sheet,
    pillars,
    source,
)


def change_text(d: Diagnostic) -> Html:
    """Say what changed since the year before, and how much of it was the country's movement."""
    if d.sheet is None or d.before is None:
        return needs_sheet(d) if d.sheet is None else paragraphs(_no_before(d))
    table = indicator_changes(d.before, d.sheet)
    fair = table[table["comparable"]]
    own, moved = ((fair[c] * fair["weight"]).sum() for c in ("own", "bounds"))
    rising = fair[fair["own"] > 0]
    frozen = (rising["own"] * rising["weight"]).sum()
    real = ((rising["own"] + rising["bounds"]) * rising["weight"]).sum()
    skipped = [str(code) for code in table.index[~table["comparable"]]]
    total = d.sheet.score - d.before.score
    return paragraphs(
        d.say(
            f"Điểm PII {_verb(d, total)} {n(d, abs(total))} điểm, từ {n(d, d.before.score)} "
            f"({d.before.year}) đến {n(d, d.sheet.score)} ({d.year}).",
            f"The PII {_verb(d, total)} by {n(d, abs(total))} points, from {n(d, d.before.score)} "
            f"({d.before.year}) to {n(d, d.sheet.score)} ({d.year}).",
        ),
        d.say(
            f"Trên {len(fair)} chỉ số so sánh được giữa hai năm, thay đổi của chính tỉnh tương ứng "
            f"{n(d, own, signed=True)} điểm PII theo mốc {d.before.year}; do mức thấp nhất và cao "
            f"nhất của cả nước dịch chuyển: {n(d, moved, signed=True)}. Riêng {len(rising)} chỉ số "
            f"tỉnh cải thiện được: {n(d, frozen, signed=True)} nếu cả nước đứng yên, "
            f"{n(d, real, signed=True)} trên thực tế.",
            f"Over the {len(fair)} indicators that can be compared, the province's own changes were"
            f" worth {n(d, own, signed=True)} index points at {d.before.year} bounds; the movement"
            f" of the country's lowest and highest: {n(d, moved, signed=True)}. The {len(rising)}"
            f" indicators that improved: {n(d, frozen, signed=True)} had the country stood still,"
            f" {n(d, real, signed=True)} in fact.",
        ),
        d.say(
            (
                "Không so sánh được (đổi cách tính hoặc thiếu số liệu):"
                f" {listing(skipped, d.lang)}."
                if skipped
                else "Mọi chỉ số đều so sánh được."
            ),
            (
                f"Not comparable (definition changed or value missing): {listing(skipped, d.lang)}."
                if skipped
                else "All indicators can be compared."
            ),
        ),
    )


def _verb(d: Diagnostic, change: float) -> str:
    if change >= 0:
        return d.say("tăng", "rose")
    return d.say("giảm", "fell")


def _no_before(d: Diagnostic) -> str:
    return d.say(
        f"Chưa có phiếu số liệu {d.year - 1} của {d.name} nên chưa so sánh được hai năm.",
        f"The {d.year - 1} sheet of {d.name} is not in hand, so the years cannot be compared.",
    )


@style()
def change_chart(d: Diagnostic) -> Chart | Html:
    """Draw how many index points each pillar added or took."""
    if d.sheet is None or d.before is None:
        return paragraphs("") if d.sheet is None else paragraphs(_no_before(d))
    changes = node_changes(d.before, d.sheet)["change"]
    codes = pillars(d)
    weight = _node_weights(d)
    points = pd.Series({code: changes[code] * weight[code] for code in codes}).iloc[::-1]
    fig = figure(8, 3.9)
    axes = fig.subplots()
    colours = [COLOURS["good"] if x >= 0 else COLOURS["bad"] for x in points]
    names = [f"{code}. {d.node(str(code), short=True)}" for code in points.index]
    axes.barh(names, points, color=colours, height=0.65)
    reach = float(points.abs().max()) or 1.0
    for y, x in enumerate(points):
        axes.text(
            x + np.copysign(0.03 * reach, x),
            y,
            n(d, x, signed=True),
            va="center",
            ha="left" if x >= 0 else "right",
            fontsize=10,
        )
    axes.set_xlim(-1.35 * reach, 1.35 * reach)
    axes.axvline(0, color="#333333", linewidth=0.8)
    axes.set_xlabel(
        d.say("Đóng góp vào thay đổi điểm PII", "Contribution to the change of the PII")
    )
    number_ticks(axes.xaxis, lang=d.lang)
    up, down = str(points.idxmax()), str(points.idxmin())
    parts = []
    if points[up] > 0:
        parts.append(
            d.say(
                f"{d.node(up, short=True)} kéo lên nhiều nhất ({n(d, points[up], signed=True)})",
                f"{d.node(up, short=True)} adds most ({n(d, points[up], signed=True)})",
            )
        )
    if points[down] < 0:
        parts.append(
            d.say(
                f"{d.node(down, short=True)} kéo xuống nhiều nhất"
                f" ({n(d, points[down], signed=True)})",
                f"{d.node(down, short=True)} takes most ({n(d, points[down], signed=True)})",
            )
        )
    return draw(
        fig,
        key="change",
        title="; ".join(parts) or d.say("Không trụ cột nào thay đổi", "No pillar changed"),
        alt=d.say(
            "Đóng góp của từng trụ cột vào thay đổi điểm PII: ",
            "Contribution of each pillar to the change of the PII: ",
        )
        + "; ".join(f"{code}: {n(d, x, signed=True)}" for code, x in points.iloc[::-1].items()),
        source=source(d),
        kind=kind(d, "sheet"),
    )


def _node_weights(d: Diagnostic) -> dict[str, float]:
    share = d.fw.shares()
    weight = {d.fw.root: 1.0}
    for code in d.fw.table.index[1:]:
        weight[str(code)] = weight[str(d.fw.table.at[code, "parent"])] * float(share[code])
    return weight


def change_table(d: Diagnostic) -> Table | Html:
    """Tabulate the indicators whose own change was worth most, up or down."""
    if d.sheet is None or d.before is None:
        return paragraphs("")
    table = indicator_changes(d.before, d.sheet)
    table = table[table["comparable"]]
    points = (table["own"] * table["weight"]).sort_values(key=np.abs, ascending=False)
    shown = points[points.abs() > 0.005].index[:16]
    rows = [
        {
            "name": label(d, str(code)),
            "before": table.at[code, "before"],
            "now": table.at[code, "now"],
            "own": table.at[code, "own"] * table.at[code, "weight"],
            "bounds": table.at[code, "bounds"] * table.at[code, "weight"],
            "sum": (table.at[code, "own"] + table.at[code, "bounds"]) * table.at[code, "weight"],
        }
        for code in shown
    ]
    return Table(
        key="change-table",
        caption=d.say(
            f"Thay đổi lớn nhất {d.before.year}–{d.year} và giá trị của chúng, tính bằng điểm PII",
            f"The largest changes {d.before.year}–{d.year} and what they were worth, in index"
            " points",
        ),
        columns=(
            Column("name", d.say("Chỉ số", "Indicator")),
            Column("before", str(d.before.year), "number"),
            Column("now", str(d.year), "number"),
            Column(
                "own",
                d.say(f"Do tỉnh (mốc {d.before.year})", f"Own ({d.before.year} bounds)"),
                "signed",
            ),
            Column("bounds", d.say("Do mốc cả nước dịch chuyển", "Bounds moved"), "signed"),
            Column("sum", d.say("Thực tế", "In fact"), "signed"),
        ),
        rows=rows,
        source=source(d),
        kind=kind(d, "inferred"),
        lang=d.lang,
    )
