"""The command ``hcl-restore``: folders of photographs in, restored ones out.

The way of a photograph: :mod:`hcl_mmagic.photographs.finding` finds it,
:mod:`names` says what its results are called, :mod:`pipeline` reads, restores
and writes it, with :mod:`loading` and :mod:`results` for the two ends, and
:mod:`report` keeps what became of it.
"""
