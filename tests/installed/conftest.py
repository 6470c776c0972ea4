"""Fresh environments, each with one version of tempest, and a workspace of a simulated cloud."""
import json
import os
import pathlib
import shutil
import subprocess
import sys
from collections.abc import Container, Iterator

import pytest

from tempest_cleanup.testing import SimulatedCloud
from tests.cloud import current, install
from tests.functional.conftest import admin, tempest_conf

__all__ = ['admin']

CHECKOUT = pathlib.Path(__file__).parents[2]


class Environment:
    """A virtual environment in a folder of its own."""

    def __init__(self, folder: pathlib.Path) -> None:
        self._folder = folder
        # The test cloud has one, where there is a test cloud; pip takes three times as long.
        uv = shutil.which('uv') or shutil.which(install.uv(current()))
        self._uv = [uv] if uv else []
        if self._uv:
            _done([*self._uv, 'venv', '-q', '-p', sys.executable, str(folder)])
        else:
            _done([sys.executable, '-m', 'venv', str(folder)])

    def install(self, *what: str) -> None:
        """Install packages, as a user does."""
        python = str(self._folder / 'bin' / 'python')
        front = ([*self._uv, 'pip', 'install', '--python', python] if self._uv
                 else [python, '-m', 'pip', 'install'])
        _done([*front, '-q', *what])

    def run(self, folder: pathlib.Path, program: str, *arguments: str,
            codes: Container[int] = (0,)) -> str:
        """What a program of it prints, in a folder; it must end with one of these codes."""
        return _done([str(self._folder / 'bin' / program), *arguments], folder, codes)


def _done(argv: list[str], folder: pathlib.Path | None = None,
          codes: Container[int] = (0,)) -> str:
    environment = {k: v for k, v in os.environ.items() if k != 'PYTHONPATH'}
    # Else uv knows no certificate authority of the machine's own.
    environment |= {'COLUMNS': '120', 'UV_SYSTEM_CERTS': 'true'}
    done = subprocess.run(argv, cwd=folder, env=environment, stdin=subprocess.DEVNULL, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    assert done.returncode in codes, f'{" ".join(argv)}: {done.returncode}\n{done.stdout}'
    return done.stdout


@pytest.fixture(scope='session')
def wheel(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """The project, built from its source distribution, as an index would have it."""
    folder = tmp_path_factory.mktemp('dist')
    builder = Environment(folder / 'builder')
    builder.install('build')
    builder.run(folder, 'python', '-m', 'build', '--outdir', str(folder), str(CHECKOUT))
    assert list(folder.glob('*.tar.gz'))
    return next(folder.glob('*.whl'))


@pytest.fixture
def cloud() -> Iterator[SimulatedCloud]:
    """A simulated cloud."""
    simulated = SimulatedCloud()
    simulated.start()
    yield simulated
    simulated.stop()


@pytest.fixture
def workspace(cloud: SimulatedCloud, tmp_path: pathlib.Path) -> pathlib.Path:
    """A folder of Tempest with that cloud's tempest.conf."""
    (tmp_path / 'etc').mkdir()
    cloud.tempest_conf(tmp_path / 'etc' / 'tempest.conf')
    return tmp_path


def with_example(
    name: str, wheel: pathlib.Path, tmp_path: pathlib.Path,
) -> tuple[Environment, pathlib.Path]:
    """An environment with this package and one of the examples, and a copy of its folder."""
    source = pathlib.Path(shutil.copytree(
        CHECKOUT / 'examples' / name, tmp_path / 'source',
        ignore=shutil.ignore_patterns('*.egg-info', 'build', '__pycache__')))
    environment = Environment(tmp_path / 'venv')
    environment.install(str(wheel), f'{source}[test]')
    return environment, source


@pytest.fixture
def folder(tmp_path: pathlib.Path) -> pathlib.Path:
    """A folder of Tempest with the real cloud's tempest.conf."""
    made = tmp_path / 'workspace'
    (made / 'etc').mkdir(parents=True)
    shutil.copy(tempest_conf(), made / 'etc' / 'tempest.conf')
    for name in ('TEMPEST_CONFIG', 'TEMPEST_CONFIG_DIR'):
        assert name not in os.environ, f'{name} would name another tempest.conf'
    return made


def entries(path: pathlib.Path) -> dict[str, object]:
    """What a dry run has written, without the kinds that have nothing."""
    return {kind: found for kind, found in json.loads(path.read_text()).items() if found}
