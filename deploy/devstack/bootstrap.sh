#!/usr/bin/env bash
# From a bare machine to a ready .venv: `bash deploy/devstack/bootstrap.sh demo|test|python`.
# `python` only prints the Python it would take. Runs on bash 3.2 (macOS). PYTHON=… overrides the choice.
set -eu
cd "$(dirname "$0")/../.."

TESTED="3.13 3.12 3.11"   # newest first; another python3 >= 3.11 is taken only when none of these is there

# Every program of that name on PATH: a pyenv shim that cannot run must not hide a real one behind it.
runnable() {
  type -ap "$1" 2>/dev/null | while read -r candidate; do
    if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
      "$candidate" -c 'import sys; print(sys.executable)'
    fi
  done
}

has_venv() { "$1" -c 'import ensurepip, venv' >/dev/null 2>&1; }

choose() {
  without_venv=
  for name in ${PYTHON:-$(for version in $TESTED; do echo "python$version"; done) python3}; do
    for candidate in $(runnable "$name"); do
      if has_venv "$candidate"; then echo "$candidate"; return 0; fi
      [ -n "$without_venv" ] || without_venv=$candidate
    done
  done
  if [ -n "$without_venv" ]; then
    version=$("$without_venv" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    echo "TiketHet: $without_venv has no venv module. Install it with: $(install_command "$version")" >&2
  elif [ -n "${PYTHON:-}" ]; then
    echo "TiketHet: PYTHON=$PYTHON is no Python 3.11 or newer that runs." >&2
  else
    echo "TiketHet: no Python 3.11 or newer found. Install it with: $(install_command)" >&2
  fi
  return 1
}

install_command() {
  sudo=; [ "$(id -u)" = 0 ] || sudo="sudo "
  if [ "$(uname)" = Darwin ]; then echo "brew install python@3.13"
  elif command -v apt-get >/dev/null 2>&1; then
    if [ $# = 1 ]; then echo "${sudo}apt-get install -y python$1-venv"
    else echo "${sudo}apt-get install -y python3 python3-venv   (Debian 12, Ubuntu 24.04 or newer)"; fi
  elif command -v dnf >/dev/null 2>&1; then echo "${sudo}dnf install -y python3.13"
  elif command -v zypper >/dev/null 2>&1; then echo "${sudo}zypper install -y python313"
  elif command -v pacman >/dev/null 2>&1; then echo "${sudo}pacman -S --noconfirm python"
  elif command -v apk >/dev/null 2>&1; then echo "${sudo}apk add python3"
  else echo "your system's package manager (python 3.13 with its venv module)"; fi
}

if [ "$1" = python ]; then choose; exit; fi

# A .venv that cannot run (its Python went, or the clone was moved) is made anew.
if ! .venv/bin/python -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 ||
   [ "$(.venv/bin/python -c 'import sys; print(sys.prefix)')" != "$(pwd -P)/.venv" ]; then
  python=$(choose)
  echo "Making .venv with $("$python" --version) ($python)"
  rm -rf .venv
  "$python" -m venv .venv
fi
exec .venv/bin/python -I deploy/devstack/bootstrap.py "$1"
