"""Jobs of ``hcl-restore --manifest`` through an engine: :mod:`.ray_job` with
Ray Data. The engine hands out photographs; :mod:`hcl_mmagic.restore_command`
restores them and writes receipts, as without one."""
