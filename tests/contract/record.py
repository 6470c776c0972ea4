"""Record what a real cloud answers to the listing of every kind.

``python -m tests.contract.record TEMPEST_CONF [KIND ...]``: makes one of everything, lists
every kind, keeps one or two members of each listing without their secrets, and removes
what it made. What was made is known from the calls that made it, so that the recording says
what the listing has to show.
"""
import dataclasses
import sys
from collections.abc import Iterator, Mapping
from typing import Any

from tempest_cleanup import config, errors, services
from tempest_cleanup.cloud import Cloud
from tempest_cleanup.cloud.rest import Rest
from tempest_cleanup.model import Tenant
from tempest_cleanup.services.base import ResourceService
from tempest_cleanup.services.bodies import strings
from tests.contract.tape import Answer, Exchange, RecordedCloud, Recording, Silent
from tests.functional import leaks, openstack, populate
from tests.functional.populate import Created

SOURCE = 'a real OpenStack control plane (tests/cloud)'
#: Never kept: secrets, and what names the machine that recorded.
SECRET = frozenset(('blob', 'secret', 'adminPass', 'user_data', 'OS-EXT-SRV-ATTR:user_data',
                    'direct_url', 'locations', 'auth_key', 'connection_info'))
#: Nobody looks at them.
NOISE = frozenset(('links', 'password'))
LONGEST = 20
MEMBERS = 2
PREFIX = 'recorded'
#: Most of what is made is in it: a shortened list of domains has this one, and not another that
#: would be asked for its users.
DOMAIN = 'default'


class Recorder(Silent):
    """Asks the real service, and notes what it answers."""

    def __init__(self, name: str, real: Rest, exchanges: list[Exchange]) -> None:
        super().__init__(name)
        self._real = real
        self._exchanges = exchanges

    def get(self, path: str, *, microversion: str | None = None,
            query: Mapping[str, str] | None = None) -> Answer:
        def note(answer: Answer | None) -> None:
            self._exchanges.append(
                Exchange(self.service_type, path, microversion, dict(query or {}), answer))
        try:
            answer = self._real.get(path, microversion=microversion, query=query)
        except errors.NotFound:
            note(None)
            raise
        note(answer)
        return answer

    def head(self, path: str) -> Answer:
        # What else there is, dates and the like, nothing is made of.
        answer = {name: value for name, value in self._real.head(path).items()
                  if name.startswith(('x-account', 'x-container')) and 'timestamp' not in name}
        self._exchanges.append(Exchange(self.service_type, f'HEAD {path}', None, {}, answer))
        return answer


def recorder(real: Cloud, exchanges: list[Exchange]) -> Cloud:
    """The same cloud, with every GET noted."""
    class Recorded(Cloud):
        def __init__(self) -> None:
            self.__dict__.update(real.__dict__)
            # What is asked for once a cloud is asked for in each recording.
            self._abilities = {}

        def rest(self, service_type: str, tenant: Tenant | None = None) -> Rest:
            return Recorder(service_type, real.rest(service_type, tenant), exchanges)

        def rest_of(self, service_type: str, project_id: str) -> Rest:
            return Recorder(f'{service_type} of {project_id}',
                            real.rest_of(service_type, project_id), exchanges)

    return Recorded()


def record(real: Cloud, kind: type[ResourceService], created: list[Created]) -> Recording | None:
    """List one kind in the tenant where something was made; None where the cloud can't."""
    made = [one for one in created if one.kind == kind.name]
    for tenant in tenants(kind(real), created):
        exchanges: list[Exchange] = []
        instance = kind(recorder(real, exchanges))
        instance.sees_all()  # may ask, too
        try:
            found = {r.id: r for r in instance.discover(tenant)}
        except errors.ApiError as error:
            print(f'{kind.name}: {error}', file=sys.stderr)
            return None
        shown = [one for one in made if one.id in found][:MEMBERS]
        if shown:
            for one in shown:
                instance.expand(found[one.id])
            wanted = {word for one in shown for word in (one.id, one.note.rsplit(' ', 1)[-1])}
            wanted.add(DOMAIN)
            return needed(kind, Recording(
                kind.name, SOURCE, tenant, real.project_id,
                sorted({entry.service.split()[0] for entry in exchanges}),
                [{'id': one.id, 'name': one.name, 'project_id': one.project_id}
                 for one in shown], list(trimmed(exchanges, wanted))))
    return None


def needed(kind: type[ResourceService], recording: Recording) -> Recording:
    """With only what is still asked, now that the lists are short."""
    asked: list[Exchange] = []
    instance = kind(recorder(RecordedCloud(recording), asked))
    instance.sees_all()
    found = {r.id: r for r in instance.discover(recording.tenant)}
    for one in recording.made:
        instance.expand(found[str(one['id'])])
    return dataclasses.replace(
        recording, exchanges=list({one.question: one for one in asked}.values()))


def tenants(kind: ResourceService, created: list[Created]) -> list[Tenant | None]:
    """The tenants whose listing may show what was made."""
    if kind.sees_all():
        return [None]
    return [Tenant(kind.scope, one.id, one.name or '') for one in created
            if one.kind == f'{kind.scope}s']


def trimmed(exchanges: list[Exchange], wanted: set[str]) -> Iterator[Exchange]:
    """With the wanted members of each list only, and so without further pages."""
    kept = 0
    last: dict[tuple[str, str], Mapping[str, Any]] = {}
    for one in exchanges:
        if 'marker' in one.query:
            if (one.service, one.path) in last and not any(
                    isinstance(value, list) and value for value in (one.answer or {}).values()):
                # The empty page that ends a list without links comes sooner now.
                yield dataclasses.replace(one, query=dict(one.query) | {
                    name: str(last[one.service, one.path][key])
                    for name, key in (('marker', 'name'), ('version_marker', 'version_id'))
                    if name in one.query})
            continue
        if one.answer is None:
            yield one
            continue
        answer = {key: members(value, wanted) if isinstance(value, list) else value
                  for key, value in one.answer.items()
                  if key not in ('next', 'links', 'truncated') and not key.endswith('_links')}
        # The empty page that ends a list without links comes sooner now.
        query = {name: str(kept) if name == 'offset' else value
                 for name, value in one.query.items()}
        yield Exchange(one.service, one.path, one.microversion, query, clean(answer))
        if answer.get('list'):
            last[one.service, one.path] = answer['list'][-1]
        kept += max((len(v) for v in answer.values() if isinstance(v, list)), default=0)


def members(found: list[Any], wanted: set[str]) -> list[Any]:
    """Those that are wanted, then those that name something wanted; else the first ones."""
    themselves = [one for one in found if isinstance(one, dict) and one.get('id') in wanted]
    named = [one for one in found if wanted & set(strings(one)) and one not in themselves]
    return ((themselves + named) or found)[:MEMBERS]


def clean(value: Any) -> Any:
    """Without secrets, and without what only fills the file."""
    if isinstance(value, Mapping):
        return {key: 'not kept' if key in SECRET and inner else clean(inner)
                for key, inner in value.items() if key not in NOISE}
    return [clean(one) for one in value[:LONGEST]] if isinstance(value, list) else value


def main(config_file: str, *names: str) -> None:
    settings = config.load(config_file)
    # Else only Tempest's log is told what ended this program.
    sys.excepthook = sys.__excepthook__
    real = settings.cloud(4)
    real.connect()
    account = settings.account
    admin = openstack.Cloud(openstack.Login(
        account.auth_url, account.username, account.password,
        project_name=account.project_name))
    site = populate.new_site(admin, None, PREFIX)
    try:
        populate.fill(site)
        leaks.with_role(admin, site.project_id)
        created = [*site.created, *populate.standing(admin)]
        for name, kind in services.load().items():
            if not names or name in names:
                recording = record(real, kind, created)
                if recording is None:
                    print(f'{name}: nothing recorded', file=sys.stderr)
                else:
                    recording.write()
    finally:
        leaks.without_role(admin, site.project_id)
        populate.remove(admin, site.created)


if __name__ == '__main__':
    main(*sys.argv[1:])
