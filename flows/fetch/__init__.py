"""The live sources: what a publisher's service sends, landed as it came, each file with its origin beside it.

Fetching is apart from the refresh: a run reads the landing folder and asks nobody. httpx and tenacity are
imported here alone, and only once a ``serai fetch`` command is at work.
"""
