"""List the raindrops of Qian et al. with their clean pictures."""
from hcl_mmagic.lab.preparing.raindrop import main

if __name__ == '__main__':
    main()
