"""What one more year of an agency is worth: by hand, and against solving again with that year."""

import dataclasses

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import linprog

from piilib.analysis.portfolio import best_of, best_portfolio
from piilib.analysis.portfolio_prices import agency_prices
from piilib.analysis.portfolio_problem import portfolio_problem
from piilib.analysis.portfolio_solve import relaxed


@pytest.fixture(scope="module")
def problem(base, table):
    return portfolio_problem(base, table)


@pytest.fixture(scope="module")
def ten(problem):
    return best_of(problem, 10.0)


def menu_of(*chains):
    """Menu of (agency, [(effort, net), …]), one indicator each."""
    rows = [
        {
            "code": f"i{i}", "number": k + 1, "lead": lead, "lumpy": False, "a_year": len(chain),
            "years": 1, "pace": len(chain), "first": True, "effort": float(cost), "net": float(net),
        }
        for i, (lead, chain) in enumerate(chains)
        for k, (cost, net) in enumerate(chain)
    ]  # fmt: skip
    return pd.DataFrame(rows)


def with_menu(found, menu, taken):
    agencies = (*sorted(set(menu["lead"])), "idle")
    return dataclasses.replace(found, menu=menu.assign(taken=taken), agencies=agencies)


def test_by_hand(ten):
    """x: the next of i0 gives 0.5 a year, i1 gives 0.3. y: a poor step opens a good one, 1.1/6."""
    menu = menu_of(
        ("x", [(2, 2.0), (4, 2.0)]), ("x", [(1, 0.3)]), ("y", [(4, 0.1), (2, 1.0)]), ("z", [(3, 1)])
    )
    price = agency_prices(with_menu(ten, menu, [1, 0, 0, 0, 0, 1]))
    assert price.to_dict() == pytest.approx({"x": 0.5, "y": 1.1 / 6, "z": 0.0, "idle": 0.0})
    assert price.index.tolist()[:2] == ["x", "y"]


def test_a_part_of_a_step_that_is_left(ten):
    menu = menu_of(("x", [(2, 1.0), (4, 1.0)]), ("x", [(10, 2.0)]))
    assert agency_prices(with_menu(ten, menu, [1, 0.5, 0])).at["x"] == pytest.approx(0.25)
    assert agency_prices(with_menu(ten, menu, [1, 1, 0])).at["x"] == pytest.approx(0.2)


def concave(rng, lead, longest=3):
    """Make a chain whose steps get dearer for what they give, each a year of effort or more."""
    n = int(rng.integers(1, longest + 1))
    cost, rate = rng.uniform(1.0, 5.0, n), np.sort(rng.uniform(0.05, 0.5, n))[::-1]
    return lead, list(zip(cost, cost * rate, strict=True))


@pytest.mark.parametrize("seed", range(6))
def test_solved_again_with_one_more_year_of_that_agency(ten, seed):
    """Every agency may spend what it spends, and one of them a year more."""
    rng = np.random.default_rng(seed)
    menu = menu_of(*(concave(rng, lead) for lead in "aabbcc"))
    rate = menu["net"] / menu["effort"]
    taken = (rate >= np.sort(rate)[len(menu) // 2]).astype(float)
    price = agency_prices(with_menu(ten, menu, taken))
    spent = (menu["effort"] * taken).groupby(menu["lead"]).sum()
    before = relaxed(menu, None, spent.to_dict())[0]
    assert before == pytest.approx(menu["net"] @ taken)
    for lead in "abc":
        more = spent.copy()
        more[lead] += 1.0
        assert relaxed(menu, None, more.to_dict())[0] - before == pytest.approx(price[lead])


def added(menu, lead, years):
    """Points that an agency adds with some years, steps divisible and in order, by HiGHS."""
    left = menu[(menu["lead"] == lead) & (menu["taken"] < 1)]
    share, same = 1 - left["taken"].to_numpy(), (left["code"] == left["code"].shift()).to_numpy()
    rows = [left["effort"].to_numpy(dtype=float)]
    for k in np.flatnonzero(same):
        row = np.zeros(len(left))
        row[k], row[k - 1] = 1.0, -1.0
        rows.append(row)
    limit = np.array([years] + [0.0] * (len(rows) - 1))
    net = left["net"].to_numpy(dtype=float)
    return -linprog(-net, np.array(rows), limit, bounds=[(0, x) for x in share]).fun


@pytest.mark.parametrize("budget", [0.0, 10.0, 60.0])
def test_cao_bang_solved_again(problem, budget):
    found = best_of(problem, budget)
    price = agency_prices(found)
    assert len(price) == 13
    assert price.is_monotonic_decreasing
    working = sorted(set(found.menu["lead"]))
    assert price.drop(working).eq(0).all()
    for lead in working:
        assert added(found.menu, lead, 0.01) == pytest.approx(0.01 * price[lead], rel=1e-6)
        assert added(found.menu, lead, 1.0) <= price[lead] + 1e-9


def test_the_problem_is_the_portfolio_without_a_step(problem):
    nothing = agency_prices(best_of(problem, 0.0))
    pd.testing.assert_series_equal(agency_prices(problem), nothing)
    assert agency_prices(best_of(problem, None)).eq(0).all()


def test_the_best_agency_is_the_price_of_the_whole(base):
    """With parts of steps and one budget the last year goes where it gives most."""
    found = best_portfolio(base, 3.0)
    assert agency_prices(found).max() >= found.prices["total"] - 1e-9


def test_at_the_bounds_of_the_year(base):
    by_gain = agency_prices(best_portfolio(base, 10.0, by="gain"))
    assert by_gain.max() > 0
    assert not np.allclose(by_gain, agency_prices(best_portfolio(base, 10.0))[by_gain.index])
