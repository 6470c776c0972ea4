"""The checks, in the order in which they are shown."""
import collections
from collections.abc import Callable, Iterable, Iterator, Sequence, Sized

from tempest_cleanup import actions
from tempest_cleanup.diagnosis import causes, daemons
from tempest_cleanup.diagnosis.daemons import Daemon
from tempest_cleanup.doctor import listings, objects, place
from tempest_cleanup.doctor.examined import Examined, attempt
from tempest_cleanup.doctor.findings import Area, Finding, Level
from tempest_cleanup.errors import CleanupError

Check = Callable[[Examined], Area]


def configuration(found: Examined) -> Area:
    """Whether tempest.conf and the test accounts can be read."""
    if isinstance(found.settings, CleanupError):
        return Area('configuration', 'can\'t be used',
                    (Finding(Level.WRONG, str(found.settings)),))
    insecure = found.settings.options.get('insecure')
    return Area('configuration', f'{len(found.settings.named)} objects named, '
                f'{len(found.settings.accounts)} test accounts',
                (Finding(Level.NOTE, '[identity] disable_ssl_certificate_validation is set: '
                         'whoever is in between reads the password'),) if insecure else ())


def credentials(found: Examined) -> Area:
    """Whether Keystone knows us, and with which roles."""
    if isinstance(found.settings, CleanupError):
        return Area('credentials', 'not tried without a configuration')
    account = found.settings.account
    who = f'{account.username} in {account.project_name or "no project"} at {account.auth_url}'
    if isinstance(found.cloud, CleanupError):
        return Area('credentials', who, (Finding(Level.WRONG, str(found.cloud)),))
    roles = found.cloud.role_names
    return Area('credentials', f'{who}, roles {", ".join(sorted(roles)) or "none"}', () if (
        'admin' in roles) else (Finding(
            Level.NOTE, 'without the role admin most services refuse to show and to delete '
                        'what others own'),))


def catalog(found: Examined) -> Area:
    """Whether the services answer where the catalog says that they are."""
    if isinstance(found.endpoints, CleanupError):
        return Area('services', 'not looked for')
    seen = found.endpoints
    findings = [Finding(Level.UNSEEN, f'{name} at {why}') for name, why in seen.dead.items()]
    if seen.strangers:
        findings.append(Finding(Level.NOTE, 'neither seen nor cleaned, as there are no kinds '
                                            f'of these: {", ".join(seen.strangers)}'))
    return Area('services', f'{len(seen.alive)} answer, {len(seen.absent)} are not in the '
                            'catalog', tuple(findings))


def processes(found: Examined) -> Area:
    """Whether what works behind the APIs is up."""
    if isinstance(found.cloud, CleanupError) or isinstance(found.endpoints, CleanupError):
        return Area('processes', 'not looked for')
    known, missing = daemons.ask(found.cloud, found.endpoints.alive)
    up = sum(one.up for one in known)
    return Area('processes', f'{len(known)} behind the APIs, {up} of them up',
                (*asleep(known), *(Finding(Level.NOTE, text) for text in missing)))


def asleep(known: Iterable[Daemon]) -> Iterator[Finding]:
    """What is down on a host. One that was started anew may be listed twice: pure."""
    places: dict[tuple[str, str, str], list[Daemon]] = collections.defaultdict(list)
    for one in known:
        places[one.service_type, one.binary, one.host].append(one)
    for (service_type, _binary, _host), same in sorted(places.items()):
        if any(one.up for one in same):
            continue
        latest = max(same, key=lambda d: str(d.since or ''))
        since = f' since {latest.since:%Y-%m-%d %H:%M} UTC' if latest.since else ''
        off = '' if latest.enabled else ', and disabled'
        yield Finding(Level.DOWN if latest.enabled else Level.NOTE,
                      f'{service_type}: {latest} is down{since}{off}: what it works on '
                      'can\'t be deleted')


def plugins(found: Examined) -> Area:
    """Whether kinds, causes and remedies load, those of other packages too."""
    args = found.args
    kinds = found.kinds
    if isinstance(kinds, CleanupError):
        return Area('plugins', 'the kinds can\'t be loaded', (Finding(Level.WRONG, str(kinds)),))
    # What else can be brought by others or by a file: one line each.
    loaded: dict[str, Sized | CleanupError] = {
        'causes': attempt(lambda: causes.load(args.skip_plugin))}
    if not isinstance(settings := found.settings, CleanupError):
        loaded['ladders of remedies'] = attempt(
            lambda: actions.ways_out(args, kinds, settings)[0])
    counts = ', '.join(f'{len(part)} {name}' for name, part in loaded.items()
                       if not isinstance(part, CleanupError))
    return Area('plugins', f'{len(kinds)} kinds, {counts}', tuple(
        Finding(Level.WRONG, str(part)) for part in loaded.values()
        if isinstance(part, CleanupError)))


#: All of them. Each tells its area also where what it looks at is not to be had.
CHECKS: Sequence[Check] = (
    configuration, plugins, credentials, catalog, processes, listings.listings, objects.objects,
    place.saved_state, place.workspace)
