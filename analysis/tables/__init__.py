"""Results as the rows of published tables, and the sentences that must stand beside them."""
