"""What has to be on the machine: Debian packages, and two virtual environments."""

import hashlib
import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.cloud import process
from tests.cloud.errors import CloudError, MachineError
from tests.cloud.ini import write
from tests.cloud.paths import SOURCE, Cloud

PACKAGES = (
    'mariadb-server',
    'rabbitmq-server',
    'memcached',
    'liberasurecode1',
    'qemu-utils',
    'openssl',
    'libmariadb-dev',
    'pkg-config',
)
#: Built from source, which takes these programs.
BUILT = {'mysqlclient': ('cc', 'mariadb_config', 'pkg-config'), 'uwsgi': ('cc',)}
LIBRARIES = ('pymysql', 'python-memcached', 'pymemcache')
#: Services whose plugin of tempest is there, whether the service runs or not.
PLUGINS = ('barbican', 'designate', 'heat', 'manila', 'neutron', 'octavia')
TEMPEST = ('tempest', *(f'{name}-tempest-plugin' for name in PLUGINS))
#: Of uwsgi's plugins the one for Python is enough, and takes a third of the time to build.
BUILD = {'UV_NO_CONFIG': '1', 'UWSGI_PROFILE_OVERRIDE': 'embedded_plugins=python'}
#: The pins want no older Python; another than the running one is found or fetched by uv.
PYTHON = sys.executable if sys.version_info >= (3, 11) else '3.11'
POLICY = Path('/usr/sbin/policy-rc.d')
POLICY_TEXT = (
    '#!/bin/sh\n# Written for a moment by tests.cloud: no daemon starts itself.\nexit 101\n'
)


def check_machine() -> None:
    """Refuse a machine that we cannot work on."""
    if not sys.platform.startswith('linux'):
        raise MachineError(f'The test cloud needs Linux; this is {sys.platform}')
    if os.geteuid() != 0:
        raise MachineError(
            'The test cloud needs root: it installs packages and its services run as root. '
            'Run it with sudo, or in a container'
        )
    if missing_packages() and not shutil.which('apt-get'):
        raise MachineError(
            'These packages are missing and there is no apt-get to install them (Debian or '
            f'Ubuntu is needed): {" ".join(missing_packages())}'
        )


def missing_packages() -> list[str]:
    """The packages that are not installed yet."""
    wanted = [*PACKAGES]
    if not shutil.which('cc'):
        wanted += ['gcc', 'libc6-dev']
    if not Path(sysconfig.get_path('include'), 'Python.h').exists():
        wanted += ['python3-dev']
    if not shutil.which('dpkg-query'):
        return wanted
    command = ['dpkg-query', '-W', '-f', '${Package} ${db:Status-Status}\n', *wanted]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    lines = done.stdout.splitlines()
    installed = {line.split()[0] for line in lines if line.endswith(' installed')}
    if 'pkgconf' in installed or shutil.which('pkg-config'):
        installed.add('pkg-config')
    return [name for name in wanted if name not in installed]


def packages(cloud: Cloud) -> bool:
    """Install the missing Debian packages; true if there were any."""
    missing = missing_packages()
    if not missing:
        return False
    # RUNLEVEL: where no policy is asked, invoke-rc.d starts nothing in runlevel 1 either.
    env = dict(os.environ, DEBIAN_FRONTEND='noninteractive', RUNLEVEL='1')
    with no_daemons():
        for argv in (
            ['apt-get', 'update', '-q'],
            ['apt-get', 'install', '-q', '-y', '--no-install-recommends', *missing],
        ):
            done = subprocess.run(argv, env=env, capture_output=True, text=True, check=False)
            if done.returncode:
                raise CloudError(f'{done.stdout}{done.stderr}\nfailed: {" ".join(argv)}')
    return True


@contextmanager
def no_daemons() -> Iterator[None]:
    """Keep packages from starting their daemons, where the machine has no policy of its own."""
    if POLICY.exists() and POLICY.read_text() != POLICY_TEXT:
        yield
        return
    POLICY.write_text(POLICY_TEXT)
    POLICY.chmod(0o755)
    try:
        yield
    finally:
        POLICY.unlink()


def installer(cloud: Cloud) -> None:
    """Put uv into the cloud's directory."""
    if uv(cloud).exists():
        return
    tools = cloud.root / 'tools'
    try:
        process.run(cloud, sys.executable, '-m', 'venv', tools)
    except CloudError as error:
        raise MachineError(f'{error}\nInstall python3-venv and run `up` again') from error
    process.run(cloud, tools / 'bin' / 'pip', 'install', '-q', 'uv')


def uv(cloud: Cloud) -> Path:
    """The program that installs Python packages."""
    return cloud.root / 'tools' / 'bin' / 'uv'


def buildable() -> list[str]:
    """Which of the packages without wheels can be built as the machine is now."""
    return [name for name, tools in BUILT.items() if all(map(shutil.which, tools))]


def environment(cloud: Cloud, venv: Path, wanted: Iterable[str], pins: str) -> bool:
    """Install packages into a virtual environment, pinned; true if anything had to be done."""
    names = sorted(wanted)
    constraints, mark = SOURCE / pins, venv / 'installed'
    sign = hashlib.sha256(constraints.read_bytes()).hexdigest()
    done = mark.read_text().split() if mark.exists() else []
    if sign not in done:
        done = [sign]
    if set(names) <= set(done):
        return False
    python = venv / 'bin' / 'python'
    if not python.exists():
        process.run(cloud, uv(cloud), 'venv', '-q', '--python', PYTHON, venv, **BUILD)
    install = (uv(cloud), 'pip', 'install', '-q', '--python', python, '-c', constraints)
    process.run(cloud, *install, *names, **BUILD)
    mark.write_text('\n'.join([*done, *names]) + '\n')
    return True


def plugins(cloud: Cloud) -> None:
    """Make the drivers in plugins/ known to the services, and a stand-in for sudo."""
    site = next(cloud.venv.glob('lib/python3*/site-packages'))
    # Importing a service makes objects by the hundred thousand: with the usual thresholds the
    # garbage collector takes a sixth of the time.
    line = 'import gc; gc.set_threshold(20000, 50, 50)'
    write(site / 'cloud_plugins.pth', f'{SOURCE / "plugins"}\n{line}\n')
    info = site / 'cloud_plugins-1.dist-info'
    write(info / 'METADATA', 'Metadata-Version: 2.1\nName: cloud-plugins\nVersion: 1\n')
    write(
        info / 'entry_points.txt',
        '[neutron.ml2.mechanism_drivers]\nanyhost = cloud_plugins.ml2:AnyHostDriver\n',
    )
    # nova loads drivers from nowhere but below nova.virt.
    write(
        site / 'nova' / 'virt' / 'switched.py',
        'from cloud_plugins.nova_driver import SwitchedDriver  # noqa\n',
    )
    # We are root already, and the machine may have no sudo; cinder's privsep insists on one.
    sudo = cloud.root / 'shim' / 'sudo'
    write(sudo, '#!/bin/sh\nexec env "$@"\n')
    sudo.chmod(0o755)
