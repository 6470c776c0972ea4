"""What Tempest itself loads of this package: the options of ``[cleanup]``, and no tests.

Their defaults stand here and nowhere else; the command line wins over tempest.conf. Tempest
does not start when this can't be imported, so it imports nothing but oslo.config.
"""
import math
import pathlib
from typing import Any

from oslo_config import cfg, types
from tempest.test_discover import plugins


class Seconds(types.Float):
    """A time span of more than nothing."""

    def __call__(self, value: object) -> float:
        found = super().__call__(value)
        if found is None or not (found > 0 and math.isfinite(found)):
            raise ValueError(f'{value} is not a number of seconds')
        return found


class Wait(Seconds):
    """A time span, or none at all."""

    def __call__(self, value: object) -> float:
        return 0.0 if types.Float()(value) == 0 else super().__call__(value)


#: Where nothing else moves, what is refused is asked for no more often than this.
MOST_FAILURES = 4

GROUP = cfg.OptGroup(
    'cleanup', title='tempest cleanup, of the package tempest-cleanup',
    help='What the options of the same names say, where the command line does not say it.')

OPTIONS = (
    cfg.StrOpt('saved_state', default='saved_state.json',
               help='The saved state. A relative path is one from the folder in which the '
                    'command runs. A file named here must exist, but for --init-saved-state.'),
    # Measured: see doc/source/benchmarks.rst.
    cfg.IntOpt('workers', default=32, min=1, help='Requests under way at once.'),
    # Nova gives up on a dead host in less.
    cfg.Opt('timeout', type=Seconds(), default=300.0,
            help='Seconds that one resource may take.'),
    # Cinder and Neutron finish what they have begun in a few seconds, Nova and Heat in some more.
    cfg.Opt('settle', type=Wait(), default=30.0,
            help='Seconds that what is in transition may take to arrive before it counts as '
                 'left. 0 looks once.'),
    # A full Tempest run that is killed leaves some hundred; a wrong saved state thousands.
    cfg.IntOpt('max_deletes', default=2000, min=0,
               help='Refuse to delete more than this.'),
    cfg.ListOpt('skip_type', default=[],
                help='Resource types or services of which nothing is deleted. What '
                     '--skip-type names is skipped too.'),
    cfg.ListOpt('skip_plugin', default=[],
                help='Plugins that are not loaded, by the name of the entry point, the package '
                     'or PACKAGE:NAME. What --skip-plugin names is skipped too. The kinds of '
                     'such a plugin are unknown, and so kept.'),
    cfg.ListOpt('protect_project', default=[],
                help='Projects in which nothing is deleted or put back, by name or id. What '
                     '--protect-project names is protected too.'),
    cfg.BoolOpt('grant', default=True,
                help='Whether a role may be given to ourselves for the time of the run.'),
    cfg.BoolOpt('restore', default=True,
                help='Whether changed settings are put back, and not only reported.'),
    cfg.BoolOpt('remedies', default=True,
                help='Whether other ways are tried with what a service does not let go of, such '
                     'as to reset its state.'),
    cfg.StrOpt('remedies_file',
               help='Remedies of your own, in YAML: commands, SQL statements and API calls. A '
                    'relative path is one from the folder in which the command runs.'),
    cfg.BoolOpt('database_remedies', default=False,
                help='Whether what no request deletes is deleted in the databases of '
                     'database_connection.'),
    cfg.IntOpt('fix_after', default=3, min=1, max=MOST_FAILURES,
               help='So often the deletion of something must have failed before it is changed in '
                    'a database.'),
    cfg.IntOpt('fix_limit', default=10, min=0,
               help='So many resources at most are changed in databases by one run.'),
    cfg.MultiStrOpt('database_connection', default=[], secret=True,
                    help='A database that remedies may use, as NAME=URL: the name is the '
                         'service\'s own, such as nova_api, nova_cell1 or octavia, and the URL is '
                         'SQLAlchemy\'s. Can be repeated.'),
    cfg.BoolOpt('fail_on_leaks', default=False,
                help='Whether a dry run that finds something ends with exit code 1.'),
)

#: By the name of the option; not of those in which there are passwords.
DEFAULTS = {option.dest: option.default for option in OPTIONS if not option.secret}

Groups = list[tuple[Any, list[Any]]]


class CleanupPlugin(plugins.TempestPlugin):  # type: ignore[misc]  # tempest has no types
    """Has Tempest know ``[cleanup]``."""

    def load_tests(self) -> tuple[str, str]:
        """A folder without tests: Tempest insists on one.

        It is its own top, so that no folder of ours gets before others' in ``sys.path``.
        """
        folder = str(pathlib.Path(__file__).with_name('no_tests'))
        return folder, folder

    def register_opts(self, conf: Any) -> None:
        conf.register_group(GROUP)
        conf.register_opts(OPTIONS, group=GROUP)

    def get_opt_lists(self) -> Groups:
        # By the name: Tempest looks for an attribute of groups that they do not have.
        return [(GROUP.name, list(OPTIONS))]


def list_opts() -> Groups:
    """For ``oslo-config-generator --namespace tempest_cleanup``."""
    return [(GROUP, list(OPTIONS))]
