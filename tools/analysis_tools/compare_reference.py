"""Compare a converted model with recorded outputs of the authors' code."""
from hcl_mmagic.lab.reference.reference_comparison import main

if __name__ == '__main__':
    main()
