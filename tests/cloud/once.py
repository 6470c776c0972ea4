"""Work that is done once in a cloud's life, and not left half done."""

from collections.abc import Callable

from tests.cloud.paths import Cloud


def once(
    cloud: Cloud,
    name: str,
    work: Callable[[], None],
    forget: Callable[[], None] = lambda: None,
) -> bool:
    """Do the work unless it was done; true if it was done now.

    When an earlier attempt began and never finished (its command was killed), `forget`
    first clears away what that one made.
    """
    done, begun = cloud.state / 'done' / name, cloud.state / 'begun' / name
    if done.exists():
        return False
    if begun.exists():
        forget()
    for mark in (begun, done):
        mark.parent.mkdir(parents=True, exist_ok=True)
    begun.touch()
    work()
    done.touch()
    return True
