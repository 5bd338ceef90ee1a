"""Fit and test the verdict whether a photograph is damaged at all."""
from hcl_mmagic.lab.verdict_fitting.fit_command import main

if __name__ == '__main__':
    main()
