"""Every setting of things from before the run, changed through the APIs."""

from tests.functional.changes import (
    baremetal,
    compute,
    dns,
    identity,
    image,
    key_manager,
    load_balancer,
    network,
    network_policy,
    object_store,
    placement,
    quotas,
    shares,
    volume,
)
from tests.functional.changes.scene import ADDED, GONE, Changed, Scene
from tests.functional.populate import Site

__all__ = ['ADDED', 'GONE', 'NOT_HERE', 'Changed', 'Scene', 'change', 'prepare']

#: Why nobody can change these on this cloud, by kind and attribute.
NOT_HERE: dict[tuple[str, str], str] = {
    ('baremetal_nodes', 'protected'): 'only a deployed node can be protected',
    ('loadbalancer_availability_zone_profiles', '*'): 'the one that there is, is in use',
    ('loadbalancer_flavor_profiles', '*'): 'the one that there is, is in use',
    ('accounts', 'access-control'): 'Swift has no such thing where Keystone tells who may what',
    ('containers', 'sync-to'): 'no other cluster is known to sync to',
    ('qos_rules', 'min_kbps'): 'Placement counts it: Neutron changes none that is in use (501)',
    ('rbac_policies', 'object_type'): 'what a policy is about can\'t be changed',
    ('rbac_policies', 'object_id'): 'what a policy is about can\'t be changed',
    ('rbac_policies', 'action'): 'what a policy is about can\'t be changed',
    ('rbac_policies', 'project_id'): 'whose a policy is can\'t be changed',
    ('qos_rules', 'max_kpps'): 'no driver has such rules',
    ('qos_rules', 'max_burst_kpps'): 'no driver has such rules',
    ('qos_rules', 'min_kpps'): 'no driver has such rules',
    ('network_agents', '*'): 'there are no agents',
    ('routers', 'distributed'): 'there is no layer 3 agent',
    ('routers', 'ha'): 'there is no layer 3 agent',
    ('service_profiles', 'driver'): 'none can be loaded but what is configured',
    ('volume_encryptions', 'volume_type_id'): 'of which type one is can\'t be changed',
    ('subnetpools', 'prefixes'): 'Neutron takes none away again',
}

#: Keystone last: what it disables can't be asked for anything any more.
MODULES = (baremetal, compute, dns, image, key_manager, load_balancer, network, network_policy,
           object_store, quotas, shares, volume, identity)


def prepare(site: Site) -> None:
    """Make what the neighbours lack, before the state is saved."""
    for module in (
            baremetal, identity, image, network, network_policy, object_store, placement,
            shares, volume):
        module.prepare(site)


def change(site: Site) -> list[Changed]:
    """Change all that can be changed; what was is what a run would have done."""
    scene = Scene(site)
    for module in MODULES:
        module.change(scene)
    return scene.changed

