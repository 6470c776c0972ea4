"""The optional services a cloud has: asked for by `up --with`, remembered until `wipe`."""

from collections.abc import Collection
from pathlib import Path

from tests.cloud.errors import UsageError
from tests.cloud.ini import write
from tests.cloud.paths import Cloud


def parse(text: str, known: Collection[str]) -> list[str]:
    """The names in `octavia,manila`; `all` and `none` stand for themselves."""
    if text in ('all', 'none'):
        return sorted(known) if text == 'all' else []
    names = {name.strip() for name in text.split(',')}
    wrong = sorted(names - set(known))
    if wrong:
        raise UsageError(
            f'--with {text!r}: no optional service is called {", ".join(map(repr, wrong))}; '
            f'{" ".join(sorted(known))} are, and `all` and `none` can be said'
        )
    return sorted(names)


def remembered(cloud: Cloud) -> set[str]:
    """The names that were last asked for."""
    file = _file(cloud)
    return set(file.read_text().split()) if file.exists() else set()


def remember(cloud: Cloud, names: Collection[str]) -> None:
    """Keep the names for later commands."""
    write(_file(cloud), ' '.join(names) + '\n')


def _file(cloud: Cloud) -> Path:
    return cloud.state / 'with'
