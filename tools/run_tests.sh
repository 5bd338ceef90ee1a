#!/usr/bin/env bash
# Set-up, then all tests; arguments go to pytest.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
bash tools/setup_env.sh
# One process for each core, of one thread each; a file's tests stay together,
# and the files in the order of tests/conftest.py.
export OMP_NUM_THREADS="${OMP_NUM_THREADS:-1}"
bin=.venv/bin
[ -d "$bin" ] || bin=.venv/Scripts # on Windows
exec "$bin/python" -m pytest -n auto --dist loadfile --no-loadscope-reorder "$@"
