"""Leave something behind in a simulated cloud, clean up, and look."""
import pathlib
import subprocess
import tempfile

from tempest_cleanup.testing import SimulatedCloud


def main() -> None:
    with SimulatedCloud(server_delete_time=0.5) as cloud, tempfile.TemporaryDirectory() as folder:
        cloud.tempest_conf(pathlib.Path(folder, 'tempest.conf'))
        command = ['tempest-cleanup', '--config-file', 'tempest.conf']
        subprocess.run([*command, '--init-saved-state'], cwd=folder, check=True)
        before = cloud.snapshot()
        cloud.make_project('tempest-Demo-1', servers=3, volumes=2)
        cloud.fault('DELETE .*/servers/', status=503, times=1)
        subprocess.run([*command, '--preserve-state'], cwd=folder, check=True)
        assert cloud.snapshot() == before


if __name__ == '__main__':
    main()
