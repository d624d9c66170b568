"""What follows from the scores: calibration, what-if, levers, plans."""
