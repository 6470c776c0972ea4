"""From a method and a path to what serves it."""

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

if TYPE_CHECKING:
    from tempest_cleanup.testing.simulation.service import Handler, Service


class Router:
    """Finds the handler for a method and a path."""

    def __init__(self) -> None:
        self._tree: dict[str, Any] = {}

    def add(self, method: str, path: str, service: 'Service', handler: 'Handler',
            public: bool) -> None:
        node = self._tree
        for part in path.strip('/').split('/'):
            node = node.setdefault('{}' if part.startswith('{') else part, {})
        node[' ' + method] = (service, handler, public)

    def find(self, method: str, path: str) -> 'tuple[Service, Handler, bool, list[str]] | int':
        """What serves this path, or the status to refuse it with."""
        params: list[str] = []
        node = self._tree
        for part in re.sub('/+', '/', path).strip('/').split('/'):
            following = node.get(part)
            if following is None:
                following = node.get('{}')
                params.append(unquote(part))
            if following is None:
                return 404
            node = following
        found = node.get(' ' + method) or (node.get(' GET') if method == 'HEAD' else None)
        if found is None:
            return 405 if any(name.startswith(' ') for name in node) else 404
        service, handler, public_route = found
        return service, handler, public_route, params
