#!/usr/bin/env bash
# Test on several GPUs, or with several CPU processes:
#   [NNODES= NODE_RANK= PORT= MASTER_ADDR=] dist_test.sh CONFIG CHECKPOINT GPUS
set -euo pipefail
if [ $# -lt 3 ]; then
  echo "Usage: $0 CONFIG CHECKPOINT GPUS [arguments of test.py]" >&2
  exit 2
fi
source "$(dirname "${BASH_SOURCE[0]}")/launching.sh"
launch_processes "$3" test.py "$1" "$2" --launcher pytorch "${@:4}"
