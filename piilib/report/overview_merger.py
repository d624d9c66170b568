"""From 63 provinces to 34 units: what the merger does to the overview."""

from __future__ import annotations

import numpy as np

from piilib.data.provinces import provinces
from piilib.report.block import Html, paragraphs
from piilib.report.numbers import interval, listing, number
from piilib.report.overview import Overview
from piilib.report.overview_parts import completed_kind, source
from piilib.report.table import Column, Table


def merger_text(o: Overview) -> Html:
    """Say how well merged scores give the order of 2025, and what the weights do."""
    if o.merger is None:
        return paragraphs(
            o.say(
                "Mục này chỉ có trong trang của năm 2024, năm cuối cùng có 63 tỉnh.",
                "This section stands in the page of 2024, the last year of 63 provinces.",
            )
        )
    row = o.merger.correlation.loc["equal"]
    spread = float(o.merger.weights_matter["spread"].max())
    known = int(o.merger.weights_matter["known"].sum())
    names = _names(o, list(dict.fromkeys(o.merger.discrepancies.index.get_level_values("unit"))))
    apart = (
        o.say(
            f"Hạng 2025 nằm ngoài khoảng 90% dù gộp theo cách nào: {names}.",
            f"The rank of 2025 lies outside the 90% interval however merged: {names}.",
        )
        if names
        else o.say(
            "Không địa phương nào có hạng 2025 nằm ngoài khoảng 90% theo mọi cách gộp.",
            "No unit has a rank of 2025 outside the 90% interval under every way of merging.",
        )
    )
    return paragraphs(
        o.say(
            f"Gộp điểm 2024 (trung bình đơn giản) rồi so với hạng 2025 đã công bố của "
            f"{int(row['units'])} địa phương: tương quan hạng {number(row['median'], 2, o.lang)} "
            f"(khoảng 90%: {interval(row['low'], row['high'], 2, o.lang)}).",
            f"Scores of 2024 merged (simple means) against the published ranks of 2025 of "
            f"{int(row['units'])} units: rank correlation {number(row['median'], 2, o.lang)} (90% "
            f"interval {interval(row['low'], row['high'], 2, o.lang)}).",
        ),
        apart,
        o.say(
            "Điểm của một địa phương gộp không phải là trung bình của các tỉnh cũ: tỷ lệ và cận "
            f"đều đổi. Dân số của mọi tỉnh thành viên chỉ biết ở {known}/34 địa phương (gồm cả nơi "
            "không sáp nhập). Xấu nhất, lấy tỉnh thành viên thấp nhất hay cao nhất thì điểm trung "
            f"vị lệch nhau tới {number(spread, 1, o.lang)} điểm.",
            "The score of a merged unit is no mean of its members': ratios and goalposts change. "
            f"Populations of all members are known for {known} of 34 units (those not merged "
            "included). At worst, between the lowest and the highest member, a median score "
            f"differs by up to {number(spread, 1, o.lang)} points.",
        ),
    )


def merger_table(o: Overview) -> Table | Html:
    """List published ranks of 2025 beside the ranks of merged 2024 scores."""
    if o.merger is None:
        return Html()
    names = provinces(34, o.folder)[f"name_{o.lang}"]
    table = o.merger.units.xs("equal", level="weights").sort_values("published")
    rows = [
        {
            "unit": str(names[unit]),
            "published": row["published"],
            "merged": interval(row["low"], row["high"], 0, o.lang),
            "outside": o.say("ngoài khoảng", "outside") if row["outside"] else None,
            "members": float(o.merger.weights_matter["members"].get(unit, np.nan)),
        }
        for unit, row in table.iterrows()
    ]
    return Table(
        key="merger",
        caption=o.say(
            "Hạng 2025 đã công bố và hạng của điểm 2024 gộp",
            "Published ranks of 2025 and ranks of merged 2024 scores",
        ),
        columns=(
            Column("unit", o.say("Địa phương (34)", "Unit (of 34)")),
            Column("members", o.say("Số tỉnh cũ", "Former provinces"), "number", 0),
            Column("published", o.say("Hạng 2025", "Rank 2025"), "number", 0),
            Column(
                "merged",
                o.say("Hạng điểm 2024 gộp (khoảng 90%)", "Rank of merged 2024 (90% interval)"),
                align="right",
            ),
            Column("outside", o.say("So sánh", "Compared")),
        ),
        rows=rows,
        source=source(o),
        kind=completed_kind(o),
        lang=o.lang,
        note=o.say(
            "Khác biệt gồm cả một năm thay đổi, không chỉ do sáp nhập.",
            "Differences hold a year of change as well, not the merger alone.",
        ),
    )


def _names(o: Overview, units: list[str]) -> str:
    names = provinces(34, o.folder)[f"name_{o.lang}"]
    return listing([str(names[unit]) for unit in units], o.lang)
