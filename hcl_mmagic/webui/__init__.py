"""A page in the browser over the inferencer, for one's own machine.

:mod:`session` holds a photograph and what was drawn on it, :mod:`handlers`
does what the buttons say, :mod:`page` lays them out, :mod:`server` serves the
page and keeps strangers out.
"""
