"""The command ``hcl-restore``: folders of photographs in, restored ones out.

:mod:`arguments` reads the command line, :mod:`command` does what it says:
:mod:`planning` lists the photographs, :mod:`names` says what results are
called, :mod:`restoring_run` loads networks and sends photographs through
:mod:`pipeline`, with :mod:`input_reading` and :mod:`result_writing` at its
ends, and :mod:`report` keeps what became of them. On the side:
:mod:`page_restoring`, :mod:`replaying` of kept detections,
:mod:`common_marks`, :mod:`claims` of
processes that share a folder, :mod:`watching`, :mod:`dry_run`, :mod:`effects`
of options. For a manifest of :mod:`hcl_mmagic.jobs` :mod:`receipted_run` takes
the place of :mod:`planning` and :mod:`report`. :mod:`subcommands` lists what
else it does: :mod:`review` makes a page of a report, :mod:`receipts_command`
checks receipts, :mod:`doctor` says what is wrong with an installation,
:mod:`weights` fetches published ones.
"""
