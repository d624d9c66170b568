"""A user's own index on one page: everything notebook 07 calls."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from piilib.analysis.comparison import agreement, compare
from piilib.analysis.correlation import correlations
from piilib.errors import DataError
from piilib.report.block import Html, paragraphs
from piilib.report.chart import Chart
from piilib.report.index_charts import (
    contributions_chart,
    correlation_chart,
    distribution_chart,
)
from piilib.report.index_charts import framework_chart as _framework_chart
from piilib.report.own_index import OwnIndex, prepare
from piilib.report.own_index_results import (
    agreement_table,
    ranking_table,
    sobol_table,
    trend_table,
)
from piilib.report.own_index_tables import (
    consistency_table,
    preparation_table,
    statistics_table,
    template_table,
    treatment_table,
)
from piilib.report.own_index_text import (
    choices,
    consistency_text,
    foot,
    inputs,
    missing,
    robustness,
    source,
    summary,
    target_text,
)
from piilib.report.robustness_charts import (
    leave_one_out_chart,
    rank_change_chart,
    rank_interval_chart,
    sobol_chart,
)

__all__ = [
    "OwnIndex",
    "agreement_table",
    "choices",
    "consistency_table",
    "consistency_text",
    "correlations_chart",
    "foot",
    "framework_chart",
    "inputs",
    "intervals_chart",
    "left_out_chart",
    "methods_chart",
    "parts_chart",
    "preparation_table",
    "prepare",
    "ranking_table",
    "robustness",
    "save",
    "sobol_all_chart",
    "sobol_table",
    "sobol_unit_chart",
    "statistics_table",
    "summary",
    "target_text",
    "template_table",
    "treatment_chart",
    "treatment_table",
    "trend_table",
    "years_chart",
]

Section = Chart | Html


def framework_chart(s: OwnIndex) -> Chart:
    """Draw the tree with the share of the index that every node carries."""
    own = "framework" in s.files
    return _framework_chart(
        s.fw,
        lang=s.lang,
        source=s.files["framework"].name if own else "piilib",
        kind=s.say("Khung chỉ số", "Framework"),
    )


def treatment_chart(s: OwnIndex) -> Section:
    """Draw indicators before and after treatment."""
    return _drawn(
        s, lambda: distribution_chart(s.panel, s.result, fw=s.fw, lang=s.lang, source=source(s))
    )


def correlations_chart(s: OwnIndex) -> Section:
    """Draw the correlations between indicators as a heat map."""
    return _drawn(
        s,
        lambda: correlation_chart(correlations(s.panel, s.fw), s.fw, lang=s.lang, source=source(s)),
    )


def parts_chart(s: OwnIndex) -> Section:
    """Draw what each part gives to the leading units, where the top level is a plain mean."""
    if s.panels and s.rules[-1] != "arithmetic":
        return paragraphs(
            s.say(
                "Cấp trên cùng không phải trung bình cộng nên điểm không là tổng các phần.",
                "The top level is no arithmetic mean, so a score is no sum of parts.",
            )
        )
    return _drawn(s, lambda: contributions_chart(s.result, s.fw, lang=s.lang, source=source(s)))


def intervals_chart(s: OwnIndex) -> Section:
    """Draw every unit's rank with its interval."""
    return _drawn(s, lambda: _intervals(s))


def _intervals(s: OwnIndex) -> Chart:
    nominal = s.result.ranks[s.fw.root]
    return rank_interval_chart(s.intervals, nominal, lang=s.lang, source=source(s))


def sobol_all_chart(s: OwnIndex) -> Section:
    """Draw which choice moves the ranks of all units most."""
    return _drawn(s, lambda: _sobol(s, "mean_rank_change", s.say("mọi đơn vị", "all units")))


def sobol_unit_chart(s: OwnIndex) -> Section:
    """Draw which choice moves the rank of one unit most."""
    return _drawn(s, lambda: _sobol(s, "rank", s.unit))


def _sobol(s: OwnIndex, target: str, who: str) -> Chart:
    return sobol_chart(
        s.sobol(target),
        of=who,
        lang=s.lang,
        source=source(s),
        key="sensitivity-" + target.replace("_", "-"),
    )


def left_out_chart(s: OwnIndex) -> Section:
    """Draw how far ranks move without each indicator."""
    return _drawn(s, lambda: leave_one_out_chart(s.without, fw=s.fw, lang=s.lang, source=source(s)))


def methods_chart(s: OwnIndex) -> Section:
    """Draw the moves under the other choice that moves ranks most."""
    if s.panels and len(s.others) < 2:
        return Html()
    return _drawn(s, lambda: _methods(s))


def _methods(s: OwnIndex) -> Chart:
    table = agreement(s.others)
    first = next(iter(s.others))
    against = table[table["a"] == first].set_index("b")["mean_change"]
    second = str(against.idxmax())
    moves = compare({first: s.others[first], second: s.others[second]})
    return rank_change_chart(
        moves, first, second, lang=s.lang, source=source(s), key="method-changes"
    )


def years_chart(s: OwnIndex) -> Section:
    """Draw the moves from the year before the last to the last, where there are several."""
    if s.panels and len(s.panels) < 2:
        return paragraphs(
            s.say(
                "Bảng số liệu chỉ có một năm nên không so sánh được qua các năm (thêm cột year).",
                "The panel has one year, so years cannot be compared (add a column year).",
            )
        )
    return _drawn(s, lambda: _years(s))


def _years(s: OwnIndex) -> Chart:
    before, last = list(s.years)[-2:]
    moves = compare({before: s.years[before], last: s.years[last]})
    return rank_change_chart(moves, before, last, lang=s.lang, source=source(s), key="year-changes")


def _drawn(s: OwnIndex, chart: Callable[[], Chart]) -> Section:
    return chart() if s.panels else missing(s)


def save(s: OwnIndex, folder: str) -> Html:
    """Write what was computed as CSV files, all or none.

    Parameters
    ----------
    s : OwnIndex
    folder : str
        Made if it is not there; empty: nothing is written. Files of the same names are replaced.

    Returns
    -------
    Html
        What was written.
    """
    if not folder or not s.panels:
        return Html()
    tables = {
        "normalised": s.result.normalised,
        "scores": s.result.scores,
        "ranks": s.result.ranks,
        "treatment": s.result.treatment_report,
        "rank_intervals": s.intervals,
        "rank_changes_without": s.without,
    }
    target = Path(folder)
    try:
        target.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=target, prefix=".pii-") as waiting:
            for name, found in tables.items():
                found.to_csv(Path(waiting, f"{name}.csv"), lineterminator="\n")
            for name in tables:
                os.replace(Path(waiting, f"{name}.csv"), target / f"{name}.csv")
    except OSError as error:
        raise DataError(f"{error.strerror}: {folder!r}", "a folder that can be written") from error
    names = ", ".join(f"{name}.csv" for name in tables)
    return paragraphs(
        s.say(f"Đã ghi {names} vào {target.name}.", f"Written to {target.name}: {names}.")
    )
