"""The steps of the demonstration."""
import json
import shutil
import sys
from pathlib import Path

from tests.cloud import current, paths
from tests.demo.console import Console, Failed
from tests.functional import rows
from tests.functional.openstack import Cloud, Login
from tests.functional.rows import Databases, Snapshot
from tests.tempest_run import SELECTIONS, Ids, TempestRun

CONF = 'etc/tempest.conf'


class Story:
    """One run of the demonstration; each method is a step."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._cloud = current()
        self._folder = self._cloud.root / 'demo'

    def tell(self) -> None:
        """Go through all steps.

        :raises Failed: something is not as it should be
        """
        self.boot()
        self.workspace()
        before = self.save()
        self.leak()
        self.look()
        self.clean()
        self.prove(before)
        self.farewell()

    def boot(self) -> None:
        self._console.step('Start an OpenStack on this machine')
        self._console.run(('python', '-m', 'tests.cloud', 'up'), paths.CHECKOUT)

    def workspace(self) -> None:
        self._console.step('Make a workspace for Tempest')
        self._console.command(f'mkdir -p {self._folder}/etc')
        self._console.command(f'cp {self._cloud.tempest_conf} {self._folder}/etc')
        self._console.command(f'cd {self._folder}')
        shutil.rmtree(self._folder, ignore_errors=True)
        (self._folder / CONF).parent.mkdir(parents=True)
        shutil.copy(self._cloud.tempest_conf, self._folder / CONF)

    def save(self) -> Snapshot:
        """Take the saved state; also what the databases hold, to compare with at the end."""
        self._console.step('Save the state')
        self._tempest('--init-saved-state')
        before = self._rows()
        self._console.say(
            f"(For the proof: {sum(map(len, before.values()))} rows in {len(before)} tables of "
            "the services' databases noted.)")
        return before

    def leak(self) -> None:
        self._console.step("Let Tempest's own tests run, and kill them half-way")
        account = self._cloud.admin
        admin = Cloud(Login(account['auth_url'], account['username'], account['password'],
                            project_name=account['project_name']))
        for selection in SELECTIONS:
            run = TempestRun(self._folder, CONF, selection)
            self._console.say(f'Tests of {selection.name}, with two workers:')
            self._console.command(' '.join(run.command))
            left = run.kill_half_way(admin)
            self._console.say(f'killed with kill -9; at that moment it had made {_counts(left)}')

    def look(self) -> None:
        self._console.step('See what was left behind')
        self._tempest('--dry-run')
        if not self._dry_run():
            raise Failed('nothing was left behind, so there is nothing to show')

    def clean(self) -> None:
        self._console.step('Put the cloud back')
        self._tempest('--preserve-state', '--report', 'report.json')

    def prove(self, before: Snapshot) -> None:
        self._console.step('Prove it')
        self._tempest('--dry-run')
        if self._dry_run():
            raise Failed('the second dry run still shows something')
        differences = rows.differences(before, self._rows())
        if differences:
            raise Failed('The databases are not as they were:\n' + '\n'.join(differences))
        self._console.say(
            "(The services' own databases hold the rows of step 3, no more, no fewer, none "
            'changed.)')

    def farewell(self) -> None:
        self._console.step('Look around')
        self._console.say(
            f'The workspace, with saved_state.json, dry_run.json, report.json and the log of\n'
            f'Tempest:  {self._folder}\n'
            'Run any command of above in it again, for instance\n'
            f'    cd {self._folder} && {Path(sys.executable).with_name("tempest")} cleanup types\n'
            'The cloud still runs; look at it with its own client, or with one of yours\n'
            f'    . {self._cloud.etc}/admin-openrc\n'
            f'    {self._cloud.bin}/openstack network list\n'
            f'or by clouds.yaml:  OS_CLIENT_CONFIG_FILE={self._cloud.clouds_yaml} OS_CLOUD=test\n'
            'Stop the cloud:            python3 -m tests.cloud down\n'
            'Forget all of its state:   python3 -m tests.cloud wipe')

    def _tempest(self, *options: str) -> None:
        self._console.run(('tempest', 'cleanup', *options), self._folder)

    def _dry_run(self) -> dict[str, object]:
        found = json.loads((self._folder / 'dry_run.json').read_text())
        return {kind: entries for kind, entries in found.items() if entries}

    def _rows(self) -> Snapshot:
        return rows.snapshot(Databases.from_url(self._cloud.database_url('')))


def _counts(left: Ids) -> str:
    return ', '.join(f'{len(ids)} {kind}' for kind, ids in left.items() if ids)

