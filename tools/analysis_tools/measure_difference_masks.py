"""How well the difference of a pair tells its mask, by threshold."""
from hcl_mmagic.lab.corruptions.difference_masks import main

if __name__ == '__main__':
    main()
