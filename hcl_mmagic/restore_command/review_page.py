"""A report as one page of HTML that needs no server."""
import base64
import html
import io
from typing import Any, List, Mapping

import numpy as np
from PIL import Image

MARK = '<meta name="generator" content="hcl-restore review">'
_STYLE = '''
body { font: 15px/1.4 system-ui, sans-serif; margin: 2em; color: #222;
       background: #fafafa }
article { background: #fff; border: 1px solid #ddd; border-left-width: 6px;
          margin: 0 0 1.2em; padding: .8em 1em }
.failed { border-left-color: #b00020 }
.uncertain { border-left-color: #d98c00 }
.restored { border-left-color: #2a7d4f }
h2 { font-size: 1em; margin: 0 0 .5em; overflow-wrap: anywhere }
figure { display: inline-block; margin: 0 1% .6em 0; width: 31%;
         vertical-align: top }
figcaption { color: #666; font-size: .85em }
img { max-width: 100%; display: block; image-rendering: auto }
code { display: block; background: #f2f2f2; padding: .3em .5em; margin: .2em 0;
       overflow-wrap: anywhere; user-select: all }
'''


def draw_page(title: str, folder: str, parts: List[str]) -> str:
    """The page, from the articles of its photographs; ``folder`` is where its
    commands are to be run."""
    return '\n'.join([
        '<!DOCTYPE html>', '<html lang="en"><head><meta charset="utf-8">',
        MARK, f'<title>{html.escape(title)}</title>',
        f'<style>{_STYLE}</style></head><body>',
        f'<h1>{html.escape(title)}</h1>',
        '<p>What needs a look comes first. Commands are for a shell in '
        f'<b>{html.escape(folder)}</b>.</p>', *parts, '</body></html>', ''
    ])


def draw_article(row: Mapping[str, Any], pictures: Mapping[str, np.ndarray],
                 commands: Mapping[str, str]) -> str:
    """One photograph: what the report says, its pictures, uint8 RGB ``(h, w,
    3)`` or grey ``(h, w)``, by their captions, and commands by what they
    do."""
    figures = ''.join(
        f'<figure><img alt="{caption}" src="{_data_uri(picture)}">'
        f'<figcaption>{caption}</figcaption></figure>'
        for caption, picture in pictures.items())
    lines = ''.join(f'<div>{name}: <code>{html.escape(command)}</code></div>'
                    for name, command in commands.items())
    facts = '; '.join(_facts(row))
    kind = row['status'].replace(' ', '-')
    return (f'<article class="{html.escape(kind)}">'
            f'<h2>{html.escape(row["title"])}</h2>'
            f'<p>{html.escape(facts)}</p>{figures}{lines}</article>')


def _facts(row: Mapping[str, Any]) -> List[str]:
    facts: List[str] = [row['status']]
    if row.get('probability') is not None:
        facts.append(f'probability of damage {row["probability"]:.2f}')
    if row.get('changed_share'):
        facts.append(f'{row["changed_share"]:.2%} changed')
    for region in row.get('regions') or ():
        x, y, width, height = region['box']
        share = region['probability']
        facts.append(f'{width} x {height} pixels at {x},{y}' +
                     ('' if share is None else f' ({share:.2f})'))
    facts += [row[name] for name in ('reason', 'note') if row.get(name)]
    return facts


def _data_uri(picture: np.ndarray) -> str:
    stream = io.BytesIO()
    Image.fromarray(picture).save(stream, 'WEBP', quality=85)
    content = base64.b64encode(stream.getvalue()).decode()
    return f'data:image/webp;base64,{content}'
