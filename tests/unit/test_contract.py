"""The contract finds what is wrong with a kind."""
import pathlib
import subprocess
import sys
from typing import Any

import pytest

from tempest_cleanup.model import Resource
from tempest_cleanup.services.base import ResourceService
from tempest_cleanup.testing.contract import ResourceServiceContract


class Mine(ResourceService):
    """A kind as it should be."""

    service_type, name, singular, path = 'load-balancer', 'my_things', 'my_thing', 'v2/things'

    def protects(self, resource: Resource) -> str:
        return ''


def changed(**attributes: Any) -> type[ResourceService]:
    return type('Changed', (Mine,), {'__doc__': 'A kind.', '__module__': __name__, **attributes})


CHECKS = sorted(name for name in vars(ResourceServiceContract) if name.startswith('test_'))


def check(name: str, kind: type[ResourceService]) -> None:
    function = getattr(type('Its', (ResourceServiceContract,), {'kinds': (kind,)})(), name)
    if 'kind' in function.__code__.co_varnames[:function.__code__.co_argcount]:
        function(kind)
    else:
        function()


@pytest.mark.parametrize('name', CHECKS)
def test_a_good_kind_passes(name: str) -> None:
    check(name, Mine)


def _wrong(self: object) -> str:
    return ''


@pytest.mark.parametrize(('name', 'attributes'), [
    ('test_names_are_unique', {'name': 'servers'}),
    ('test_name_is_sane', {'name': 'My-Things'}), ('test_name_is_sane', {'name': 'my_thing'}),
    ('test_service_type_is_of_the_authority', {'service_type': 'volumev3'}),
    ('test_service_type_is_of_the_authority', {'service_type': 'load_balancer'}),
    ('test_its_docstring_names_its_traps', {'__doc__': None, 'protects': Mine.protects}),
    ('test_its_docstring_names_its_traps', {'__doc__': 'No sentence'}),
    ('test_path_is_relative', {'path': '/v2/things'}),
    ('test_path_is_relative', {'path': 'v2/things?all=1'}),
    ('test_path_is_relative', {'path': 'users/{tenant}/things'}),
    ('test_path_is_relative', {'path': 'users/{user}/things'}),
    ('test_attributes_have_their_types', {'delete_after': ('servers')}),
    ('test_attributes_have_their_types', {'delete_after': ('servers', 'servers')}),
    ('test_attributes_have_their_types', {'asynchronous': 'yes'}),
    ('test_attributes_have_their_types', {'query': {'limit': 5}}),
    ('test_attributes_have_their_types', {'scope': 'galaxy'}),
    ('test_microversion_is_one', {'microversion': 'latest'}),
    ('test_order_names_known_kinds', {'delete_after': ('unicorns',)}),
    ('test_failed_statuses_need_a_status', {'failed': frozenset(('ERROR',))}),
    ('test_settings_can_be_restored', {'settings': ('enabled',)}),
    ('test_hooks_have_the_right_signatures', {'protects': _wrong}),
    ('test_protects_answers_in_words', {'protects': lambda self, resource: None}),
])
def test_a_bad_kind_does_not(name: str, attributes: dict[str, Any]) -> None:
    with pytest.raises(AssertionError):
        check(name, changed(**attributes))


def test_a_kind_that_goes_round_in_a_circle() -> None:
    with pytest.raises(Exception, match=r'circle|go with each other'):
        check('test_order_is_no_circle', changed(
            delete_after=('networks',), delete_before=('ports',)))


THIRD_PARTY = '''
from tempest_cleanup.services.base import ResourceService
from tempest_cleanup.testing.contract import ResourceServiceContract

class Things(ResourceService):
    """Things of ours."""
    service_type, name, singular, path = 'ours', 'our_things', 'our_thing', 'things'

class TestMine(ResourceServiceContract):
    kinds = [Things]
'''


def test_third_parties_need_three_lines(tmp_path: pathlib.Path) -> None:
    (tmp_path / 'test_mine.py').write_text(THIRD_PARTY)
    result = subprocess.run(
        [sys.executable, '-m', 'pytest', '-q', '-p', 'no:cacheprovider', '--rootdir=.', '.'],
        cwd=tmp_path, capture_output=True, text=True, check=False)
    assert f'{len(CHECKS)} passed' in result.stdout, result.stdout
