"""The choice of steps: against enumeration, against the prices' differences, and in its limits."""

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from piilib.analysis.portfolio_solve import best_choice, least_choice, relaxed


def menu_of(*chains, lead=None, years=1, pace=2, lumpy=False):
    """Menu of chains of (effort, net) pairs, one indicator each; the first step is plain."""
    rows = [
        {
            "code": f"i{i}",
            "number": k + 1,
            "lead": lead[i] if lead else "x",
            "lumpy": lumpy,
            "a_year": 1,
            "years": years,
            "pace": pace,
            "first": k < years,
            "effort": float(effort),
            "net": float(net),
        }
        for i, chain in enumerate(chains)
        for k, (effort, net) in enumerate(chain)
    ]
    return pd.DataFrame(rows)


def random_menu(seed, chains=5, longest=3):
    rng = np.random.default_rng(seed)
    made = []
    for _ in range(chains):
        n = int(rng.integers(1, longest + 1))
        made.append(
            list(zip(np.sort(rng.uniform(1, 9, n)), rng.uniform(0.01, 0.4, n), strict=True))
        )
    leads = [f"agency {i % 2}" for i in range(chains)]
    return menu_of(*made, lead=leads, pace=longest)


def all_choices(menu):
    """Every choice that keeps the order of steps: 0/1 by step, effort, net; by brute force."""
    lengths = menu.groupby("code", sort=False).size().tolist()
    for counts in itertools.product(*(range(n + 1) for n in lengths)):
        taken = np.concatenate([np.arange(n) < c for n, c in zip(lengths, counts, strict=True)])
        yield taken, float(menu["effort"] @ taken), float(menu["net"] @ taken)


def agency_spend(menu, taken):
    return (menu["effort"] * taken).groupby(menu["lead"]).sum()


@pytest.mark.parametrize("budget", [0.5, 4.0, 10.0, 18.0, 1000.0])
@pytest.mark.parametrize("seed", range(8))
def test_best_against_every_combination(seed, budget):
    menu = random_menu(seed)
    best = max(net for _, effort, net in all_choices(menu) if effort <= budget)
    found = best_choice(menu, budget)
    assert menu["net"] @ found.taken == pytest.approx(best, abs=1e-8)
    assert menu["effort"] @ found.taken <= budget + 1e-8
    assert set(found.taken) <= {0.0, 1.0}


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.9, 1.0])
@pytest.mark.parametrize("seed", range(8))
def test_the_two_solvers_agree(seed, share):
    """Dynamic programming, and HiGHS with an agency budget so large that it never binds."""
    menu, free = random_menu(seed, chains=12, longest=6), {"agency 0": 1e4, "agency 1": 1e4}
    budget, wanted = (share * menu[name].sum() for name in ("effort", "net"))
    best = [menu["net"] @ best_choice(menu, budget, y).taken for y in (None, free)]
    assert best[0] == pytest.approx(best[1], rel=2e-4, abs=1e-6)
    assert best[0] >= best[1] - 1e-6
    least = [menu["effort"] @ least_choice(menu, wanted - 1e-9, y).taken for y in (None, free)]
    assert least[0] == pytest.approx(least[1], rel=2e-4, abs=1e-6)
    assert least[0] <= least[1] + 1e-4


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 1.0])
@pytest.mark.parametrize("seed", range(8))
def test_least_against_every_combination(seed, share):
    menu = random_menu(seed)
    wanted = share * menu["net"].sum() - 1e-9
    least = min(effort for _, effort, net in all_choices(menu) if net >= wanted)
    found = least_choice(menu, wanted)
    assert menu["effort"] @ found.taken == pytest.approx(least, abs=1e-8)
    assert menu["net"] @ found.taken >= wanted - 1e-8


@pytest.mark.parametrize("seed", range(8))
def test_agency_budgets_against_every_combination(seed):
    menu, yearly = random_menu(seed), {"agency 0": 7.0, "agency 1": 4.0}
    best = max(
        net
        for taken, effort, net in all_choices(menu)
        if effort <= 9.5 and (agency_spend(menu, taken) <= pd.Series(yearly)).all()
    )
    found = best_choice(menu, 9.5, yearly)
    assert menu["net"] @ found.taken == pytest.approx(best, rel=2e-4)
    assert (agency_spend(menu, found.taken) <= pd.Series(yearly) + 1e-5).all()


def test_what_cannot_be_had():
    menu = random_menu(0)
    assert least_choice(menu, menu["net"].sum() + 0.01) is None
    assert least_choice(menu, 0.0).taken.sum() == 0
    assert least_choice(menu.iloc[:0], 0.1) is None
    assert best_choice(menu.iloc[:0], 5.0).taken.size == 0
    assert relaxed(menu.iloc[:0], 5.0)[0] == 0.0


@given(st.integers(0, 10_000), st.floats(0, 40), st.floats(0, 10))
@settings(deadline=None, max_examples=25)
def test_more_budget_is_never_worse_and_the_relaxation_never_less(seed, budget, more):
    menu = random_menu(seed)
    small, large = (menu["net"] @ best_choice(menu, b).taken for b in (budget, budget + more))
    assert small <= large + 1e-8
    assert small <= relaxed(menu, budget)[0] + 1e-6


@pytest.mark.parametrize("yearly", [None, {"agency 0": 6.0, "agency 1": 5.0}])
@pytest.mark.parametrize("seed", range(6))
def test_prices_are_the_slopes_of_the_relaxation(seed, yearly):
    menu, budget, h = random_menu(seed), 9.3, 1e-4
    _, price = relaxed(menu, budget, yearly)
    for owner in price.index:
        ends = []
        for sign in (-h, h):
            total = budget + sign if owner == "total" else budget
            by_year = {k: v + sign * (k == owner) for k, v in (yearly or {}).items()}
            ends.append(relaxed(menu, total, by_year)[0])
        assert price[owner] == pytest.approx((ends[1] - ends[0]) / (2 * h), abs=1e-6)
    assert (price >= 0).all()
    assert price.max() > 0


def test_a_budget_that_does_not_bind_is_free():
    menu = random_menu(1)
    assert relaxed(menu, 1e6)[1]["total"] == 0.0
    assert relaxed(menu, None, {"agency 0": 1e6})[1].tolist() == [0.0, 0.0]


def test_the_dearer_second_step_makes_room_for_another_indicator():
    """At 2 + 2 the best indicator is taken twice; at 2 + 4 another one (3, 0.9) comes first."""
    same = menu_of([(2, 1.0), (2, 1.0)], [(3, 0.9)])
    dearer = menu_of([(2, 1.0), (4, 1.0)], [(3, 0.9)])
    assert best_choice(same, 5).taken.tolist() == [1, 1, 0]
    assert best_choice(dearer, 5).taken.tolist() == [1, 0, 1]


def test_no_step_before_the_one_below_it():
    """The second step alone would be the best buy."""
    menu = menu_of([(5, 0.1), (1, 5.0)], [(1, 0.2)])
    assert best_choice(menu, 2).taken.tolist() == [0, 0, 1]
    assert best_choice(menu, 6).taken.tolist() == [1, 1, 0]


def test_parts_of_steps_but_never_a_part_of_the_first_nor_of_things_counted():
    chains = ([(2, 1.0), (4, 1.0)], [(3, 0.1)])
    assert best_choice(menu_of(*chains), 4, whole_steps=False).taken.tolist() == [1, 0.5, 0]
    counted = menu_of(*chains, lumpy=True)
    assert best_choice(counted, 4, whole_steps=False).taken.tolist() == [1, 0, 0]
    assert best_choice(menu_of(*chains), 1, whole_steps=False).taken.sum() == 0


def test_of_equal_gains_the_cheaper():
    menu = menu_of([(4, 1.0)], [(3, 1.0)])
    assert best_choice(menu, 5).taken.tolist() == [0, 1]


def test_a_yearly_budget_lets_a_step_last_two_years():
    """Two years of 3: a step of 5 is spread over them, a second one of 5 does not fit."""
    menu = menu_of([(5, 1.0)], [(5, 0.9)], years=2, lead=["x", "x"])
    found = best_choice(menu, None, {"x": 3.0})
    assert found.taken.tolist() == [1, 0]
    spent = found.calendar.T @ menu["effort"].to_numpy()
    assert (spent <= 3 + 1e-6).all()
    assert spent.sum() == pytest.approx(5.0)


def test_two_plain_steps_are_not_done_in_one_year():
    """Two years, of which an agency may spend 10 each: one plain step in each of them."""
    menu = menu_of([(2, 1.0), (2, 1.0), (4, 1.0), (4, 1.0)], years=2)
    calendar = best_choice(menu, None, {"x": 10.0}).calendar
    assert calendar[:2].sum(axis=0) == pytest.approx([1.0, 1.0])
    assert calendar[2:].sum(axis=0) == pytest.approx([1.0, 1.0])


def test_usual_years_where_no_budget_decides():
    menu = menu_of([(2, 1.0), (2, 1.0), (4, 1.0), (4, 1.0)], years=2)
    assert best_choice(menu).calendar.tolist() == [[1, 0], [0, 1], [1, 0], [0, 1]]
