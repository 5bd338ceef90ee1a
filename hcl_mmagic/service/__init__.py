"""``hcl-serve``: photographs over HTTP, on this machine.

:mod:`application` has the addresses: :mod:`uploads` reads what came,
:mod:`workplace` lets one photograph at a time be worked on, by
:mod:`photograph_service`, and :mod:`replies` says what was made of it;
:mod:`described` tells clients of all that, :mod:`counting` tells Prometheus.
The web page begins and is guarded as this is: :mod:`command_line`,
:mod:`gatekeeper`.
"""
