"""Score any method's saved pictures as ``tools/test.py`` scores a model."""
from hcl_mmagic.lab.folder_scoring import main

if __name__ == '__main__':
    main()
