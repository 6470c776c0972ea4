"""What every remedy that is installed says of itself."""
from tempest_cleanup import remedies
from tempest_cleanup.testing.remedies import DeclarationContract


class TestInstalled(DeclarationContract):
    remedies = tuple(type(remedy) for remedy in remedies.load())
