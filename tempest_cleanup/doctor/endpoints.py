"""Which services answer at the addresses that the catalog has of them."""
import concurrent.futures
import dataclasses
from collections.abc import Mapping
from typing import Any

import urllib3

from tempest_cleanup.cloud import Cloud, Endpoint
from tempest_cleanup.cloud.transport import Transport
from tempest_cleanup.config import Config
from tempest_cleanup.services import Kinds

#: Seconds without a byte after which a service counts as one that hangs.
PATIENCE = 10.0


@dataclasses.dataclass(frozen=True)
class Endpoints:
    """What became of the question.

    :param alive: by service type: the address
    :param dead: by service type: the address, and what is wrong with it
    :param absent: the service types that the catalog does not have
    :param strangers: types in the catalog that no kind is of
    """

    alive: Mapping[str, str]
    dead: Mapping[str, str]
    absent: tuple[str, ...]
    strangers: tuple[str, ...]


def probe(cloud: Cloud, settings: Config, kinds: Kinds, workers: int) -> Endpoints:
    """Ask each service that has kinds for anything at all, without a token."""
    wanted = {kind.service_type for kind in kinds.values()}
    addresses = {name: address(cloud, settings, name) for name in sorted(wanted)
                 if cloud.catalog_type(name)}
    known = {name for service_type in wanted for name in cloud.names(service_type)}
    http = Transport(connections=1, **{**settings.options, 'timeout': PATIENCE})
    try:
        with concurrent.futures.ThreadPoolExecutor(workers, 'probe') as pool:
            troubles = dict(zip(addresses, pool.map(
                lambda url: trouble(http, url), addresses.values()), strict=True))
    finally:
        http.close()
    return Endpoints(
        {name: url for name, url in addresses.items() if not troubles[name]},
        {name: f'{addresses[name] or "no address"}: {why}'
         for name, why in troubles.items() if why},
        tuple(sorted(wanted - addresses.keys())),
        tuple(sorted({entry['type'] for entry in cloud.catalog()} - known)))


def address(cloud: Cloud, settings: Config, service_type: str) -> str:
    """Where the catalog has a service, for the region and interface that are used."""
    wanted = settings.endpoints.get(service_type, Endpoint())
    region = wanted.region or cloud.region
    interface = wanted.endpoint_type.removesuffix('URL')
    entry: Mapping[str, Any] = next(
        (e for e in cloud.catalog() if e['type'] == cloud.catalog_type(service_type)), {})
    return next((str(e['url']) for e in entry.get('endpoints', ())
                 if e.get('interface') == interface
                 and (not region or region in (e.get('region'), e.get('region_id')))), '')


def trouble(http: Transport, url: str) -> str:
    """What is wrong with an address; '' where something answers. Any answer below 500 will do."""
    if not url:
        return 'the catalog has none for this region and interface'
    try:
        answer, _content = http.request(url, 'GET')
    except (urllib3.exceptions.HTTPError, ValueError) as error:
        return f'no answer: {error}'
    return f'it answers {answer.status} {answer.reason or ""}'.strip() if (
        answer.status >= 500) else ''
