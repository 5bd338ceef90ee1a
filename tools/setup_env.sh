#!/usr/bin/env bash
# Makes .venv and installs the pinned packages and this one (editable) in it.
# Nothing is done when all is in place already; an interrupted installation
# is repaired. PYTHON=/path/to/python chooses the interpreter.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

bin=.venv/bin
case "$OSTYPE" in msys* | cygwin*) bin=.venv/Scripts ;; esac
venv_python=$bin/python
stamp=.venv/.installed
unfinished=.venv/.unfinished

is_supported() { # Commands on PATH may be shims that fail: run it.
  "$1" -c 'import sys, venv
sys.exit(not (3, 10) <= sys.version_info[:2] <= (3, 12))' >/dev/null 2>&1
}

find_python() {
  local candidate
  for candidate in ${PYTHON:+"$PYTHON"} python3.11 python3.12 python3.10 \
    python3 python "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.1[0-2].*/bin/python; do
    if is_supported "$candidate"; then
      echo "$candidate"
      return
    fi
  done
  echo 'setup_env.sh: needs Python 3.10, 3.11 or 3.12 with the venv module' \
    'on PATH (or PYTHON=/path/to/python).' >&2
  return 1
}

fingerprint() { # Changes when anything that was installed from changes.
  "$venv_python" -c 'import hashlib, os, sys
digest = hashlib.sha256()
for path in sys.argv[1:]:
    with open(path, "rb") as file:
        digest.update(file.read())
print(digest.hexdigest(), sys.version.split()[0], os.getcwd())' \
    requirements/*.txt setup.cfg pyproject.toml tools/setup_env.sh
}

make_venv() {
  local python
  python=$(find_python)
  rm -rf .venv
  echo "Making .venv with $("$python" --version)"
  # Without pip: copying the bundled one takes seconds, and Debian's python3
  # has none. The outer pip fills the environment if it can.
  mkdir .venv
  touch "$unfinished"
  "$python" -m venv --without-pip .venv
  "$python" -m pip --python "$venv_python" install -q \
    -r requirements/build.txt 2>/dev/null && return
  "$venv_python" -m ensurepip >/dev/null
  "$venv_python" -m pip install -q -r requirements/build.txt ||
    echo 'uv is not to be had, pip will do (slower)'
}

# Where pip is told to look, uv has to look too.
use_pip_settings() {
  local settings index extra links cert
  settings=$("$venv_python" -m pip config list 2>/dev/null)
  setting() { # An option's value in one line; the environment comes first.
    sed -n "s/^[^=]*\.$1='\(.*\)'\$/\1/p" <<<"$settings" | head -n 1 |
      sed 's/\\n/ /g'
  }
  index=$(setting index-url)
  extra=$(setting extra-index-url)
  links=$(setting find-links)
  cert=$(setting cert)
  if [ -n "$index" ]; then export UV_DEFAULT_INDEX="${UV_DEFAULT_INDEX:-$index}"; fi
  if [ -n "$extra" ]; then export UV_INDEX="${UV_INDEX:-$extra}"; fi
  if [ -n "$links" ]; then export UV_FIND_LINKS="${UV_FIND_LINKS:-${links// /,}}"; fi
  if [ -n "$cert" ]; then export SSL_CERT_FILE="${SSL_CERT_FILE:-$cert}"; fi
  export UV_INDEX_STRATEGY="${UV_INDEX_STRATEGY:-unsafe-best-match}"
}

install_with() { # An installer's command, up to and with `install`.
  local headless
  headless=$(grep '^opencv-python-headless==' requirements/lock.txt)
  "$@" -r requirements/lock.txt || return 1
  # Three OpenCV packages share one folder. The last one wins, and only the
  # headless one runs without a desktop's libraries.
  "$@" "${reinstall[@]}" --no-deps "$headless" || return 1
  "$@" --no-deps --no-build-isolation -e . || return 1
}

install_packages() {
  local reinstall
  if "$venv_python" -m uv --version >/dev/null 2>&1; then
    reinstall=(--reinstall)
    (
      use_pip_settings
      install_with "$venv_python" -m uv pip install --python "$venv_python"
    ) && return
    echo 'uv failed, trying pip'
  fi
  reinstall=(--force-reinstall)
  install_with "$venv_python" -m pip install --prefer-binary
}

if [ -e "$unfinished" ] || ! is_supported "$venv_python"; then
  make_venv
elif [ "$(cat "$stamp" 2>/dev/null)" = "$(fingerprint)" ]; then
  exit 0
fi
echo 'Installing the packages of requirements/lock.txt into .venv (6.5 GB)'
touch "$unfinished"
rm -f "$stamp"
install_packages
"$venv_python" -m pip check
echo 'Importing everything once: checks it, and later starts are quicker'
env -u PYTHONDONTWRITEBYTECODE "$venv_python" -W ignore -c '
import hcl_mmagic
from hcl_mmagic import (apis, datasets, engine, evaluation, models,
                        visualization)
import mmagic.models, torch.utils.tensorboard'
fingerprint >"$stamp"
rm -f "$unfinished"
echo 'The environment is ready: .venv'
