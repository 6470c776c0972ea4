"""The example of a remedy, installed as a package of its own, on the real cloud."""
import json
import pathlib
import uuid
from collections.abc import Iterator

import pytest

from tests.functional.openstack import Cloud, wait_for
from tests.functional.populate.baremetal import provide, system
from tests.installed.conftest import Environment, with_example

DOES = 'powers off its node'
KIND = 'baremetal_volume_targets'


@pytest.fixture
def plugin(wheel: pathlib.Path, tmp_path: pathlib.Path) -> tuple[Environment, pathlib.Path]:
    """An environment with this package and the example, and the example's folder."""
    return with_example('baremetal-volume-remedy', wheel, tmp_path)


@pytest.fixture
def node(admin: Cloud) -> Iterator[str]:
    """The path of a node that was there before, and is powered on."""
    ironic = system(admin).baremetal
    made = ironic.post('/nodes', {'driver': 'fake-hardware', 'name': f'before-{uuid.uuid4().hex}'})
    path = f'/nodes/{made["uuid"]}'
    try:
        provide(system(admin), made['uuid'])
        ironic.put(f'{path}/states/power', {'target': 'power on'})
        wait_for('power on', lambda: ironic.get(path)['power_state'] == 'power on')
        yield path
    finally:
        ironic.delete(path)


def test_the_example(
    plugin: tuple[Environment, pathlib.Path], folder: pathlib.Path, admin: Cloud,
    node: str,
) -> None:
    """Its tests pass; it helps where nothing else does, is told and noted, and can be forbidden or
    skipped."""
    environment, source = plugin
    assert 'passed' in environment.run(source, 'python', '-m', 'pytest', '-q', 'tests')

    def tempest(*words: str) -> str:
        # 1 and 4: what becomes of all other kinds meanwhile is not asked here.
        return environment.run(folder, 'tempest', 'cleanup', *words, codes=(0, 1, 4))

    ironic = system(admin).baremetal
    tempest('--init-saved-state')
    target = str(ironic.post('/volume/targets', {
        'node_uuid': node.rsplit('/', 1)[1], 'volume_type': 'iscsi', 'boot_index': 0,
        'volume_id': 'left', 'properties': {}})['uuid'])
    clean = ('--preserve-state', '--type', KIND, '--report', 'report.json')
    for without in (('--no-remedies',), ('--skip-plugin', 'baremetal-volume-remedy')):
        tempest(*clean, *without)
        assert ironic.exists(f'/volume/targets/{target}'), without
    told = tempest(*clean)
    assert not ironic.exists(f'/volume/targets/{target}')
    assert DOES in told
    outcome = next(d['outcome'] for d in json.loads((folder / 'report.json').read_text())[
        'decisions'] if d['id'] == target)
    assert (outcome['status'], [step['remedy'] for step in outcome['steps']]) == (
        'deleted', [DOES])
    assert f'PUT baremetal{node}/states/power' in (folder / 'cleanup_journal.jsonl').read_text()
