#!/usr/bin/env bash
# Test on a Slurm cluster:
#   [GPUS= GPUS_PER_NODE= CPUS_PER_TASK= SRUN_ARGS=] \
#     slurm_test.sh PARTITION JOB CONFIG CHECKPOINT [args]
set -euo pipefail
if [ $# -lt 4 ]; then
  echo "Usage: $0 PARTITION JOB CONFIG CHECKPOINT [arguments of test.py]" >&2
  exit 2
fi
tools=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
python=$tools/../.venv/bin/python
[ -x "$python" ] || python=python3
gpus=${GPUS:-8}
gpus_per_node=${GPUS_PER_NODE:-$((gpus < 8 ? gpus : 8))}

# SRUN_ARGS holds several words.
# shellcheck disable=SC2086
exec srun -p "$1" --job-name="$2" --gres=gpu:"$gpus_per_node" \
  --ntasks="$gpus" --ntasks-per-node="$gpus_per_node" \
  --cpus-per-task="${CPUS_PER_TASK:-5}" --kill-on-bad-exit=1 ${SRUN_ARGS:-} \
  "$python" -u "$tools/test.py" "$3" "$4" --launcher=slurm "${@:5}"
