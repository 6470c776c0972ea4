"""What Tempest's log proves: which resources its tests have made, and which they changed."""
from collections.abc import Mapping

from tempest_cleanup.diagnosis.model import Source, Trail
from tempest_cleanup.model import Key


def created(trails: Mapping[Key, Trail]) -> dict[Key, str]:
    """By key: the test that made it. That one was only used or deleted proves nothing.

    Nor does a guess, where the log has no answers.
    """
    return {key: f'created by {trail.created.test} in {Source.LOG}'
            for key, trail in trails.items()
            if trail.created and not trail.inferred and trail.created.ok
            and trail.created.test.class_name}


def changed(trails: Mapping[Key, Trail]) -> dict[Key, str]:
    """By key: the first test that changed it."""
    found = {}
    for key, trail in trails.items():
        by = next((r.test for r in trail.others
                   if r.ok and not r.reads and r.test.class_name), None)
        if by:
            found[key] = f'changed by {by} in {Source.LOG}'
    return found
