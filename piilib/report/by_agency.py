"""Levers by lead agency, and what one more natural unit adds."""

from __future__ import annotations

import numpy as np

from piilib.analysis.agencies import agencies
from piilib.report.block import Html, paragraphs
from piilib.report.chart import Chart, draw, figure, number_ticks, style
from piilib.report.lever_section import basis, best, lever_marks, marks_legend
from piilib.report.prepare import Diagnostic
from piilib.report.table import Column, Table
from piilib.report.words import (
    COLOURS,
    at_bounds,
    gain_label,
    kind,
    label,
    lot,
    n,
    net_column,
    per_unit,
    source,
)


def one_more_table(d: Diagnostic) -> Table | Html:
    """Tabulate what one more natural unit of each counted indicator adds."""
    if d.levers is None:
        return paragraphs("")
    counted = d.fw.table["counted"] == "true"
    table = d.levers[d.levers.index.map(lambda code: bool(counted[code]))].sort_index()
    rows = []
    for code, row in table.iterrows():
        missing = bool(row["denominator_missing"])
        rows.append(
            {
                "name": label(d, str(code), short=True),
                "unit": d.fw.table.at[code, f"natural_unit_{d.lang}"],
                "count": row["count"],
                "more": row["more"],
                "interval": (row["more_low"], row["more_high"]),
                "note": d.say("thiếu mẫu số", "denominator missing")
                if missing
                else lever_marks(row),
            }
        )
    return Table(
        key="one-more",
        caption=d.say(
            f"Thêm một đơn vị thì được bao nhiêu điểm PII ({at_bounds(d)})",
            f"What one more unit adds to the PII ({at_bounds(d)})",
        ),
        columns=(
            Column("name", d.say("Chỉ số", "Indicator")),
            Column("unit", d.say("Thêm", "One more")),
            Column("count", d.say("Hiện có", "Today"), "number", decimals=0),
            Column("more", d.say("Điểm PII", "PII points"), "signed", decimals=4),
            Column("interval", d.say("Khoảng 90%", "90% interval"), "interval", decimals=4),
            Column("note", d.say("Ghi chú", "Notes")),
        ),
        rows=rows,
        source=source(d),
        kind=kind(d, "inferred"),
        lang=d.lang,
        note=d.say(
            "Số hiện có được dựng lại từ giá trị in (hai chữ số thập phân) và mẫu số; mẫu số không "
            "có trong dữ liệu thì ghi rõ, không có một số nguyên nào khớp thì ghi – hay để trống. ",
            "Counts are rebuilt from the printed value and the denominator; where the denominator"
            " is not in the data this is said; where no one whole number fits, a dash or an empty"
            " cell stands. ",
        )
        + marks_legend(d),
    )


@style()
def agencies_chart(d: Diagnostic) -> Chart | Html:
    """Draw what one step on all its levers gives, by lead agency."""
    if d.levers is None or best(d).empty:
        return paragraphs("")
    table = agencies(d.levers)
    table = table[table["net"] > 0].iloc[::-1]
    fig = figure(8, 1.0 + 0.36 * len(table))
    axes = fig.subplots()
    axes.barh(
        [d.agency(str(name), short=True) for name in table.index],
        table["net"],
        color=COLOURS["accent"],
        height=0.65,
    )
    for y, (_, row) in enumerate(table.iterrows()):
        axes.text(row["net"], y, f" {n(d, row['net'], signed=True)}", va="center", fontsize=10)
    axes.set_xlim(0, float(table["net"].max()) * 1.15)
    axes.set_xlabel(
        d.say(
            f"{gain_label(d)} (một bước trên mỗi đòn bẩy)",
            f"{gain_label(d)} (one step on each lever)",
        )
    )
    number_ticks(axes.xaxis, lang=d.lang)
    top = table.iloc[-1]
    first, leads = str(table.index[-1]), best(d)["lead"].value_counts()
    most, points = str(leads.index[0]), n(d, top["net"], signed=True)
    return draw(
        fig,
        key="agencies",
        title=d.say(
            f"{d.agency(first)} giữ nhiều điểm nhất ({points})"
            + (", " if most == first else f"; {d.agency(most)} ")
            + f"chủ trì {leads.iloc[0]} trong {len(best(d))} đòn bẩy đầu",
            f"{d.agency(first)} holds most points ({points})"
            + (" and " if most == first else f"; {d.agency(most)} ")
            + f"leads {leads.iloc[0]} of the first {len(best(d))} levers",
        ),
        alt=d.say("Điểm theo cơ quan: ", "Points by agency: ")
        + "; ".join(
            f"{d.agency(str(name))}: {n(d, x)}" for name, x in table["net"].iloc[::-1].items()
        ),
        source=source(d, "plan" if d.plan is not None else "sheet"),
        kind=kind(d, "judgement"),
    )


def agencies_table(d: Diagnostic) -> Table | Html:
    """Tabulate levers by lead agency."""
    if d.levers is None:
        return paragraphs("")
    table = agencies(d.levers)
    rows = [
        {
            **row.to_dict(),
            "lead": d.agency(str(lead)),
            "best": label(d, row["best"], short=True) if row["best"] else "–",
            "ratio": lot(d) * row["gain_per_effort"]
            if np.isfinite(row["gain_per_effort"])
            else None,
        }
        for lead, row in table.iterrows()
    ]
    return Table(
        key="agencies-table",
        caption=d.say(
            "Đòn bẩy theo cơ quan chủ trì (mỗi đòn bẩy một bước)",
            "Levers by lead agency (one step on each)",
        ),
        columns=(
            Column("lead", d.say("Cơ quan chủ trì", "Lead agency")),
            Column("indicators", d.say("Số chỉ số", "Indicators"), "number", decimals=0),
            Column("levers", d.say("Đòn bẩy", "Levers"), "number", decimals=0),
            Column(
                "gain", d.say(f"Điểm PII, mốc {d.year}", f"PII points, {d.year} bounds"), "signed"
            ),
            *net_column(d),
            Column("effort", d.say("Công sức", "Effort"), "number", decimals=1),
            Column("ratio", f"{per_unit(d)}, {basis(d)}", "number", decimals=3),
            Column("best", d.say("Đòn bẩy tốt nhất", "Best lever")),
        ),
        rows=rows,
        source=source(d, "plan" if d.plan is not None else "sheet"),
        kind=kind(d, "judgement"),
        lang=d.lang,
    )
