"""The command line: what can be said, and what does not go together."""
import argparse
import datetime
import pathlib
from typing import Any

import pytest

from tempest_cleanup import errors, options
from tempest_cleanup.tempest_plugin import DEFAULTS


def parse(*words: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser(exit_on_error=False)
    options.add(parser)
    return parser.parse_args(words)


@pytest.mark.parametrize(('text', 'seconds'), [
    ('30s', 30), ('90m', 5400), ('6h', 21600), ('2d', 172800), ('1w', 604800), ('0s', 0)])
def test_age(text: str, seconds: int) -> None:
    assert options.age(text) == datetime.timedelta(seconds=seconds)


@pytest.mark.parametrize('text', [
    '', '5', 'h', '-5h', '1.5h', '5 h', '5H', '5y', '99999999999d', '9999999w', '1h30m'])
def test_what_is_no_age(text: str) -> None:
    with pytest.raises((argparse.ArgumentError, argparse.ArgumentTypeError)):
        parse('--older-than', text)


@pytest.mark.parametrize(('option', 'text'), [
    ('--workers', '0'), ('--workers', '-1'), ('--workers', 'many'), ('--workers', '1.5'),
    ('--workers', ''), ('--workers', '²'), ('--timeout', '0'), ('--timeout', '-5'),
    ('--timeout', 'nan'), ('--timeout', 'inf'), ('--timeout', 'soon'),
    ('--max-deletes', '-1'), ('--max-deletes', 'all')])
def test_what_is_no_number(option: str, text: str) -> None:
    """Point 8: a limit that is none is refused."""
    with pytest.raises((argparse.ArgumentError, argparse.ArgumentTypeError)):
        parse(f'{option}={text}')


@pytest.mark.parametrize('words', [
    ('--init-saved-state', '--preserve-state'), ('--init-saved-state', '--dry-run'),
    ('--no-saved-state',), ('--no-saved-state', '--preserve-state', '--prefix', 'x'),
    ('--prefix', ''), ('--report', 'report.exe'), ('--report', 'report')])
def test_what_does_not_go_together(words: tuple[str, ...]) -> None:
    with pytest.raises(errors.UsageError):
        options.check(parse(*words))


@pytest.mark.parametrize('words', [
    (), ('--init-saved-state',), ('--preserve-state',), ('--dry-run',),
    ('--preserve-state', '--dry-run'), ('--init-saved-state', '--prefix', 'x'),
    ('--init-saved-state', '--delete-tempest-conf-objects'),
    ('--prefix', 'x', '--resource-list'), ('--no-saved-state', '--prefix', 'x'),
    ('--no-saved-state', '--resource-list', '--dry-run'), ('--report', 'r.json'),
    ('--project', 'a', '--project', 'b', '--type', 'servers', '--older-than', '2d')])
def test_what_goes_together(words: tuple[str, ...]) -> None:
    """Upstream's combinations among them: they keep their meaning."""
    options.check(parse(*words))


@pytest.mark.parametrize('option', ['--report', '--saved-state'])
def test_a_folder_that_is_not_there_is_told_before_the_work(
    option: str, tmp_path: pathlib.Path,
) -> None:
    with pytest.raises(errors.FileError, match='there is no folder'):
        options.check(parse(option, str(tmp_path / 'nowhere' / 'file.json')))


def settled(*words: str, **configured: Any) -> argparse.Namespace:
    parsed = parse(*words)
    options.settle(parsed, DEFAULTS | configured)
    return parsed


def test_defaults() -> None:
    """They stand in one place, the options of [cleanup]."""
    parsed = settled()
    assert parsed.saved_state == pathlib.Path('saved_state.json')
    for name, value in DEFAULTS.items():
        assert name == 'saved_state' or getattr(parsed, name) == value
    assert not parsed.yes
    assert not parsed.preserve_state


@pytest.mark.parametrize(('name', 'configured', 'words', 'said'), [
    ('workers', 5, ('--workers', '7'), 7), ('timeout', 5.0, ('--timeout', '7'), 7.0),
    ('max_deletes', 5, ('--max-deletes', '0'), 0),
    ('saved_state', 'a.json', ('--saved-state', 'b.json'), pathlib.Path('b.json')),
    ('grant', False, ('--grant',), True), ('grant', True, ('--no-grant',), False),
    ('restore', False, ('--restore',), True), ('restore', True, ('--no-restore',), False),
    ('fail_on_leaks', True, ('--no-fail-on-leaks',), False)])
def test_the_command_line_wins(
    name: str, configured: Any, words: tuple[str, ...], said: Any,
) -> None:
    assert getattr(settled(**{name: configured}), name) == (
        pathlib.Path(configured) if name == 'saved_state' else configured)
    assert getattr(settled(*words, **{name: configured}), name) == said


@pytest.mark.parametrize('name', ['skip_type', 'skip_plugin'])
def test_what_is_skipped_adds_up(name: str) -> None:
    """Nothing that tempest.conf keeps is deleted because of a word on the command line."""
    option = '--' + name.replace('_', '-')
    assert getattr(settled(option, 'b', option, 'c', **{name: ['a']}), name) == ['a', 'b', 'c']


def test_a_folder_of_tempest_conf_that_is_not_there(tmp_path: pathlib.Path) -> None:
    with pytest.raises(errors.FileError, match='there is no folder'):
        settled(saved_state=str(tmp_path / 'nowhere' / 'file.json'))


@pytest.mark.parametrize(('text', 'seconds'), [('0', 0.0), ('30', 30.0), ('0.5', 0.5)])
def test_a_time_to_settle(text: str, seconds: float) -> None:
    assert options.wait(text) == seconds


@pytest.mark.parametrize('text', ['-1', 'soon', 'inf', 'nan', ''])
def test_no_time_to_settle(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match='seconds'):
        options.wait(text)
