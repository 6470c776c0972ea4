"""What Swift's accounts and containers say of themselves, in headers."""
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from tempest_cleanup import errors

if TYPE_CHECKING:
    from tempest_cleanup.cloud.rest import Rest

#: Metadata that let whoever knows them in. Only that there are some is told.
#: https://docs.openstack.org/swift/latest/api/temporary_url_middleware.html
SECRET = frozenset(('temp-url-key', 'temp-url-key-2'))


def said(what: str, headers: Mapping[str, str], names: Iterable[str]) -> dict[str, Any]:
    """The settings in the headers of an account or a container.

    :param what: which of them it is
    :param names: ``metadata``, ``keys`` (of those that are secret) and single headers
    """
    prefix = f'x-{what}-meta-'
    meta = {name.removeprefix(prefix): value for name, value in headers.items()
            if name.startswith(prefix)}
    found: dict[str, Any] = {
        name: headers.get(f'x-{what}-{name}', '') for name in names}
    return found | {'metadata': {name: value for name, value in meta.items()
                                 if name not in SECRET},
                    'keys': sorted(SECRET & meta.keys())}


def put_back(rest: 'Rest', path: str, what: str, wanted: Mapping[str, Any]) -> None:
    """Make settings what they were; one that is empty is taken away.

    :raises errors.Conflict: a key is gone, and was never saved
    """
    now = said(what, rest.head(path), wanted)
    headers = {f'x-{what}-{name}': value or '' for name, value in wanted.items()
               if name not in ('metadata', 'keys')}
    if 'metadata' in wanted:
        meta = dict.fromkeys(now['metadata'], '') | (wanted['metadata'] or {})
        headers |= {f'x-{what}-meta-{name}': value for name, value in meta.items()}
    lost: list[str] = []
    if 'keys' in wanted:
        before = set(wanted['keys'] or ())
        headers |= {f'x-{what}-meta-{name}': '' for name in now['keys'] if name not in before}
        lost = sorted(before - set(now['keys']))
    rest.post(path, headers=headers)
    if lost:
        raise errors.Conflict(
            f'{", ".join(lost)} can\'t be put back: it is secret, and was not saved')
