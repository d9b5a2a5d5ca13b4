"""Where a case's commands run: a temporary directory with the case's files, a home of its own, a clean environment."""

import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

import transcript

SECONDS_PER_COMMAND_MAX = 60
# In no output and in no file that drift writes.
SECRET = "caseSecretKeyThatNobodyMayEverSee0123456"


class Workplace:
    def __init__(self, drift, server, files, dynoxide=""):
        self.root = Path(tempfile.mkdtemp(prefix="drift-case-")).resolve()
        self.work = self.root / "work"
        self.home = self.root / "home"
        self.home.mkdir()
        programs = self.root / "bin"
        programs.mkdir()
        (programs / "drift").symlink_to(Path(drift).resolve())
        if files and files.is_dir():
            shutil.copytree(files, self.work, ignore=shutil.ignore_patterns("commands.txt", "before.json", "after.json"))
        else:
            self.work.mkdir()
        self.places = {str(self.work): "<case>", str(self.home): "<home>", server.endpoint: "<endpoint>"}
        self.environment = {
            "PATH": f"{programs}:/usr/local/bin:/usr/bin:/bin", "HOME": str(self.home), "LC_ALL": "C.UTF-8", "TZ": "UTC",
            "XDG_STATE_HOME": str(self.home / "state"), "TMPDIR": str(self.root), "USER": os.environ.get("USER", ""),
            "AWS_ENDPOINT_URL_DYNAMODB": server.endpoint, "AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "CASE",
            "AWS_SECRET_ACCESS_KEY": SECRET, "AWS_EC2_METADATA_DISABLED": "true"}
        if dynoxide:
            self.environment["DRIFT_DYNOXIDE"] = dynoxide
        if not self.environment["USER"]:
            del self.environment["USER"]

    def close(self):
        shutil.rmtree(self.root, ignore_errors=True)

    def run(self, command, merged=False):
        """The command's exit code, stdout and stderr as bytes; both in stdout where they are `merged`."""
        process = subprocess.Popen(["/bin/sh", "-c", command], cwd=self.work, env=self.environment, stdin=subprocess.DEVNULL,
                                   stdout=subprocess.PIPE, stderr=subprocess.STDOUT if merged else subprocess.PIPE,
                                   start_new_session=True)
        try:
            out, err = process.communicate(timeout=SECONDS_PER_COMMAND_MAX)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            out, err = process.communicate()
            err = (err or b"") + f"\nended by the test after {SECONDS_PER_COMMAND_MAX} s\n".encode()
        return process.returncode, out, err or b""

    def step(self, command):
        """What came of it, as it can be compared; and whether the secret was printed."""
        code, out, err = self.run(command)
        done = transcript.Step(command)
        done.code = code
        done.out = transcript.lines_of(out, self.places)
        done.err = transcript.lines_of(err, self.places)
        return done, SECRET.encode() in out + err

    def files_with_secret(self):
        return [str(file.relative_to(self.root)) for file in sorted(self.root.rglob("*"))
                if file.is_file() and not file.is_symlink() and SECRET.encode() in file.read_bytes()]
