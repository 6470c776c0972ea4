"""Where the cloud of these tests is, and who asks it.

The cloud of `python3 -m tests.cloud up` is found by itself; another is named by

    TEST_CLOUD_AUTH_URL=http://127.0.0.1:5000/v3
    TEST_CLOUD_DATABASE=mysql://os:secret@127.0.0.1:13306
    TEST_CLOUD_TEMPEST_CONF=/path/of/its/tempest.conf

and has an administrator `admin`, password `secret`, in the project `admin`.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tempest_cleanup.cloud import Cloud as Ours
from tempest_cleanup.cloud.tokens import Account
from tempest_cleanup.cloud.transport import Transport
from tests.cloud import current
from tests.functional.openstack import Cloud, Login
from tests.functional.rows import Databases
from tests.functional.workspace import Workspace

HERE = Path(__file__).parent


def pytest_addoption(parser: pytest.Parser) -> None:
    """How often the runs of Tempest's plugins are killed; ``--seed`` says at which moments."""
    group = parser.getgroup('plugins of tempest')
    group.addoption('--kills', type=int, default=1, help='for each selection; 1 by default')


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One test for each kill."""
    if 'kill' in metafunc.fixturenames:
        kills = metafunc.config.getoption('--kills', 1)
        metafunc.parametrize('kill', range(kills))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test in here needs the cloud."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.cloud)


@pytest.fixture(scope='session')
def admin() -> Cloud:
    """The administrator; without a cloud the tests fail."""
    named = os.environ.get('TEST_CLOUD_AUTH_URL')
    account = current().admin
    url = named or account['auth_url']
    try:
        requests.get(url, timeout=10)
    except requests.ConnectionError:
        if named:
            raise
        pytest.fail(f'no cloud at {url}: start one with python3 -m tests.cloud up')
    return Cloud(Login(url, account['username'], account['password'],
                       project_name=account['project_name']))


@pytest.fixture(scope='module')
def ours(admin: Cloud) -> Iterator[Ours]:
    """The cloud as the code under test sees it, for tests of its parts."""
    login = admin.login
    cloud = Ours(Account(login.auth_url, login.username, login.password, login.project_name,
                         'Default', 'Default'), Transport(connections=2))
    cloud.connect()
    yield cloud
    cloud.close()


@pytest.fixture(scope='session')
def seed(request: pytest.FixtureRequest) -> int:
    """Of the moments at which runs are killed."""
    return int(request.config.getoption('--seed'))


@pytest.fixture(scope='session')
def database() -> Databases:
    """The databases of the services."""
    return Databases.from_url(
        os.environ.get('TEST_CLOUD_DATABASE') or current().database_url(''))


@pytest.fixture
def workspace(admin: Cloud, tmp_path: Path) -> Workspace:
    """An empty folder to run the command in, against the cloud."""
    return Workspace(tmp_path, tempest_conf())


def tempest_conf() -> Path:
    """The cloud's tempest.conf."""
    return Path(os.environ.get('TEST_CLOUD_TEMPEST_CONF') or current().tempest_conf)
