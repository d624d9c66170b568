"""Small scoreboards whose posterior is known: by hand, by quadrature, by rejection."""

import numpy as np
import pytest
from scipy.stats import truncnorm

from piilib.analysis.completion_facts import Fact
from piilib.analysis.completion_run import Settings, sample, solutions
from piilib.analysis.completion_system import System, rank

RUN = Settings(chains=64, blocks=1, starts=2, melt=4, burn=10, sweeps=120, jumps=12, price=1.5)
ABC = ("a", "b", "c")


def fact(kind, units="", low=0.0, high=None, year=1, group="", **more):
    high = low if high is None else high
    return Fact(year, kind, tuple(units), tuple(group), low, high, **more)


def draw(system: System, seed: int = 0, settings: Settings = RUN):
    for_starts, for_chains = np.random.SeedSequence(seed).spawn(2)
    found = sample(system, solutions(system, settings.starts, for_starts), for_chains, settings)
    assert system.feasible(found.states).all()
    return found


def agrees(found, values, expected, sigmas: float = 4.5):
    """Compare the mean of a quantity with its exact value, within Monte-Carlo error."""
    values = np.asarray(values, dtype=float)
    error = values.std() / np.sqrt(found.effective(values))
    assert values.mean() == pytest.approx(expected, abs=sigmas * error + 1e-12)
    assert error < 0.03 * max(1.0, np.ptp(values))


def one_year(facts, units=ABC, bounds=(0.0, 1.0)):
    return System.of(units, [1], facts, [bounds])


def test_the_first_of_three():
    found = draw(one_year([fact("rank", "a", 1)]))
    a, b = found.states[:, 0, 0], found.states[:, 0, 1]
    agrees(found, a, 3 / 4)  # the largest of three uniform numbers
    agrees(found, b, 3 / 8)
    agrees(found, a <= 0.5, 1 / 8)
    agrees(found, b > found.states[:, 0, 2], 1 / 2)


def test_a_known_score_cuts_the_others():
    facts = [fact("score", "a", 0.6), fact("rank", "a", 2)]
    found = draw(one_year(facts))
    b = found.states[:, 0, 1]
    agrees(found, b > 0.6, 1 / 2)
    agrees(found, b, (0.8 + 0.3) / 2)
    agrees(found, b <= 0.15, 1 / 8)


def test_a_rank_band():
    # a is second or third of three uniform numbers: mean (1/2 + 1/4) / 2
    found = draw(one_year([fact("rank", "a", 2, 3)]))
    agrees(found, found.states[:, 0, 0], 3 / 8)
    agrees(found, rank(found.states)[:, 0, 0] == 2, 1 / 2)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        # b's score is the largest of three and in [0.7, 0.8]: p(x) ~ x²
        (
            [fact("highest", "", 0.7, 0.8, group="abc"), fact("rank", "b", 1)],
            (0.8**4 - 0.7**4) / 4 / ((0.8**3 - 0.7**3) / 3),
        ),
        # the smallest is b's, in [0.2, 0.5]: p(x) ~ (1 − x)²
        (
            [fact("lowest", "", 0.2, 0.5, group="abc"), fact("rank", "b", 3)],
            1 - (0.8**4 - 0.5**4) / 4 / ((0.8**3 - 0.5**3) / 3),
        ),
    ],
)
def test_extremes_of_a_group(facts, expected):
    found = draw(one_year(facts))
    agrees(found, found.states[:, 0, 1], expected)


def test_who_is_highest_is_open():
    found = draw(one_year([fact("highest", "", 0.7, 0.8, group="abc")]))
    agrees(found, rank(found.states)[:, 0, 0] == 1, 1 / 3)
    agrees(found, found.states[:, 0].max(axis=1), (0.8**4 - 0.7**4) / 4 / ((0.8**3 - 0.7**3) / 3))


def test_a_mean_and_a_rank_by_quadrature():
    # a, b, c on the simplex a + b + c in [1.4, 1.6] and a second: integrated on a grid
    system = one_year([fact("mean", "", 1.4 / 3, 1.6 / 3, group="abc"), fact("rank", "a", 2)])
    x = (np.arange(160) + 0.5) / 160
    a, b, c = np.meshgrid(x, x, x, indexing="ij")
    inside = (a + b + c >= 1.4) & (a + b + c <= 1.6) & ((b > a) != (c > a))
    found = draw(system)
    for i, grid in enumerate((a, b, c)):
        agrees(found, found.states[:, 0, i], grid[inside].mean())
    agrees(found, found.states[:, 0, 1] > 0.75, (b[inside] > 0.75).mean())


def linked(facts, units="ab", bounds=(0.0, 10.0), change=-1.0, tau=2.0):
    change = np.full(len(units), change)
    return System.of(tuple(units), [1, 2], facts, [bounds, (-50, 60)], change, tau)


def test_next_year_is_normal_about_the_last():
    facts = [
        fact("score", "a", 6),
        fact("score", "b", 3),
        fact("score", "b", 4, year=2),
        fact("rank", "a", 1, year=2),
    ]
    found = draw(linked(facts))
    expected = truncnorm((4 - 5) / 2, np.inf, loc=5, scale=2)
    for q in (0.1, 0.5, 0.9):
        agrees(found, found.states[:, 1, 0] <= expected.ppf(q), q)


def test_last_year_is_known_from_the_next():
    facts = [fact("score", "a", 6, year=2), fact("score", "b", 3), fact("rank", "a", 1)]
    found = draw(linked(facts))
    expected = truncnorm((3 - 7) / 2, (10 - 7) / 2, loc=7, scale=2)
    agrees(found, found.states[:, 0, 0], expected.mean())
    agrees(found, found.states[:, 0, 0] > expected.ppf(0.8), 0.2)


UNITS = "abcde"
MIXED = [
    fact("mean", "", 5.5, 6.5, group="abc"),
    fact("mean", "", 3.0, 4.5, group="de"),
    fact("mean", "", 4.0, 5.5, year=2, group="abc"),
    fact("rank", "b", 2),
    fact("rank", "d", 3, 4, year=2),
    fact("rank", "a", 2, year=2, group="abc"),
    fact("count", "abd", 2, band=(1, 3)),
    fact("stay", "b", 1, 4, year=2, band=(2, 4), since=1),
]


def rejected(system: System, seed: int, wanted: int = 1200):
    """Prior draws that satisfy the facts: independent of every part of the sampler."""
    rng = np.random.default_rng(seed)
    (low, high), _ = system.bounds
    kept: list[np.ndarray] = []
    while sum(map(len, kept)) < wanted:
        first = rng.uniform(low, high, (1_000_000, len(system.units)))
        second = first + system.change + system.tau * rng.standard_normal(first.shape)
        x = np.stack([first, second], axis=1)
        kept.append(x[system.feasible(x)])
    return np.concatenate(kept)


@pytest.mark.parametrize(
    "facts", [MIXED[:4], MIXED[3:], MIXED], ids=["means", "ranks", "everything"]
)
def test_against_rejection(facts):
    system = linked(facts, UNITS)
    reference = rejected(system, 1)
    found = draw(system, 2)
    for name, of in {
        "scores": lambda x: x.reshape(len(x), -1),
        "squares": lambda x: x.reshape(len(x), -1) ** 2,
        "first ranks": lambda x: (rank(x)[:, :, None] == np.arange(1, 6)[:, None]).reshape(
            len(x), -1
        ),
        "products": lambda x: x[:, 0] * x[:, 1],
    }.items():
        ours, theirs = of(found.states).astype(float), of(reference).astype(float)
        error = np.sqrt(
            ours.var(axis=0) / found.effective(ours) + theirs.var(axis=0) / len(reference)
        )
        apart = np.abs(ours.mean(axis=0) - theirs.mean(axis=0))
        assert (apart <= 4.5 * error + 1e-9).all(), name


def test_units_that_nothing_tells_apart_are_alike():
    system = linked(MIXED[:2], UNITS)
    assert [same.tolist() for same in system.orbits()] == [[0, 1, 2], [3, 4]]
    found = draw(system, 3)
    for a, b in ((0, 1), (1, 2), (3, 4)):
        agrees(found, found.states[:, 0, a] > found.states[:, 0, b], 0.5)
    assert not linked(MIXED, UNITS).orbits()


def test_price_changes_nothing():
    system = linked(MIXED, UNITS)
    cheap, dear = (draw(system, 4, Settings(**{**vars(RUN), "price": p})) for p in (0.7, 4.0))
    for year in (0, 1):
        x, y = cheap.states[:, year], dear.states[:, year]
        error = np.sqrt(x.var(axis=0) / cheap.effective(x) + y.var(axis=0) / dear.effective(y))
        assert (np.abs(x.mean(axis=0) - y.mean(axis=0)) < 4.5 * error).all()
