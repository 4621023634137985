"""Panels that several test modules estimate on."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from analysis.gravity.panel_data import PanelData, panel_data


@pytest.fixture(scope="session")
def grunfeld() -> PanelData:
    """Investment of 10 firms, 1935-1954 (Grunfeld, 1958), as statsmodels ships it less the eleventh firm.

    The ten firms are those of the Stata manual's `webuse grunfeld` and of R's plm.
    """
    from statsmodels.datasets import grunfeld as source

    frame = source.load_pandas().data
    frame = frame[frame["firm"] != "American Steel"]
    return panel_data(
        frame["invest"].to_numpy(),
        frame[["value", "capital"]].to_numpy(),
        ["value", "capital"],
        frame["firm"].to_numpy(dtype=str),
        frame["year"].to_numpy(dtype=int),
        outcome_name="invest",
    )


@pytest.fixture(scope="session")
def make_panel() -> Callable[..., PanelData]:
    """Return a maker of panels with partner effects that are related to the first regressor."""

    def make(
        n_entities: int = 12,
        n_periods: int = 9,
        n_terms: int = 3,
        *,
        seed: int = 20,
        share_missing: float = 0.0,
        effect_size: float = 1.0,
    ) -> PanelData:
        random = np.random.default_rng(seed)
        entity = np.repeat(np.arange(n_entities), n_periods)
        period = np.tile(np.arange(2013, 2013 + n_periods), n_entities)
        effect = random.normal(size=n_entities)
        regressors = (
            random.normal(size=(entity.size, n_terms)) + random.normal(size=(n_entities, n_terms))[entity]
        )
        regressors[:, 0] += 0.5 * effect[entity]
        slopes = np.linspace(1.0, -0.5, n_terms)
        outcome = 2 + regressors @ slopes + effect_size * effect[entity] + random.normal(size=entity.size)
        kept = random.random(entity.size) >= share_missing
        return panel_data(
            outcome[kept],
            regressors[kept],
            [f"x{number}" for number in range(1, n_terms + 1)],
            np.array([f"P{number:02d}" for number in entity])[kept],
            period[kept],
        )

    return make
