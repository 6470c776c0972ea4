"""The proxy that does harm, and what looks for wrongs: they do what the other tests rely on."""
import http.client
import json
import random
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import pytest

from tempest_cleanup.testing import SimulatedCloud
from tests.faulty_proxy import Dice, FaultyProxy, Harm
from tests.faulty_proxy.faults import HOSTILE
from tests.faulty_proxy.mangling import incomplete, mangled, sort
from tests.sim.client import Client
from tests.sim.harm import wronged

#: Whether the service does what it is asked.
DONE = {Harm.REFUSED: False, Harm.REFUSED_AFTER: True, Harm.BUSY: False, Harm.RESET: False,
        Harm.LOST: True, Harm.TWICE: True, Harm.SLOW: True, Harm.TRUNCATED: True,
        Harm.GARBLED: True, Harm.EMPTY: False, Harm.HTML: False, Harm.ASTRAY: False,
        Harm.MISLABELLED: True}


class Seen(NamedTuple):
    """What a client got to see; the status is 0 where there was no whole answer."""

    status: int
    content_type: str
    body: bytes


@pytest.fixture
def cloud() -> Iterator[SimulatedCloud]:
    with SimulatedCloud() as cloud:
        yield cloud


def ask(url: str, method: str, token: str) -> Seen:
    """One request, without any mercy for what is wrong with its answer."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=10)
    try:
        connection.request(method, parts.path, headers={'X-Auth-Token': token})
        answer = connection.getresponse()
        return Seen(answer.status, answer.headers.get('Content-Type', ''), answer.read())
    except (http.client.HTTPException, ConnectionError):
        return Seen(0, '', b'')
    finally:
        connection.close()


@pytest.mark.parametrize('harm', sorted(DONE))
def test_each_harm_is_done(cloud: SimulatedCloud, harm: Harm) -> None:
    """Whether the image is deleted, and whether a client can take the answer at its word."""
    token = Client(cloud).token
    image = cloud.create('images', name='leak')
    with FaultyProxy(f'{cloud.url}/image', Dice(1, frozenset((harm,)), 100)) as proxy:
        cloud.reset_requests()
        seen = ask(f'{proxy.url}/v2/images/{image}', 'DELETE', token)
        assert (cloud.get('images', image) is None) is DONE[harm]
        assert len(cloud.requests) == {Harm.TWICE: 2}.get(harm, DONE[harm])
        assert [one.fault.harm for one in proxy.harmed if one.fault] == [harm]
    honest = (204, 404) if harm is Harm.TWICE else (204,)
    wrong = {Harm.RESET: (0,), Harm.LOST: (0,), Harm.BUSY: (429,), Harm.EMPTY: (200,),
             Harm.HTML: (200,), Harm.ASTRAY: (404,), Harm.REFUSED: (500, 502, 503, 504),
             Harm.REFUSED_AFTER: (500, 502, 503, 504)}
    assert seen.status in wrong.get(harm, honest)


@pytest.mark.parametrize('harm', [
    Harm.TRUNCATED, Harm.GARBLED, Harm.SLOW, Harm.MISLABELLED, Harm.EMPTY, Harm.HTML])
def test_what_becomes_of_a_body(cloud: SimulatedCloud, harm: Harm) -> None:
    token = Client(cloud).token
    with FaultyProxy(f'{cloud.url}/image', Dice(1, frozenset((harm,)), 100)) as proxy:
        seen = ask(f'{proxy.url}/v2/images', 'GET', token)
        proxy.calm()
        right = ask(f'{proxy.url}/v2/images', 'GET', token)
    assert right.status == 200
    assert 'images' in json.loads(right.body)
    assert (seen.body == right.body) is (harm in (Harm.SLOW, Harm.MISLABELLED))
    assert (seen.status == 0) is (harm is Harm.TRUNCATED)
    assert ('json' in seen.content_type) is (harm in (Harm.SLOW, Harm.GARBLED))


@pytest.mark.parametrize('harm', sorted(HOSTILE))
def test_one_value_of_an_answer_is_another(cloud: SimulatedCloud, harm: Harm) -> None:
    """Each time another one; all else is as it was, and so is the service."""
    token = Client(cloud).token
    before = cloud.snapshot()
    with FaultyProxy(f'{cloud.url}/image', Dice(1, frozenset((harm,)), 100)) as proxy:
        seen = [ask(f'{proxy.url}/v2/images', 'GET', token) for _ in range(30)]
        deleted = ask(f'{proxy.url}/v2/images/none', 'DELETE', token)
        proxy.calm()
        right = ask(f'{proxy.url}/v2/images', 'GET', token)
    assert {one.status for one in seen} == {200}
    assert right.body not in {one.body for one in seen}
    assert len({one.body for one in seen}) > 5
    assert deleted.status == 404
    assert cloud.snapshot() == before


@pytest.mark.parametrize('change', [mangled, incomplete])
def test_no_value_becomes_another_of_its_sort(
    change: Callable[[bytes, random.Random], bytes],
) -> None:
    """Nobody could see that; texts that people type are the only ones that become others."""
    body = {'things': [{'id': 'i', 'name': 'n', 'on': True, 'size': 3, 'parts': ['p'],
                        'of': {'id': 'o'}, 'up': None}], 'links': {'next': None}}
    content = json.dumps(body).encode()
    for seed in range(300):
        try:
            found = json.loads(change(content, random.Random(seed)))
        except (ValueError, RecursionError):
            continue  # it is not even JSON
        if isinstance(found, dict) and found.keys() == body.keys():
            for was, now in differing(body, found):
                assert was == 'n' or sort(was) != sort(now)


def differing(was: Any, now: Any) -> list[tuple[Any, Any]]:
    """The values that differ, from the outside on."""
    if isinstance(was, dict) and isinstance(now, dict):
        return [pair for key, one in was.items()
                for pair in (differing(one, now[key]) if key in now else [(one, Missing)])]
    if isinstance(was, list) and isinstance(now, list) and len(was) == len(now):
        return [pair for both in zip(was, now, strict=True) for pair in differing(*both)]
    return [] if was == now and sort(was) == sort(now) else [(was, now)]


class Missing:
    """Stands for a value that is not there."""


def test_who_logs_in_through_it_goes_through_it(cloud: SimulatedCloud) -> None:
    """Every address of the catalog leads to the proxy, and from there to the service."""
    with FaultyProxy(cloud.auth_url, Dice(1, percent=0)) as proxy:
        client = Client(cloud)
        body = {'auth': {'identity': {'methods': ['password'], 'password': {'user': {
            'id': cloud.admin_user, 'password': cloud.settings.admin_password}}},
            'scope': {'project': {'id': cloud.admin_project}}}}
        login = client.send('POST', f'{proxy.url}/auth/tokens', body)
        urls = [e['url'] for s in login['token']['catalog'] for e in s['endpoints']]
        assert urls
        assert not any(url.startswith(cloud.url) for url in urls)
        flavors = next(url for url in urls if '/compute' in url) + '/flavors'
        assert client.get(flavors).status == 200
        assert proxy.done[-1].url.startswith(cloud.url)


def test_the_same_seed_does_the_same_harm_in_any_order() -> None:
    asked = [('GET', f'/{n}', before) for n in range(40) for before in range(3)]
    one = [Dice(7).roll(*a) for a in asked]
    assert one == [Dice(7).roll(*a) for a in reversed(asked)][::-1]
    assert any(one)
    assert one != [Dice(8).roll(*a) for a in asked]


@pytest.mark.parametrize(('kind', 'path'), [
    ('volumes', '/volume/v3/{0.admin_project}/volumes/{1}'),
    ('images', '/image/v2/images/{1}'), ('stacks', '/orchestration/v1/p/stacks/x/{1}')])
def test_a_wrong_is_seen(cloud: SimulatedCloud, kind: str, path: str) -> None:
    kept, leak = cloud.create(kind, name='old'), cloud.create(kind, name='leak')
    wanted = cloud.snapshot()
    del wanted[kind][leak]
    client = Client(cloud)
    cloud.reset_requests()
    client.get(path.format(cloud, kept))
    client.delete(path.format(cloud, leak))
    assert wronged(cloud.requests, wanted) == []
    client.delete(path.format(cloud, kept))
    assert [kept in r.target for r in wronged(cloud.requests, wanted)] == [True]
