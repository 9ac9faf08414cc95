"""From data to the bundled model, by one command: `python -m matching.training`. Nothing here is needed to run it."""
