"""The programs that are compared, each run in a process of its own."""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time
import venv

ROOT = pathlib.Path(__file__).resolve().parents[2]
BENCH = ROOT / ".build/release/caseload-bench"
PEERS = pathlib.Path(__file__).resolve().parent / "peers.py"
THREADS = [
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "RAYON_NUM_THREADS",
    "NUMBA_NUM_THREADS",
]
ALL = os.cpu_count() or 1


class Failure(Exception):
    """A process that failed, ran out of time or out of memory."""


def say(text):
    print(text, file=sys.stderr, flush=True)


def run(command, threads=ALL, isPeer=False, limit=1800):
    """What a process prints as JSON, and the seconds that it took from start to end."""
    environment = dict(os.environ) | {name: str(threads) for name in THREADS}
    if isPeer:
        # The settings are for the BLAS of Caseload; the wheels bring another.
        for name in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"):
            environment.pop(name, None)
    cores = sorted(os.sched_getaffinity(0))[:threads]
    with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as errors:
        start = time.monotonic()
        process = subprocess.Popen(
            [str(part) for part in command],
            stdout=output,
            stderr=errors,
            env=environment,
            preexec_fn=lambda: os.sched_setaffinity(0, cores),
        )
        while True:
            pid, status, usage = os.wait4(process.pid, os.WNOHANG)
            if pid:
                break
            if time.monotonic() - start > limit:
                process.kill()
                os.wait4(process.pid, 0)
                process.returncode = -9
                raise Failure(f"not done in {limit} s")
            time.sleep(0.002)
        wall = time.monotonic() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        errors.seek(0)
        if process.returncode:
            lines = errors.read().strip().splitlines()
            reason = lines[-1][:120] if lines else f"exit {process.returncode}"
            raise Failure("out of memory" if process.returncode == -9 else reason)
        text = output.read()
    answer = json.loads(text[text.index("{") :])
    answer["process"] = {
        "wall": wall,
        "processor": usage.ru_utime + usage.ru_stime,
        "gigabytes": usage.ru_maxrss / 2**20,
    }
    return answer


class Programs:
    """The programs to compare."""

    def __init__(self, python):
        self.python = python
        self.rscript = shutil.which("Rscript")

    @staticmethod
    def installed():
        """The Python of .venv-peers, with its packages."""
        folder = ROOT / ".venv-peers"
        python = folder / "bin/python"
        check = [python, "-c", "import statsmodels, pyfixest, wildboottest"]
        if not python.exists() or subprocess.run(check, capture_output=True).returncode:
            say("installing statsmodels, pyfixest and wildboottest into .venv-peers")
            venv.create(folder, with_pip=True)
            packages = ["statsmodels", "pyfixest", "wildboottest", "numba"]
            pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
            subprocess.run(pip + packages, check=True)
        return python

    def peer(self, task, threads=ALL, **options):
        request = json.dumps({"task": task} | options)
        return run([self.python, PEERS, request], threads, isPeer=True)

    def r(self, code, threads=ALL):
        return run([self.rscript, "--vanilla", "-e", code], threads, isPeer=True)

    def has_fixest(self):
        code = 'cat("{\\"has\\":", tolower(requireNamespace("fixest", quietly = TRUE)), "}")'
        return bool(self.rscript) and self.r(code)["has"]

    def versions(self):
        versions = self.peer("versions")
        for name in ("peak", "process"):
            versions.pop(name)
        swift = subprocess.run(["swift", "--version"], capture_output=True, text=True).stdout
        if "version " in swift:
            versions["Swift"] = swift.split("version ")[1].split()[0]
        if self.rscript:
            code = 'cat(sprintf("{\\"R\\": \\"%s\\"}", getRversion()))'
            versions["R"] = self.r(code)["R"]
        return versions
