"""Tests of what a user installs, in environments of their own."""
