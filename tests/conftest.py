"""How often, and from which seed on, the tests that break things at random do so.

Tempest warns of its own old modules when it is imported: once, here, and not in a test.
"""
import warnings

import hypothesis
import pytest

with warnings.catch_warnings():
    warnings.simplefilter('ignore', DeprecationWarning)
    import tempest.config  # noqa: F401

#: For a test that makes few examples of its own accord, as each is a whole run.
hypothesis.settings.register_profile('breaking', max_examples=100)


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup('breaking things')
    group.addoption('--seeds', type=int, default=0,
                    help='so many seeds; few by default, as each test says')
    group.addoption('--projects', type=int, default=300,
                    help='of the cloud that is all stuck; 300 by default')
    group.addoption('--seed', type=int, default=1, help='the first of them; 1 by default')


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line('markers', 'seeds(few): run once for each seed; few by default')


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test for each seed, where a test asks for one by a mark."""
    for mark in metafunc.definition.iter_markers('seeds'):
        first = metafunc.config.getoption('--seed')
        many = metafunc.config.getoption('--seeds') or mark.args[0]
        metafunc.parametrize('seed', range(first, first + many))
