"""Things in a state in which their service does not delete them, made on a real cloud."""

from tests.functional.populate.site import Site, together
from tests.functional.rows import Databases
from tests.functional.stuck import (
    baremetal,
    compute,
    dns,
    identity,
    network,
    orchestration,
    project_owned,
    shares,
    volume,
)
from tests.functional.stuck.scene import Scene, Stuck

__all__ = ['Scene', 'Stuck', 'everything']


def everything(site: Site, databases: Databases) -> list[Stuck]:
    """Make one or more of everything that a remedy is for."""
    scene = Scene(site, databases)
    together(*(lambda make=module.make: make(scene) for module in (
        baremetal, compute, dns, identity, network, orchestration, project_owned, shares,
        volume)))
    return scene.stuck
