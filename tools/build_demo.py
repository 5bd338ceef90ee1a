"""Put the page that restores photographs in a browser together."""
from hcl_mmagic.lab.model_files.browser_page import main

if __name__ == '__main__':
    main()
