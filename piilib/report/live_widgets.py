"""Sliders for what-if in a live notebook; a table where there is nobody to move them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from babel.numbers import NumberFormatError, parse_decimal

from piilib.analysis.levers import TOP
from piilib.errors import DataError
from piilib.report.block import Html, notice
from piilib.report.lever_section import short_table
from piilib.report.live_scenario import first_levers, presets, scenario
from piilib.report.live_text import preset_name, scenario_table, scenario_text
from piilib.report.numbers import Lang, interval
from piilib.report.prepare import Diagnostic
from piilib.report.simulated import MARKS
from piilib.report.words import label, n, value

#: A slider goes from end to end in about so many steps.
_STEPS = 200


def calculator(d: Diagnostic) -> LiveWhatIf | Html:
    """Show the sliders; where nothing is live, a table of the levers that they start with.

    Returns
    -------
    LiveWhatIf or Html
        The second, empty, without a sheet.

    Raises
    ------
    DataError
        If ipywidgets is not installed.

    Examples
    --------
    >>> from piilib.report.prepare import prepare
    >>> calculator(prepare("lang-son", 2024, "en"))
    Html('')
    """
    return Html() if d.base is None else LiveWhatIf(d)


def _ipywidgets() -> Any:
    try:
        import ipywidgets
    except ModuleNotFoundError as error:
        raise DataError("no ipywidgets, which the sliders need", "pip install 'piilib[lab]'") from (
            error
        )
    return ipywidgets


class LiveWhatIf:
    """The sliders of a province, and the scenario that they stand at.

    Attributes
    ----------
    changes : dict
        Indicator code to the value tried. A target of the plan that is today's value stands there
        too, for the country's bounds may move on past it.
    found : DataFrame
        What `scenario` gives for them.
    sliders, fields : dict
        Indicator code to its slider and to the field beside it, where a value is typed.
    buttons : dict
        Name of a ready scenario to its button.
    adding : widget
        The list from which an indicator is added.
    index, result : widget
        What the index comes to, and the table below.
    """

    def __init__(self, d: Diagnostic) -> None:
        self._d, self._w = d, _ipywidgets()
        self._quiet = False
        self._scores: dict[str, Any] = {}
        self.changes: dict[str, float] = {}
        self.sliders: dict[str, Any] = {}
        self.fields: dict[str, Any] = {}
        self.index, self.result = self._w.HTML(), self._w.HTML()
        self._presets = presets(d)
        self.buttons = {name: self._button(name) for name in self._presets}
        self.adding = self._adding()
        self._rows = self._w.VBox([])
        for code in first_levers(d):
            self.add(code)
        self.widget = self._w.VBox([self._head(), self.index, self._rows, self.adding, self.result])
        self._refresh()

    def add(self, code: str, at: float | None = None) -> None:
        """Give an indicator a row of its own, where it has none, its slider at a value."""
        if code not in self.sliders:
            self._rows.children = (*self._rows.children, self._row(code, at))

    def choose(self, preset: str) -> None:
        """Set every value to that of a ready scenario: "today", "plan" or "portfolio"."""
        for code, x in self._presets[preset].items():
            self.add(code, x)  # where it is to stand: a page would send today's value back late
        self.changes = dict(self._presets[preset])
        for code in self.sliders:
            self._show(code)
        self._refresh()

    def try_value(self, code: str, x: float) -> None:
        """Set one indicator to a value, which may lie beyond the ends of its slider."""
        self.add(code)
        self._note(code, x)
        self._show(code)
        self._refresh(code)

    def _note(self, code: str, x: float) -> None:
        self.changes.pop(code, None)
        if x != self._today(code):
            self.changes[code] = x

    def _refresh(self, at: str = "") -> None:
        """Evaluate the scenario and show it; `at` is the one indicator that was moved, if one."""
        d, base = self._d, self._d.base
        assert base is not None
        self.found = scenario(base, self.changes)
        self.index.value = f'<div role="status">{scenario_text(d, self.found)}</div>'
        for code in [at] if at else self._scores:
            self._scores[code].value = self._score(code)
        table = scenario_table(d, self.found, self.changes, at)
        self.result.value = table._repr_html_() if self.changes else ""

    def _score(self, code: str) -> str:
        """Say an indicator's new score, or where it stands in the country."""
        d = self._d
        if code not in self.changes:
            low, high = self._printed(code, "lowest"), self._printed(code, "highest")
            ends = interval(low, high, 2, d.lang)
            return str(Html("<span>{}</span>").format(d.say("cả nước: ", "country: ") + ends))
        row = self.found.loc[code]
        said = d.say("điểm ", "score ") + f"{n(d, row['published'])} → {n(d, row['new'])}"
        return str(Html("<strong>{}</strong>").format(said))

    def _printed(self, code: str, column: str) -> float:
        assert self._d.sheet is not None
        return float(self._d.sheet.table.at[code, column])

    def _today(self, code: str) -> float:
        return self._printed(code, "value")

    def _show(self, code: str, slider: bool = True) -> None:
        """Put slider and field where the scenario is, without taking that for a move."""
        x = self.changes.get(code, self._today(code))
        self._quiet = True
        try:
            if slider:
                self.sliders[code].value = x
            self.fields[code].value = value(self._d, x)
        finally:
            self._quiet = False

    def _moved(self, code: str, x: float) -> None:
        """Take a slider's move; a page that only puts its handle on the nearest step moved none.

        Nothing is written back to a slider under somebody's hand: page and kernel would chase
        each other.
        """
        step, today = self.sliders[code].step, self._today(code)
        if not self._quiet and abs(x - self.changes.get(code, today)) > 0.5000001 * step:
            self._note(code, float(f"{today + round((x - today) / step) * step:.10g}"))
            self._show(code, slider=False)
            self._refresh(code)

    def _typed(self, code: str, text: str) -> None:
        if self._quiet:
            return
        try:
            x = read_number(text, self._d.lang)
        except ValueError:
            self._scores[code].value = str(self._refused(text))
            return
        self.try_value(code, x)

    def _refused(self, text: str) -> Html:
        example = n(self._d, 1.5, 1)
        return Html('<span role="alert">{}</span>').format(
            self._d.say(
                f"“{text}” không phải là số; hãy viết như {example}",
                f"“{text}” is no number; write it like {example}",
            )
        )

    def _row(self, code: str, at: float | None) -> Any:
        """Make the name, slider, field and score of an indicator."""
        d, w = self._d, self._w
        name, unit = label(d, code), str(d.fw.table.at[code, f"unit_{d.lang}"])
        low, high, step = self._range(code)
        slider = w.FloatSlider(
            value=self._today(code) if at is None else at,
            min=low,
            max=high,
            step=step,
            readout=False,
            tooltip=name,
            layout=w.Layout(width="38%", min_width="12rem"),
        )
        field = w.Text(
            value=value(d, self._today(code)),
            continuous_update=False,
            tooltip=d.say(f"Giá trị thử của {name}", f"Value to try of {name}"),
            layout=w.Layout(width="6rem"),
        )
        self.sliders[code], self.fields[code] = slider, field
        self._scores[code] = w.HTML(layout=w.Layout(flex="1 0 12rem"))
        slider.observe(lambda change: self._moved(code, float(change["new"])), "value")
        field.observe(lambda change: self._typed(code, str(change["new"])), "value")
        self._scores[code].value = self._score(code)
        title = w.HTML(str(Html("<strong>{}</strong> ({})").format(name, unit)))
        parts = w.HBox([slider, field, self._scores[code]], layout=w.Layout(flex_flow="row wrap"))
        return w.VBox([title, parts], layout=w.Layout(margin="0 0 6px 0"))

    def _range(self, code: str) -> tuple[float, float, float]:
        """Return a slider's ends and step: the country's, and what the ready scenarios ask for.

        Today's value is a whole number of steps from the lower end: a page puts every handle on a
        step, which must not count as a move.
        """
        today = self._today(code)
        ends = [self._printed(code, name) for name in ("lowest", "value", "highest")]
        ends += [part[code] for part in self._presets.values() if code in part]
        known = [x for x in ends if not math.isnan(x)]
        step = step_of(max(known) - min(known) or 1.0)
        below = math.floor((today - min(known)) / step + 1e-9)
        above = max(math.ceil((max(known) - today) / step - 1e-9), 1)
        low, high = today - below * step, today + above * step
        return float(f"{low:.10g}"), float(f"{high:.10g}"), step

    def _button(self, preset: str) -> Any:
        width = self._w.Layout(width="auto")
        button = self._w.Button(description=preset_name(self._d, preset), layout=width)
        button.on_click(lambda _: self.choose(preset))
        return button

    def _adding(self) -> Any:
        d = self._d
        first = d.say("Thêm chỉ số…", "Add an indicator…")
        codes = [c for c in d.fw.indicators if not math.isnan(self._today(c))]
        names = [(label(d, code, short=True), code) for code in codes]
        widget = self._w.Dropdown(
            options=[(first, ""), *names], tooltip=first, layout=self._w.Layout(width="24rem")
        )
        widget.observe(lambda change: self.add(change["new"]) if change["new"] else None, "value")
        return widget

    def _head(self) -> Any:
        row = self._w.Layout(flex_flow="row wrap")
        buttons = self._w.HBox(list(self.buttons.values()), layout=row)
        if not self._d.simulated:
            return buttons
        return self._w.VBox([self._w.HTML(str(notice(MARKS[self._d.lang], "warning"))), buttons])

    def _repr_mimebundle_(self, **choices: Any) -> Mapping[str, Any]:
        """Show the sliders where they are live, and a table of their levers where they are not."""
        bundle = dict(self.widget._repr_mimebundle_(**choices))
        still = short_table(self._d, TOP)
        return bundle | {"text/html": still._repr_html_(), "text/plain": "LiveWhatIf"}


def step_of(span: float) -> float:
    """Return a round step in which a slider crosses a span in about 200.

    Examples
    --------
    >>> [step_of(span) for span in (2.57, 100.0, 0.06)]
    [0.01, 0.5, 0.0002]
    """
    rough = span / _STEPS
    power = 10.0 ** math.floor(math.log10(rough))
    step = max(x for x in (1.0, 2.0, 5.0) if x * power <= rough * 1.0000001)
    return float(f"{step * power:.6g}")


def read_number(text: str, lang: Lang) -> float:
    """Read a number as a reader of this language types it.

    Raises
    ------
    ValueError
        If it is none, or is written the other language's way.

    Examples
    --------
    >>> read_number("0,5", "vi"), read_number("−1.5", "en")
    (0.5, -1.5)
    """
    try:
        plain = text.strip().replace("\u2212", "-")
        found: Decimal = parse_decimal(plain, "vi_VN" if lang == "vi" else "en_GB", strict=True)
    except NumberFormatError as error:
        raise ValueError(text) from error
    if not found.is_finite():
        raise ValueError(text)
    return float(found)
