#!/usr/bin/env bash
# What one task of slurm_restore.sh's array does; Slurm runs a copy of this.
set -euo pipefail
python=$1 script=$2 shares=$3
export OMP_NUM_THREADS=$4
exec srun "$python" -u "$script" --shard "$SLURM_ARRAY_TASK_ID/$shares" "${@:5}"
