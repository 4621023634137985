"""Ours beside the numbers that a publication prints, and the print held against itself."""
