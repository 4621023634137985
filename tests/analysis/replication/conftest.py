"""The paper's equation on the real panel, estimated alone: what findings are computed from."""

from __future__ import annotations

import pytest

from analysis.design import of_partners, panel_inputs
from analysis.equation import estimate_equation
from analysis.replication.evidence import Evidence


@pytest.fixture(scope="session")
def evidence(central_asia, real_panel) -> Evidence:
    """The comparison equation under every fill set; no table is estimated."""
    comparison = central_asia.printed.comparison
    model = next(item for item in central_asia.gravity.models if item.model == comparison.model)
    flow = next(item for item in central_asia.gravity.flows if item.flow == comparison.flow)
    inputs = {
        item.fill_set: of_partners(central_asia, panel_inputs(central_asia, real_panel, item.fill_set))
        for item in central_asia.fill_sets
    }
    equations = tuple(
        estimate_equation(central_asia, model, flow, fill_set, cells, None)
        for fill_set, cells in inputs.items()
    )
    return Evidence(central_asia, {}, inputs, equations)
