"""What ties two things together goes also where one of them is gone before it."""
from typing import Any

import pytest

from tempest_cleanup import errors
from tempest_cleanup.model import Resource
from tempest_cleanup.services.base import ResourceService
from tempest_cleanup.services.block_storage import VolumeAttachments
from tempest_cleanup.services.network import RouterInterfaces
from tests.unit.restoring import served

TIES: list[tuple[type[ResourceService], dict[str, Any], tuple[str, str, Any], str]] = [
    (VolumeAttachments, {'instance': 's', 'volume_id': 'v'},
     ('delete', 'servers/s/os-volume_attachments/v', None), 'attachments/x'),
    (RouterInterfaces, {'device_id': 'r'},
     ('put', 'routers/r/remove_router_interface', {'port_id': 'x'}), 'ports/x')]


@pytest.mark.parametrize(('kind', 'body', 'usual', 'itself'), TIES)
def test_the_owner_is_asked(
    kind: type[ResourceService], body: dict[str, Any], usual: tuple[str, str, Any], itself: str,
) -> None:
    service, noted = served(kind)
    service.delete(Resource(kind.name, 'x', body=body))
    assert noted.sent == [usual]


@pytest.mark.parametrize(('kind', 'body', 'usual', 'itself'), TIES)
def test_where_the_owner_is_gone_it_is_deleted_itself(
    kind: type[ResourceService], body: dict[str, Any], usual: tuple[str, str, Any], itself: str,
) -> None:
    """Else it would be taken for gone, too, and stay."""
    service, noted = served(kind, refused={usual[1]: errors.NotFound('gone', status=404)})
    service.delete(Resource(kind.name, 'x', body=body))
    assert noted.sent == [usual, ('delete', itself, None)]


@pytest.mark.parametrize(('kind', 'body', 'usual', 'itself'), TIES)
def test_where_the_owner_refuses_it_stays(
    kind: type[ResourceService], body: dict[str, Any], usual: tuple[str, str, Any], itself: str,
) -> None:
    refusal = errors.Denied('no', status=403)
    service, noted = served(kind, refused={usual[1]: refusal})
    with pytest.raises(errors.Denied):
        service.delete(Resource(kind.name, 'x', body=body))
    assert noted.sent == [usual]
