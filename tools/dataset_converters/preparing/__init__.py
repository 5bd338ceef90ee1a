"""What the preparation of all data sets shares: list, check, report.

The way of a data set: :mod:`listing` finds its files and makes samples of
them, :mod:`checking` examines the samples in parallel and remembers what it
has seen, :mod:`preparation` leaves out what cannot be used and writes the
lists. No picture is ever moved, copied or changed.

Nothing is imported here, so that :mod:`options` is there at once.
"""
