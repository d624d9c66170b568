"""What a step costs: against numerical integration, and in its limits."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad

from piilib.analysis.effort import FLOOR, effort
from piilib.index.scoring import caps, method_framework, value_scores


def integrated(start, end, step, difficulty, span, gamma):
    """Give difficulty × ∫ |dx|/step × [max(1 − u₀, 0.05)/max(1 − u, 0.05)]^γ by quadrature."""

    def dearer(u):
        return (max(1 - start, 0.05) / max(1 - u, 0.05)) ** gamma

    ends = [start, *(x for x in (0.95,) if start < x < end), end]
    pieces = [quad(dearer, a, b, epsabs=1e-12)[0] for a, b in pairwise(ends)]
    return difficulty * span / step * sum(pieces)


@pytest.mark.parametrize("gamma", [0.0, 0.5, 1.0, 1.5, 2.0, 3.0])
@pytest.mark.parametrize(
    ("start", "end"),
    [
        (0.0, 0.4),
        (0.3, 0.9),
        (0.5, 0.95),
        (0.5, 1.0),  # across the floor
        (0.9, 1.2),  # beyond the cap
        (0.95, 1.0),
        (0.97, 1.0),  # beyond the floor from the start
        (1.0, 1.1),
        (-0.1, 0.5),  # below the lowest by rounding
    ],
)
def test_closed_form_against_quadrature(start, end, gamma):
    got = effort(start, end, 0.01, 3.0, 2.0, gamma)
    assert got == pytest.approx(integrated(start, end, 0.01, 3.0, 2.0, gamma), rel=1e-8)


@pytest.mark.parametrize("difficulty", [1.0, 2.5, 5.0])
@pytest.mark.parametrize("start", [0.0, 0.2, 0.5, 0.8])
def test_the_first_step_costs_about_its_difficulty(start, difficulty):
    """A step of 1 % of the way costs its difficulty, and a little more the nearer the best."""
    cost = effort(start, start + 0.01, 1.0, difficulty, 100.0)
    assert difficulty <= cost <= 1.03 * difficulty


def test_further_steps_are_dearer():
    costs = np.diff(effort(0.2, np.array([0.2, 0.4, 0.6, 0.8, 1.0]), 10.0, 1.0, 100.0))
    assert (np.diff(costs) > 0).all()


@pytest.mark.parametrize("gamma", [0.0, 1.0, 2.0])
def test_the_smallest_spend_is_a_whole_step(gamma):
    assert effort(0.5, 0.5001, 1.0, 3.0, 100.0, gamma) == 3.0
    assert effort(0.995, 1.0, 1.2, 3.0, 11.8, gamma) == 3.0  # half a step is left to go


@pytest.mark.parametrize("start", [0.0, 0.3, 0.95, 1.0, 1.5])
def test_no_move_costs_nothing(start):
    assert effort(start, start, 1.0, 5.0, 100.0) == 0.0


def test_a_move_downwards_costs_nothing():
    assert effort(0.5, 0.2, 1.0, 5.0, 100.0) == 0.0


@pytest.mark.parametrize("gamma", [0.0, 0.5, 1.0, 2.0])
@pytest.mark.parametrize("start", [0.0, 0.8, 1.0])
def test_finite_at_the_best(start, gamma):
    assert np.isfinite(effort(start, 1.0, 1.0, 2.0, 100.0, gamma))


def test_to_the_best_by_hand():
    """γ = 1 from 0: ln(1/0.05) up to the floor, then 0.05/0.05 = 1."""
    assert FLOOR == 0.05
    expected = 2.0 * 10.0 * (np.log(20.0) + 1.0)
    assert effort(0.0, 1.0, 1.0, 2.0, 10.0) == pytest.approx(expected)


def test_gamma_0_is_proportional():
    assert effort(0.0, 0.6, 2.0, 3.0, 100.0, 0.0) == pytest.approx(3.0 * 30.0)


@given(
    st.floats(0, 1),
    st.floats(0, 0.5),
    st.floats(0, 0.5),
    st.sampled_from([0.0, 0.5, 1.0, 2.0]),
)
@settings(deadline=None)
def test_more_never_costs_less(start, first, more, gamma):
    near = effort(start, start + first, 1.0, 2.0, 30.0, gamma)
    far = effort(start, start + first + more, 1.0, 2.0, 30.0, gamma)
    assert 0 <= near <= far + 1e-9


#: First steps of Cao Bằng 2024 from the printed numbers: index points, difficulty-weighted years.
FIRST_STEPS = {
    "1.1.1": ("0.24", "2.9"),
    "1.2.1": ("0.19", "2.3"),
    "3.1.2": ("0.27", "3.2"),
    "6.3.2": ("0.31", "4.1"),
    "1.2.3": ("0.14", "2.1"),
    "6.1.1": ("0.12", "2.0"),
    "6.2.4": ("0.22", "4.3"),
    "1.2.2": ("0.17", "3.4"),
    "1.1.2": ("0.21", "4.3"),
    "3.1.1": ("0.15", "3.1"),
}


@pytest.fixture(scope="module")
def printed_steps(sheets, base):
    """Gain and effort of one step, every printed number and fitted cap taken as exact."""
    sheet, fw = sheets[2024], method_framework(2024, "official")
    codes = list(fw.indicators)
    value, low, high = (sheet.table.loc[codes, c] for c in ("value", "lowest", "highest"))
    step, difficulty = (base.effort.loc[codes, c].astype(float) for c in ("step", "difficulty"))
    now = value_scores(value, sheet, fw)
    gain = fw.effective_weights() * (value_scores(value + step, sheet, fw) - now)
    span = np.fmin(high, caps(fw)) - low
    u = (value - low) / span
    cost = effort(u.to_numpy(), (u + step / span).to_numpy(), step, difficulty, span)
    return gain, dict(zip(codes, cost, strict=True))


@pytest.mark.parametrize("code", FIRST_STEPS)
def test_first_steps_from_the_printed_numbers(printed_steps, code):
    gain, cost = printed_steps
    assert (f"{gain[code]:.2f}", f"{cost[code]:.1f}") == FIRST_STEPS[code]


@pytest.mark.parametrize("code", FIRST_STEPS)
def test_first_steps_of_the_lever_table(table, code):
    """Calibrated: one application is 0.135, read off 6.1; 6.2.4 has its highest near 0.056."""
    calibrated = {"6.1.1": "0.13", "6.2.4": "0.23"}
    gain, cost = FIRST_STEPS[code]
    assert f"{table.at[code, 'gain']:.2f}" == calibrated.get(code, gain)
    assert f"{table.at[code, 'effort']:.1f}" == cost


def test_one_step_on_every_lever(printed_steps, table):
    gain, _ = printed_steps
    assert f"{gain[table.index[table['eligible']]].sum():.1f}" == "3.8"
