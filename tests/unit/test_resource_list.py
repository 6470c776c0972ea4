"""resource_list.json: Tempest's own record."""
import json
import pathlib
from typing import Any

import pytest

from tempest_cleanup import errors, resource_list
from tests.unit.clouds import CLASSES, thing

DATA: dict[str, Any] = {
    'servers': {'s1': 'tempest-server', 's2': 'other'},
    'keypairs': {'tempest-key': 'tempest-key'},
    'policys': {'q1': 'tempest-qos'}, 'security_groups': {'sg': 'x'},
    'qos_specs': {'qs': 'x'}, 'unknown_things': {'u': 'x'}}


@pytest.fixture(autouse=True)
def _here(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(('kind', 'ids'), [
    ('servers', {'s1', 's2'}), ('qos_policies', {'q1'}), ('security_groups', {'sg'}),
    ('volume_qos', {'qs'}), ('keypairs', {'tempest-key'}), ('volumes', set())])
def test_recorded(kind: str, ids: set[str]) -> None:
    assert resource_list.recorded(CLASSES, DATA)[kind] == ids


def test_without_what_is_gone() -> None:
    gone = [thing('servers', 's1'), thing('keypairs', 'u1/tempest-key', name='tempest-key'),
            thing('qos_policies', 'q1'), thing('volumes', 's2')]
    left = resource_list.without(CLASSES, DATA, gone)
    assert left == {'servers': {'s2': 'other'}, 'keypairs': {}, 'policys': {},
                    'security_groups': {'sg': 'x'}, 'qos_specs': {'qs': 'x'},
                    'unknown_things': {'u': 'x'}}


def test_written_and_read() -> None:
    resource_list.write({**DATA, 'volumes': {}})
    assert resource_list.read() == DATA


@pytest.mark.parametrize('text', [
    '', '{', '[]', '5', 'null', '"x"', '{"servers": ["s1"]}', '{"servers": "s1"}',
    '{"servers": null}'])
def test_a_bad_file_is_refused(text: str) -> None:
    """Point 10."""
    resource_list.PATH.write_text(text)
    with pytest.raises(errors.FileError, match=r'resource_list\.json'):
        resource_list.read()


def test_a_missing_file_says_how_to_get_one() -> None:
    """Point 10."""
    with pytest.raises(errors.FileError, match='record_resources'):
        resource_list.read()


def test_the_shape_of_tempest(tmp_path: pathlib.Path) -> None:
    """Whatever is in it that we do not know stays in it."""
    resource_list.PATH.write_text(json.dumps(DATA))
    resource_list.write(resource_list.without(CLASSES, resource_list.read(), []))
    assert json.loads((tmp_path / 'resource_list.json').read_text()) == DATA
