"""What is read from excerpts of real logs, and from lines in their form."""
import datetime
import gzip
import pathlib

import pytest

from tempest_cleanup import errors
from tempest_cleanup.diagnosis import log_files, marks, tempest_log
from tempest_cleanup.diagnosis.marks import Mark
from tempest_cleanup.diagnosis.model import Phase, Request, Trail
from tempest_cleanup.model import Key, Resource
from tests.unit.clouds import KINDS
from tests.unit.diagnosis.excerpts import CLEANED, KILLED, at_info

PROJECT = '8f636121d60c407b9412b1f4e3cf33af'
MEMBER = '84a53a4017654a6fbd75800a88429e6e'
ROLE = 'cee95c5dd5d44cda96bf2ccd169ee774'
NETWORK = '3917cd93-a039-4c14-8943-6fe945c15139'
ROUTER = '3c289ec7-3db8-4646-a0f3-086945a86923'
INTERFACE = '94ebc6b4-bb21-4d2e-9073-f1eb37dd56bb'
SERVER = '60e4c160-e504-435d-a4c3-713212e0012b'
SUBNET_AT_THE_END = '0a5cbcfe-c43f-4b35-a0ce-59248f04de71'
IMAGE = 'f469d9c7-c4ab-4379-a392-bbe2a5e5dda5'
IMAGES_SERVER = '136d5061-b162-4115-8e8b-b917284b7a10'
DELETED = '6ca949fd-96eb-4a1c-a514-c22fc0927467'
KEYPAIR = '85c907a5221245b0a9bc8184b5becc03/tempest-keypair-474988872'

ALL = (
    Resource('projects', PROJECT), Resource('users', MEMBER), Resource('networks', NETWORK),
    Resource('role_assignments', f'projects/{PROJECT}/users/{MEMBER}/roles/{ROLE}'),
    Resource('roles', ROLE), Resource('routers', ROUTER), Resource('ports', INTERFACE),
    Resource('servers', SERVER), Resource('subnets', SUBNET_AT_THE_END),
    Resource('images', IMAGE), Resource('servers', IMAGES_SERVER), Resource('networks', DELETED),
    Resource('keypairs', KEYPAIR, 'tempest-keypair-474988872'))


def marks_of(*resources: Resource) -> list[Mark]:
    return marks.marks(KINDS, resources)


def read(*paths: pathlib.Path) -> tempest_log.Log:
    return tempest_log.read(paths, marks_of(*ALL))


def created(trail: Trail) -> Request:
    assert trail.created
    return trail.created


@pytest.mark.parametrize(('key', 'method', 'path', 'test', 'phase'), [
    (Key('projects', PROJECT), 'POST', '/v3/projects', '', Phase.SET_UP_CLASS),
    (Key('users', MEMBER), 'POST', '/v3/users', '', Phase.SET_UP_CLASS),
    (Key('role_assignments', ALL[3].id), 'PUT', f'/v3/{ALL[3].id}', '', Phase.SET_UP_CLASS),
    (Key('networks', NETWORK), 'POST', '/v2.0/networks', 'test_update_delete_extra_route',
     Phase.TEST),
    (Key('routers', ROUTER), 'POST', '/v2.0/routers', 'test_update_delete_extra_route',
     Phase.TEST),
    (Key('ports', INTERFACE), 'PUT', f'/v2.0/routers/{ROUTER}/add_router_interface',
     'test_update_delete_extra_route', Phase.TEST),
])
def test_creator(key: Key, method: str, path: str, test: str, phase: Phase) -> None:
    """Main job: the request whose answer brought it, and who sent that."""
    request = created(read(KILLED).trails[key])
    assert (request.method, request.url) == (method, request.url[:request.url.index('/v')] + path)
    assert request.test.class_name == 'RoutersIpV6Test'
    assert (request.test.method, request.test.phase) == (test, phase)
    assert request.request_id.startswith('req-')
    assert request.ok


def test_all_of_a_request() -> None:
    request = created(read(KILLED).trails[Key('servers', SERVER)])
    line = int(request.where.removeprefix(f'{KILLED}:'))
    assert '202 POST http://127.0.0.1:8774/v2.1/servers' in KILLED.read_text().splitlines()[
        line - 1]
    assert request.request_id == 'req-c864a725-4deb-4b1d-b9ab-4eb15baaa8d1'
    assert request.seconds == 0.529
    assert request.at == datetime.datetime(
        2026, 11, 26, 11, 28, 50, 156000, tzinfo=datetime.UTC)


def test_what_stood_there_before_was_made_by_nobody() -> None:
    """A role is named by every assignment, and a subnet's POST was never logged."""
    trails = read(KILLED).trails
    assert trails[Key('roles', ROLE)].created is None
    assert Key('subnets', SUBNET_AT_THE_END) not in trails


def test_image_made_by_an_action() -> None:
    trail = read(CLEANED).trails[Key('images', IMAGE)]
    assert created(trail).url.endswith(f'/servers/{IMAGES_SERVER}/action')
    assert created(trail).test.method == 'test_create_image_from_stopped_server'
    assert [(r.status, r.test.phase) for r in trail.deletions] == [
        (204, Phase.CLEANUPS), (404, Phase.TEAR_DOWN_CLASS)]


def test_action_is_not_the_making_of_its_server() -> None:
    assert read(CLEANED).trails[Key('servers', IMAGES_SERVER)].created is None


def test_refusal() -> None:
    trail = read(CLEANED).trails[Key('networks', DELETED)]
    assert [(r.status, r.error) for r in trail.deletions] == [
        (204, ''), (404, f'Network {DELETED} could not be found.'),
        (404, f'Network {DELETED} could not be found.')]


def test_keypair_by_user_and_name() -> None:
    trail = read(CLEANED).trails[Key('keypairs', KEYPAIR)]
    assert created(trail).test.method == 'test_get_keypair_detail'
    assert [r.status for r in trail.deletions] == [202]


def test_facts() -> None:
    log = read(KILLED, CLEANED)
    assert log.answers
    assert {PROJECT, MEMBER, NETWORK, SERVER, IMAGE, KEYPAIR} <= log.made
    assert ROLE not in log.made
    assert (log.began, log.ended) == (
        datetime.datetime(2026, 11, 26, 11, 24, 27, 234000, tzinfo=datetime.UTC),
        datetime.datetime(2026, 11, 26, 11, 29, 2, 327000, tzinfo=datetime.UTC))
    assert log.requests == sum(
        path.read_text().count('] Request (') for path in (KILLED, CLEANED))


def test_what_each_worker_did_last() -> None:
    last = {str(span.test) for span in read(KILLED).last}
    assert last == {'RoutersIpV6Test.test_update_delete_extra_route',
                    'ListServerFiltersTestJSON.test_list_servers_filtered_by_ip_regex'}


def test_without_answers(tmp_path: pathlib.Path) -> None:
    """At INFO the URLs tell, and it is said that they do."""
    at_debug = read(KILLED)
    log = read(at_info(KILLED, tmp_path / 'tempest.log'))
    assert not log.answers
    for key in (Key('projects', PROJECT), Key('users', MEMBER), Key('routers', ROUTER)):
        trail = log.trails[key]
        assert trail.inferred
        assert created(trail).request_id == created(at_debug.trails[key]).request_id


def test_keypair_without_answers(tmp_path: pathlib.Path) -> None:
    """Its URL has no id, but the name."""
    trail = read(at_info(CLEANED, tmp_path / 'tempest.log')).trails[Key('keypairs', KEYPAIR)]
    assert trail.inferred
    assert created(trail).request_id == created(
        read(CLEANED).trails[Key('keypairs', KEYPAIR)]).request_id


def with_answer(who: str, what: str, asked: str, answer: str) -> str:
    head = f'2026-11-26 11:00:00.000 7 DEBUG tempest.lib.common.rest_client [req-{"0" * 36} ] '
    return line(who, what) + (
        f'{head}Request - Headers: {{}}\n        Body: {asked}\n    Response - Headers: {{}}\n'
        f"        Body: b'{answer}' _log_request_full /tempest/rest_client.py:489\n")


@pytest.mark.parametrize(('status', 'asked', 'answer', 'error'), [
    (200, f'{{"subnet_id": "{NETWORK}"}}', f'{{"id": "{ROUTER}", "port_id": "{INTERFACE}"}}', ''),
    (409, f'{{"port_id": "{INTERFACE}"}}', '{"NeutronError": {"message": "in use"}}', 'in use')])
def test_interface_taken_away(
    tmp_path: pathlib.Path, status: int, asked: str, answer: str, error: str,
) -> None:
    """Whether or not anybody asks about the router."""
    url = f'http://h:9696/v2.0/routers/{ROUTER}/remove_router_interface'
    # The first request of a file does not tell yet whether there are answers.
    (tmp_path / 'a.log').write_text(
        with_answer('A:test_a', '200 GET http://h/v2.0/networks', 'None', '{}')
        + with_answer('A:_run_cleanups', f'{status} PUT {url}', asked, answer))
    port = Resource('router_interfaces', INTERFACE)
    trail = tempest_log.read([tmp_path / 'a.log'], marks_of(port)).trails[port.key]
    assert [(r.status, r.error) for r in trail.deletions] == [(status, error)]


def test_forced_deletion(tmp_path: pathlib.Path) -> None:
    """An action that is a deletion, and one that is none."""
    url = f'202 POST http://h/v2.1/servers/{SERVER}/action'
    (tmp_path / 'a.log').write_text(
        with_answer('A:test_a', url, '{"os-stop": null}', '')
        + with_answer('A:_run_cleanups', url, '{"forceDelete": null}', ''))
    trail = tempest_log.read(
        [tmp_path / 'a.log'], marks_of(Resource('servers', SERVER))).trails[Key('servers', SERVER)]
    assert [r.test.phase for r in trail.deletions] == [Phase.CLEANUPS]
    assert [r.test.phase for r in trail.others] == [Phase.TEST]


def line(who: str, what: str, at: str = '11:00:00.000') -> str:
    return (f'2026-11-26 {at} 7 INFO tempest.lib.common.rest_client [req-{"0" * 36} ] '
            f'Request ({who}): {what} 0.100s\n')


@pytest.mark.parametrize(('resource', 'creation', 'deletion', 'no_deletion'), [
    (Resource('containers', f'{PROJECT}/tempest-c%1', 'tempest-c%1', PROJECT),
     f'201 PUT http://h:8080/v1/AUTH_{PROJECT}/tempest-c%251',
     f'409 DELETE http://h:8080/v1/AUTH_{PROJECT}/tempest-c%251',
     f'204 DELETE http://h:8080/v1/AUTH_{PROJECT}/tempest-c%251/object'),
    (Resource('group_memberships', f'groups/{NETWORK}/users/{MEMBER}'),
     f'204 PUT http://h/identity/v3/groups/{NETWORK}/users/{MEMBER}',
     f'204 DELETE http://h/identity/v3/groups/{NETWORK}/users/{MEMBER}',
     f'204 DELETE http://h/identity/v3/users/{MEMBER}'),
    (Resource('placement_traits', 'CUSTOM_T', 'CUSTOM_T'),
     '201 PUT http://h/placement/traits/CUSTOM_T', '204 DELETE http://h/placement/traits/CUSTOM_T',
     f'204 DELETE http://h/resource_providers/{NETWORK}/traits'),
])
def test_made_by_put(
    tmp_path: pathlib.Path, resource: Resource, creation: str, deletion: str, no_deletion: str,
) -> None:
    """What has no id of its own is what its path says."""
    (tmp_path / 'a.log').write_text(
        line('A:test_a', creation) + line('A:test_b', creation)
        + line('A:_run_cleanups', no_deletion) + line('A:tearDownClass', deletion))
    trail = tempest_log.read([tmp_path / 'a.log'], marks_of(resource)).trails[resource.key]
    assert created(trail).test.method == 'test_a'
    assert not trail.inferred
    assert [r.test.phase for r in trail.deletions] == [Phase.TEAR_DOWN_CLASS]


@pytest.mark.parametrize(('kind', 'url'), [
    ('users', f'http://h/v3/groups/{NETWORK}/users/{MEMBER}'),
    ('roles', f'http://h/v3/projects/{PROJECT}/users/{NETWORK}/roles/{MEMBER}'),
    ('volumes', f'http://h/v2.1/servers/{NETWORK}/os-volume_attachments/{MEMBER}'),
    ('projects', f'http://h/v2/images/{NETWORK}/members/{MEMBER}'),
    ('networks', f'http://h/v2.0/agents/{NETWORK}/dhcp-networks/{MEMBER}'),
])
def test_end_of_a_tie_is_no_deletion(tmp_path: pathlib.Path, kind: str, url: str) -> None:
    (tmp_path / 'a.log').write_text(line('A:test_a', f'204 DELETE {url}'))
    trail = tempest_log.read(
        [tmp_path / 'a.log'], marks_of(Resource(kind, MEMBER))).trails[Key(kind, MEMBER)]
    assert (trail.deletions, len(trail.others)) == ((), 1)


@pytest.mark.parametrize(('kind', 'url'), [
    ('volumes', f'http://h:8776/v3/{PROJECT}/volumes/{MEMBER}?force=true'),
    ('volumes', f'http://h/volume/v3/{PROJECT}/volumes/{MEMBER}'),
    ('servers', f'http://h/compute/v2.1/servers/{MEMBER}'),
    ('loadbalancers', f'http://h/load-balancer/v2.0/lbaas/loadbalancers/{MEMBER}?cascade=true'),
])
def test_deletion(tmp_path: pathlib.Path, kind: str, url: str) -> None:
    (tmp_path / 'a.log').write_text(line('A:test_a', f'204 DELETE {url}'))
    trail = tempest_log.read(
        [tmp_path / 'a.log'], marks_of(Resource(kind, MEMBER))).trails[Key(kind, MEMBER)]
    assert len(trail.deletions) == 1


def test_time_tells_where_no_url_does(tmp_path: pathlib.Path) -> None:
    """A network that was made and never named again."""
    made = datetime.datetime(2026, 11, 26, 11, 29, 2, tzinfo=datetime.UTC)
    info = at_info(KILLED, tmp_path / 'tempest.log')
    log = tempest_log.read([info], marks_of(
        Resource('networks', '7c5c0723-4881-4b3a-bf64-242b47cbbea3', created_at=made),
        Resource('networks', 'a' * 32, created_at=made + datetime.timedelta(minutes=1))))
    (key, trail), = log.trails.items()
    assert key.id.startswith('7c5c')
    assert trail.inferred
    assert created(trail).test.method == 'test_update_delete_extra_route'


def test_polls_are_told_by_the_first_and_the_last() -> None:
    """Of three requests for an image's status by one test, two."""
    others = read(CLEANED).trails[Key('images', IMAGE)].others
    polls = [f'{CLEANED}:{number}'
             for number, line in enumerate(CLEANED.read_text().splitlines(), 1)
             if f'200 GET http://127.0.0.1:8774/v2.1/images/{IMAGE} ' in line]
    assert len(polls) == 3
    assert [r.where for r in others if '8774' in r.url] == [polls[0], polls[2]]


@pytest.mark.parametrize('size', [2000, 7000, 40000])
def test_pieces_do_not_matter(monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    """Records are never torn, wherever the file is cut for reading."""
    whole = read(KILLED, CLEANED)
    monkeypatch.setattr(log_files, 'PIECE', size)
    assert read(KILLED, CLEANED) == whole


def test_compressed_and_rotated(tmp_path: pathlib.Path) -> None:
    """The folder of a rotated log; the newer part is compressed."""
    text = KILLED.read_bytes()
    cut = text.index(b'\n2026-11-26 11:28:50') + 1
    (tmp_path / 'tempest.log.1').write_bytes(text[:cut])
    (tmp_path / 'tempest.log').write_bytes(gzip.compress(text[cut:]))
    log = read(tmp_path)
    assert [path.name for path in log.files] == ['tempest.log.1', 'tempest.log']
    whole = read(KILLED)
    assert log.made == whole.made
    assert {key: (trail.test, len(trail.others)) for key, trail in log.trails.items()} == {
        key: (trail.test, len(trail.others)) for key, trail in whole.trails.items()}


def test_broken_compression(tmp_path: pathlib.Path) -> None:
    """What is whole of a file whose writer died."""
    packed = gzip.compress(KILLED.read_bytes() + CLEANED.read_bytes())
    (tmp_path / 'tempest.log.gz').write_bytes(packed[:len(packed) * 2 // 3])
    assert read(tmp_path / 'tempest.log.gz').trails[Key('projects', PROJECT)].created


@pytest.mark.parametrize('name', ['missing.log', 'empty'])
def test_what_is_not_there(tmp_path: pathlib.Path, name: str) -> None:
    (tmp_path / 'empty').mkdir()
    with pytest.raises(errors.FileError, match=name):
        read(tmp_path / name)


def test_zone_is_told_by_answers(tmp_path: pathlib.Path) -> None:
    """The same log as a machine in another zone would have written it."""
    there = tmp_path / 'tempest.log'
    there.write_bytes(KILLED.read_bytes().replace(b'2026-11-26 11:', b'2026-11-26 16:'))
    assert created(read(there).trails[Key('servers', SERVER)]).at == created(
        read(KILLED).trails[Key('servers', SERVER)]).at
