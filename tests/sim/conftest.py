"""A simulated cloud, and a workspace for it."""
import pathlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tempest_cleanup.testing import SimulatedCloud
from tests.sim.runs import Workspace

MakeWorkspace = Callable[..., Workspace]


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line('markers', 'scale: ten thousand objects; takes a minute')


@pytest.fixture
def make_workspace(tmp_path: pathlib.Path) -> Iterator[MakeWorkspace]:
    """Clouds with settings of their own, each with its workspace."""
    clouds: list[SimulatedCloud] = []

    def make(**settings: Any) -> Workspace:
        cloud = SimulatedCloud(**settings)
        cloud.start()
        clouds.append(cloud)
        folder = tmp_path / f'workspace-{len(clouds)}'
        folder.mkdir()
        return Workspace(cloud, folder)

    yield make
    for cloud in clouds:
        cloud.stop()


@pytest.fixture
def workspace(make_workspace: MakeWorkspace) -> Workspace:
    """A workspace of a cloud that behaves."""
    return make_workspace()
