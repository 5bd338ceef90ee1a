"""A contact sheet of damaged photographs: damaged | mask | clean."""
from hcl_mmagic.lab.corruptions.contact_sheet import main

if __name__ == '__main__':
    main()
