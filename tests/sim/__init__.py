"""Tests against the simulated cloud."""
import warnings

with warnings.catch_warnings():
    # Tempest imports modules of its own that it has deprecated.
    warnings.simplefilter('ignore', DeprecationWarning)
    import tempest.config as _  # noqa: F401
