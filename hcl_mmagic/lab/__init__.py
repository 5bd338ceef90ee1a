"""What is done with the package beside restoring photographs.

Training, comparing methods, benchmarks, checks and preparation of data:
``tools/`` are the entry points.
"""
