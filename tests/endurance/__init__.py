"""Ten runs of Tempest on one cloud, each killed and cleaned up: ``tox -e endurance``."""
