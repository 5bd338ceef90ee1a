"""The documents make a site in which every link leads somewhere."""
import re
from pathlib import Path

import pytest

pytest.importorskip('mkdocs', reason='needs mkdocs of requirements/tests.txt')
ROOT = Path(__file__).parents[1]


@pytest.fixture(scope='module')
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `mkdocs build --strict` makes, which ends at the first warning."""
    from mkdocs.commands.build import build
    from mkdocs.config import load_config
    folder = tmp_path_factory.mktemp('site')
    build(
        load_config(
            str(ROOT / 'mkdocs.yml'), site_dir=str(folder), strict=True))
    return folder


def test_every_document_is_a_page(site: Path) -> None:
    for path in (ROOT / 'docs').glob('*.md'):
        assert (site / f'{path.stem}.html').is_file()
    assert 'bash tools/quickstart.sh' in (site / 'index.html').read_text()


def test_pages_load_nothing_from_elsewhere(site: Path) -> None:
    for path in site.rglob('*.html'):
        loaded = re.findall(
            r'<(?:script|img|link)[^>]*(?:src|href)="(\w+:)?//',
            path.read_text(encoding='utf-8'))
        assert not loaded, path


def test_a_link_that_leads_nowhere_is_an_error(tmp_path: Path) -> None:
    from mkdocs.commands.build import build
    from mkdocs.config import load_config
    from mkdocs.exceptions import Abort
    (tmp_path / 'docs').mkdir()
    (tmp_path / 'docs/index.md').write_text('[where](nowhere.md)\n')
    config = load_config(
        str(ROOT / 'mkdocs.yml'), site_dir=str(tmp_path / 'site'),
        docs_dir=str(tmp_path / 'docs'), nav=['index.md'], hooks=[],
        strict=True)  # yapf: disable
    with pytest.raises(Abort):
        build(config)
