"""The example of the documents, installed as a package of its own, on the real cloud."""
import json
import pathlib
import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from tests.functional.openstack import Cloud, wait_for
from tests.installed.conftest import Environment, entries, with_example

MINE = ('--type', 'volume_messages')


@pytest.fixture
def plugin(wheel: pathlib.Path, tmp_path: pathlib.Path) -> tuple[Environment, pathlib.Path]:
    """An environment with this package and the example, and the example's folder."""
    return with_example('volume-messages', wheel, tmp_path)


@pytest.fixture
def hopeless(admin: Cloud) -> Iterator[dict[str, Any]]:
    """A volume type that no backend can serve."""
    made = admin.volume.post('/types', {'volume_type': {
        'name': f'plugin-{uuid.uuid4().hex}',
        'extra_specs': {'volume_backend_name': 'nowhere'}}})['volume_type']
    yield made
    admin.volume.delete(f'/types/{made["id"]}')


def complaint(admin: Cloud, volume_type: str) -> str:
    """The id of the message that a failed volume leaves; the volume is gone again."""
    volume = admin.volume.post('/volumes', {'volume': {
        'size': 1, 'volume_type': volume_type}})['volume']

    def told() -> list[str]:
        return [m['id'] for m in admin.volume.get('/messages')['messages']
                if m['resource_uuid'] == volume['id']]

    wait_for('a message', told)
    path = f'/volumes/{volume["id"]}'
    admin.volume.delete(path)
    wait_for('the volume gone', lambda: not admin.volume.exists(path))
    return str(told()[0])


def test_the_example(
    plugin: tuple[Environment, pathlib.Path], folder: pathlib.Path, admin: Cloud,
    hopeless: dict[str, Any],
) -> None:
    """Its tests pass; what is of its kind is saved, found and deleted, unless it is skipped."""
    environment, source = plugin
    assert 'passed' in environment.run(source, 'python', '-m', 'pytest', '-q', 'tests')

    def tempest(*words: str) -> str:
        # 1 and 4: what becomes of all other kinds meanwhile is not asked here.
        return environment.run(folder, 'tempest', 'cleanup', *words, codes=(0, 1, 4))

    old = complaint(admin, hopeless['id'])
    try:
        tempest('--init-saved-state')
        new = complaint(admin, hopeless['id'])
        tempest('--dry-run', *MINE)
        found = entries(folder / 'dry_run.json')['volume_messages']
        assert isinstance(found, dict)
        assert set(found) == {new}

        tempest('--preserve-state', '--skip-plugin', 'volume-messages', '--type', 'volume_types',
                '--prefix', hopeless['name'])
        assert admin.volume.exists(f'/messages/{new}')
        tempest('--preserve-state', *MINE)
        assert not admin.volume.exists(f'/messages/{new}')
        assert admin.volume.exists(f'/messages/{old}')
        rows = {row['Type']: row for row in json.loads(
            environment.run(folder, 'tempest', 'cleanup', 'types', '-f', 'json', '-q'))}
        assert rows['volume_messages']['Available'] == 'yes'
    finally:
        admin.volume.delete(f'/messages/{old}')
