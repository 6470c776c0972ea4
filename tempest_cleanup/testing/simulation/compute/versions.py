"""The versions of Nova's API, and which one a request speaks."""

from tempest_cleanup.testing.simulation.http import Response, Row
from tempest_cleanup.testing.simulation.paging import microversion
from tempest_cleanup.testing.simulation.service import Context, Service

LATEST = 96


def minor(context: Context) -> int:
    """2.<minor> is the version of this request."""
    return microversion(context, 'compute', 'x-openstack-nova-api-version', 1, LATEST)


def register(service: Service) -> None:
    def version() -> Row:
        return {'id': 'v2.1', 'status': 'CURRENT', 'version': f'2.{LATEST}',
                'min_version': '2.1', 'updated': '2013-07-23T11:33:21Z',
                'links': [{'rel': 'self', 'href': service.url + '/v2.1/'}]}

    service.route('GET', '/', lambda context: Response(200, {'versions': [version()]}),
                  public=True)
    service.route('GET', '/v2.1', lambda context: Response(200, {'version': version()}),
                  public=True)
