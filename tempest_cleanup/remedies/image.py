"""Ways out for what Glance does not let go of."""
from tempest_cleanup.remedies.base import Rank, Remedy, Trouble
from tempest_cleanup.services.base import ResourceService
from tempest_cleanup.services.image import JSON_PATCH


class Protected(Remedy):
    """Glance deletes nothing that is protected (403)."""

    does = 'takes away its protection'
    rank = Rank.UNLOCK

    def fits(self, trouble: Trouble) -> bool:
        return trouble.code in (403, 409) and bool(trouble.resource.body.get('protected'))


class UnprotectImage(Protected):
    """Somebody has said that an image must stay."""

    kinds = ('images',)

    def apply(self, kind: ResourceService, trouble: Trouble) -> None:
        kind.rest().patch(
            kind.member(trouble.resource),
            [{'op': 'replace', 'path': '/protected', 'value': False}], content_type=JSON_PATCH)


class UnprotectNamespace(Protected):
    """Somebody has said that a namespace, and all that is in it, must stay."""

    kinds = ('metadef_namespaces',)

    def apply(self, kind: ResourceService, trouble: Trouble) -> None:
        namespace = trouble.resource
        kind.rest().put(kind.member(namespace), {'namespace': namespace.id, 'protected': False})
