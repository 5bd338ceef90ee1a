#!/usr/bin/env bash
# Train on several GPUs, or with several CPU processes:
#   [NNODES= NODE_RANK= PORT= MASTER_ADDR=] dist_train.sh CONFIG GPUS [args]
set -euo pipefail
if [ $# -lt 2 ]; then
  echo "Usage: $0 CONFIG GPUS [arguments of train.py]" >&2
  exit 2
fi
tools=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
python=$tools/../.venv/bin/python
[ -x "$python" ] || python=python3

exec "$python" -m torch.distributed.run \
  --nnodes="${NNODES:-1}" --node_rank="${NODE_RANK:-0}" \
  --master_addr="${MASTER_ADDR:-127.0.0.1}" --master_port="${PORT:-29500}" \
  --nproc_per_node="$2" \
  "$tools/train.py" "$1" --launcher pytorch "${@:3}"
