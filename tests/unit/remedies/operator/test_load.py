"""What a remedies file may say, and what each fault of one is told as."""
import contextlib
import os
import pathlib
import stat
from typing import Any

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tempest_cleanup import errors
from tempest_cleanup.remedies import operator
from tempest_cleanup.remedies.base import Rank
from tempest_cleanup.remedies.operator import document, schema
from tests.unit.remedies.operator import written
from tests.unit.remedies.operator.written import API, COMMAND, SQL, entry, load, only, read
from tests.unit.remedies.stores import databases

#: Pieces that YAML, or what reads it, makes something of.
ODD = (
    b'', b'\n', b'  ', b'- ', b': ', b'? ', b'&a ', b'*a', b'<<: ', b'---\n', b'...', b'"', b"'",
    b'{', b'}', b'[', b']', b'{id}', b'%', b'null', b'yes', b'0x', b'1e999', b'.inf', b'\xff',
    b'\0', b'\t', b'#', b'|', b'>', b'---', b'9' * 5000, b'2026-02-31', b'1:60', b'!!set ',
    b'!!omap ', b'!!int x', b'!!timestamp x', b'!!float 1_', b'!!binary x', b'!!python/name:os.x')
EXAMPLE = pathlib.Path(__file__).parents[4] / 'examples' / 'remedies.yaml'


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(schema.schema())


def test_what_the_schema_says_of_each_pattern_can_be_told() -> None:
    def patterns(value: Any) -> None:
        if isinstance(value, dict):
            assert 'x-is' in value or not isinstance(value.get('pattern'), str), value
            for inner in value.values():
                patterns(inner)
    patterns(schema.schema())


def test_each_way_is_a_remedy_of_the_operator(tmp_path: pathlib.Path) -> None:
    command, api, sql = load(
        tmp_path, entry(), only('api', API, name='resets its state', kinds='servers'),
        only('sql', SQL, name='sets it right', then='nothing-more'))
    assert (command.does, command.kinds, command.rank, command.deletes) == (
        'sets it to ERROR', ('loadbalancers',), Rank.OPERATOR, False)
    assert (api.kinds, api.deletes) == (('servers',), False)
    assert sql.deletes


@pytest.mark.parametrize(('bad', 'told'), [
    ({}, ['lacks', "'name', 'kinds'"]),
    (3, ['is 3, not a mapping']),
    (None, ['is empty, not a mapping']),
    (entry(name='Sets it'), ['name is', 'a verb in lower case']),
    (entry(name='resets'), ['name is', 'some words']),
    (entry(name=5), ['name is 5, not text']),
    (entry(name='sets ' + 'x' * 96), ['name', "more than 100 characters"]),
    (entry(name='sets \x1b[31mit'), ['name has control characters']),
    (entry(kinds=[]), ['kinds is empty']),
    (entry(kinds='laodbalancers'), ["did you mean 'loadbalancers'?"]),
    (entry(kinds=['servers', 'nothing_like_it']), ["has no 'nothing_like_it'"]),
    (entry(kinds=['servers', 'servers']), ['kinds names something twice']),
    (entry(kinds=[True]), ['kinds[1] is true', 'put quotes around', 'not text']),
    (entry(comand=COMMAND), ["the key 'comand' is not known; did you mean 'command'?"]),
    (entry(then='later'), ["then is 'later', not delete or nothing-more"]),
    (entry(api=API), ['has command and api of command, api, sql: exactly one is needed']),
    ({'name': 'does it', 'kinds': ['servers']}, ['has none of command, api, sql']),
    (entry(when={}), ['when is empty']),
    (entry(when={'state': 'x'}), ["the key 'state' is not known; did you mean 'status'?"]),
    (entry(when={'status': True}), ['when.status is true', 'not text or a list']),
    (entry(when={'attempts': '2'}), ["when.attempts is '2', not a whole number"]),
    (entry(when={'attempts': 0}), ['when.attempts is 0; the minimum is 1']),
    (entry(when={'seconds': 1.5}), ['when.seconds is 1.5, not a whole number']),
    (entry(when={'older_than': '6 hours'}), ['older_than', 'not an age such as 90m']),
    (entry(when={'older_than': '999999w'}), ['older_than', 'longer ago than time goes back']),
    (entry(when={'error': '['}), ['when.error is not a regular expression']),
    (entry(command=['ls']), ['command is', 'not a mapping']),
    (entry(command={}), ["command lacks 'arguments'"]),
    (entry(command={'arguments': []}), ['command.arguments is empty']),
    (entry(command={'arguments': 'ls -l'}), ["command.arguments is 'ls -l', not a list"]),
    (entry(command={'arguments': ['no-such-program']}), ["no program 'no-such-program'"]),
    (entry(command={'arguments': ['./here']}), ['neither a name nor an absolute path']),
    (entry(command={'arguments': ['{name}']}), ["no program '{name}'"]),
    (entry(command={'arguments': ['ls', '{nmae}']}), ['no field {nmae}', '{project_id}']),
    (entry(command={'arguments': ['ls', '{id.__class__}']}), ['no field {id.__class__}']),
    (entry(command={'arguments': ['ls', '{id!r}']}), ['no field {id']),
    (entry(command={'arguments': ['ls', '{id:>9}']}), ['no field {id:>9}']),
    (entry(command={'arguments': ['ls', '{0}']}), ['no field {0}']),
    (entry(command={'arguments': ['ls', '{']}), ['its braces do not match']),
    (entry(command={'arguments': ['ls'], 'timeout': 0}), ['command.timeout is 0']),
    (entry(command={'arguments': ['ls'], 'timeout': 99999}), ['the maximum is 3600']),
    (entry(command={'arguments': ['ls'], 'shell': True}), ["the key 'shell' is not known"]),
    (entry(command={'arguments': ['ls'], 'environment': ['A=b']}), ['the name of a variable']),
    (only('api', API | {'method': 'GET'}), ["api.method is 'GET', not POST, PUT, PATCH or"]),
    (only('api', API | {'service': 'Compute'}), ['api.service', 'a service type']),
    (only('api', API | {'path': '/servers'}), ['api.path', 'without a slash']),
    (only('api', API | {'path': 'servers/{di}'}), ['api.path', 'no field {di}']),
    (only('api', API | {'body': 'x'}), ['api.body', 'not a mapping or a list']),
    (only('api', API | {'body': {'a': [{'b': '{c}'}]}}), ['api.body', 'no field {c}']),
    (only('api', API | {'microversion': 2.9}), ['api.microversion is 2.9, not text']),
    (only('sql', SQL | {'connection': 'nova'}), ["names no 'nova'; it names octavia"]),
    (only('sql', SQL | {'rows': 0}), ['sql.rows is 0']),
])
def test_what_is_wrong_is_told_with_the_entry(
    bad: Any, told: list[str], tmp_path: pathlib.Path,
) -> None:
    with pytest.raises(errors.FileError) as raised:
        load(tmp_path, entry(name='is a good one'), bad)
    assert str(raised.value).startswith(f'{tmp_path / "remedies.yaml"}: remedy 2')
    for words in told:
        assert words in str(raised.value)


def test_a_name_that_is_there_twice(tmp_path: pathlib.Path) -> None:
    with pytest.raises(errors.FileError, match=r"remedy 2 \('sets it to ERROR', line \d+\): "
                                               'another one has this name'):
        load(tmp_path, entry(), entry(kinds='servers'))


def test_without_a_plugin_a_kind_may_be_one_of_it(tmp_path: pathlib.Path) -> None:
    load(tmp_path, entry())
    found = operator.load(tmp_path / 'remedies.yaml', ('servers',), databases(tmp_path),
                          partial=True)
    assert found[0].kinds == ('loadbalancers',)


@pytest.mark.parametrize(('content', 'told'), [
    ('', 'all of it is empty, not a mapping'),
    ('[]', 'all of it is'),
    ('remedies: []', 'remedies is empty'),
    ('remedies: 3', 'remedies is 3, not a list'),
    ('rules: []', "'rules' is not known"),
    (b'\xff\xfe', 'is not UTF-8'),
    ('remedies: [', 'is not YAML as it should be: line 1'),
    ('\x01', 'is not YAML'),
    ('a: &x 1\nb: *x', 'line 2: the alias *x: write it out'),
    ('a: &x {b: 1}\nc: {<<: *x}', 'the alias *x'),
    ('a: 1\na: 2', "line 2: the key 'a' is there twice"),
    ('a: !!python/object/apply:os.system [id]', 'could not determine a constructor'),
    ('--- 1\n--- 2', 'another document'),
    ('? [a]\n: b', 'unhashable key'),
    ('1: 2', 'the key 1 is not text'),
    ('a: 2026-11-26', 'a date: put quotes around it'),
    ('a: 2026-13-45', 'can\'t be read'),
    ('a: .nan', 'a is nan'),
    ('a: !!binary aGk=', 'put quotes around it'),
    ('a: ' + '9' * 5000, 'can\'t be read'),
    ('[' * 20000, 'nested too deeply'),
    ('x' * (document.MOST + 1), 'has more than 256 KiB'),
])
def test_a_file_that_is_none(content: str | bytes, told: str, tmp_path: pathlib.Path) -> None:
    with pytest.raises(errors.FileError) as raised:
        read(written.write(tmp_path, content))
    assert told in str(raised.value)
    assert len(str(raised.value)) < 600


def test_a_file_that_is_not_there(tmp_path: pathlib.Path) -> None:
    with pytest.raises(errors.FileError, match='there is no remedies file'):
        read(tmp_path / 'remedies.yaml')


def test_a_symbolic_link_is_refused(tmp_path: pathlib.Path) -> None:
    load(tmp_path, entry())
    link = tmp_path / 'link.yaml'
    link.symlink_to('remedies.yaml')
    with pytest.raises(errors.FileError, match='symbolic link'):
        read(link)


@pytest.mark.parametrize('special', ['folder', 'pipe'])
def test_what_is_no_file(special: str, tmp_path: pathlib.Path) -> None:
    path = tmp_path / 'remedies.yaml'
    if special == 'folder':
        path.mkdir()
    else:
        os.mkfifo(path, 0o600)
    with pytest.raises(errors.FileError, match='not a file|directory'):
        read(path)


@pytest.mark.parametrize('mode', [0o620, 0o602, 0o666])
def test_a_file_that_others_can_write_is_refused(mode: int, tmp_path: pathlib.Path) -> None:
    """Who can write to it has us run what they like."""
    load(tmp_path, entry())
    (tmp_path / 'remedies.yaml').chmod(mode)
    with pytest.raises(errors.FileError, match=f'written by others.*{mode:04o}.*chmod go-w'):
        read(tmp_path / 'remedies.yaml')


def test_a_file_of_somebody_else_is_refused(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch,
) -> None:
    load(tmp_path, entry())
    owner = (tmp_path / 'remedies.yaml').stat().st_uid
    if owner == 0:
        os.chown(tmp_path / 'remedies.yaml', 12345, -1)
    else:
        monkeypatch.setattr(os, 'geteuid', lambda: owner + 1)
    with pytest.raises(errors.FileError, match='belongs to the user'):
        read(tmp_path / 'remedies.yaml')


def test_a_folder_in_which_others_can_put_another_is_refused(tmp_path: pathlib.Path) -> None:
    load(tmp_path, entry())
    tmp_path.chmod(0o777)
    with pytest.raises(errors.FileError, match='the folder of .* can be written by others'):
        read(tmp_path / 'remedies.yaml')
    tmp_path.chmod(0o777 | stat.S_ISVTX)
    assert read(tmp_path / 'remedies.yaml'), 'there they can not'


def test_a_program_that_others_can_write_is_refused(tmp_path: pathlib.Path) -> None:
    program = tmp_path / 'program'
    program.write_text('#!/bin/sh\n')
    program.chmod(0o757)
    with pytest.raises(errors.FileError, match='program can be written by others'):
        load(tmp_path, entry(command={'arguments': [str(program)]}))
    program.chmod(0o644)
    with pytest.raises(errors.FileError, match='that can be run'):
        load(tmp_path, entry(command={'arguments': [str(program)]}))


def test_the_example_of_the_documents_is_right(tmp_path: pathlib.Path) -> None:
    from tempest_cleanup import services
    path = written.write(tmp_path, EXAMPLE.read_bytes())
    assert operator.load(path, services.load(), databases(tmp_path))


@settings(max_examples=300, deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_whatever_is_in_it_only_our_own_errors_come_out(
    tmp_path: pathlib.Path, data: st.DataObject,
) -> None:
    """The example with a piece of it taken away, moved, or replaced by something odd."""
    text = EXAMPLE.read_bytes()
    first, last = sorted((data.draw(st.integers(0, len(text))), data.draw(
        st.integers(0, len(text)))))
    odd = data.draw(st.sampled_from(ODD) | st.binary(max_size=20))
    start = data.draw(st.sampled_from((first, last)))
    with contextlib.suppress(errors.FileError):
        read(written.write(tmp_path, text[:start] + odd + text[last:]))
