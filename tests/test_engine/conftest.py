"""Lets the tests of the engine import the toy training beside this file."""
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
