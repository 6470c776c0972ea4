"""What the engine relies on, and what the kind makes of Cinder's answer."""
from typing import cast

from tempest_cleanup.cloud import Cloud
from tempest_cleanup.testing.contract import ResourceServiceContract
from volume_messages import VolumeMessages

#: Of Cinder 29.
ANSWER = {
    'id': 'c4d357fb-6460-4489-8c3f-0e8f8a6ba817', 'event_id': 'VOLUME_VOLUME_001_003',
    'user_message': 'schedule allocate volume:Could not find any available weighted backend.',
    'message_level': 'ERROR', 'created_at': '2026-11-24T17:05:20.000000',
    'guaranteed_until': '2026-12-24T17:05:20.000000', 'resource_type': 'VOLUME',
    'request_id': 'req-70375215-b23f-4a5a-b020-f89f744abde4',
    'resource_uuid': '977f8308-b696-40b0-af23-5b264271d350'}


class TestKinds(ResourceServiceContract):
    kinds = (VolumeMessages,)


def test_a_message_has_an_age_and_a_name_but_no_project() -> None:
    found = VolumeMessages(cast(Cloud, None)).resource(ANSWER, None)
    assert found.name == 'VOLUME_VOLUME_001_003'
    assert found.created_at
    assert found.project_id == ''
