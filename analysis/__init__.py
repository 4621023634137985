"""How trade is explained: pure functions from frame to frame.

Knows no database and no scheduler; the only files it reads are its own studies.
"""
