"""The engine's parts, each on its own."""
