"""Runs the programs that are compared, and keeps what the slow ones answered."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
HERE = Path(__file__).resolve().parent
BENCH = ROOT / ".build/release/caseload-bench"
ALL = len(os.sched_getaffinity(0))
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")


def say(text):
    print(text, file=sys.stderr, flush=True)


def run(command, threads=1, is_peer=False):
    """What a process printed, with its seconds from start to end, by the clock and of processors."""
    environment = dict(os.environ) | {name: "1" for name in THREADS}
    if is_peer:
        # The settings are for the BLAS of Caseload; the wheels bring another.
        for name in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"):
            environment.pop(name, None)
    cores = sorted(os.sched_getaffinity(0))[:threads]
    with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as errors:
        start = time.monotonic()
        process = subprocess.Popen(
            [str(part) for part in command], stdout=output, stderr=errors, env=environment,
            preexec_fn=lambda: os.sched_setaffinity(0, cores),
        )  # fmt: skip
        try:
            _, status, usage = os.wait4(process.pid, 0)
        except BaseException:
            process.kill()
            raise
        wall = time.monotonic() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        errors.seek(0)
        if process.returncode:
            lines = errors.read().strip().splitlines()
            raise RuntimeError(lines[-1] if lines else f"exit {process.returncode}")
        return output.read(), {"wall": wall, "processor": usage.ru_utime + usage.ru_stime}


class Caseload:
    """Our models, always measured anew."""

    def known(self, path, models):
        """Those of `models` that this build has."""
        known = []
        for model in models:
            try:
                run([BENCH, "competition", path, "--sample", 1, "--models", model])
                known.append(model)
            except RuntimeError as error:
                if "no model" not in str(error):
                    raise
                say(f"This build has no {model}.")
        return known

    def measure(self, path, folder, model, sample, seed):
        """Writes the forecasts, and returns the seconds on one thread and on all."""
        command = [BENCH, "competition", path, "--models", model, "--seed", seed]
        command += ["--sample", sample] if sample else []
        file = folder / f"caseload-{model}.csv"
        _, one = run(command + ["--threads", 1, "--csv", file])
        text, every = run(command + ["--threads", ALL], threads=ALL)
        # The tenth column of the model's row: fitting and forecasting, by the clock.
        row = next(line for line in text.splitlines() if line.startswith(model + " "))
        fits = float(row.split()[9])
        return file, {"process": one, "process on all": every, "batch on all": fits}


class StatsForecast:
    """statsforecast in an environment of its own."""

    def __init__(self, python=None):
        self.python = Path(python) if python else self.installed()

    @staticmethod
    def installed():
        folder = ROOT / ".venv-forecast-peers"
        python = folder / "bin/python"
        check = [python, "-c", "import statsforecast"]
        if not python.exists() or subprocess.run(check, capture_output=True).returncode:
            say("installing statsforecast into .venv-forecast-peers")
            venv.create(folder, with_pip=True)
            pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
            subprocess.run(pip + ["-r", HERE / "requirements.txt"], check=True)
        return python

    def _command(self, path, models, sample, seed):
        command = [self.python, HERE / "statsforecast_peer.py", path, "--models", ",".join(models)]
        return command + ["--seed", seed] + (["--sample", sample] if sample else [])

    def forecasts(self, path, folder, models, sample, seed):
        """The file of forecasts; only what it lacks is computed."""
        file = folder / "statsforecast.csv"
        run(self._command(path, models, sample, seed) + ["--out", file], is_peer=True)
        return file

    def times(self, path, folder, models, sample, seed):
        """The seconds of parallel batches by model, and of a process of one model; kept."""
        file = folder / "statsforecast.json"
        times = json.loads(file.read_text()) if file.exists() else {}
        for model in models:
            if model in times:
                continue
            say(f"  statsforecast {model} on one core and on {ALL}")
            command = self._command(path, [model], sample, seed)
            with tempfile.TemporaryDirectory() as fresh:
                _, one = run(command + ["--out", Path(fresh) / "out.csv"], is_peer=True)
            text, process = run(command + ["--jobs", ALL], threads=ALL, is_peer=True)
            batch = json.loads(text.splitlines()[-1])
            times[model] = {
                "process": one, "process on all": process, "batch on all": batch["wall"],
            }  # fmt: skip
            file.write_text(json.dumps(times))
        return times

    def version(self):
        code = (
            "import sys, statsforecast as s, numpy as n; print('statsforecast', s.__version__ + ',', "
            "'numpy', n.__version__ + ',', 'Python', sys.version.split()[0])"
        )
        return run([self.python, "-c", code], is_peer=True)[0].strip()


class RForecast:
    """R's forecast package, where it is installed."""

    def __init__(self):
        self.rscript = shutil.which("Rscript")
        code = 'cat(paste0("R ", getRversion(), ", forecast ", packageVersion("forecast")))'
        try:
            self.version = run([self.rscript, "-e", code], is_peer=True)[0].strip()
        except (RuntimeError, TypeError):
            self.version = None

    def forecasts(self, path, folder, methods, series, season):
        """The file of forecasts; only what it lacks is computed."""
        file = folder / "r.csv"
        with tempfile.NamedTemporaryFile("w", suffix=".txt") as ids:
            ids.write("".join(s.id + "\n" for s in series))
            ids.flush()
            run(
                [self.rscript, HERE / "r_peer.R", path, season, ids.name, file, ",".join(methods)],
                is_peer=True,
            )
        return file
