#!/usr/bin/env bash
# Installs what Caseload needs beside Swift: Debian packages, and Python tools in .venv.
#
#   Tools/setup.sh             what the build, the tests and the reports need
#   Tools/setup.sh notebooks   that, and what runs the notebooks
#
# Does nothing, and needs no network, when all of it is there. PYTHON=… names another Python.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

exec 9<Tools/setup.sh
flock 9 # two at once would spoil each other's .venv

say() { printf 'setup: %s\n' "$*"; }

fail() {
  printf 'setup: %s\n' "$@" >&2
  exit 1
}

# Runs a command in silence; shows what it said only if it fails.
quietly() {
  local log status=0
  log=$(mktemp)
  "$@" >"$log" 2>&1 </dev/null || status=$?
  ((status == 0)) || tail -n 30 "$log" >&2
  rm -f "$log"
  return "$status"
}

# The first of $PYTHON, the python3 on PATH and Debian's that is recent enough and can make
# virtual environments.
find_python() {
  local candidate
  for candidate in ${PYTHON:+"$PYTHON"} python3 /usr/bin/python3; do
    if "$candidate" -I -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' \
      >/dev/null 2>&1; then
      printf '%s' "$candidate"
      return
    fi
  done
  return 1
}

venv_works() { .venv/bin/python -I -c 'import pip' 2>/dev/null; }

# Debian packages

missing=() reasons=""

need() { # need WHY PACKAGE…
  local why=$1 package lacking=()
  shift
  for package; do
    [[ "$installed" == *" $package "* ]] || lacking+=("$package")
  done
  if ((${#lacking[@]})); then
    missing+=("${lacking[@]}")
    reasons+="${reasons:+, }${lacking[*]} ($why)"
  fi
}

install_missing_packages() {
  local as_root=() apt
  say "installing Debian packages: $reasons"
  if ((EUID != 0)); then
    command -v sudo >/dev/null ||
      fail "packages are installed by root, and there is no sudo here. As root, run:" \
        "  apt-get install --no-install-recommends ${missing[*]}"
    as_root=(sudo)
  fi
  apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive
    apt-get -q -o DPkg::Lock::Timeout=600)
  quietly "${apt[@]}" update ||
    say "the package lists could not be brought up to date; trying with what is there"
  quietly "${apt[@]}" install --yes --no-install-recommends "${missing[@]}" ||
    fail "apt-get could not install ${missing[*]}"
}

if command -v dpkg-query >/dev/null; then
  installed=" $(dpkg-query --show --showformat '${db:Status-Status} ${Package}\n' |
    sed -n 's/^installed //p' | tr '\n' ' ')"
  need "linear algebra" libopenblas-dev liblapacke-dev
  need "probability distributions" libboost-math-dev
  need "checksums" libssl-dev
  need "linear programmes" coinor-libclp-dev
  need "Chinese letters in charts" fonts-noto-cjk
  compgen -G '/usr/include/c++/*/cmath' >/dev/null || need "C++ headers" g++
  command -v pkg-config >/dev/null || need "finding libraries" pkg-config
  venv_works || find_python >/dev/null || need "charts and documents" python3 python3-venv
  ((${#missing[@]} == 0)) || install_missing_packages
elif ! venv_works; then
  say "not a Debian system: provide OpenBLAS, LAPACKE, Boost.Math, OpenSSL, Clp, C++ headers and" \
    "Noto Sans CJK yourself"
fi

# Python tools

add_requirements() { # add_requirements FILE WHAT
  cmp -s "Tools/$1" ".venv/$1" && return
  say "installing into .venv: $2"
  rm -f ".venv/$1"
  quietly .venv/bin/python -I -m pip install --quiet --no-input --disable-pip-version-check \
    --only-binary :all: --requirement "Tools/$1" ||
    fail "pip could not install Tools/$1; it needs the network once, and wheels for this machine"
  cp "Tools/$1" ".venv/$1"
}

if ! venv_works; then
  python=$(find_python) ||
    fail "no Python here is 3.11 or later and can make virtual environments." \
      "Install one (apt-get install python3 python3-venv) or name it: make setup PYTHON=/path/to/python3"
  quietly "$python" -I -m venv --clear .venv ||
    fail "$python could not make .venv; name another: make setup PYTHON=/path/to/python3"
fi

add_requirements requirements.txt \
  "vl-convert (charts), pandoc and typst (documents); about 100 MB, once"
if [[ ! -x .venv/bin/pandoc ]]; then
  ln -sfr "$(.venv/bin/python -I -c 'import pypandoc; print(pypandoc.get_pandoc_path())')" \
    .venv/bin/pandoc
fi
if [[ "${1-}" == notebooks ]]; then
  add_requirements requirements-notebooks.txt \
    "a Jupyter kernel, pandas and matplotlib (notebooks); about 65 MB, once"
fi
