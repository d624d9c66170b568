"""Slides on where a province stands, what changed, the best levers and the chance of its goal."""

from __future__ import annotations

import numpy as np

from piilib.analysis.change import indicator_changes
from piilib.analysis.plan import stated_goal
from piilib.report.block import Html, bullets, cards, paragraphs
from piilib.report.briefing_text import footed, point, speaker, texts
from piilib.report.changes import change_text
from piilib.report.completed import completed_rank, completed_score
from piilib.report.numbers import listing
from piilib.report.plan_section import rank_goal, scale_note
from piilib.report.prepare import Diagnostic
from piilib.report.profile import known_scores, own_rank, position, region_mean
from piilib.report.words import (
    kind,
    n,
    no_plan,
    no_sheet,
    pillars,
    source,
    sources,
)


def opening(d: Diagnostic) -> Html:
    """Say on the title slide what the slides are for, and on what they rest.

    Examples
    --------
    >>> from piilib.report.prepare import prepare
    >>> said = opening(prepare("lang-son", 2024, "en"))
    >>> "Paper for the seminar on the Provincial Innovation Index of Lang Son" in said
    True
    """
    rests = "sheet" if d.sheet is not None else "scoreboard"
    return Html("\n").join(
        [
            paragraphs(
                d.say(
                    f"Tài liệu hội thảo về Chỉ số Đổi mới sáng tạo cấp địa phương của {d.name}",
                    f"Paper for the seminar on the Provincial Innovation Index of {d.name}",
                ),
                d.say(
                    f"Số liệu: {kind(d, rests)}. {source(d, rests)}",
                    f"Data: {kind(d, rests)}. {source(d, rests)}",
                ),
                d.say(
                    "Soạn bằng piilib; không phải ấn phẩm của Bộ Khoa học và Công nghệ.",
                    "Prepared with piilib; not a publication of the Ministry of Science and "
                    "Technology.",
                ),
            ),
            speaker(
                d.say(
                    f"Mọi con số lấy từ báo cáo chẩn đoán PII {d.year} của {d.name}; nguồn của từng"
                    " trang ở phần ghi chú của trang đó.",
                    f"Every figure is taken from the PII {d.year} diagnostic of {d.name}; the "
                    "sources of each slide stand in its notes.",
                ),
                sources_of(d, rests),
            ),
        ]
    )


def standing(d: Diagnostic) -> Html:
    """Say where the province stands: score, rank, region, goal."""
    score = float(known_scores(d).get(d.key, np.nan))
    rank, of = own_rank(d)
    shown = [
        (d.say(f"Điểm PII {d.year}", f"PII score {d.year}"), n(d, score), _score_note(d, score)),
        (d.say(f"Hạng {d.year}", f"Rank {d.year}"), f"{rank}/{of}" if rank else "–", _old_rank(d)),
    ]
    region = region_mean(d)
    if region is not None:
        shown.append(
            (d.say("Trung bình vùng", "Mean of the region"), n(d, region[1]), region[0]),
        )
    if d.plan is not None:
        shown.append(_goal_card(d))
    said = [one.text for one in texts(position(d))]
    parts = [
        point(_standing_point(d, score, rank, of)),
        cards(shown),
        bullets(_beside(d)) if _beside(d) else Html(),
        speaker(*map(_not_drawn, said), sources_of(d, *_used(d))),
    ]
    if region is not None and d.sheet is not None:
        parts.append(footed(f"{kind(d, 'scoreboard')} · {source(d, 'scoreboard')}"))
    return Html("\n").join(parts)


def _not_drawn(text: str) -> str:
    """Leave out what a sentence says of a chart that is not on the slide."""
    return text if ";" not in text else text.split(";")[0].rstrip(".") + "."


def _used(d: Diagnostic) -> list[str]:
    """Name the documents of the slide on the position."""
    return [
        "scoreboard",
        *(["sheet"] if d.sheet is not None else []),
        *(["plan"] if d.plan else []),
    ]


def _beside(d: Diagnostic) -> list[str]:
    """Say beside the pillars which are the country's lowest, and on which scale the goal is."""
    said = []
    if codes := _lowest(d):
        assert d.sheet is not None
        names = [
            f"{code}. {d.node(code, short=True)} ({n(d, d.sheet.table.at[code, 'value'])})"
            for code in codes
        ]
        names_said = listing(names, d.lang)
        said.append(
            d.say(
                f"Bằng mức thấp nhất cả nước: {names_said}.",
                f"At the country's lowest: {names_said}.",
            )
        )
    if d.plan is not None:
        said.append(scale_note(d))
    return [text for text in said if text]


def _score_note(d: Diagnostic, score: float) -> str:
    if score == score:
        if d.before is None or "PII" in d.before.recomputed:
            return ""
        change = n(d, score - d.before.score, signed=True)
        return d.say(f"{change} so với {d.before.year}", f"{change} on {d.before.year}")
    if found := completed_score(d):
        return d.say(f"chưa công bố; ước lượng {found}", f"not published; estimated {found}")
    return d.say("chưa công bố", "not published")


def _old_rank(d: Diagnostic) -> str:
    if own_rank(d)[0] is None:
        found = completed_rank(d)
        return d.say(f"ước lượng {found}", f"estimated {found}") if found else ""
    if d.before is None or d.before.rank is None:
        return ""
    return f"{d.before.year}: {d.before.rank}/{d.before.of}"


def _goal_card(d: Diagnostic) -> tuple[str, str, str]:
    assert d.plan is not None
    goal = stated_goal(d.plan, "score")
    points = f"≥ {n(d, goal)} {d.say('điểm', 'points')}" if goal == goal else ""
    head = d.say(f"Mục tiêu {d.plan.year}", f"Goal for {d.plan.year}")
    return (head, rank_goal(d), points) if rank_goal(d) else (head, points or "–", "")


def _standing_point(d: Diagnostic, score: float, rank: int | None, of: int) -> str:
    place = d.say(f", hạng {rank}/{of}", f", rank {rank} of {of}") if rank else ""
    if score != score:
        known = d.say(f"hạng {rank}/{of}", f"rank {rank} of {of}") if rank else ""
        return (
            d.say(
                f"{d.name}: {known}, điểm PII {d.year} chưa có trong các nguồn đã thu thập",
                f"{d.name}: {known}, its PII {d.year} score is not in the sources collected",
            )
            if known
            else d.say(
                f"Điểm và hạng PII {d.year} của {d.name} chưa có trong các nguồn đã thu thập",
                f"Score and rank of {d.name} in PII {d.year} are not in the sources collected",
            )
        )
    if d.sheet is None:
        return d.say(
            f"{d.name} đạt {n(d, score)} điểm PII {d.year}{place}",
            f"{d.name} scores {n(d, score)} in PII {d.year}{place}",
        )
    return d.say(
        f"{d.name} đạt {n(d, score)} điểm{place}{_lowest_said(d)}",
        f"{d.name} scores {n(d, score)}{place}{_lowest_said(d)}",
    )


def _lowest_said(d: Diagnostic) -> str:
    """Name the pillars whose published score is the country's lowest."""
    codes = _lowest(d)
    if not codes:
        return ""
    names = listing(codes, d.lang)
    word = "pillar" if len(codes) == 1 else "pillars"
    return d.say(
        f", thấp nhất cả nước ở trụ cột {names}", f", lowest of the country in {word} {names}"
    )


def _lowest(d: Diagnostic) -> list[str]:
    """Return the pillars whose published score is the country's lowest."""
    if d.sheet is None or d.sheet.recomputed & set(pillars(d)):
        return []
    table = d.sheet.table.loc[pillars(d)]
    return [str(code) for code in table.index[table["value"] == table["lowest"]]]


def change(d: Diagnostic) -> Html:
    """Say what changed since the year before, and what of it was the country's movement."""
    if d.sheet is None or d.before is None:
        return Html()
    total, split, *left = [one.text for one in texts(change_text(d))]
    said = [part.strip() + "." for part in split.rstrip(".").split(". ")]
    return Html("\n").join(
        [
            point(total.rstrip(".")),
            bullets([*said, *_movers(d)]),
            speaker(
                *left,
                d.say(
                    f"Thay đổi của chính tỉnh tính theo mốc {d.before.year}; phần còn lại là do "
                    "mức thấp nhất và cao nhất của cả nước dịch chuyển.",
                    f"The province's own changes are counted at {d.before.year} bounds; the rest "
                    "is the movement of the country's lowest and highest.",
                ),
                sources_of(d, "sheet"),
            ),
        ]
    )


def _movers(d: Diagnostic) -> list[str]:
    """Name the indicators that added and took most."""
    assert d.sheet is not None
    assert d.before is not None
    table = indicator_changes(d.before, d.sheet)
    table = table[table["comparable"]]
    points = ((table["own"] + table["bounds"]) * table["weight"]).sort_values()
    most = points[points > 0.005].iloc[::-1].head(3)
    least = points[points < -0.005].head(3)
    said = []
    for found, vi, en in ((most, "Kéo lên", "Up"), (least, "Kéo xuống", "Down")):
        if len(found):
            names = [
                f"{d.node(str(code), short=True)} ({code}: {n(d, x, signed=True)})"
                for code, x in found.items()
            ]
            said.append(f"{d.say(vi, en)}: {listing(names, d.lang)}.")
    return said


def sources_of(d: Diagnostic, *names: str) -> str:
    """Name the documents behind a slide, for its speaker; the province's sheet if none is named."""
    return d.say("Nguồn: ", "Source: ") + sources(d, *(names or ("sheet",))) + "."


def missing(d: Diagnostic) -> Html:
    """Say what is not in hand and how to supply it; nothing where sheet and plan are."""
    if d.sheet is not None and d.plan is not None:
        return Html()
    if d.sheet is None:
        text, title = no_sheet(d), d.say(
            f"Thiếu phiếu số liệu PII {d.year}: chưa nói được nguyên nhân và đòn bẩy",
            f"Without the PII {d.year} sheet neither causes nor levers can be told",
        )  # fmt: skip
    else:
        text, title = no_plan(d), d.say(
            "Chưa có kế hoạch của tỉnh trong dữ liệu: chưa soát được mục tiêu",
            "The province's plan is not in the data: its targets cannot be audited",
        )  # fmt: skip
    return Html("\n").join(
        [
            point(title),
            text,
            speaker(sources_of(d, "scoreboard" if d.sheet is None else "sheet")),
        ]
    )
