"""Puts a cloud back to what it was before a Tempest run, and proves it."""
