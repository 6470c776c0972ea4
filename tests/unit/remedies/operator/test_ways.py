"""What a remedy of an operator does, and what is noted and told of it."""
import dataclasses
import pathlib
from types import SimpleNamespace
from typing import Any, cast

import pytest

from tempest_cleanup import errors
from tempest_cleanup.remedies.base import Trouble
from tempest_cleanup.services.base import ResourceService
from tests.unit.remedies.operator.written import API, BALANCER, entry, load, only
from tests.unit.remedies.stores import Noted


class Service:
    """A cloud that notes what is sent to which service, and may refuse it."""

    def __init__(self, refusal: errors.ApiError | None = None) -> None:
        self.sent: list[tuple[Any, ...]] = []
        self.changing = Noted()
        self._refusal = refusal

    def rest(self, service: str) -> Any:
        def send(method: str, path: str, body: Any, *, microversion: str | None) -> None:
            self.sent.append((service, method, path, body, microversion))
            if self._refusal:
                raise self._refusal
        return SimpleNamespace(send=send)


def apply(remedy: Any, cloud: Service, **changes: Any) -> None:
    kind = cast(ResourceService, SimpleNamespace(cloud=cloud))
    remedy.apply(kind, Trouble(dataclasses.replace(BALANCER, **changes)))


def command(folder: pathlib.Path, *arguments: str, **more: Any) -> Any:
    remedy, = load(folder, entry(command={'arguments': list(arguments), **more}))
    return remedy


def test_a_command_is_noted_before_it_runs(tmp_path: pathlib.Path) -> None:
    cloud = Service()
    there: list[bool] = []
    cloud.changing = Noted(lambda _request: there.append((tmp_path / 'made a').exists()))
    apply(command(tmp_path, 'touch', 'made {id}'), cloud)
    assert there == [False]
    assert (tmp_path / 'made a').exists()
    assert cloud.changing.requests[0].endswith("/touch 'made a'")
    assert cloud.changing.requests[0].startswith('command /')
    assert cloud.changing.answers == [(0, '', '')]


def test_a_command_that_fails_says_why(tmp_path: pathlib.Path) -> None:
    cloud = Service()
    with pytest.raises(errors.RemedyFailed, match=(
            r'^sh ended with exit code 3: it is still used$')):
        apply(command(tmp_path, 'sh', '-c', 'echo it is still used; exit 3'), cloud)
    assert cloud.changing.answers == [(3, '', 'sh ended with exit code 3: it is still used')]


@pytest.mark.parametrize(('script', 'told'), [
    ('exit 1', 'exit code 1, and wrote nothing'), ('kill -9 $$', 'ended by signal 9'),
    ('echo busy; sleep 60', 'was ended after 1 s: busy')])
def test_how_else_it_may_end(script: str, told: str, tmp_path: pathlib.Path) -> None:
    with pytest.raises(errors.RemedyFailed) as raised:
        apply(command(tmp_path, 'sh', '-c', script, timeout=1), Service())
    assert told in str(raised.value)


def test_a_command_that_can_not_be_filled_in_is_not_run(tmp_path: pathlib.Path) -> None:
    cloud = Service()
    with pytest.raises(errors.RemedyFailed, match='an option'):
        apply(command(tmp_path, 'touch', '{name}'), cloud, name='--reference=/')
    assert not cloud.changing.requests


def test_a_program_that_is_gone_meanwhile_is_told(tmp_path: pathlib.Path) -> None:
    program = tmp_path / 'program'
    program.write_text('#!/bin/sh\n')
    program.chmod(0o755)
    remedy = command(tmp_path, str(program))
    program.unlink()
    cloud = Service()
    with pytest.raises(errors.RemedyFailed, match='can\'t be run'):
        apply(remedy, cloud)
    assert 'can\'t be run' in cloud.changing.answers[0][2]


def test_what_a_request_sends(tmp_path: pathlib.Path) -> None:
    cloud = Service()
    remedy, = load(tmp_path, only('api', API | {'microversion': '2.90', 'path': 'x/{name}'}))
    apply(remedy, cloud, name='a/b')
    assert cloud.sent == [
        ('compute', 'POST', 'x/a%2Fb', {'os-resetState': {'state': 'error'}}, '2.90')]


@pytest.mark.parametrize(('refusal', 'told'), [
    (errors.Conflict('no', status=409), errors.Conflict),
    (errors.NotFound('no such path', status=404), errors.RemedyFailed)])
def test_a_request_that_is_refused(
    refusal: errors.ApiError, told: type[Exception], tmp_path: pathlib.Path,
) -> None:
    """Also a 404, which the engine would take for done."""
    remedy, = load(tmp_path, only('api', API))
    with pytest.raises(told, match='no'):
        apply(remedy, Service(refusal))
