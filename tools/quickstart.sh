#!/usr/bin/env bash
# Set-up; then a damaged photograph is restored with the weights of the
# package; then a smaller HCL learns to find and repair damage on photographs
# that come with the installed packages, and is tested on unseen ones.
# Results: work_dirs/sample/damaged_panel.png, and metrics.json and panel.png
# in work_dirs/quickstart.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
work_dir=work_dirs/quickstart
sample=work_dirs/sample
bash tools/setup_env.sh
# Let the allocator keep large tensors instead of giving them back to the
# system and fetching them again in every iteration.
export MALLOC_MMAP_THRESHOLD_=1073741824 MALLOC_TRIM_THRESHOLD_=1073741824
export PYTHONWARNINGS=ignore
bin=.venv/bin
[ -d "$bin" ] || bin=.venv/Scripts # on Windows
python=$bin/python

echo '1/3 Restoring a damaged photograph with the weights of the package'
mkdir -p "$sample"
"$python" - "$sample/damaged.png" <<'PYTHON'
import sys

import numpy as np
from PIL import Image

from hcl_mmagic.datasets.resizing import read_resized
from hcl_mmagic.datasets.sample_photographs import locate_packaged_file
from hcl_mmagic.datasets.transforms import GraffitiCorruption

np.random.seed(4)
clean = read_resized(locate_packaged_file('skimage/data/astronaut.png'), 512)
damaged = GraffitiCorruption()(dict(gt=clean))['img']
Image.fromarray(damaged).save(sys.argv[1])
PYTHON
"$bin/hcl-restore" "$sample/damaged.png" -o "$sample/restored" \
  --save panel --save-to "$sample"

echo "2/3 Training configs/hcl_quickstart.py: the time left is 'eta' in each line"
"$python" tools/train.py configs/hcl_quickstart.py --work-dir "$work_dir"
echo '3/3 Testing on photographs it has not trained on'
"$python" tools/test.py configs/hcl_quickstart.py \
  "$(cat "$work_dir/last_checkpoint")" --work-dir "$work_dir" \
  --out "$work_dir/metrics.json"
"$python" - "$work_dir" <<'PYTHON'
import json
import sys

folder = sys.argv[1]
with open(f'{folder}/metrics.json') as file:
    metrics = json.load(file)
print('\nUnseen photographs, damage of 10 to 40 %:')
for key, text in (
        ('IoU_corrupted', 'IoU of the detected mask'),
        ('OrientationAccuracy', 'damage told from picture'),
        ('PSNR_inside_input', 'PSNR inside the true mask, damaged'),
        ('PSNR_inside', 'PSNR inside the true mask, restored'),
        ('PSNR_inside_mean_fill', 'PSNR inside the true mask, mean colour'),
        ('PSNR_input', 'PSNR of the whole picture, damaged'),
        ('PSNR', 'PSNR of the whole picture, restored')):
    print(f'  {text:40s} {metrics[key]:6.2f}')
print(f'Pictures: {folder}/panel.png')
PYTHON
