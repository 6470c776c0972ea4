"""Tempest tests that go wrong on purpose, each in its own way; what they leave is known.

They are run by tests/functional/faults only, with stestr as any other Tempest test.
"""
