"""Speed, each time against plain NumPy in the same run; `make bench` prints the ratios."""
