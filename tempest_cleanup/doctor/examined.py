"""What there is to check: each part, or the error that stands for it."""
import argparse
import dataclasses
from collections.abc import Callable, Mapping
from typing import TypeVar

from tempest_cleanup import config, discover, errors, options, services
from tempest_cleanup.cloud import Cloud
from tempest_cleanup.config import Config
from tempest_cleanup.doctor import endpoints
from tempest_cleanup.doctor.endpoints import Endpoints
from tempest_cleanup.errors import CleanupError
from tempest_cleanup.model import Inventory
from tempest_cleanup.progress import Progress
from tempest_cleanup.run import connect
from tempest_cleanup.services import Kinds
from tempest_cleanup.services.base import ResourceService
from tempest_cleanup.tempest_plugin import DEFAULTS

Part = TypeVar('Part')


@dataclasses.dataclass(frozen=True)
class Examined:
    """The configuration, the kinds, and the cloud as far as it answers.

    :param listable: the kinds whose service answers, for this cloud
    """

    args: argparse.Namespace
    settings: Config | CleanupError
    kinds: Kinds | CleanupError
    cloud: Cloud | CleanupError
    endpoints: Endpoints | CleanupError
    listable: Mapping[str, ResourceService] = dataclasses.field(default_factory=dict)
    inventory: Inventory | CleanupError = errors.CleanupError('it was not looked at')


def examine(args: argparse.Namespace, progress: Progress) -> Examined:
    """Look at all of it. Sends GET, HEAD and requests for tokens; makes no grant."""
    settings = attempt(lambda: config.load(args.config_file))
    fill_in(args, settings)
    kinds = attempt(lambda: services.load(args.skip_plugin))
    cloud = attempt(lambda: connect(_needed(settings), args.workers))
    found = Examined(args, settings, kinds, cloud, attempt(lambda: endpoints.probe(
        _needed(cloud), _needed(settings), _needed(kinds), args.workers)))
    if isinstance(cloud, CleanupError) or isinstance(kinds, CleanupError) or isinstance(
            found.endpoints, CleanupError):
        return found
    dead = found.endpoints.dead
    listable = {name: kind(cloud) for name, kind in kinds.items()
                if kind.service_type not in dead}
    if not set(listable) >= services.NEEDED:
        return dataclasses.replace(found, listable=listable, inventory=errors.CleanupError(
            'Keystone does not answer where the catalog says it is'))
    return dataclasses.replace(found, listable=listable, inventory=attempt(
        lambda: discover.discover(listable, args.workers, progress)))


def attempt(get: Callable[[], Part]) -> Part | CleanupError:
    """What there is to get, or the error as a value: a check tells it."""
    try:
        return get()
    except CleanupError as error:
        return error


def fill_in(args: argparse.Namespace, settings: Config | CleanupError) -> None:
    """What the command line does not say; Tempest's defaults where nothing can be read."""
    configured = DEFAULTS if isinstance(settings, CleanupError) else settings.cleanup
    # The check of the workspace tells what is wrong with the place of the saved state.
    attempt(lambda: options.settle(args, configured))


def _needed(part: Part | CleanupError) -> Part:
    if isinstance(part, CleanupError):
        raise part
    return part
