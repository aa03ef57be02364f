#!/usr/bin/env python3
"""Runs every command that a Markdown file shows, in order, and checks how it ends.

A command stands in a ```sh or ```console block: each line of it, or, where lines begin with "$ ",
those lines only, the rest being their output. A line ending in a backslash goes on in the next.
A command must exit with status 0, or with N if it ends in the comment "# exit N".

Commands run from the repository's root, where the release build and the report tools come first
on PATH. Show what cannot be run here, such as a server, in a ```text block.
"""

import argparse
import os
import pathlib
import re
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
EXPECTED_STATUS = re.compile(r"\s+#\s*exit (\d+)\s*$")


def blocks(markdown):
    """The content of each sh or console block: a list of (line number, line)."""
    block, fence = None, None
    for number, line in enumerate(markdown.splitlines(), start=1):
        opening = re.match(r"\s*(`{3,})\s*(\w*)", line)
        if fence is None and opening:
            fence = opening.group(1)
            block = [] if opening.group(2) in ("sh", "console") else None
        elif fence is not None and line.strip() == fence:
            if block:
                yield block
            block, fence = None, None
        elif block is not None:
            block.append((number, line.strip()))


def commands(markdown):
    """Each command with the number of its first line."""
    for block in blocks(markdown):
        is_transcript = any(line.startswith("$ ") for _, line in block)
        start, command = None, ""
        for number, line in block:
            if not command:
                if is_transcript and not line.startswith("$ "):
                    continue
                start, line = number, line.removeprefix("$ ")
                if not line or line.startswith("#"):
                    continue
            command += line
            if command.endswith("\\"):
                command = command[:-1].rstrip() + " "
                continue
            yield start, command
            command = ""


def run(command, limit):
    """The exit status and the output of a command; 124 is the status of one that took too long."""
    search_path = [ROOT / ".build/release", ROOT / ".venv/bin", os.environ["PATH"]]
    environment = os.environ | {"PATH": os.pathsep.join(map(str, search_path))}
    done = subprocess.run(
        ["timeout", str(limit), "bash", "-c", command],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    return done.returncode, done.stdout


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", nargs="?", type=pathlib.Path, default=ROOT / "README.md")
    parser.add_argument("--done", action="append", default=[], metavar="COMMAND",
                        help="a command that has been run already and need not be repeated")
    parser.add_argument("--limit", type=int, default=600, metavar="SECONDS",
                        help="the longest that one command may take (default: 600)")
    options = parser.parse_args()

    count = 0
    for number, command in commands(options.file.read_text(encoding="utf-8")):
        marked = EXPECTED_STATUS.search(command)
        expected = int(marked.group(1)) if marked else 0
        place = f"{options.file.name}:{number}"
        if command in options.done:
            print(f"{place}: $ {command}   (done before)", flush=True)
            continue
        started = time.monotonic()
        status, output = run(command, options.limit)
        print(f"{place}: $ {command}   ({time.monotonic() - started:.1f} s)", flush=True)
        if status != expected:
            sys.stdout.write(output.decode(errors="replace"))
            ending = "took too long" if status == 124 else f"exited with {status}"
            sys.exit(f"{place}: `{command}` {ending}, expected {expected}")
        count += 1
    print(f"{options.file.name}: {count} commands run, all as shown")


main()
