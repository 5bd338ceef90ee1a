"""Lists of photographs in Parquet files."""
from typing import Iterator, Tuple

from ..errors import ConfigError
from .storage import open_file

# Of these the first that is there holds paths or addresses.
_PATH_COLUMNS = 'path', 'url'
_NAME_COLUMN = 'name'
INSTALL = 'pip install "hcl-mmagic[parquet]"'


def read_table(path: str) -> Iterator[Tuple[str, str]]:
    """Path and name, '' for none, of each row. A ConfigError if pyarrow is not
    installed, the file is no Parquet file or has no column of paths."""
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError:
        raise ConfigError(
            f'{path} is a Parquet file, which takes pyarrow: {INSTALL}.'
        ) from None
    with open_file(path) as file:
        try:
            table = pyarrow.parquet.ParquetFile(file)
        except pyarrow.ArrowInvalid as error:
            raise ConfigError(f'{path} is no Parquet file: {error}.') from None
        names = table.schema_arrow.names
        column = next((name for name in _PATH_COLUMNS if name in names), None)
        if column is None:
            raise ConfigError(
                f'{path} needs a column {" or ".join(_PATH_COLUMNS)} with the '
                f'paths of photographs, it has {", ".join(names)}.')
        wanted = [column, *({_NAME_COLUMN} & set(names))]
        for batch in table.iter_batches(columns=wanted):
            columns = batch.to_pydict()
            chosen = columns.get(_NAME_COLUMN, [None] * len(columns[column]))
            for found, name in zip(columns[column], chosen):
                yield str(found or ''), str(name or '')
