"""What is kept of it: the archive, each content once, and the quarantine of what was refused."""
