"""Hooks of mkdocs.yml: README and the pages of data sets belong to the site,
too, and links are written as they lead in the repository."""
import posixpath
import re
from pathlib import Path
from typing import Any

from mkdocs.structure.files import File, Files

ROOT = Path(__file__).parents[1]
DOCS = 'docs/'
OUTSIDE = ['README.md', *sorted(
    path.relative_to(ROOT).as_posix()
    for path in ROOT.glob('tools/dataset_converters/*/README.md'))
]  # yapf: disable
LINK = re.compile(r'(\]\()([^)\s:#]+)((?:#[^)\s]*)?\))')


def on_files(files: Files, config: Any) -> Files:
    """Add the pages that are not in docs/."""
    for name in OUTSIDE:
        content = (ROOT / name).read_text(encoding='utf-8')
        files.append(File.generated(config, name, content=content))
    return files


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """Let links lead from a page of the site to another one."""
    here = page.file.src_uri
    source = here if here in OUTSIDE else DOCS + here

    def write(match: re.Match) -> str:
        target = posixpath.normpath(
            posixpath.join(posixpath.dirname(source), match[2]))
        if target not in OUTSIDE and not target.startswith(DOCS):
            return match[0]  # leads out of the site, and is warned of
        there = posixpath.relpath(
            target.removeprefix(DOCS),
            posixpath.dirname(here) or '.')
        return match[1] + there + match[3]

    return LINK.sub(write, markdown)
