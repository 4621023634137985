"""What we believe: contracts on arriving files, suites on published tables, and their verdicts."""
