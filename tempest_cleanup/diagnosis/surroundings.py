"""What is around a resource: what it was made for, what is in its way, who owned it."""
import dataclasses
from collections.abc import Iterable, Iterator, Mapping

from tempest_cleanup.diagnosis import daemons
from tempest_cleanup.diagnosis.daemons import Daemon
from tempest_cleanup.links import Links
from tempest_cleanup.model import Evidence, Inventory, Key, Resource, Source
from tempest_cleanup.service_made import made_for
from tempest_cleanup.services.base import ResourceService
from tempest_cleanup.services.project_owned import named_in

#: A resource that is in the way of thousands (a project) is not told of all of them.
MOST = 20

#: What a refusal names to say whose something is, not what is in its way.
OWNERS = frozenset(('projects', 'users', 'domains'))

@dataclasses.dataclass(frozen=True, slots=True)
class Around:
    """What is around one resource.

    :param maker: the service that made it for its origin, '' where nothing tells that one did
    :param owner: its user and project in words
    :param related: the origin and the blockers, those of them that exist
    """

    origin: Key | None = None
    maker: str = ''
    blockers: tuple[Key, ...] = ()
    owner_gone: bool = False
    down: str = ''
    owner: str = ''
    related: tuple[Resource, ...] = ()
    evidence: tuple[Evidence, ...] = ()


class Surroundings:
    """The cloud as it was found, asked about one resource after another. Sends nothing.

    :param before: for each kind those that must be gone before it
    :param left: the keys of what was left
    """

    def __init__(
        self, kinds: Mapping[str, ResourceService], before: Mapping[str, frozenset[str]],
        inventory: Inventory, left: Iterable[Key], processes: tuple[Daemon, ...] = (),
    ) -> None:
        self._kinds = kinds
        self._there = inventory.by_key()
        self._ids: dict[str, list[Key]] = {}
        for key in self._there:
            self._ids.setdefault(key.id, []).append(key)
        self._left = frozenset(left)
        self._processes = processes
        self._blind = {c.kind for c in inventory.coverage if not c.whole}
        self._waits, self._owners = (
            Links(kinds, before, self._there.values()).edges() if self._left else ({}, {}))

    def of(self, resource: Resource, refusals: Iterable[str] = ()) -> Around:
        """
        :param refusals: what services said when they refused to delete it
        """
        kind = self._kinds[resource.kind]
        origin, maker = self._origin(resource)
        blockers = self._blockers(resource, refusals)
        needed = daemons.working_on(
            self._processes, kind.service_type, resource.kind, self._host(resource))
        gone = self._gone(resource)
        related = dict.fromkeys(k for k in (origin, *blockers) if k and k in self._there)
        return Around(
            origin, maker, blockers, bool(gone), daemons.down(needed), self._owner(resource),
            tuple(self._there[k] for k in related),
            (*daemons.told(needed), *self._told(resource, origin, blockers), *gone))

    def _host(self, resource: Resource) -> str:
        """The host that works on it; a snapshot's is its volume's."""
        key = self._kinds[resource.kind].host_key
        if key:
            return str(resource.body.get(key) or '')
        volume = self._there.get(Key('volumes', str(resource.body.get('volume_id'))))
        return self._host(volume) if volume and volume is not resource else ''

    def _origin(self, resource: Resource) -> tuple[Key | None, str]:
        """What it was made for, and which service made it, as far as that is known."""
        made = made_for(resource)
        if made:
            return made
        owners = self._owners.get(resource.key, set()) & self._left
        # A load balancer's member is in a pool, and both may be a stack's.
        first = min(owners, default=None, key=lambda k: (
            k.kind not in ('stacks', 'coe_clusters'), k))
        return first, ''

    def _blockers(self, resource: Resource, refusals: Iterable[str]) -> tuple[Key, ...]:
        """What has to go first; what a refusal names stands before the rest."""
        # What the service made for itself goes when the resource does.
        waits = {key for key in self._waits.get(resource.key, ())
                 if not self._kinds[key.kind].protects(self._there[key])}
        named = [key for text in refusals for identifier in named_in(text)
                 for key in self._ids.get(identifier, ())
                 if key != resource.key and key.kind not in OWNERS
                 and not self._kinds[key.kind].protects(self._there[key])]
        return tuple(dict.fromkeys((*named, *sorted(waits))))[:MOST]

    def _gone(self, resource: Resource) -> tuple[Evidence, ...]:
        """The project or user that it names and that does not exist."""
        found = []
        for kind, identifier in (('projects', resource.project_id), ('users', resource.user_id)):
            if identifier and kind not in self._blind and resource.kind != kind and not (
                    {Key(kind, identifier), Key('domains', identifier)} & self._there.keys()):
                found.append(Evidence(
                    Source.AROUND, f'its {kind.removesuffix("s")} {identifier} does not exist '
                    'any more', where=f'GET identity/v3/{kind}'))
        # Users come and go without a trace in what they made; projects own it.
        return tuple(e for e in found if 'project' in e.fact or resource.kind in _OF_USERS)

    def _owner(self, resource: Resource) -> str:
        # What a project is in, which stands for its project here, may be a domain.
        within = ('domains' if Key('domains', resource.project_id) in self._there
                  else 'projects')
        return ' of '.join(
            self._words(Key(kind, identifier)) for kind, identifier in (
                ('users', resource.user_id), (within, resource.project_id)) if identifier)

    def _told(
        self, resource: Resource, origin: Key | None, blockers: tuple[Key, ...],
    ) -> Iterator[Evidence]:
        if origin:
            there = 'exists' if origin in self._there else 'does not exist any more'
            yield Evidence(Source.AROUND, f'it belongs to {self._words(origin)}, which {there}')
        for key in blockers:
            yield Evidence(Source.AROUND, f'{self._words(key)} has to go before it')

    def _words(self, key: Key) -> str:
        found = self._there.get(key)
        return f'{found} ({key.id})' if found and found.name else f'{key.kind} {key.id}'


#: Kinds that are nobody's without their user.
_OF_USERS = frozenset(('keypairs', 'credentials', 'application_credentials', 'trusts',
                       'access_rules'))
