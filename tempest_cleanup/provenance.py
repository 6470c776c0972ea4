"""What proves that a resource comes from a Tempest run: pure functions."""
import dataclasses
import datetime
from collections.abc import Iterable, Iterator, Mapping

from tempest_cleanup.model import Inventory, Key, Resource
from tempest_cleanup.services.base import ResourceService
from tempest_cleanup.state import SavedState

#: By so much a service's clock may be behind ours; some tell whole seconds only.
SKEW = datetime.timedelta(minutes=1)

#: What holds other resources, the outermost first.
HOLDERS = ('domains', 'projects', 'users')

Kinds = Mapping[str, ResourceService]


@dataclasses.dataclass(frozen=True, slots=True)
class Preprovisioned:
    """An account of the test accounts file; what it names, by name or id.

    :param project_domain: '' where any may be meant
    """

    user: str = ''
    user_domain: str = ''
    project: str = ''
    project_domain: str = ''


@dataclasses.dataclass(frozen=True)
class Clues:
    """What is known of the run besides what the cloud says.

    :param created: by key: which test its log has make it, in words
    :param changed: by key: likewise, for what was there before
    :param recorded: by kind: the ids that Tempest recorded (of key pairs, names)
    :param prefixes: with which the run's names begin
    :param own: the user and project that this runs with: others use them, too
    """

    created: Mapping[Key, str] = dataclasses.field(default_factory=dict)
    changed: Mapping[Key, str] = dataclasses.field(default_factory=dict)
    recorded: Mapping[str, frozenset[str]] = dataclasses.field(default_factory=dict)
    accounts: tuple[Preprovisioned, ...] = ()
    prefixes: tuple[str, ...] = ()
    own: frozenset[Key] = frozenset()


def proven(
    clues: Clues, kinds: Kinds, saved: SavedState | None, inventory: Inventory,
    concerned: Iterable[Resource], owners: Mapping[Key, tuple[Resource, ...]],
    protected: Mapping[Key, str],
) -> dict[Key, str]:
    """By what it is proven that the run made or changed a resource; in doubt there is nothing.

    :param concerned: what is new or changed
    :param owners: by key: what each resource belongs to
    :param protected: whose accounts are not those of strangers
    """
    prover = _Prover(clues, kinds, saved, inventory, protected)
    in_order = sorted(concerned, key=lambda r: (
        HOLDERS.index(r.kind) if r.kind in HOLDERS else len(HOLDERS), r.key))
    for resource in in_order:
        prover.ask(resource)
    left = [r for r in in_order if r.key not in prover.found]
    while more := [r for r in left if prover.follow(r, owners.get(r.key, ()))]:
        done = {r.key for r in more}
        left = [r for r in left if r.key not in done]
    return prover.found


class _Prover:
    """What is proven so far, and the projects, users and domains that count as the run's."""

    def __init__(
        self, clues: Clues, kinds: Kinds, saved: SavedState | None, inventory: Inventory,
        protected: Mapping[Key, str],
    ) -> None:
        self.found: dict[Key, str] = {}
        self._clues = clues
        self._kinds = kinds
        self._saved = saved
        self._old = saved.keys if saved else frozenset()
        self._known = self._old | frozenset(inventory.by_key())
        self._protected = protected
        # Without a saved state what is in them may have been there before the run.
        self._holders = {} if saved is None else {
            r.key: f'{r}, which the test accounts file names'
            for r in of_accounts(clues.accounts, inventory) if r.key not in clues.own}
        # Those that the run has deleted, and not what is in them.
        made = {key for key in clues.created if key.kind in HOLDERS} | {
            Key(kind, i) for kind in HOLDERS for i in clues.recorded.get(kind, ())}
        self._holders |= {key: f'{key.kind} {key.id}, which the run made'
                          for key in made - self._known}

    def ask(self, resource: Resource) -> None:
        """What a resource itself and those that hold it tell."""
        proof = self._direct(resource) or self._held(resource)
        if not proof:
            return
        self.found[resource.key] = proof
        if resource.kind in HOLDERS and resource.key not in self._old:
            self._holders[resource.key] = f'{resource}, which the run made'

    def follow(self, resource: Resource, owners: Iterable[Resource]) -> bool:
        """Whether what a resource belongs to proves it, as nobody else can have made it."""
        for owner in owners:
            if owner.key in self.found and not self._of_another(resource, owner):
                self.found[resource.key] = f'goes with {owner}'
                return True
        return False

    def _direct(self, resource: Resource) -> str:
        clues = self._clues
        if resource.key in self._old:
            return clues.changed.get(resource.key, '')
        if resource.key in clues.created:
            return clues.created[resource.key]
        recorded = clues.recorded.get(resource.kind, frozenset())
        if resource.id in recorded or (
                resource.kind == 'keypairs' and resource.name in recorded):
            return 'in resource_list.json'
        prefix = next((p for p in clues.prefixes if p and resource.name.startswith(p)), '')
        if prefix and self._during_the_run(resource):
            return f'new since the run began, and its name starts with {prefix!r}'
        return ''

    def _during_the_run(self, resource: Resource) -> bool:
        if self._saved is None or self._saved.saved_at is None:
            return False
        # What tells no time is not in the saved state, and so younger than that.
        return (resource.created_at is None
                or resource.created_at >= self._saved.saved_at - SKEW)

    def _held(self, resource: Resource) -> str:
        user = self._holders.get(Key('users', resource.user_id))
        if user:
            return f'by {user}'
        for kind, identifier in (('projects', resource.project_id),
                                 ('domains', resource.domain_id)):
            holder = self._holders.get(Key(kind, identifier))
            if holder and not self._by_a_stranger(resource):
                return f'in {holder}'
        return ''

    def _by_a_stranger(self, resource: Resource) -> bool:
        """Whether somebody made it who is neither of the run nor of the services."""
        user = Key('users', resource.user_id)
        return (not self._kinds[resource.kind].relation and user in self._known
                and user not in self._protected and user not in self._holders)

    def _of_another(self, resource: Resource, owner: Resource) -> bool:
        """Whether it is in a project that is neither its owner's nor the run's."""
        project = Key('projects', resource.project_id)
        return self._by_a_stranger(resource) or (
            bool(resource.project_id)
            and resource.project_id not in (owner.project_id, owner.id)
            and project not in self._holders and project not in self._protected)


def of_accounts(
    accounts: Iterable[Preprovisioned], inventory: Inventory,
) -> Iterator[Resource]:
    """The users and projects that the test accounts file names."""
    domains = {d.id: d.name for d in inventory.of('domains')}
    for account in accounts:
        for kind, word, domain in (('users', account.user, account.user_domain),
                                   ('projects', account.project, account.project_domain)):
            for found in inventory.of(kind):
                if word in (found.id, found.name) and domain in (
                        '', found.domain_id, domains.get(found.domain_id)):
                    yield found
