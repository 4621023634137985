"""What arrives: the files of the landing folder, what lies inside zips, and what is said beside each."""
