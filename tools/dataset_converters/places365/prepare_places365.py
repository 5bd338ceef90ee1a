"""List the photographs of Places365."""
from hcl_mmagic.lab.preparing.places365 import main

if __name__ == '__main__':
    main()
