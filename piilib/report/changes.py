"""Change since the year before, and what of it was the country's movement."""

from __future__ import annotations

import numpy as np
import pandas as pd

from piilib.analysis.change import indicator_changes, node_changes
from piilib.data.sheet import Sheet
from piilib.report.block import Html, paragraphs
from piilib.report.chart import Chart, draw, figure, number_ticks, style
from piilib.report.numbers import counted, listing
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
    if d.sheet is None:
        return needs_sheet(d)
    if d.before is None:
        return paragraphs(_no_before(d))
    table = indicator_changes(d.before, d.sheet)
    skipped = [str(code) for code in table.index[~table["comparable"]]]
    left_out = d.say(
        f"Không so sánh được (đổi cách tính hoặc thiếu số liệu): {listing(skipped, d.lang)}.",
        f"Not comparable (definition changed or value missing): {listing(skipped, d.lang)}.",
    )
    return paragraphs(
        _total_change(d, d.before, d.sheet),
        _own_and_bounds(d, d.before.year, table[table["comparable"]]),
        left_out if skipped else "",
    )


def _total_change(d: Diagnostic, before: Sheet, now: Sheet) -> str:
    change = now.score - before.score
    if round(change, 2) == 0.0:
        return d.say(
            f"Điểm PII không đổi so với {before.year}: {n(d, now.score)}.",
            f"The PII has not changed since {before.year}: {n(d, now.score)}.",
        )
    verb = d.say("tăng", "rose") if change > 0 else d.say("giảm", "fell")
    return d.say(
        f"Điểm PII {verb} {n(d, abs(change))} điểm, từ {n(d, before.score)} ({before.year}) đến "
        f"{n(d, now.score)} ({now.year}).",
        f"The PII {verb} by {n(d, abs(change))} points, from {n(d, before.score)} ({before.year}) "
        f"to {n(d, now.score)} ({now.year}).",
    )


def _own_and_bounds(d: Diagnostic, year: int, fair: pd.DataFrame) -> str:
    """Split the change into the province's own and the movement of the bounds."""
    own, moved = (n(d, (fair[c] * fair["weight"]).sum(), signed=True) for c in ("own", "bounds"))
    text = d.say(
        f"Trên {len(fair)} chỉ số so sánh được giữa hai năm, thay đổi của chính tỉnh tương ứng "
        f"{own} điểm PII theo mốc {year}; do mức thấp nhất và cao nhất của cả nước dịch chuyển: "
        f"{moved}; phần còn lại là của các chỉ số không so sánh được và sai lệch của cách tính.",
        f"Over the {len(fair)} indicators that can be compared, the province's own changes were "
        f"worth {own} index points at {year} bounds; the movement of the country's lowest and "
        f"highest: {moved}; the rest lies with indicators that cannot be compared and with what "
        "the method misses.",
    )
    rising = fair[fair["own"] > 0]
    if rising.empty:
        return text
    frozen = n(d, (rising["own"] * rising["weight"]).sum(), signed=True)
    real = n(d, ((rising["own"] + rising["bounds"]) * rising["weight"]).sum(), signed=True)
    return text + d.say(
        f" Riêng {len(rising)} chỉ số tỉnh cải thiện được: {frozen} nếu cả nước đứng yên, {real} "
        "trên thực tế.",
        f" Of these, {counted(d.lang, len(rising), 'chỉ số', 'indicator')} improved: {frozen} had "
        f"the country stood still, {real} in fact.",
    )


def _no_before(d: Diagnostic) -> str:
    return d.say(
        f"Chưa có điểm công bố của {d.name} trong cả hai phiếu {d.year - 1} và {d.year} nên chưa "
        "so sánh được hai năm.",
        f"The sheets of {d.name} for {d.year - 1} and {d.year} are not both in hand with published "
        "scores, so the years cannot be compared.",
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
