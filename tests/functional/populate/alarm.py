"""Aodh: an alarm that acts by a trust, and a limit."""

from tests.functional.openstack import Api
from tests.functional.populate.site import Site


def populate(site: Site) -> None:
    if not site.admin.has('alarm'):
        return
    alarm = Api(site.user.session, 'alarm', '').post('/v2/alarms', {
        'name': site.name('alarm'), 'type': 'event', 'alarm_actions': ['trust+http://127.0.0.1/'],
        'event_rule': {'event_type': 'compute.instance.update'}})
    site.record('alarms', {**alarm, 'id': alarm['alarm_id']})
    Api(site.admin.session, 'alarm', '').post('/v2/quotas', {
        'project_id': site.project_id, 'quotas': [{'resource': 'alarms', 'limit': site.limit}]})
    site.record('alarm_quotas', {'id': site.project_id})
