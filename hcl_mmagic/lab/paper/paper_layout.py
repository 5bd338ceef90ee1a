"""What a table of the paper consists of."""
from typing import NamedTuple, Sequence


class Column(NamedTuple):
    """What a column of a table has in common: its bin of the mask ratio, such
    as '0-30', TEST in the names of its result files METHOD_TEST.json, and the
    metric, its key there without the bin."""
    title: str
    ratio: str = ''
    test: str = ''
    metric: str = ''


class Row(NamedTuple):
    """What a row of a table has in common. Metric and test come from the row
    or from the column.

    Args:
        title (str): Score or task.
        method (str): METHOD in the names of its result files.
        paper (str): The paper's figures, one per column, '-' for none; ''
            if the paper prints none at all.
        metric (str): Key in result files, without the bin.
        test (str): TEST in the names of its result files.
        result (str): Name of its one result file, without '.json', if that is
            not METHOD_TEST; ``method`` is then what is shown.
    """
    title: str
    method: str
    paper: str = ''
    metric: str = ''
    test: str = ''
    result: str = ''


class Table(NamedTuple):
    """A table of the paper; methods without a row get one where they have
    results."""
    title: str
    columns: Sequence[Column]
    rows: Sequence[Row]
    note: str = ''


# How METHOD is shown; others as they are.
NAMES = {
    'hcl': 'HCL',
    'vcnet': 'VCNet',
    'vcnet-mask': 'VCNet',
    'mprnet': 'MPRNet',
    'segmenter': 'Segmenter',
    'erfnet': 'ERFNet',
    'true-mask': 'true mask',
    'mat': 'MAT',
    'mat-f': 'MAT-F',
    'aot-gan': 'AOT-GAN',
    'hcl-known-mask': "HCL's restoration",
    'sirf': 'SIRF',
    'bs2am': 'BS²AM',
    'dhan': 'DHAN',
    'bvmr': 'BVMR',
    'split-then-refine': 'Split then Refine',
}
