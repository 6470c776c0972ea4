"""Tempest warns of its own old modules when it is imported: once, here, and not in a test."""
import warnings

with warnings.catch_warnings():
    warnings.simplefilter('ignore', DeprecationWarning)
    import tempest.config  # noqa: F401
