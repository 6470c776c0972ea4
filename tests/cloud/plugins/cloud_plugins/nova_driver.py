"""Nova's own fake virt driver, with fault switches; see switches.py."""

# mypy: ignore-errors
# (The services' packages are not where the project's code is checked.)

import io

from nova import exception
from nova.image import glance
from nova.virt import fake

from . import switches


class SwitchedDriver(fake.FakeDriverWithoutFakeNodes):
    """Not FakeDriver: its node's uuid is new in each process, and a second start is refused."""

    def _check(self, call, instance):
        if switches.hit(f'nova.{call}', instance.uuid, instance.display_name):
            raise exception.NovaException(f'injected fault: {call} {instance.uuid}')

    def spawn(self, context, instance, *args, **kwargs):
        """Pretend to boot, or fail."""
        self._check('spawn', instance)
        return super().spawn(context, instance, *args, **kwargs)

    def destroy(self, context, instance, *args, **kwargs):
        """Pretend to destroy, or fail."""
        self._check('destroy', instance)
        return super().destroy(context, instance, *args, **kwargs)

    def snapshot(self, context, instance, image_id, update_task_state):
        """Upload something, unlike the parent, whose image would stay queued for ever."""
        self._check('snapshot', instance)
        super().snapshot(context, instance, image_id, update_task_state)
        api = glance.API()
        meta = {
            'status': 'active',
            'disk_format': 'raw',
            'container_format': 'bare',
            'name': api.get(context, image_id)['name'],
            'properties': {},
        }
        api.update(context, image_id, meta, io.BytesIO(b'\0' * 65536))
