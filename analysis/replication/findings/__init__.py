"""How a publication made its numbers, as far as its own print and our panel can tell."""
