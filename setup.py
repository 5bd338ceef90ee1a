"""What setup.cfg cannot say: the part of the wheel for OpenMMLab's tools."""
import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

# Not to be installed: caches, and what sets up and tests a checkout.
LEFT_OUT = shutil.ignore_patterns('__pycache__', 'setup_env.sh',
                                  'quickstart.sh', 'run_tests.sh')


class BuildWithMim(build_py):
    """Copies configs, tools and the index of models to ``hcl_mmagic/.mim``,
    where MIM looks for them, as MMagic's own set-up does.

    An editable installation has the checkout and needs no copy.
    """

    def run(self) -> None:
        """Build, and copy."""
        super().run()
        if self.editable_mode:
            return
        target = Path(self.build_lib, 'hcl_mmagic', '.mim')
        shutil.rmtree(target, ignore_errors=True)
        for folder in ('configs', 'tools'):
            shutil.copytree(folder, target / folder, ignore=LEFT_OUT)
        shutil.copy('model-index.yml', target)


setup(cmdclass=dict(build_py=BuildWithMim))
