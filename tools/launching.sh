# What dist_*.sh and slurm_*.sh share; they read it.
tools=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
python=$tools/../.venv/bin/python
[ -x "$python" ] || python=python3

launch_processes() { # GPUS SCRIPT ARGUMENTS...
  exec "$python" -m torch.distributed.run \
    --nnodes="${NNODES:-1}" --node_rank="${NODE_RANK:-0}" \
    --master_addr="${MASTER_ADDR:-127.0.0.1}" \
    --master_port="${PORT:-29500}" --nproc_per_node="$1" \
    "$tools/$2" "${@:3}"
}

launch_on_slurm() { # PARTITION JOB SCRIPT ARGUMENTS...
  local gpus=${GPUS:-8}
  local gpus_per_node=${GPUS_PER_NODE:-$((gpus < 8 ? gpus : 8))}
  # SRUN_ARGS holds several words.
  # shellcheck disable=SC2086
  exec srun -p "$1" --job-name="$2" --gres=gpu:"$gpus_per_node" \
    --ntasks="$gpus" --ntasks-per-node="$gpus_per_node" \
    --cpus-per-task="${CPUS_PER_TASK:-5}" --kill-on-bad-exit=1 \
    ${SRUN_ARGS:-} "$python" -u "$tools/$3" "${@:4}"
}
