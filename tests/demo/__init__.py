"""The demonstration: a real cloud, real Tempest tests that are killed, and the clean-up."""
