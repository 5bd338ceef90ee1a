#!/usr/bin/env bash
# Restore a manifest by an array of jobs on a Slurm cluster:
#   [CPUS_PER_TASK= GPUS_PER_TASK= SBATCH_ARGS=] \
#     slurm_restore.sh PARTITION JOB SHARES MANIFEST OUT [args]
# The same command again does what is left.
set -euo pipefail
if [ $# -lt 5 ]; then
  echo "Usage: $0 PARTITION JOB SHARES MANIFEST OUT" \
    "[arguments of hcl-restore]" >&2
  exit 2
fi
source "$(dirname "${BASH_SOURCE[0]}")/launching.sh"
cpus=${CPUS_PER_TASK:-4}
# Each task of the array takes its share. Jobs may be ended and queued again.
# SBATCH_ARGS holds several words.
# shellcheck disable=SC2086
exec sbatch -p "$1" --job-name="$2" --array=1-"$3" --cpus-per-task="$cpus" \
  ${GPUS_PER_TASK:+--gpus-per-task="$GPUS_PER_TASK" --ntasks=1} --requeue \
  ${SBATCH_ARGS:-} "$tools/restore_share.sh" "$python" "$tools/infer.py" \
  "$3" "$cpus" --manifest "$4" -o "$5" "${@:6}"
