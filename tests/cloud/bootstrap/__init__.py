"""What the cloud holds from the start, made over its own APIs."""
