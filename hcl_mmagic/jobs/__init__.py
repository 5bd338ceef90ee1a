"""Large jobs, without an engine: lists of photographs wherever these are
(:mod:`.manifest`, with :mod:`.tar_shards` and :mod:`.tables`), their shares,
storage of any kind (:mod:`.storage`), and what says that one is done
(:mod:`.receipts`, put together and checked by :mod:`.receipt_checking`).

fsspec and pyarrow are imported only when an address or a Parquet file asks for
them.
"""
