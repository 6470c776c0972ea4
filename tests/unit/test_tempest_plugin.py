"""What Tempest's own programs make of this package."""
import pathlib
import subprocess
import sys
import unittest

import pytest
from oslo_config import cfg
from tempest import config
from tempest.test_discover import plugins

from tempest_cleanup.tempest_plugin import DEFAULTS, OPTIONS, CleanupPlugin, Seconds

CHECKOUT = pathlib.Path(__file__).parents[2]


def generated(folder: pathlib.Path, namespace: str) -> str:
    """What oslo.config's own generator writes."""
    path = folder / 'tempest.conf.sample'
    program = pathlib.Path(sys.executable).with_name('oslo-config-generator')
    subprocess.run([program, '--namespace', namespace, '--output-file', path], check=True,
                   cwd=folder, timeout=120)
    return path.read_text()


@pytest.mark.parametrize('namespace', ['tempest.config', 'tempest_cleanup'])
def test_tempests_sample_configuration_has_our_section(
    tmp_path: pathlib.Path, namespace: str,
) -> None:
    """`tempest init` writes the first of these."""
    sample = generated(tmp_path, namespace)
    assert sample.count('[cleanup]\n') == 1
    ours = sample.split('[cleanup]\n')[1].split('\n[')[0]
    for name in DEFAULTS:
        assert f'\n#{name} =' in ours
    assert ('[compute]' in sample) == (namespace == 'tempest.config')
    assert all(option.help for option in OPTIONS)


def test_no_section_of_tempest_has_that_name() -> None:
    assert 'cleanup' not in {group.name for group, _ in config._opts if group}


def test_tempest_knows_the_plugin_and_finds_no_tests_in_it() -> None:
    found = plugins.TempestTestPluginManager().get_plugin_load_tests_tuple()['tempest-cleanup']
    folder, top = found
    assert pathlib.Path(folder).is_dir()
    for pattern in ('test*.py', '*.py', '*'):
        loader = unittest.TestLoader()
        suite = loader.discover(folder, pattern=pattern, top_level_dir=top)
        assert suite.countTestCases() == 0
        assert not loader.errors


def test_discovery_as_stestr_does_it_still_works(tmp_path: pathlib.Path) -> None:
    """`tempest run` loads tempest.test_discover, which loads every plugin's tests."""
    script = (
        'import unittest, pathlib, tempest\n'
        'from tempest.test_discover import test_discover\n'
        'loader = unittest.TestLoader()\n'
        "suite = test_discover.load_tests(loader, None, 'test_flavors*.py')\n"
        'print(suite.countTestCases(), len(loader.errors))\n')
    done = subprocess.run([sys.executable, '-c', script], cwd=tmp_path, text=True, check=True,
                          capture_output=True, timeout=300)
    count, errors = done.stdout.split()[-2:]
    assert int(count) > 0
    assert int(errors) == 0


def test_the_options_can_be_registered_twice() -> None:
    conf = cfg.ConfigOpts()
    for _ in range(2):
        CleanupPlugin().register_opts(conf)
    conf([])
    assert {name: getattr(conf.cleanup, name) for name in DEFAULTS} == DEFAULTS


@pytest.mark.parametrize('value', ['0', '-1', 'nan', 'inf', 'soon'])
def test_what_is_no_time(value: str) -> None:
    with pytest.raises(ValueError):
        Seconds()(value)
