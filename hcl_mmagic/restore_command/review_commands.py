"""Commands that redo or undo what became of a photograph."""
import os
import shlex
import subprocess
import sys
from typing import Any, Dict, List, Mapping

from .names import choose_names

# Of the whole run, not of one photograph.
_OF_THE_RUN = frozenset([
    'out', 'in_place', 'report', 'recursive', 'skip_existing', 'watch',
    'dry_run', 'detections', 'save_to', 'same_mark'
])

_IS_WINDOWS = sys.platform == 'win32'
_COPY_AND_REMOVE = ((['copy', '/Y'], 'del') if _IS_WINDOWS else (['cp'], 'rm'))


def commands_for(row: Mapping[str, Any]) -> Dict[str, str]:
    """Commands for a shell, by what they do, for one line of a report: 'redo'
    restores it whatever the verdict is, with the options of the run, 'undo'
    puts the original in the place of the result. What many photographs are
    needed for, a common mark, cannot be redone for one of them."""
    path, outputs = row['input'], row['outputs']
    result = outputs.get('restored') or outputs.get('copy')
    options = {name: value for name, value in row['options'].items()
               if name not in _OF_THE_RUN}  # yapf: disable
    options.update(_more_than(row, options))
    arguments = ['hcl-restore', path]
    if row['options'].get('in_place'):
        arguments.append('--in-place')
        options['save_to'] = row['options'].get('save_to')
    elif result is None:
        arguments += ['-o', os.path.join(row['options']['out'], 'redone')]
    else:
        arguments += _below(path, result, outputs)
    commands = {}
    if not row.get('mark'):
        commands['redo'] = _typed(arguments + as_arguments(options))
    if outputs.get('restored') and not row['options'].get('in_place'):
        commands['undo'] = _undo(path, outputs['restored'])
    return commands


def _more_than(row: Mapping[str, Any],
               options: Mapping[str, Any]) -> Dict[str, Any]:
    """Options that repair what the run has found and left as it is."""
    if row['status'] == 'uncertain':
        return dict(restore_uncertain=True)
    if row['status'] in ('clean', 'not looked at') and \
            not row.get('given_mask'):
        return dict(threshold=options.get('threshold', 0.5))
    return {}


def _below(path: str, result: str, outputs: Mapping[str, str]) -> List[str]:
    """Where a result is written; alone, a photograph may get another name than
    among others, which must not be that of one of these."""
    folder, name = os.path.split(result)
    names, = choose_names([os.path.basename(path)])
    if name not in (names.own, names.png):
        return ['-o', os.path.join(folder, 'redone')]
    arguments = ['-o', folder or os.curdir]
    kept = outputs.get('detection')
    if kept and os.path.basename(kept) == names.extras['detection']:
        arguments += ['--detections', os.path.dirname(kept) or os.curdir]
    return arguments


def _undo(path: str, restored: str) -> str:
    stem, ending = os.path.splitext(restored)
    own = os.path.splitext(path)[1]
    copy, remove = _COPY_AND_REMOVE
    if ending.lower() == own.lower():
        return _typed([*copy, path, restored])
    return _typed([*copy, path, stem + own]) + ' && ' + _typed(
        [remove, restored])


def _typed(command: List[str]) -> str:
    """A command for this system's shell."""
    if _IS_WINDOWS:
        return subprocess.list2cmdline(command)
    return shlex.join(command)


def as_arguments(options: Mapping[str, Any]) -> List[str]:
    """Options of a line of a report as they are typed."""
    arguments: List[str] = []
    for name, value in options.items():
        option = '--' + name.replace('_', '-')
        if value is True:
            arguments.append(option)
        elif isinstance(value, list) and value and isinstance(value[0], list):
            for rectangle in value:
                arguments += [option, ','.join(map(str, rectangle))]
        elif isinstance(value, list):
            arguments += [option, ','.join(value)]
        elif value is not None and value is not False:
            arguments += [option, str(value)]
    return arguments
