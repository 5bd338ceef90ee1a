"""Whether a trivial cue gives the pasted parts of a data set away."""
from hcl_mmagic.lab.corruptions.probe_command import main

if __name__ == '__main__':
    main()
