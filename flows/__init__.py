"""When things happen: flows, files, processes and the command line. No arithmetic, no statistics."""
