"""Every kind of resource against what a real cloud answers."""
