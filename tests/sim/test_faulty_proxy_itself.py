"""The proxy that does harm, and what looks for wrongs: they do what the other tests rely on."""
import http.client
import json
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import urlsplit

import pytest

from tempest_cleanup.testing import SimulatedCloud
from tests.faulty_proxy import Dice, FaultyProxy, Harm
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


@pytest.mark.parametrize('harm', list(Harm))
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
