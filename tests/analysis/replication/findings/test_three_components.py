"""The range of sampling adequacy over correlation matrices with given eigenvalues."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.index.adequacy import kmo
from analysis.replication.findings.three_components import adequacy_range


def test_random_matrices_with_these_eigenvalues_stay_inside_and_reach_the_ends():
    eigenvalues = np.array([2.238, 0.498, 0.264])
    low, high, _ = adequacy_range(eigenvalues)
    random = np.random.Generator(np.random.PCG64(3))
    found = []
    for _ in range(4000):
        # A random rotation, then Givens steps that bring the diagonal to 1 and keep the eigenvalues.
        basis, _ = np.linalg.qr(random.normal(size=(3, 3)))
        matrix = basis @ np.diag(eigenvalues) @ basis.T
        for first, second in ((0, 1), (1, 2)):
            a, b, c = matrix[first, first], matrix[second, second], matrix[first, second]
            roots = np.roots([b - 1, 2 * c, a - 1])
            if np.iscomplex(roots).any():
                break
            t = roots[0].real
            turn = np.eye(3)
            cosine, sine = 1 / np.hypot(1, t), t / np.hypot(1, t)
            turn[[first, first, second, second], [first, second, first, second]] = cosine, -sine, sine, cosine
            matrix = turn.T @ matrix @ turn
        if np.allclose(np.diag(matrix), 1):
            found.append(kmo(matrix, ["a", "b", "c"]).overall)
    assert len(found) > 500
    assert low - 1e-9 <= min(found)
    assert max(found) <= high + 1e-9
    assert min(found) == pytest.approx(low, abs=1e-4)
    assert max(found) == pytest.approx(high, abs=1e-4)


def test_the_matrix_that_is_given_has_the_eigenvalues_and_a_diagonal_of_one():
    _, _, matrix = adequacy_range([2.0, 0.7, 0.3])
    np.testing.assert_allclose(np.diag(matrix), 1)
    np.testing.assert_allclose(np.linalg.eigvalsh(matrix), [0.3, 0.7, 2.0], atol=1e-9)


def test_equal_correlations_leave_one_matrix_only():
    # r = 0.5 throughout has eigenvalues 2, 0.5, 0.5, and no other matrix has them.
    low, high, _ = adequacy_range([2.0, 0.5, 0.5])
    expected = kmo(np.array([[1, 0.5, 0.5], [0.5, 1, 0.5], [0.5, 0.5, 1]]), ["a", "b", "c"]).overall
    assert (low, high) == pytest.approx((expected, expected), abs=1e-4)


@pytest.mark.parametrize("eigenvalues", [[2.0, 1.0], [2.0, 1.5, -0.5], [2.0, 0.5, 0.4]])
def test_what_is_no_spectrum_of_three_variables_is_refused(eigenvalues):
    with pytest.raises(ValueError, match="three positive numbers that sum to 3"):
        adequacy_range(eigenvalues)
