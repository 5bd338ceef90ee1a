"""What the OpenAPI schema says of the addresses that take a photograph."""
from typing import Any, Dict, Type

from pydantic import BaseModel

from .replies import HEADERS, Problem

_FILE = {'type': 'string', 'contentMediaType': 'application/octet-stream'}
_BINARY: Dict[str, Any] = {'schema': {'type': 'string', 'format': 'binary'}}
_PROBLEMS = {
    400: 'The form or an option is wrong.',
    403: 'Another web site asks.',
    408: 'The photograph did not come in time.',
    411: 'The length was not said.',
    413: 'The file is too large.',
    422: 'The photograph or the mask cannot be used.',
    500: 'Something went wrong; the terminal of the service says more.',
    504: 'The time is over.'
}


def taken(options: Type[BaseModel], with_mask: bool) -> Dict[str, Any]:
    """Body and options of a request."""
    fields = options.model_json_schema()['properties']
    form = dict(fields, photograph=_FILE)
    if with_mask:
        form['mask'] = dict(
            _FILE,
            description='Picture of the size of the upright photograph, white '
            '= damaged.')
    return dict(
        parameters=[
            dict(name=name, schema=schema, **{'in': 'query'})
            for name, schema in fields.items()
        ],
        requestBody=dict(
            required=True,
            content={
                'application/octet-stream':
                _BINARY,
                'image/*':
                _BINARY,
                'multipart/form-data':
                dict(
                    schema=dict(
                        type='object',
                        properties=form,
                        required=['photograph'],
                        additionalProperties=False))
            }))


def given(model: Type[BaseModel]) -> Dict[Any, Dict[str, Any]]:
    """Replies, by their codes."""
    headers = {
        header:
        dict(description=f'{name} of the JSON', schema=dict(type='string'))
        for name, header in HEADERS.items() if name in model.model_fields
    }
    replies: Dict[Any, Dict[str, Any]] = {
        code: dict(model=Problem, description=text)
        for code, text in _PROBLEMS.items()
    }
    replies[200] = dict(
        model=model,
        description='The file, or with "Accept: application/json" all.',
        headers=headers,
        content={'image/*': _BINARY})
    replies[503] = dict(
        model=Problem,
        description='Too many wait.',
        headers={
            'Retry-After':
            dict(description='seconds', schema=dict(type='integer'))
        })
    return replies
