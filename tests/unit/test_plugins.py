"""Plugins of other packages: those that work, and what is said of those that do not."""
import pathlib
import sys
import textwrap
from collections.abc import Callable, Iterator

import pytest

from tempest_cleanup import errors, plugins, services
from tempest_cleanup.plugins import Plugin

Install = Callable[..., None]

KIND = '''
class {0}(ResourceService):
    """Some things."""
    service_type, name, singular, path = 'zoo', '{1}', '{1}_one', 'things'
    {2}
'''


def kind(name: str, more: str = '') -> str:
    """The source of a kind."""
    return KIND.format(name.capitalize(), name, more)


@pytest.fixture
def install(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Install]:
    """Installs a package as pip would leave it: a module, and metadata that names it."""
    monkeypatch.syspath_prepend(str(tmp_path))
    before = set(sys.modules)

    def put(distribution: str, entry_point: str, module: str, source: str) -> None:
        head = 'from tempest_cleanup.services.base import EVERYTHING, ResourceService\n'
        (tmp_path / f'{module}.py').write_text(head + textwrap.dedent(source))
        metadata = tmp_path / f'{distribution.replace("-", "_")}-1.0.dist-info'
        metadata.mkdir()
        (metadata / 'METADATA').write_text(
            f'Metadata-Version: 2.1\nName: {distribution}\nVersion: 1.0\n')
        (metadata / 'entry_points.txt').write_text(
            f'[{plugins.KINDS}]\n{entry_point} = {module}\n')

    yield put
    for name in set(sys.modules) - before:
        del sys.modules[name]


def message(*skip: str) -> str:
    with pytest.raises(errors.ConfigurationError) as caught:
        services.load(skip)
    return str(caught.value)


def test_ours_are_plugins_as_any_other() -> None:
    assert all(p.distribution == plugins.OURS for p in plugins.installed(plugins.KINDS))
    assert {'compute', 'identity', 'network'} <= {p.name for p in plugins.installed(plugins.KINDS)}


def test_a_plugin_brings_its_kinds(install: Install) -> None:
    install('zoo-cleanup', 'zoo', 'zoo_good', kind('apes', "delete_before = ('servers',)"))
    assert services.load()['apes'].__module__ == 'zoo_good'
    assert 'apes' in services.predecessors(services.load())['servers']


@pytest.mark.parametrize(('source', 'words'), [
    ('import no_such_module', "ModuleNotFoundError: No module named 'no_such_module'"),
    ('1 / 0', 'ZeroDivisionError: division by zero'),
    ('raise SystemExit(5)', 'SystemExit: 5'),
    ('class', 'SyntaxError'),
    ('', 'has no kind'),
    (kind('apes').replace("'apes_one', ", '').replace(' singular,', ''), 'has no kind'),
    (kind('servers'), "two kinds are named 'servers'"),
    (kind('apes', "delete_after = ('unicorns',)"), 'unknown kinds: unicorns'),
    (kind('apes', "delete_after, delete_before = ('servers',), ('servers',)"),
     'into a circle: '),
])
def test_a_bad_plugin_is_named_and_can_be_skipped(
    install: Install, source: str, words: str,
) -> None:
    """The distribution, the entry point, and what to do."""
    install('zoo-cleanup', 'zoo', 'zoo_bad', source)
    said = message()
    for word in (words, "the plugin 'zoo' of zoo-cleanup", '--skip-plugin zoo-cleanup:zoo'):
        assert word in said
    rest = services.load(['zoo'])
    assert 'apes' not in rest
    assert rest['servers'].__module__ == 'tempest_cleanup.services.compute'


def test_a_circle_of_two_plugins_names_both(install: Install) -> None:
    install('zoo-cleanup', 'zoo', 'zoo_one', kind('apes', "delete_after = ('mice',)"))
    install('farm-cleanup', 'farm', 'farm_one', kind('mice', "delete_after = ('apes',)"))
    said = message()
    assert "the plugin 'zoo' of zoo-cleanup" in said
    assert '--skip-plugin farm-cleanup:farm or --skip-plugin zoo-cleanup:zoo' in said
    # The one that is left names a kind that is not known now; that is no fault of its.
    assert 'mice' in services.load(['zoo'])
    assert 'apes' in services.load(['farm'])


def test_a_plugin_may_bear_the_name_of_one_of_ours(install: Install) -> None:
    """Then its package tells which is meant."""
    install('Zoo.Cleanup', 'network', 'zoo_network', kind('routers'))
    assert "two kinds are named 'routers'" in message()
    assert 'networks' in services.load(['zoo-cleanup:network'])
    assert 'networks' in services.load(['zoo_cleanup'])
    assert 'networks' not in services.load(['network'])


def test_what_is_skipped_is_not_even_imported(install: Install) -> None:
    install('zoo-cleanup', 'zoo', 'zoo_unwanted', kind('apes'))
    assert 'apes' not in services.load(['zoo'])
    assert 'zoo_unwanted' not in sys.modules


def test_our_own_can_be_skipped_too() -> None:
    rest = services.load(['network', 'network-policies'])
    assert 'networks' not in rest
    assert 'servers' in services.predecessors(rest)['volumes']


@pytest.mark.parametrize(('word', 'words'), [
    ('unicorns', "no plugin 'unicorns'.*compute \\(tempest-cleanup\\)"), ('', "no plugin ''"),
    ('identity', 'nothing works without domains, projects, users'),
    ('tempest-cleanup', 'nothing works without'), ('zoo:compute', 'no plugin')])
def test_what_can_not_be_skipped(word: str, words: str) -> None:
    with pytest.raises(errors.UsageError, match=words):
        services.load([word])


@pytest.mark.parametrize('word', [
    'zoo', 'zoo-cleanup', 'Zoo_Cleanup', 'zoo-cleanup:zoo', 'zoo.cleanup:zoo'])
def test_the_words_for_a_plugin(word: str) -> None:
    plugin = Plugin('zoo', 'zoo-cleanup', 'zoo')
    assert plugin.answers_to(word)
    assert not Plugin('farm', 'farm-cleanup', 'farm').answers_to(word)
