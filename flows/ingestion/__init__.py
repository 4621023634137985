"""One run of ingest: what becomes of every content that landed or is kept, in whatever order it came."""
