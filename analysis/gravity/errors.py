"""Why an equation is refused: one exception per reason, so that a caller can tell them apart."""

from __future__ import annotations

from collections.abc import Sequence


class EstimationError(ValueError):
    """An equation cannot be estimated from the sample that was given."""


class NonFiniteInput(EstimationError):
    """A cell of the sample is missing or infinite."""


class UnusableInput(EstimationError):
    """The sample is no panel of numbers: text in place of a number, or two rows of a partner for a period."""


class NotEstimable(EstimationError):
    """The sample is too small for the estimator; the message names the counts and what is needed."""


class CollinearTerms(EstimationError):
    """Terms are linearly dependent.

    Attributes
    ----------
    terms : tuple of str
        The terms that take part in the dependence.
    """

    def __init__(self, message: str, terms: Sequence[str]) -> None:
        super().__init__(message)
        self.terms = tuple(terms)


class TimeInvariantTerms(EstimationError):
    """Terms do not vary over time within any partner, so partner effects absorb them.

    Attributes
    ----------
    terms : tuple of str
        The terms that are absorbed.
    """

    def __init__(self, message: str, terms: Sequence[str]) -> None:
        super().__init__(message)
        self.terms = tuple(terms)


class MissingLibrary(EstimationError):
    """An optional library is not installed; the message says how to get it."""


class WorkerFailed(EstimationError):
    """The process that estimates high-dimensional effects ended or broke off."""
