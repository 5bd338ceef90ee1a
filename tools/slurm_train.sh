#!/usr/bin/env bash
# Train on a Slurm cluster:
#   [GPUS= GPUS_PER_NODE= CPUS_PER_TASK= SRUN_ARGS=] \
#     slurm_train.sh PARTITION JOB CONFIG WORK_DIR [args]
set -euo pipefail
if [ $# -lt 4 ]; then
  echo "Usage: $0 PARTITION JOB CONFIG WORK_DIR [arguments of train.py]" >&2
  exit 2
fi
source "$(dirname "${BASH_SOURCE[0]}")/launching.sh"
launch_on_slurm "$1" "$2" train.py "$3" --work-dir="$4" --launcher=slurm \
  "${@:5}"
