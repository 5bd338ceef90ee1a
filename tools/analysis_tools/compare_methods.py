"""Compare methods on the same frozen test sets, side by side."""
from hcl_mmagic.lab.method_comparison.comparison_command import main

if __name__ == '__main__':
    main()
