#!/usr/bin/env python3
"""Runs every notebook in Notebooks/ from its first cell to its last.

Each runs in its own folder, with the release build on PATH. The executed copies go to
reports/notebooks; the notebooks themselves stay as they are.
"""

import os
import pathlib
import sys
import tempfile
import time

import jupyter_client
import nbclient
import nbformat

ROOT = pathlib.Path(__file__).resolve().parent.parent


def run(path):
    """The notebook with its results; stops at the first cell that fails."""
    notebook = nbformat.read(path, as_version=4)
    with tempfile.TemporaryDirectory() as sockets:
        kernel = jupyter_client.AsyncKernelManager(
            kernel_name="python3", transport="ipc", ip=os.path.join(sockets, "kernel")
        )
        client = nbclient.NotebookClient(
            notebook, km=kernel, timeout=600, resources={"metadata": {"path": str(path.parent)}}
        )
        try:
            client.execute()
        except nbclient.exceptions.CellExecutionError as error:
            sys.exit(f"{path.relative_to(ROOT)}: {error}")
    return notebook


def main():
    os.environ["PATH"] = os.pathsep.join([str(ROOT / ".build/release"), os.environ["PATH"]])
    packages = [str(ROOT / "Sources/CaseloadPython"), os.environ.get("PYTHONPATH")]
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, packages))
    results = ROOT / "reports/notebooks"
    results.mkdir(parents=True, exist_ok=True)

    notebooks = sorted((ROOT / "Notebooks").glob("*.ipynb"))
    for path in notebooks:
        started = time.monotonic()
        nbformat.write(run(path), results / path.name)
        print(f"{path.relative_to(ROOT)}   ({time.monotonic() - started:.1f} s)", flush=True)
    print(f"notebooks run: {len(notebooks)}")


main()
