"""How ``tempest cleanup`` becomes ours: cliff's hook for commands.

cliff loads the entry point group ``tempest.cm.cleanup`` when it makes the command
``cleanup`` (``cliff.command.Command._load_hooks``). Upstream's entry point of that name
stays where it is, so nothing depends on the order in which plugins are found.
"""
import argparse

from cliff import command, hooks

from tempest_cleanup.command import Cleanup


class TakeOver(hooks.CommandHook):
    """Has upstream's command do what ours does."""

    def __init__(self, command: command.Command) -> None:
        super().__init__(command)
        ours = Cleanup(command.app, command.app_args)
        for name in ('get_parser', 'take_action', 'run', 'get_description', 'get_epilog'):
            setattr(command, name, getattr(ours, name))

    def get_parser(self, parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
        return parser

    def get_epilog(self) -> str:
        return ''

    def before(self, parsed_args: argparse.Namespace) -> argparse.Namespace:
        return parsed_args

    def after(self, parsed_args: argparse.Namespace, return_code: int) -> int:
        return return_code
