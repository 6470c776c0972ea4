"""One of everything: objects of every kind that this cloud can make, made through the APIs."""

from tests.functional.openstack import Cloud
from tests.functional.populate import (
    alarm,
    baremetal,
    compute,
    dns,
    federation,
    identity,
    image,
    load_balancer,
    network,
    network_policy,
    orchestration,
    placement,
    project_owned,
    quotas,
    shares,
    volume,
    workflow,
)
from tests.functional.populate.remove import remove
from tests.functional.populate.site import PASSWORD, Created, Site, new_site, together
from tests.functional.populate.standing import standing

__all__ = [
    'NOT_HERE', 'PASSWORD', 'Created', 'Site', 'everything', 'fill', 'neighbours', 'new_site',
    'remove', 'standing',
]

NOT_HERE = {
    'consistency_groups': 'the volume driver can neither make nor delete any (202, then error)',
    'cgsnapshots': 'no consistency group to take one of',
    'share_backups': 'the share service has no backup driver (error, then error_deleting)',
    'share_servers': 'the share driver is one that does not handle share servers',
    'share_replicas': 'the share driver is in no replication domain',
}


def everything(cloud: Cloud, project: str | None, prefix: str) -> list[Created]:
    """Make one or more of every kind, as a new user of the project; None: of a fresh project."""
    site = new_site(cloud, project, prefix)
    fill(site)
    return site.created


def fill(site: Site) -> None:
    """Make everything at a site; what was made stands in its record, also after a failure."""
    quotas.populate(site)
    together(
        lambda: servers(site),
        lambda: volume.populate(site),
        lambda: orchestration.populate(site),
        lambda: workflow.populate(site),
        lambda: alarm.populate(site),
        lambda: placement.populate(site),
        lambda: project_owned.populate(site),
        lambda: load_balancer.populate(site),
        lambda: dns.populate(site),
        lambda: shares.populate(site),
        lambda: baremetal.populate(site),
        lambda: routers(site),
        lambda: rules(site),
        lambda: keystone(site),
    )


def neighbours(cloud: Cloud, prefix: str = 'neighbour') -> list[Created]:
    """The same kinds in a project of their own: what was there before and must stay."""
    return everything(cloud, None, prefix)


def servers(site: Site) -> None:
    compute.populate(site, network.basics(site))


def routers(site: Site) -> None:
    network.routed(site)
    network.trunk(site)
    network.version_six(site)


def rules(site: Site) -> None:
    for make in (network_policy.security, network_policy.sharing, network_policy.qos,
                 network_policy.metering, network_policy.flavors, network_policy.segments,
                 network_policy.local_ip):
        make(site)


def keystone(site: Site) -> None:
    identity.populate(site)
    federation.populate(site)
    image.populate(site)
