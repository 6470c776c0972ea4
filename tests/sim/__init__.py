"""Whole runs against the simulated cloud, and tests of the simulation."""
