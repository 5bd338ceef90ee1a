"""Preparing data sets: list, check, report.

The way of a data set: :mod:`.file_listing` finds its files and makes samples
of them, :mod:`.sample_checking` examines them in parallel and remembers what
it has seen, :mod:`.preparation` leaves out what cannot be used and writes the
lists. No picture is ever moved, copied or changed.
"""
