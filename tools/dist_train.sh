#!/usr/bin/env bash
# Train on several GPUs, or with several CPU processes:
#   [NNODES= NODE_RANK= PORT= MASTER_ADDR=] dist_train.sh CONFIG GPUS [args]
set -euo pipefail
if [ $# -lt 2 ]; then
  echo "Usage: $0 CONFIG GPUS [arguments of train.py]" >&2
  exit 2
fi
source "$(dirname "${BASH_SOURCE[0]}")/launching.sh"
launch_processes "$2" train.py "$1" --launcher pytorch "${@:3}"
