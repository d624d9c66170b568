"""What the published facts leave open for a province whose score was not published."""

from __future__ import annotations

import numpy as np

from piilib.report.numbers import interval
from piilib.report.prepare import Diagnostic


def completed_score(d: Diagnostic) -> str:
    """Write the 90 % interval of the score; empty where it was published."""
    row = d.completed
    return "" if row is None else interval(row["low"], row["high"], 1, d.lang)


def completed_rank(d: Diagnostic) -> str:
    """Write the 90 % interval of the rank; empty where score or rank was published."""
    row = d.completed
    if row is None or not np.isnan(row["rank"]):
        return ""
    return interval(row["rank_low"], row["rank_high"], 0, d.lang)


def completed_text(d: Diagnostic) -> str:
    """Say what the published facts leave open, and that it is an estimate."""
    score, rank = completed_score(d), completed_rank(d)
    if not score:
        return ""
    rank = (
        d.say(f", hạng {rank}/{d.scoreboard.basis}", f", rank {rank} of {d.scoreboard.basis}")
        if rank
        else ""
    )
    return d.say(
        f" Từ các dữ kiện đã công bố (điểm, hạng, trung bình vùng), khoảng 90%: {score} điểm{rank};"
        " đây là ước lượng, không phải kết quả công bố (cách tính: trang Bức tranh cả nước).",
        f" From the published facts (scores, ranks, regional means), 90% interval: {score} points"
        f"{rank}; an estimate, not a published result (method: the national overview).",
    )
