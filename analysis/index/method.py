"""How a composite index is made: every choice beside the indicators and the rule of retention."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from analysis.index.aggregation import MEANS, Mean
from analysis.index.pca import Matrix
from analysis.index.scaling import Scaling
from analysis.index.treatment import TreatmentRule

WeightKind = Literal["variance_share", "squared_loadings", "equal", "equal_by_dimension", "entropy", "expert"]
Result = Literal["unit", "hundred", "none"]

WEIGHT_KINDS: tuple[WeightKind, ...] = (
    "variance_share",
    "squared_loadings",
    "equal",
    "equal_by_dimension",
    "entropy",
    "expert",
)
RESULTS: tuple[Result, ...] = ("unit", "hundred", "none")


@dataclass(frozen=True)
class IndexMethod:
    """The steps from indicators to an index.

    Attributes
    ----------
    treatment : TreatmentRule or None
        What is done to outliers; None leaves them.
    scaling : Scaling
    matrix : {'correlation', 'covariance'}
        Of the scaled indicators; what components are taken from. With z-scores over all rows both are one.
    rotation : {'none', 'varimax'}
        Of the retained components.
    weights : str
        'variance_share' sums component scores, each with its share of the variance retained. The others sum
        the scaled indicators themselves: 'squared_loadings' with weights from the loadings of the retained
        components after varimax, 'equal', 'equal_by_dimension' (dimensions alike, and indicators within
        each), 'entropy' and 'expert' (given).
    aggregation : {'arithmetic', 'geometric', 'harmonic'}
        Mean of what is summed. Geometric and harmonic means need positive numbers: each summed column is
        brought to [floor, 1] over all rows first, but for indicators between goalposts, which stay as they
        are and must be above 0.
    floor : float
        What the lowest row of a column gets then.
    result : {'unit', 'hundred', 'none'}
        The index from 0 to 1 or to 100, lowest and highest row of the sample; or the score as it is.
    dimensions : mapping of str to str
        Dimension of each indicator, for 'equal_by_dimension'.
    expert : mapping of str to float
        Weight of each indicator, for 'expert'.
    """

    treatment: TreatmentRule | None = None
    scaling: Scaling = field(default_factory=Scaling)
    matrix: Matrix = "correlation"
    rotation: Literal["none", "varimax"] = "none"
    weights: WeightKind = "variance_share"
    aggregation: Mean = "arithmetic"
    floor: float = 0.01
    result: Result = "unit"
    dimensions: Mapping[str, str] = field(default_factory=dict)
    expert: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for what, seen, known in (
            ("matrix", self.matrix, ("correlation", "covariance")),
            ("rotation", self.rotation, ("none", "varimax")),
            ("weights", self.weights, WEIGHT_KINDS),
            ("aggregation", self.aggregation, MEANS),
            ("result", self.result, RESULTS),
        ):
            if seen not in known:
                raise ValueError(f"index: seen {what} {seen!r}, expected one of {', '.join(known)}")
        if not 0 < self.floor < 1:
            raise ValueError(f"index: seen a floor of {self.floor:g}, expected one between 0 and 1")

    @property
    def is_of_components(self) -> bool:
        """Whether components are summed, not indicators."""
        return self.weights == "variance_share"


PRINCIPAL_COMPONENTS = IndexMethod()
"""Z-scores over all rows, components of their correlations, weighted by variance share and summed, to 0-1."""
