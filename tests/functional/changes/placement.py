"""Placement: nothing there is a setting."""

from tests.functional.changes.scene import Scene
from tests.functional.openstack import Refused
from tests.functional.populate import Site


def prepare(site: Site) -> None:
    """Do away with what Nova drops by itself, whenever it counts anew."""
    try:
        site.admin.placement.delete(f'/allocations/{Scene(site).one("placement_allocations")}')
    except Refused as refusal:
        if refusal.status != 404:
            raise
