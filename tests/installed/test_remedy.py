"""The example of a remedy, installed as a package of its own, on the real cloud."""
import contextlib
import json
import pathlib
import shutil
import uuid
from collections.abc import Iterator

import pytest

from tests.functional.openstack import Cloud
from tests.installed.conftest import CHECKOUT, Environment
from tests.installed.test_plugin import folder as folder

EXAMPLE = CHECKOUT / 'examples' / 'volume-qos-remedy'
DOES = 'takes it away from the volume types that use it'


@pytest.fixture
def plugin(wheel: pathlib.Path, tmp_path: pathlib.Path) -> tuple[Environment, pathlib.Path]:
    """An environment with this package and the example, and the example's folder."""
    source = pathlib.Path(shutil.copytree(EXAMPLE, tmp_path / 'source', ignore=(
        shutil.ignore_patterns('*.egg-info', 'build', '__pycache__'))))
    environment = Environment(tmp_path / 'venv')
    environment.install(str(wheel), f'{source}[test]')
    return environment, source


@pytest.fixture
def volume_type(admin: Cloud) -> Iterator[str]:
    """One that was there before."""
    made = admin.volume.post('/types', {'volume_type': {'name': f'before-{uuid.uuid4().hex}'}})
    yield made['volume_type']['id']
    admin.volume.delete(f'/types/{made["volume_type"]["id"]}')


@contextlib.contextmanager
def in_use(admin: Cloud, volume_type: str) -> Iterator[str]:
    """The id of QoS specs that a volume type uses; gone afterwards, in any case."""
    made = admin.volume.post('/qos-specs', {'qos_specs': {'name': f'used-{uuid.uuid4().hex}'}})
    identifier = made['qos_specs']['id']
    path = f'/qos-specs/{identifier}'
    admin.volume.request('GET', f'{path}/associate', params={'vol_type_id': volume_type})
    try:
        yield identifier
    finally:
        if admin.volume.exists(path):
            admin.volume.delete(path, force='true')


def test_the_example(
    plugin: tuple[Environment, pathlib.Path], folder: pathlib.Path, admin: Cloud,
    volume_type: str,
) -> None:
    """Its tests pass; it helps where nothing else does, is told and noted, and can be forbidden or
    skipped."""
    environment, source = plugin
    assert 'passed' in environment.run(source, 'python', '-m', 'pytest', '-q', 'tests')

    def tempest(*words: str) -> str:
        # 1 and 4: what becomes of all other kinds meanwhile is not asked here.
        return environment.run(folder, 'tempest', 'cleanup', *words, codes=(0, 1, 4))

    tempest('--init-saved-state')
    with in_use(admin, volume_type) as qos:
        clean = ('--preserve-state', '--type', 'volume_qos', '--no-restore',
                 '--report', 'report.json')
        for without in (('--no-remedies',), ('--skip-plugin', 'volume-qos-remedy')):
            tempest(*clean, *without)
            assert admin.volume.exists(f'/qos-specs/{qos}'), without
        told = tempest(*clean)
        assert not admin.volume.exists(f'/qos-specs/{qos}')
        assert DOES in told
    outcome = next(d['outcome'] for d in json.loads((folder / 'report.json').read_text())[
        'decisions'] if d['id'] == qos)
    assert (outcome['status'], [step['remedy'] for step in outcome['steps']]) == (
        'deleted', [DOES])
    assert f'GET block-storage/qos-specs/{qos}/disassociate_all' in (
        folder / 'cleanup_journal.jsonl').read_text()
