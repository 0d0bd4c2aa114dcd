"""Measurements against a baseline in the same run: `make bench`.

Each module of this folder with a function `measure` is one part. It takes the run's `Bench` and yields `Figure`s.
Machines are shared and noisy: compare ratios, not absolute numbers.
"""
