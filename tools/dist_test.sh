#!/usr/bin/env bash
# Test on several GPUs, or with several CPU processes:
#   [NNODES= NODE_RANK= PORT= MASTER_ADDR=] dist_test.sh CONFIG CHECKPOINT GPUS
set -euo pipefail
if [ $# -lt 3 ]; then
  echo "Usage: $0 CONFIG CHECKPOINT GPUS [arguments of test.py]" >&2
  exit 2
fi
tools=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
python=$tools/../.venv/bin/python
[ -x "$python" ] || python=python3

exec "$python" -m torch.distributed.run \
  --nnodes="${NNODES:-1}" --node_rank="${NODE_RANK:-0}" \
  --master_addr="${MASTER_ADDR:-127.0.0.1}" --master_port="${PORT:-29500}" \
  --nproc_per_node="$3" \
  "$tools/test.py" "$1" "$2" --launcher pytorch "${@:4}"
