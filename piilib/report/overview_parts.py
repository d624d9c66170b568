"""Texts and tables of the national overview."""

from __future__ import annotations

import numpy as np
import pandas as pd

import piilib
from piilib.report.block import Html, bullets, cards, paragraphs
from piilib.report.closing import digest
from piilib.report.index_words import quantity
from piilib.report.numbers import interval, number
from piilib.report.overview import Overview
from piilib.report.simulated import marked, simulated_notice
from piilib.report.table import Column, Table

#: Kinds of facts in words.
_FACTS = {
    "score": ("điểm đã công bố", "published scores"),
    "rank": ("hạng hoặc khoảng hạng", "ranks or bands of ranks"),
    "mean": ("trung bình vùng", "regional means"),
    "highest": ("điểm cao nhất của một nhóm", "highest scores of a group"),
    "lowest": ("điểm thấp nhất của một nhóm", "lowest scores of a group"),
    "count": ("số địa phương trong một khoảng hạng", "counts in a band of ranks"),
    "stay": ("địa phương giữ nguyên nhóm hạng", "units that stay in a band of ranks"),
}
INPUTS = ("scoreboard", "regions", "facts", "provinces", "tiles")


def published_kind(o: Overview) -> str:
    """Return the words for published figures."""
    return o.say("Bảng xếp hạng đã công bố", "Published scoreboard")


def completed_kind(o: Overview) -> str:
    """Return the words for figures that rest on the completion."""
    return o.say(
        "Bảng xếp hạng đã công bố; phần chưa công bố là khoảng ước lượng",
        "Published scoreboard; what was not published is an estimated interval",
    )


def source(o: Overview) -> str:
    """Name where the figures come from."""
    said = o.say(
        f"Báo chí và các tỉnh công bố PII {o.year}; tính bằng piilib",
        f"PII {o.year} as published by press and provinces; computed by piilib",
    )
    return marked(said, o.lang, o.simulated)


def first_screen(o: Overview) -> Html:
    """Give the few figures of the year, and how much of it is known."""
    table = o.summary
    known = table["score"].dropna()
    top = str(known.idxmax())
    width = (table["high"] - table["low"])[~table["published"]]
    items = [
        (
            o.say("Điểm đã công bố", "Published scores"),
            f"{len(known)}/{len(table)}",
            o.say("các điểm khác là khoảng 90%", "the others are 90% intervals")
            if len(width)
            else "",
        ),
        (
            o.say("Cao nhất đã công bố", "Highest published"),
            number(float(known[top]), 2, o.lang),
            o.province(top),
        ),
        (
            o.say("Độ rộng khoảng 90%", "Width of the 90% intervals"),
            number(float(width.median()), 1, o.lang) if len(width) else "–",
            o.say("điểm, trung vị của phần chưa công bố", "points, median of what is unpublished"),
        ),
    ]
    notice = simulated_notice(o.lang, o.simulated)
    return Html("\n").join([notice, cards(items), bullets(_messages(o))])


def _messages(o: Overview) -> list[str]:
    ranked = int(o.board.table["rank"].notna().sum())
    messages = [
        o.say(
            f"Hạng đã công bố: {ranked}/{len(o.summary)} địa phương.",
            f"Published ranks: {ranked} of {len(o.summary)} units.",
        )
    ]
    if not o.regions.empty:
        last = o.regions[o.year]
        high, low = str(last.idxmax()), str(last.idxmin())
        messages.append(
            o.say(
                f"Vùng cao nhất: {high} ({number(last[high], 2, o.lang)}); thấp nhất: {low} "
                f"({number(last[low], 2, o.lang)}), trung bình đã công bố.",
                f"Highest region: {high} ({number(last[high], 2, o.lang)}); lowest: {low} "
                f"({number(last[low], 2, o.lang)}); published means.",
            )
        )
    if len(o.movers):
        up = int((o.movers["change"] > 0).sum())
        messages.append(
            o.say(
                f"Trong {len(o.movers)} địa phương có điểm công bố cả hai năm {o.year - 1} và "
                f"{o.year}, {up} địa phương tăng điểm.",
                f"Of {len(o.movers)} units with published scores in {o.year - 1} and {o.year}, "
                f"{up} rose.",
            )
        )
    return messages


def score_text(o: Overview, row: pd.Series) -> str:
    """Write a published score, or the 90 % interval of another."""
    if row["published"]:
        return number(row["score"], 2, o.lang)
    return interval(row["low"], row["high"], 1, o.lang)


def scores_table(o: Overview) -> Table:
    """List every unit: published score and rank, or their intervals."""
    rows = [
        {
            "unit": o.province(key),
            "region": str(o.names.at[key, f"region_{o.lang}"]),
            "score": score_text(o, row),
            "what": o.say("công bố", "published")
            if row["published"]
            else o.say("khoảng 90%", "90% interval"),
            "rank": quantity(row["rank"], o.lang)
            if not np.isnan(row["rank"])
            else interval(row["rank_low"], row["rank_high"], 0, o.lang),
            "error": None if row["published"] else o.completion.standard_error[key],
        }
        for key, row in o.summary.iterrows()
    ]
    worst = float(o.summary["rhat"].max())
    least = float(o.summary["ess"].min())
    return Table(
        key="scores",
        caption=o.say(f"PII {o.year} của mọi địa phương", f"PII {o.year} of every unit"),
        columns=(
            Column("unit", o.say("Địa phương", "Unit")),
            Column("region", o.say("Vùng", "Region")),
            Column("score", o.say("Điểm", "Score"), align="right"),
            Column("what", o.say("Loại", "Kind")),
            Column("rank", o.say("Hạng", "Rank"), align="right"),
            Column("error", o.say("± mô phỏng", "± simulation"), "number"),
        ),
        rows=rows,
        source=source(o),
        kind=completed_kind(o),
        lang=o.lang,
        note=o.say(
            f"Xếp theo trung vị. Hạng là số đã công bố, hoặc khoảng 90% khi chưa công bố. ± là sai "
            f"số chuẩn Monte-Carlo của điểm trung bình; R-hat lớn nhất {number(worst, 3, o.lang)}, "
            f"số lần rút hiệu dụng nhỏ nhất {number(least, 0, o.lang)}.",
            f"By median. A rank is published, or a 90% interval where it was not. ± is the Monte-"
            f"Carlo standard error of the mean score; largest R-hat {number(worst, 3, o.lang)}, "
            f"least effective number of draws {number(least, 0, o.lang)}.",
        ),
    )


def regions_table(o: Overview) -> Table | Html:
    """List the published regional means."""
    if o.regions.empty:
        return paragraphs(
            o.say(
                f"Trung bình vùng năm {o.year} chưa được công bố (vùng cũng đã sắp xếp lại).",
                f"Regional means of {o.year} were not published (regions were redrawn as well).",
            )
        )
    years = list(o.regions.columns)
    ordered = o.regions.sort_values(o.year, ascending=False)
    rows = [
        {
            "region": region,
            **{str(year): row[year] for year in years},
            "change": row[years[-1]] - row[years[0]] if len(years) > 1 else np.nan,
        }
        for region, row in ordered.iterrows()
    ]
    change = (Column("change", o.say("Thay đổi", "Change"), "signed"),) if len(years) > 1 else ()
    return Table(
        key="regions",
        caption=o.say("Điểm trung bình của sáu vùng", "Mean scores of the six regions"),
        columns=(
            Column("region", o.say("Vùng", "Region")),
            *(Column(str(year), str(year), "number") for year in years),
            *change,
        ),
        rows=rows,
        source=source(o),
        kind=published_kind(o),
        lang=o.lang,
        note=o.say(
            "Cận min-max của mỗi năm khác nhau: điểm cả nước giảm không có nghĩa là năng lực giảm.",
            "The goalposts of each year differ: a fall of all scores is no fall of capacity.",
        ),
    )


def movers_table(o: Overview) -> Table | Html:
    """List the published changes of score and rank."""
    if not len(o.movers):
        return paragraphs(_no_movers(o))
    rows = [
        {
            "unit": o.province(key),
            **row.to_dict(),
            "ranks": " → ".join(quantity(row[c], o.lang) for c in ("rank_before", "rank_now")),
        }
        for key, row in o.movers.iterrows()
    ]
    return Table(
        key="movers",
        caption=o.say(
            f"Điểm công bố {o.year - 1} và {o.year}", f"Published scores {o.year - 1} and {o.year}"
        ),
        columns=(
            Column("unit", o.say("Địa phương", "Unit")),
            Column("before", str(o.year - 1), "number"),
            Column("now", str(o.year), "number"),
            Column("change", o.say("Thay đổi", "Change"), "signed"),
            Column("ranks", o.say("Hạng", "Rank"), align="right"),
        ),
        rows=rows,
        source=source(o),
        kind=published_kind(o),
        lang=o.lang,
        note=o.say(
            f"Chỉ gồm {len(rows)} địa phương công bố điểm cả hai năm; phần lớn là nhóm dẫn đầu, "
            "không đại diện cho cả nước.",
            f"Only the {len(rows)} units with published scores in both years, most of them leaders:"
            " no sample of the country.",
        ),
    )


def _no_movers(o: Overview) -> str:
    if o.year == 2025:
        return o.say(
            "Năm 2025 có 34 địa phương và thang điểm khác năm 2024 nên không lấy hiệu hai năm.",
            "2025 has 34 units and another scale than 2024, so the years are not subtracted.",
        )
    return o.say(
        "Chưa có kết quả năm trước để so sánh.", "There is no earlier edition to compare with."
    )


def facts_table(o: Overview) -> Table:
    """Count the facts that every draw satisfies, by kind."""
    facts = o.completion.facts
    used = facts[facts["used"]]
    rows = [
        {
            "kind": o.say(*_FACTS[str(kind)]),
            "count": len(group),
            "held": int((group["satisfied"] == len(o.completion.scores)).sum()),
        }
        for kind, group in used.groupby("kind", sort=False)
    ]
    unused = int((~facts["used"]).sum())
    return Table(
        key="facts",
        caption=o.say(
            "Dữ kiện đã công bố mà mọi lần rút đều thỏa",
            "Published facts that every draw satisfies",
        ),
        columns=(
            Column("kind", o.say("Loại dữ kiện", "Kind of fact")),
            Column("count", o.say("Số dữ kiện", "Facts"), "number", 0),
            Column("held", o.say("Thỏa trong mọi lần rút", "Hold in every draw"), "number", 0),
        ),
        rows=rows,
        source="scoreboard.csv, regions.csv, facts.csv",
        kind=published_kind(o),
        lang=o.lang,
        note=o.say(
            f"{unused} dữ kiện khác không nói gì về điểm hoặc hạng chung nên không dùng.",
            f"{unused} other facts say nothing about index scores or ranks and are not used.",
        ),
    )


def prior(o: Overview) -> Html:
    """Say what is assumed where nothing was published."""
    if o.board.basis == 63:
        vi = (
            "Trước khi xét dữ kiện, điểm chưa công bố năm 2023 được coi là phân bố đều giữa điểm "
            "thấp nhất và cao nhất đã công bố; điểm 2024 bằng điểm 2023 cộng thay đổi trung bình "
            "của vùng và một nhiễu chuẩn có độ lệch chuẩn 2,25 điểm. Trung bình vùng được coi là "
            "trung bình đơn giản của các tỉnh."
        )
    else:
        vi = (
            "Trước khi xét dữ kiện, điểm chưa công bố được coi là phân bố đều, độc lập với nhau, "
            "từ điểm thấp nhất từng công bố ở bất kỳ năm nào đến điểm cao nhất của năm; vì vậy "
            "khoảng của địa phương chưa có hạng rất rộng."
        )
    rest = "Giả thiết khác cho khoảng khác; khoảng không phải là điểm công bố."
    return paragraphs(
        o.say(f"{vi} {rest}", f"Assumed before the facts. {o.completion.prior}."),
        o.say(
            "Mọi lần rút đều thỏa mọi dữ kiện dưới đây.",
            "Every draw satisfies every fact below.",
        ),
    )


def foot(o: Overview) -> Html:
    """Version, inputs with hashes, seed, and the command that makes the page again."""
    files = ", ".join(f"{n}.csv {digest(o.folder / f'{n}.csv')}" for n in INPUTS)
    return paragraphs(
        o.say(
            f"piilib {piilib.__version__}; hạt giống {o.seed}; {o.draws} lần rút; số liệu đầu vào "
            f"(sha256): {files}.",
            f"piilib {piilib.__version__}; seed {o.seed}; {o.draws} draws; inputs (sha256): "
            f"{files}.",
        ),
        o.say(
            f"Lập lại trang này: pii overview --year {o.year} --lang {o.lang}",
            f"To make this page again: pii overview --year {o.year} --lang {o.lang}",
        ),
        o.say(
            "Soạn bằng piilib; không phải ấn phẩm của Bộ Khoa học và Công nghệ.",
            "Prepared with piilib; not a publication of the Ministry of Science and Technology.",
        ),
    )
