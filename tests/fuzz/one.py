"""One target until the time is over: ``python -m tests.fuzz.one TARGET FOLDER SECONDS``."""
import pathlib
import sys
import warnings

import atheris

with warnings.catch_warnings():
    warnings.simplefilter('ignore')
    with atheris.instrument_imports(include=['tempest_cleanup', 'yaml', 'jsonschema']):
        from tempest_cleanup import errors
        from tests.fuzz.targets import TARGETS


def main(name: str, folder: str, seconds: str) -> None:
    target = TARGETS[name]
    corpus = pathlib.Path(folder) / name
    corpus.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(target.seeds):
        (corpus / f'seed-{number}').write_bytes(seed)
    path = pathlib.Path(folder) / f'{name}-input{target.suffix}'

    def once(data: bytes) -> None:
        path.write_bytes(data)
        path.chmod(0o600)
        try:
            target.read(path)
        except errors.CleanupError as error:
            str(error)

    atheris.Setup([sys.argv[0], str(corpus), f'-max_total_time={seconds}', '-timeout=30',
                   '-rss_limit_mb=2048', '-print_final_stats=1', '-verbosity=1',
                   f'-artifact_prefix={folder}/{name}-crash-'], once)
    atheris.Fuzz()


main(*sys.argv[1:])
