"""One content against the contracts: recognised, checked, its good rows loaded, its broken ones told."""
