"""When things happen: flows, files, processes and the command line. No arithmetic, no statistics."""

from flows.quiet import quieten

# Here, because a scheduler's worker imports the flow and nothing before it.
quieten()
