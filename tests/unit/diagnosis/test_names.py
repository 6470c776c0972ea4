"""What names tell."""
import pytest

from tempest_cleanup.diagnosis import names
from tempest_cleanup.diagnosis.names import Sure


@pytest.mark.parametrize(('name', 'sure', 'class_name'), [
    ('tempest-ListServerFiltersTestJSON-instance-172192', Sure.CLASS,
     'ListServerFiltersTestJSON'),
    ('tempest-RoutersIpV6Test-1661966761', Sure.CLASS, 'RoutersIpV6Test'),
    ('tempest-RolesV3TestJSON-1858630444-system-reader', Sure.CREDENTIALS, 'RolesV3TestJSON'),
    ('tempest-RoutersTest-719428739-project-member', Sure.CREDENTIALS, 'RoutersTest'),
    ('tempest-RoutersTest-719428739-network', Sure.CREDENTIALS, 'RoutersTest'),
    ('tempest-keypair-474988872', Sure.TEMPEST, ''),
    ('tempest-474988872', Sure.TEMPEST, ''),
    ('tempest-test_role-1449915870', Sure.TEMPEST, ''),
    ('tempest-Volume-1', Sure.TEMPEST, ''),
    ('StackTest-123456', Sure.CLASS, 'StackTest'),
    ('tempest-results', Sure.NOT, ''),
    ('tempestuous-1', Sure.NOT, ''),
    ('web-1', Sure.NOT, ''),
    ('MyTestserver', Sure.NOT, ''),
    ('', Sure.NOT, ''),
])
def test_name(name: str, sure: Sure, class_name: str) -> None:
    told = names.tell(name)
    assert (told.sure, told.class_name) == (sure, class_name)


def test_prefix_of_tempest_conf() -> None:
    """Plugins go on with the usual one."""
    assert names.tell('ci-VolumesTest-12', 'ci').class_name == 'VolumesTest'
    assert names.tell('tempest-VolumesTest-12', 'ci').class_name == 'VolumesTest'
    assert names.tell('ci-VolumesTest-12').sure is Sure.NOT


def test_class_that_ran_needs_no_test_in_its_name() -> None:
    assert names.tell('tempest-BaremetalBasicOps-12').class_name == ''
    assert names.tell(
        'tempest-BaremetalBasicOps-12', classes={'BaremetalBasicOps'}
    ).class_name == 'BaremetalBasicOps'


def test_the_surest_of_several() -> None:
    """A project's name is surer than that of a thing in it, which may be a copy."""
    told = names.tell_all(('tempest-OtherTest-1', 'tempest-VolumesTest-2-project-member', ''))
    assert told.class_name == 'VolumesTest'
    assert names.tell_all(('tempest-1', 'tempest-VolumesTest-2')).class_name == 'VolumesTest'
    assert names.tell_all(()) == names.Named()
