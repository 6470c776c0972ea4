"""Keys and values below a flavor or a type, which Nova and Cinder have in one form."""
from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from tempest_cleanup.cloud.rest import Rest


def put_back(
    rest: 'Rest', path: str, name: str, wanted: Mapping[str, str] | None,
    microversion: str | None = None,
) -> None:
    """Make the specs of a path those that are wanted; what is so already is not sent.

    :param name: of the mapping, in the answer and in the request
    """
    wanted = wanted or {}
    now = rest.get(path, microversion=microversion)[name]
    missing = {key: value for key, value in wanted.items() if now.get(key) != value}
    if missing:
        rest.post(path, {name: missing}, microversion=microversion)
    for key in now.keys() - wanted.keys():
        rest.delete(f'{path}/{quote(key, safe="")}', microversion=microversion)
