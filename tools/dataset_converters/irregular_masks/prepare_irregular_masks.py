"""Split NVIDIA's irregular masks and sort them by their size."""
from hcl_mmagic.lab.preparing.irregular_masks import main

if __name__ == '__main__':
    main()
