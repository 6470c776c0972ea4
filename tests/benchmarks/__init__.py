"""Upstream's ``tempest cleanup`` against ours, side by side in one run."""
