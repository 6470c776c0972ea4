"""Causes of other packages: those that work, and what is said of those that do not."""
import pathlib
import sys
import textwrap
from collections.abc import Callable, Iterator

import pytest

from tempest_cleanup import errors, plugins, services
from tempest_cleanup.diagnosis import causes
from tempest_cleanup.diagnosis.model import Certainty
from tests.unit.diagnosis.cases import case, trail

Install = Callable[[str], None]

GOOD = '''
class AcmeBusy(Recogniser):
    """The storage was busy."""
    name, rank = 'acme-busy', 1

    def recognise(self, case):
        return self.cause(case, Certainty.CERTAIN, 'Busy', why='it is', advice='Wait')
'''


@pytest.fixture
def install(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Install]:
    """Installs a package as pip would leave it: a module, and metadata that names it."""
    monkeypatch.syspath_prepend(str(tmp_path))
    before = set(sys.modules)

    def put(source: str) -> None:
        head = ('from tempest_cleanup.diagnosis.causes.base import Recogniser\n'
                'from tempest_cleanup.diagnosis.model import Certainty\n')
        (tmp_path / 'acme_causes.py').write_text(head + textwrap.dedent(source))
        metadata = tmp_path / 'acme_causes-1.0.dist-info'
        metadata.mkdir()
        (metadata / 'METADATA').write_text(
            'Metadata-Version: 2.1\nName: acme-causes\nVersion: 1.0\n')
        (metadata / 'entry_points.txt').write_text(
            f'[{plugins.CAUSES}]\nacme = acme_causes\n')

    yield put
    for name in set(sys.modules) - before:
        del sys.modules[name]


def test_ours_are_plugins_as_any_other() -> None:
    found = plugins.installed(plugins.CAUSES)
    assert all(p.distribution == plugins.OURS for p in found)
    assert {'deletion', 'tests', 'origins', 'condition'} == {p.name for p in found}


def test_a_plugin_brings_its_cause(install: Install) -> None:
    install(GOOD)
    found = causes.recognise(case(trail=trail()), causes.load())
    assert (found[0].name, found[0].certainty) == ('acme-busy', Certainty.CERTAIN)
    assert [c.name for c in found[1:]] == ['never-asked']


@pytest.mark.parametrize(('source', 'words'), [
    ('1 / 0', 'ZeroDivisionError: division by zero'),
    ('', 'has no cause: the module acme_causes defines no Recogniser'),
    (GOOD.replace('acme-busy', 'stuck'), "two causes are named 'stuck'"),
    (GOOD.replace('acme-busy', 'unknown'), "it has 'unknown'"),
    (GOOD.replace('acme-busy', 'Acme Busy'), "it has 'Acme Busy'"),
    (GOOD.replace('"""The storage was busy."""', ''), 'needs a docstring'),
])
def test_a_bad_plugin_is_named_and_can_be_skipped(
    install: Install, source: str, words: str,
) -> None:
    install(source)
    with pytest.raises(errors.ConfigurationError) as caught:
        causes.load()
    for word in (words, "the plugin 'acme' of acme-causes", '--skip-plugin acme-causes:acme'):
        assert word in str(caught.value)
    assert 'stuck' in causes.load(['acme'])
    assert 'acme-busy' not in causes.load(['acme'])


def test_kinds_are_all_there_when_a_cause_is_skipped(install: Install) -> None:
    install(GOOD)
    assert services.load(['acme']) == services.load()


def test_no_such_plugin_lists_those_of_both_sorts() -> None:
    with pytest.raises(errors.UsageError, match=r'compute \(tempest-cleanup\).*deletion \('):
        causes.load(['unicorns'])


def test_one_that_fails_is_told_and_the_others_are_asked(install: Install) -> None:
    install(GOOD.replace("return self.cause", "raise KeyError('x')\n        return self.cause"))
    found = causes.recognise(case(trail=trail()), causes.load())
    assert found[0].name == 'never-asked'
    assert "acme-busy failed: KeyError('x')" in found[0].why
