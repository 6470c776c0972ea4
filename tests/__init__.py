"""Tests of tempest-cleanup."""
