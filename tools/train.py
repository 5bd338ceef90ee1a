"""Train a model: ``python tools/train.py CONFIG``."""
from hcl_mmagic.lab.training_command import main

if __name__ == '__main__':
    main()
