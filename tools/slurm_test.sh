#!/usr/bin/env bash
# Test on a Slurm cluster:
#   [GPUS= GPUS_PER_NODE= CPUS_PER_TASK= SRUN_ARGS=] \
#     slurm_test.sh PARTITION JOB CONFIG CHECKPOINT [args]
set -euo pipefail
if [ $# -lt 4 ]; then
  echo "Usage: $0 PARTITION JOB CONFIG CHECKPOINT [arguments of test.py]" >&2
  exit 2
fi
source "$(dirname "${BASH_SOURCE[0]}")/launching.sh"
launch_on_slurm "$1" "$2" test.py "$3" "$4" --launcher=slurm "${@:5}"
