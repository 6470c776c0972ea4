"""Run upstream's own ``tempest cleanup``, though this project has taken it over.

``python -m tests.benchmarks.upstream --dry-run`` is what ``tempest cleanup --dry-run``
is where this project is not installed: the same class, without cliff's hooks.
"""
import sys

from tempest.cmd import cleanup
from tempest.cmd import main as tempest_main


class Unhooked(cleanup.TempestCleanup):  # type: ignore[misc]  # tempest has no types
    """Upstream's command as upstream made it."""

    def _load_hooks(self) -> None:
        self._hooks: list[object] = []


def main(argv: list[str]) -> int:
    app = tempest_main.Main()
    app.command_manager.add_command('cleanup', Unhooked)
    return int(app.run(['cleanup', *argv]))


if __name__ == '__main__':
    sys.exit(main(sys.argv[1:]))
