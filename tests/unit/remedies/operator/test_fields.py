"""What anybody may have named a resource stays a part of one argument or path."""
import dataclasses
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tempest_cleanup import errors
from tempest_cleanup.model import Resource
from tempest_cleanup.remedies.operator import fields
from tempest_cleanup.remedies.operator.fields import Template

ONE = Resource('servers', 'an-id', 'its name', 'p1', 'u1', status='ERROR')


def named(name: str) -> Resource:
    return dataclasses.replace(ONE, name=name)


def test_every_field() -> None:
    text = Template('{id}|{name}|{project_id}|{user_id}|{status}|{kind}')
    assert text.filled(ONE) == 'an-id|its name|p1|u1|ERROR|servers'
    assert text.fields == set(fields.FIELDS)


@pytest.mark.parametrize(('text', 'filled'), [
    ('', ''), ('plain', 'plain'), ('{{id}}', '{id}'), ('{{{id}}}', '{an-id}'),
    ('{id}{id}', 'an-idan-id')])
def test_braces(text: str, filled: str) -> None:
    assert Template(text).filled(ONE) == filled


@pytest.mark.parametrize('text', ['{', '}', '{}', '{0}', '{body}', '{id.x}', '{id[0]}', '{id!r}',
                                  '{id:5}', '{id:{name}}', '{ id }', '{__class__}'])
def test_what_is_no_field(text: str) -> None:
    with pytest.raises(ValueError, match='field'):
        Template(text)


def test_a_value_is_not_looked_into() -> None:
    assert Template('{name}').filled(named('{project_id}')) == '{project_id}'


@pytest.mark.parametrize('text', ['{project_id}', '/srv/{project_id}/', '--of={project_id}'])
def test_a_field_that_is_empty_is_refused(text: str) -> None:
    """Else the rest would mean something else: all of a folder."""
    with pytest.raises(errors.RemedyFailed, match='it has no project_id'):
        fields.argument(Template(text), dataclasses.replace(ONE, project_id=''))


@pytest.mark.parametrize(('text', 'name'), [
    ('{name}', '-rf'), ('{name}', '--help'), ('{name}', '-'), ('{name}{id}', '-x')])
def test_no_name_becomes_an_option(text: str, name: str) -> None:
    with pytest.raises(errors.RemedyFailed, match='would be taken for an option'):
        fields.argument(Template(text), named(name))


def test_behind_an_option_of_the_operator_it_is_a_value() -> None:
    assert fields.argument(Template('--name={name}'), named('-rf')) == '--name=-rf'


@pytest.mark.parametrize('name', ['..', '.', '../etc', 'a/../b', '/./', 'x/..'])
@pytest.mark.parametrize('made', [fields.argument, fields.path])
def test_no_name_leads_to_another_folder(name: str, made: Any) -> None:
    with pytest.raises(errors.RemedyFailed, match='another folder'):
        made(Template('servers/{name}/action'), named(name))


@pytest.mark.parametrize('name', ['a\nb', 'a\0b', '\x1b[31m', 'a\rb', '\ud800'])
@pytest.mark.parametrize('made', [fields.argument, fields.path])
def test_no_name_controls_anything(name: str, made: Any) -> None:
    with pytest.raises(errors.RemedyFailed, match='control characters'):
        made(Template('x{name}'), named(name))


def test_in_a_path_it_is_quoted() -> None:
    assert fields.path(Template('a/{name}/b?c=d'), named('x/y?z=1&#ä ')) == (
        'a/x%2Fy%3Fz%3D1%26%23%C3%A4%20/b?c=d')


@given(st.text())
def test_a_path_has_its_parts_whatever_the_name(name: str) -> None:
    try:
        path = fields.path(Template('a/{name}/b'), named(name))
    except errors.RemedyFailed:
        return
    first, middle, last = path.split('/')
    assert (first, last) == ('a', 'b')
    assert middle not in ('', '.', '..')
    assert not set(middle) & set('?#&% ') - {'%'}


def test_a_body_is_filled_in_its_strings() -> None:
    body = {'{name}': ['{id}', 1, None, True, {'deep': 'x-{status}'}]}
    assert fields.body(fields.templates(body), named('n')) == {
        '{name}': ['an-id', 1, None, True, {'deep': 'x-ERROR'}]}
