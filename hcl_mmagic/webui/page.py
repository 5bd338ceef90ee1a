"""The page's layout, and which handler answers which control."""
import functools
import html
import logging
from typing import Any, Callable, Dict

import gradio as gr

from ..apis.mask_editing import MaskOptions
from ..errors import HCLError
from .handlers import Comparison, Handlers, Shown
from .previews import MARK_HEX

FILES_KEPT_SECONDS = 3600
_TITLE = 'Restore a damaged photograph'
_INTRODUCTION = f'''# {_TITLE}
Drop a photograph. Its damage is found by itself and marked; correct the mark
with brush and eraser where it is wrong, then restore. Nothing outside of the
white line is changed.'''
# Sliders begin here; what lies above the threshold is marked, and people
# decide.
_DETECTED = MaskOptions(threshold=0.5, dilate=2, feather=2)
# Name of the option, largest value, step, label and explanation.
_SETTINGS = (
    ('threshold', 1, 0.01, 'Threshold',
     'Lower marks more: how sure the detector has to be.'),
    ('dilate', 50, 1, 'Dilation',
     'Pixels around the mark that are replaced, too.'),
    ('feather', 50, 1, 'Feather', 'Pixels of soft transition beyond.'),
)
_STYLE = '''
.gradio-container {max-width: 1500px !important}
footer {display: none !important}
#photograph {min-height: 130px}
#comparison:has(.pictures) {padding: 0}
.pictures {position: relative; line-height: 0}
.pictures img {width: 100%}
.pictures img + img {position: absolute; inset: 0; height: 100%;
  clip-path: inset(0 calc(100% - var(--cut)) 0 0)}
.pictures input {position: absolute; inset: 0; width: 100%; height: 100%;
  margin: 0; opacity: 0; cursor: ew-resize}
.pictures hr {position: absolute; top: 0; bottom: 0; left: var(--cut);
  width: 3px; height: 100%; margin: 0 0 0 -1px; border: 0; background: white;
  box-shadow: 0 0 4px black; pointer-events: none}
.pictures span {position: absolute; top: 10px; padding: 4px 9px;
  line-height: 1.2; color: white; background: #000a; border-radius: 5px;
  pointer-events: none}
'''
_COMPARISON = '''<div class="pictures" style="--cut: 50%">
<img src="{after}" alt="restored"><img src="{before}" alt="damaged"><hr>
<span style="left: 10px">before</span><span style="right: 10px">after</span>
<input type="range" min="0" max="100" step="0.1" value="50"
  aria-label="before or after" oninput="this.parentNode.style.setProperty(
  '--cut', this.value + '%')"></div>'''


def build_page(handlers: Handlers) -> gr.Blocks:
    """Lay the page out and connect its controls with what they do; it is not
    served yet."""
    theme = gr.themes.Default(
        primary_hue='rose',
        font=['system-ui', 'sans-serif'],
        font_mono=['monospace'])
    with gr.Blocks(
            title=_TITLE,
            theme=theme,
            css=_STYLE,
            analytics_enabled=False,
            delete_cache=(60, FILES_KEPT_SECONDS)) as page:
        session = gr.State()
        gr.Markdown(_INTRODUCTION)
        with gr.Row():
            with gr.Column(scale=1, min_width=280):
                photograph = gr.File(
                    label='Photograph', elem_id='photograph', height=130)
                verdict = gr.Markdown(elem_id='verdict')
                settings = _add_settings()
                forget = gr.Button('Forget strokes', size='sm')
                restore = gr.Button(
                    'Restore', variant='primary', elem_id='restore')
                outcome = gr.Markdown(elem_id='outcome')
                downloads = [
                    gr.DownloadButton(label, elem_id=name, interactive=False)
                    for name, label in (('restored', 'Download photograph'),
                                        ('mask', 'Download mask'))
                ]
            with gr.Column(scale=3):
                editor = _add_editor()
                comparison = gr.HTML(elem_id='comparison')

        results = [comparison, outcome, *downloads]
        shown = [session, editor, verdict]
        # One queue for all: the inferencer does one thing at a time.
        options: Dict[str, Any] = dict(
            api_name=False, concurrency_limit=1, concurrency_id='inferencer')
        photograph.upload(
            _for_people(handlers.open), [photograph, *settings], shown,
            **options).success(
                _no_result, None, results, api_name=False)
        for slider in settings:
            slider.release(
                _for_people(handlers.adjust), [session, editor, *settings],
                shown, **options)
        forget.click(
            _for_people(handlers.forget_strokes), [session, *settings], shown,
            **options)
        restore.click(
            _for_people(
                lambda *values: _show_result(*handlers.restore(*values))),
            [session, editor, *settings], [*shown, *results], **options)
    return page


def _add_settings() -> list:
    return [
        gr.Slider(
            0,
            largest,
            getattr(_DETECTED, name),
            step=step,
            label=label,
            info=info,
            elem_id=name) for name, largest, step, label, info in _SETTINGS
    ]


def _add_editor() -> gr.ImageEditor:
    return gr.ImageEditor(
        type='numpy',
        format='png',
        label='Damage: the brush adds, the eraser takes away',
        elem_id='editor',
        sources=(),
        transforms=(),
        layers=False,
        brush=gr.Brush(
            colors=[MARK_HEX], default_color=MARK_HEX, color_mode='fixed'),
        show_download_button=False,
        placeholder='The photograph and its damage appear here.')


def _show_result(shown: Shown, result: Comparison) -> list:
    pictures = _COMPARISON.format(
        before=html.escape(result.before), after=html.escape(result.after))
    return [
        *shown, pictures, result.text, *[
            gr.DownloadButton(value=path, interactive=True)
            for path in (result.restored_file, result.mask_file)
        ]
    ]


def _no_result() -> list:
    closed = gr.DownloadButton(value=None, interactive=False)
    return ['', '', closed, closed]


def _for_people(handler: Callable) -> Callable:
    """Errors as messages on the page; what nobody foresaw goes to the
    terminal in full and to the page in one line."""

    @functools.wraps(handler)
    def handle(*values: Any) -> Any:
        try:
            return handler(*values)
        except HCLError as error:
            raise gr.Error(
                html.escape(str(error)), duration=None, print_exception=False)
        except Exception as error:
            logging.getLogger(__name__).exception('The web page failed')
            raise gr.Error(
                f'This went wrong ({type(error).__name__}); the terminal '
                'that serves the page says more.',
                duration=None,
                print_exception=False)

    return handle
