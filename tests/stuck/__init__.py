"""A cloud so large and so broken that a run on it takes minutes: ``tox -e breaking``."""
