"""Poisson samples of which it is known by construction which rows are separated.

The kinds are those of Correia, Guimaraes and Zylkin (2019): by a regressor, by a combination of regressors,
by effects, by effects and regressors together; quasi-complete, complete, and none.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np


@dataclass(frozen=True)
class SeparationSet:
    """Outcome (n,), regressors (n, k), effects by name, and the separated rows."""

    name: str
    outcome: np.ndarray
    regressors: np.ndarray
    separated: frozenset[int]
    effects: dict[str, np.ndarray] = field(default_factory=dict)

    @property
    def terms(self) -> list[str]:
        return [f"x{position + 1}" for position in range(self.regressors.shape[1])]


def make(name, outcome, columns, separated, **effects) -> SeparationSet:
    outcome = np.asarray(outcome, dtype=float)
    columns = np.array(columns, dtype=float).reshape(-1, outcome.size).T
    return SeparationSet(
        name,
        outcome,
        columns,
        frozenset(separated),
        {key: np.array(list(labels)) for key, labels in effects.items()},
    )


def hand_made() -> list[SeparationSet]:
    """Small sets whose answer can be read off."""
    return [
        make("none: the regressor takes both signs on zeros", [0, 0, 1, 2, 3], [[1, -1, 0, 0, 1]], []),
        make("a dummy that is 1 on zeros only", [0, 0, 0, 1, 2, 3], [[1, 1, 0, 0, 0, 0]], [0, 1]),
        make(
            "a regressor of two sizes, constant elsewhere",
            [0, 0, 0, 4, 2, 3],
            [[1e-3, 9, 0, 0, 0, 0]],
            [0, 1],
        ),
        make("a regressor that is constant but not 0 on positives", [0, 0, 1, 1, 2], [[7, 5, 5, 5, 5]], [0]),
        make("a regressor below on some zeros, above on others", [0, 0, 1, 1, 2], [[7, 3, 5, 5, 5]], []),
        make("the same dummy with the other sign", [0, 0, 0, 1, 2, 3], [[-1, -1, 0, 0, 0, 0]], [0, 1]),
        make("complete: each zero is separated", [0, 0, 3, 3, 3], [[1, 2, 0, 0, 0]], [0, 1]),
        make(
            "two dummies, each for a zero of its own",
            [0, 0, 0, 1, 2, 3, 4],
            [[1, 0, 0, 0, 0, 0, 0], [0, 1, 0, 0, 0, 0, 0], [3, 1, 4, 1, 5, 9, 2]],
            [0, 1],
        ),
        make(
            "a difference of two regressors that vary on positives",
            [0, 0, 0, 1, 2, 3, 4],
            [[1, 2, 3, 4, 5, 6, 9], [2, 4, 3, 4, 5, 6, 9]],
            [0, 1],
        ),
        make(
            "a difference that takes both signs on zeros",
            [0, 0, 0, 1, 2, 3, 4],
            [[1, 2, 3, 4, 5, 6, 9], [2, 1, 3, 4, 5, 6, 9]],
            [],
        ),
        make(
            "collinear regressors separate nothing",
            [0, 0, 0, 1, 2, 3],
            [[1, 2, 4, 3, 5, 7], [2, 4, 8, 6, 10, 14]],
            [],
        ),
        make("no zero", [1, 2, 3, 4], [[1, 0, 2, 0]], []),
        make(
            "three opposed directions leave nothing",
            [0, 0, 0, 1, 1, 1],
            [[1, 0, -1, 0, 0, 0], [0, 1, -1, 0, 0, 0]],
            [],
        ),
        make(
            "of three directions two are opposed",
            [0, 0, 0, 1, 1, 1],
            [[1, -1, 0, 0, 0, 0], [0, 0, 1, 0, 0, 0]],
            [2],
        ),
        make(
            "a level without positive outcome", [0, 0, 1, 0, 2, 3], [[1, 2, 1, 5, 1, 4]], [0, 1], a="ppqqrr"
        ),
        make("all levels have a positive outcome", [0, 1, 1, 0, 2, 0], [[1, 2, 1, 5, 1, 4]], [], a="ppqqrr"),
        make(
            "a regressor constant within each level on positives",
            [0, 1, 1, 0, 2, 2, 0, 3, 3],
            [[6, 5, 5, 4, 4, 4, 8, 7, 7]],
            [0, 6],
            a="pppqqqrrr",
        ),
        make(
            "the same with a zero on the other side",
            [0, 1, 1, 0, 2, 2, 0, 3, 3],
            [[6, 5, 5, 3, 4, 4, 8, 7, 7]],
            [],
            a="pppqqqrrr",
        ),
        make(
            "positives fall into two unconnected blocks, zeros lead from one to the other",
            [1, 2, 0, 0, 3, 4],
            np.empty((0, 6)),
            [2, 3],
            a="ppppqq",
            b="stuvuv",
        ),
        make(
            "zeros lead both ways between the blocks",
            [1, 2, 0, 0, 3, 4],
            np.empty((0, 6)),
            [],
            a="pppqqq",
            b="stusuv",
        ),
        make(
            "three blocks in a row",
            [1, 0, 1, 0, 1],
            np.empty((0, 5)),
            [1, 3],
            a="ppqqr",
            b="stttv"[:1] + "tt" + "vv",
        ),
        make(
            "two effects and a regressor that only the zeros tell apart from them",
            [1, 2, 3, 4, 0, 5, 0, 6, 7],
            [[2, 3, 4, 3, 4.5, 5, 4, 5, 6]],
            [4],
            a="pppqqqrrr",
            b="stustustu",
        ),
        make(
            "the sizes of regressors differ by 12 powers of ten",
            [0, 0, 0, 1, 2, 3],
            [[1e9, 2e9, 4e9, 3e9, 5e9, 7e9], [1e-3 + 2e-3, 4e-3, 8e-3, 6e-3, 10e-3, 14e-3]],
            [0],
        ),
    ]


def drawn(seed: int, n: int = 60, n_levels: int = 6, n_regressors: int = 2) -> SeparationSet:
    """A sample with integer regressors and two sets of effects, of which some rows are likely separated."""
    random = np.random.Generator(np.random.PCG64(seed))
    outcome = random.integers(0, 3, n) * (random.random(n) < 0.35)
    columns = random.integers(-1, 2, (n_regressors, n)) * (random.random((n_regressors, n)) < 0.3)
    first = columns[0] * (outcome == 0)
    columns[0] = np.abs(first) if seed % 2 else first
    effects = {}
    for name in ("a", "b")[: seed % 3]:
        effects[name] = random.integers(0, n_levels, n)
    return SeparationSet(
        f"drawn {seed}", outcome.astype(float), columns.T.astype(float), frozenset(), effects
    )


def by_plain_programme(case: SeparationSet) -> frozenset[int]:
    """An independent answer: for each zero row, can it be moved at all? One textbook programme per row."""
    from scipy.optimize import linprog

    dummies = [(labels[:, None] == np.unique(labels)).astype(float) for labels in case.effects.values()]
    design = np.hstack([np.ones((case.outcome.size, 1)), *dummies, case.regressors])
    zero = case.outcome == 0
    found = set()
    for row in np.flatnonzero(zero):
        solution = linprog(
            -design[row],
            A_ub=-design[zero],
            b_ub=np.zeros(int(zero.sum())),
            A_eq=design[~zero],
            b_eq=np.zeros(int((~zero).sum())),
            bounds=[(-1, 1)] * design.shape[1],
        )
        if -solution.fun > 1e-6:
            found.add(int(row))
    return frozenset(found)
