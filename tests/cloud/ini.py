"""INI files, as oslo.config and paste read them."""

from collections.abc import Mapping
from pathlib import Path

Section = Mapping[str, str | int | bool | Path]
Sections = Mapping[str, Section]
Options = dict[str, Section]


def render(sections: Sections) -> str:
    """The text of an INI file."""
    lines: list[str] = []
    for name, options in sections.items():
        lines.append(f'[{name}]')
        lines += [f'{key} = {_text(value)}' for key, value in options.items()]
        lines.append('')
    return '\n'.join(lines)


def write(path: Path, text: str) -> None:
    """Make the file hold this text; one that already does is left alone."""
    if path.exists() and path.read_text() == text:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def _text(value: str | int | bool | Path) -> str:
    if isinstance(value, bool):
        return 'true' if value else 'false'
    return str(value)
