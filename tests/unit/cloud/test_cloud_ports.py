"""Ports: the table, the offset, and what is told when one is taken."""

import socket
from pathlib import Path

import pytest

from tests.cloud import ports
from tests.cloud.errors import UsageError


def test_no_two_services_share_a_port() -> None:
    assert len(set(ports.PORTS.values())) == len(ports.PORTS)


def test_two_clouds_side_by_side_share_no_port() -> None:
    here = set(ports.PORTS.values())
    for offset in (5000, 10000, 15000):
        assert not here & {port + offset for port in here}


def test_the_largest_offset_stays_below_the_ports_of_outgoing_connections() -> None:
    assert max(ports.PORTS.values()) + ports.MAX_OFFSET < 32768


@pytest.mark.parametrize('text', ['', 'ten', '-1', '1.5', str(ports.MAX_OFFSET + 1)])
def test_a_wrong_offset_is_refused_with_its_source(text: str) -> None:
    with pytest.raises(UsageError, match='THERE'):
        ports.parse_offset(text, 'THERE')


@pytest.mark.parametrize(
    ('environment', 'kept', 'expected'),
    [('', None, 0), ('', '300', 300), ('200', None, 200), ('200', '200', 200)],
)
def test_the_offset_is_remembered(
    environment: str,
    kept: str | None,
    expected: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(ports.VARIABLE, environment)
    remembered = tmp_path / 'port-offset'
    if kept:
        remembered.write_text(f'{kept}\n')
    assert ports.offset(remembered) == expected


def test_an_existing_cloud_does_not_move(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    remembered = tmp_path / 'port-offset'
    remembered.write_text('300\n')
    monkeypatch.setenv(ports.VARIABLE, '0')
    with pytest.raises(UsageError, match='made with 300'):
        ports.offset(remembered)


def test_a_listening_port_is_not_free() -> None:
    with socket.socket() as holder:
        holder.bind((ports.HOST, 0))
        holder.listen()
        port = holder.getsockname()[1]
        assert not ports.is_free(port)
    assert ports.is_free(port)


def test_the_message_names_port_service_and_holder() -> None:
    seen = ports.Taken('nova-api', 8774, 42, 'nova-api --old')
    unseen = ports.Taken('keystone', 5000, None, '')
    text = ports.taken_message([seen, unseen], 10000)
    assert '8774  for nova-api: held by pid 42 (nova-api --old)' in text
    assert '5000  for keystone: held by a process not visible here' in text
    assert f'{ports.VARIABLE}=15000 ' in text
