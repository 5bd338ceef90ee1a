"""What ``tools/analysis_tools/compare_methods.py`` is made of.

Nothing is imported here: the command line is read before torch is.
"""
