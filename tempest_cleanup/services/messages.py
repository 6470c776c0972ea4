"""The messages that Cinder and Manila keep for users about what went wrong."""
from collections.abc import Iterable
from typing import ClassVar

from tempest_cleanup.model import Evidence, Resource, Source
from tempest_cleanup.services.base import ResourceService, parse_time
from tempest_cleanup.services.telling import brief


class WithMessages(ResourceService):
    """Kinds of services that keep messages.

    An administrator sees those of every project, but none when he asks for all tenants'.
    """

    #: What names the resource in the query.
    about_key: ClassVar[str]

    def evidence(self, resource: Resource) -> Iterable[Evidence]:
        yield from super().evidence(resource)
        path = f'messages?{self.about_key}={resource.id}'
        answer = self.rest().get('messages', microversion=self.microversion,
                                 query={self.about_key: resource.id})
        for message in sorted(answer.get('messages', ()),
                              key=lambda m: str(m.get('created_at') or '')):
            yield Evidence(
                Source.SERVICE, f'{self.service_type} says: {brief(message["user_message"])}',
                parse_time(message.get('created_at')), str(message.get('request_id') or ''),
                f'GET {self.service_type}/{path}',
                failure=message.get('message_level') == 'ERROR')
