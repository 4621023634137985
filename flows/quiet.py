"""Switches that must be set before the libraries they govern are imported."""

from __future__ import annotations

import os

TELEMETRY_OFF = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "GX_ANALYTICS_ENABLED": "false",
    "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
}
"""Nobody's run is reported to anybody; a user cannot switch this on by accident."""

DEFAULTS = {
    # A new Prefect home migrates its database first, which takes longer than Prefect's own 20 seconds.
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
    # Matrices of forty rows: threads that wait for each other cost more than they compute. One thread also
    # adds in one order, so the same inputs give the same digits.
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
}
"""What a user has not chosen otherwise."""


def quieten() -> None:
    """Switch the telemetry of every dependency off and set the defaults a user has not chosen."""
    os.environ.update(TELEMETRY_OFF)
    for name, value in DEFAULTS.items():
        os.environ.setdefault(name, value)
