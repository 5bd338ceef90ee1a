"""Set results beside those of the paper, as Markdown."""
from hcl_mmagic.lab.paper.paper_markdown import main

if __name__ == '__main__':
    main()
