"""``tempest cleanup run``: save the state, run a command, and report whatever became of it."""
import argparse
import threading

from tempest_cleanup import actions, child, cli, errors, files, options, state
from tempest_cleanup.command import saved
from tempest_cleanup.errors import ExitCode
from tempest_cleanup.report import Report


class CleanupRun(cli.Command):
    """Save the state, run a command, and report what it has left."""

    description = (
        'Save the state of the cloud, run a command, and report what it has left, also when it '
        'fails, is interrupted or takes too long. The exit code is that of the command, if it '
        'failed.')
    epilog = (
        'For example: tempest cleanup run --then-clean -- tempest run --smoke. Exit codes, where '
        'the command did not fail: those of tempest cleanup; 126 it can\'t be run; 127 there is '
        'no such command.')

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        options.add_run(parser)

    def take_action(self, parsed_args: argparse.Namespace) -> int:
        options.check_shared(parsed_args)
        child.find(parsed_args.command[0])
        place = actions.workplace(parsed_args, self.progress())
        with cli.interruptible() as stop:
            before, seen = save(place, stop)
            ended = start(place, stop)
            print(f'{parsed_args.command[0]} {ended.why} after {ended.seconds:.1f} s')
            ours = cli.guarded(
                lambda: report(place, before, stop), cli.debugging(self))
        return ended.code or ours or seen


def save(
    place: actions.Workplace, stop: threading.Event,
) -> tuple[state.SavedState, ExitCode]:
    """Take the saved state; it is kept in mind, whatever the command does to the file.

    :raises errors.Refused: the file may be all that tells what another run has left
    """
    path = place.args.saved_state
    stage = state.stage_of(path) if files.is_there(path) else state.Stage.REPORTED
    if stage not in (state.Stage.REPORTED, state.Stage.LEFT):
        raise errors.Refused(
            f'{path} is there already, and nothing was reported with it by an earlier '
            '"tempest cleanup run": it may be all that tells what is to stay. Look with '
            '"tempest cleanup --dry-run", clean up with "tempest cleanup --preserve-state"; '
            'then remove it, or name another file with --saved-state')
    run = actions.saving(place)
    actions.check_protected(place, run.cloud)
    with run.session(stop) as session:
        if stage is state.Stage.LEFT:
            aside = state.put_aside(path)
            print('The run before has left something, which is in the new saved state. The old '
                  f'one is kept: tempest cleanup --preserve-state --saved-state {aside}')
        code = saved(session.save(path, state.Stage.UNDER_WAY), path)
    return state.load(path, run.cloud.fingerprint(), run.cloud.user_id), code


def start(place: actions.Workplace, stop: threading.Event) -> child.Ended:
    """Run the command to its end; where it can't be started, nothing is left of us."""
    try:
        return child.run(place.args.command, place.args.command_timeout, stop=stop)
    except (errors.NotExecutable, errors.Interrupted):
        place.args.saved_state.unlink()
        raise


def report(
    place: actions.Workplace, before: state.SavedState, stop: threading.Event,
) -> ExitCode:
    """Look or clean up, tell about it, and note that this was done."""
    args = place.args
    doing = actions.cleaning(place, stop)
    with doing.run.session(stop) as session:
        try:
            made = (actions.clean(doing, session, before, args.max_deletes) if args.then_clean
                    else actions.look(doing, session, before))
        except errors.Refused:
            actions.tell(actions.look(doing, session, before), place)
            raise
        # As in command.py.
        code = actions.tell(made, place)
    if code is not ExitCode.INTERRUPTED:
        state.reported(args.saved_state, before, ending(made, code))
    return code


def ending(made: Report, code: ExitCode) -> state.Stage:
    """Whether the next saved state would have what this run has left; a look leaves all."""
    left = made.to_do() if made.outcomes is None else ()
    return (state.Stage.LEFT if left or code is ExitCode.LEFT else state.Stage.REPORTED)
