"""The national overview: everything notebook 02 calls."""

from piilib.report.overview import Overview, prepare
from piilib.report.overview_charts import map_chart, movers_chart, regions_chart, scores_chart
from piilib.report.overview_merger import merger_table, merger_text
from piilib.report.overview_parts import (
    facts_table,
    first_screen,
    foot,
    movers_table,
    prior,
    regions_table,
    scores_table,
)

__all__ = [
    "Overview",
    "facts_table",
    "first_screen",
    "foot",
    "map_chart",
    "merger_table",
    "merger_text",
    "movers_chart",
    "movers_table",
    "prepare",
    "prior",
    "regions_chart",
    "regions_table",
    "scores_chart",
    "scores_table",
]
