"""Reconciliation of published scores with what the published values give."""

from __future__ import annotations

import numpy as np

from piilib.index.reconcile import fit_counts
from piilib.report.block import Html, paragraphs
from piilib.report.chart import Chart, draw, figure, number_ticks, style
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
    subpillars,
)


def reconcile_text(d: Diagnostic) -> Html:
    """Say how far the published scores can be recomputed."""
    if d.sheet is None:
        return needs_sheet(d)
    if d.sheet.recomputed:
        return paragraphs(
            d.say(
                "Phiếu không có đủ điểm công bố của các nhóm, trụ cột và điểm chung nên chưa đối "
                "chiếu được; bổ sung các điểm đó vào phiếu thì mục này sẽ đầy đủ.",
                "The sheet lacks published scores of sub-pillars, pillars or the index, so there is"
                " nothing to reconcile; with them in the sheet this section is complete.",
            )
        )
    sheets = [sheet for sheet in (d.before, d.sheet) if sheet is not None]
    counts = fit_counts(sheets, d.folder)
    table = d.reconciled["official"]
    upper = table.loc[[d.fw.root, *pillars(d)]]
    years = "–".join(str(sheet.year) for sheet in sheets)
    apart = int((~upper["fits"]).sum())
    sums = (
        d.say("đều khớp trong sai số làm tròn", "all agree within rounding")
        if apart == 0
        else d.say(f"có {apart} điểm không khớp", f"leave {apart} that do not agree")
    )
    fitted = d.say(
        ", phần còn lại dựa vào mức trần được chọn cho khớp nên không phải là bằng chứng",
        "; the others rest on caps chosen to fit and are no evidence",
    )
    rest = fitted if counts["official"] > counts["reversed"] else ""
    return paragraphs(
        d.say(
            f"Cộng từ nhóm lên trụ cột và từ trụ cột lên điểm chung: các điểm {d.year} {sums} "
            f"(điểm chung tính lại: {n(d, table.at[d.fw.root, 'recomputed'])}, công bố: "
            f"{n(d, table.at[d.fw.root, 'published'])}).",
            f"From sub-pillars to pillars and from pillars to the index, the {d.year} scores {sums}"
            f" (index recomputed: {n(d, table.at[d.fw.root, 'recomputed'])}, published:"
            f" {n(d, table.at[d.fw.root, 'published'])}).",
        ),
        d.say(
            f"Từ chỉ số lên nhóm ({years}): chuẩn hóa min-max thuần túy khớp {counts['plain']} trên"
            f" {counts['total']} điểm nhóm; đảo chiều chỉ số 4.1.2 (càng thấp càng tốt):"
            f" {counts['reversed']}; thêm các mức trần suy luận từ phiếu: {counts['official']} trên"
            f" {counts['total']}, trong đó {counts['reversed']} không dùng số tự do nào{rest}.",
            f"From indicators to sub-pillars ({years}): plain min-max fits {counts['plain']} of"
            f" {counts['total']} sub-pillar scores; with 4.1.2 reversed (lower is better)"
            f" {counts['reversed']}; with caps inferred from the sheet {counts['official']} of"
            f" {counts['total']}, of which {counts['reversed']} with no free number{rest}.",
        ),
    )


@style()
def reconcile_chart(d: Diagnostic) -> Chart | Html:
    """Draw, by sub-pillar, what the values allow against what was published."""
    if d.sheet is None or d.sheet.recomputed:
        return paragraphs("")
    free = d.reconciled["reversed"].loc[subpillars(d)].iloc[::-1]
    capped = d.reconciled["official"].loc[free.index]
    fig = figure(8, 5.2)
    axes = fig.subplots()
    y = np.arange(len(free))
    for offset, table, colour, text in (
        (0.16, free, COLOURS["muted"], d.say("không trần", "no caps")),
        (-0.16, capped, COLOURS["accent"], d.say("có trần suy luận", "with inferred caps")),
    ):
        low, high = (table[c] - table["published"] for c in ("low", "high"))
        axes.hlines(
            y + offset, low, np.maximum(high, low + 0.15), color=colour, linewidth=5, label=text
        )
    axes.axvline(0, color="#222222", linewidth=1)
    axes.set_yticks(y, [label(d, str(code), short=True) for code in free.index])
    axes.set_xlabel(
        d.say(
            "Khoảng tính lại trừ điểm công bố (điểm); chạm vạch 0 là khớp",
            "Recomputed interval minus published (points); touching 0 fits",
        )
    )
    number_ticks(axes.xaxis, lang=d.lang)
    fig.legend(loc="outside upper right", ncols=2, fontsize=10)
    fits, alone = int(capped["fits"].sum()), int(free["fits"].sum())
    return draw(
        fig,
        key="reconcile",
        title=d.say(
            f"{d.year}: {alone}/{len(free)} nhóm khớp không cần số tự do; có trần suy luận: "
            f"{fits}/{len(free)}",
            f"{d.year}: {alone} of {len(free)} sub-pillars fit with no free number; with inferred "
            f"caps {fits}",
        ),
        alt=d.say(
            "Khoảng điểm tính lại so với điểm công bố của từng nhóm, không và có mức trần.",
            "Recomputed interval against the published score of each sub-pillar, without and with "
            "caps.",
        ),
        source=source(d),
        kind=kind(d, "inferred"),
    )


def reconcile_table(d: Diagnostic) -> Table | Html:
    """Tabulate published and recomputed scores with what rounding allows."""
    if d.sheet is None or d.sheet.recomputed:
        return paragraphs("")
    free = d.reconciled["reversed"]
    table = d.reconciled["official"]
    yes, no = d.say("khớp", "fits"), d.say("không", "no")
    rows = [
        {
            "node": label(d, str(code)),
            "published": row["published"],
            "recomputed": row["recomputed"],
            "interval": (row["low"], row["high"]),
            "free": yes if free.at[code, "fits"] else no,
            "fits": yes if row["fits"] else no,
            "numbers": row["free_numbers"],
        }
        for code, row in table.iterrows()
    ]
    return Table(
        key="reconcile-table",
        caption=d.say(
            f"Điểm công bố và điểm tính lại, PII {d.year}",
            f"Published and recomputed scores, PII {d.year}",
        ),
        columns=(
            Column("node", d.say("Điểm", "Score")),
            Column("published", d.say("Công bố", "Published"), "number"),
            Column("recomputed", d.say("Tính lại", "Recomputed"), "number"),
            Column(
                "interval",
                d.say("Khoảng do làm tròn", "Allowed by rounding"),
                "interval",
                decimals=3,
            ),
            Column("free", d.say("Không số tự do", "No free number")),
            Column("fits", d.say("Có trần", "With caps")),
            Column("numbers", d.say("Số tự do", "Free numbers"), "number", decimals=0),
        ),
        rows=rows,
        source=source(d),
        kind=kind(d, "inferred"),
        lang=d.lang,
        note=d.say(
            "Nhóm tính lại từ giá trị chỉ số; trụ cột và điểm chung tính lại từ điểm công bố của "
            "cấp dưới.",
            "Sub-pillars are recomputed from indicator values, pillars and the index from the "
            "published scores below them.",
        ),
    )
