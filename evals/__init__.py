"""Does it behave: datasets, runners, scorers, benchmarks and reports, through the public doors."""
