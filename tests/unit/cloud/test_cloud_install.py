"""Installation: no daemon starts itself, and nothing is installed twice."""

import contextlib
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cloud import install, process
from tests.cloud.errors import MachineError
from tests.cloud.paths import Cloud


@pytest.fixture
def policy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the machine's policy would be."""
    path = tmp_path / 'policy-rc.d'
    monkeypatch.setattr(install, 'POLICY', path)
    return path


def test_without_a_policy_ours_forbids_daemons_for_a_moment(policy: Path) -> None:
    seen = []
    with contextlib.suppress(KeyboardInterrupt), install.no_daemons():
        seen.append((policy.read_text(), policy.stat().st_mode & 0o111))
        raise KeyboardInterrupt
    assert seen[0][0].endswith('exit 101\n')
    assert seen[0][1]
    assert not policy.exists()


def test_the_policy_of_the_machine_is_left_alone(policy: Path) -> None:
    policy.write_text('#!/bin/sh\nexit 0\n')
    with install.no_daemons():
        assert policy.read_text() == '#!/bin/sh\nexit 0\n'
    assert policy.read_text() == '#!/bin/sh\nexit 0\n'


def test_our_policy_left_by_a_killed_command_goes(policy: Path) -> None:
    policy.write_text(install.POLICY_TEXT)
    with install.no_daemons():
        pass
    assert not policy.exists()


def test_who_is_not_root_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr('os.geteuid', lambda: 1000)
    with pytest.raises(MachineError, match='root') as error:
        install.check_machine()
    assert error.value.exit_code == 3


def test_a_machine_without_apt_is_told_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr('os.geteuid', lambda: 0)
    monkeypatch.setattr('shutil.which', lambda _: None)
    with pytest.raises(MachineError, match=r'apt-get.*mariadb-server'):
        install.check_machine()


Commands = list[tuple[str | Path, ...]]


@pytest.fixture
def commands(monkeypatch: pytest.MonkeyPatch) -> Commands:
    """The commands that would have been run."""
    seen: Commands = []

    def run(_: Cloud, *argv: str | Path, **__: str) -> str:
        seen.append(argv)
        if 'venv' in argv:
            (Path(argv[-1]) / 'bin').mkdir(parents=True)
            (Path(argv[-1]) / 'bin' / 'python').touch()
        return ''

    monkeypatch.setattr(process, 'run', run)
    return seen


@pytest.fixture
def want(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> tuple[Callable[[list[str]], bool], Path]:
    """Ask for packages, pinned by the file given."""
    monkeypatch.setattr(install, 'SOURCE', tmp_path)
    pins = tmp_path / 'pins.txt'
    pins.write_text('nova==1\n')
    cloud = Cloud(tmp_path)
    return lambda names: install.environment(cloud, cloud.venv, names, 'pins.txt'), pins


def test_only_what_is_new_or_pinned_anew_is_installed(
    commands: Commands, want: tuple[Callable[[list[str]], bool], Path]
) -> None:
    ask, pins = want
    assert ask(['nova'])
    assert ask(['uwsgi'])
    assert not ask(['uwsgi'])
    assert not ask(['nova', 'uwsgi'])
    pins.write_text('nova==2\n')
    assert ask(['nova'])
    assert ask(['uwsgi'])
    assert [argv[1] for argv in commands] == ['venv', 'pip', 'pip', 'pip', 'pip']
