"""Replies, as clients get them: all of it as JSON, or a file and its verdict
in headers."""
import base64
from typing import Annotated, Any, Dict, List, Literal, Optional

from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, Field, PlainSerializer, WithJsonSchema

Label = Literal['clean', 'uncertain', 'damaged', 'not looked at']
Status = Annotated[
    Literal['restored', 'clean', 'uncertain', 'not looked at'],
    Field(description='what became of it; only what was restored is changed, '
          'what is uncertain needs a look')]
Share = Annotated[float, Field(ge=0, le=1)]


def _as_base64(content: bytes) -> str:
    return base64.b64encode(content).decode()


Content = Annotated[bytes,
                    PlainSerializer(_as_base64, return_type=str),
                    WithJsonSchema({
                        'type': 'string',
                        'contentEncoding': 'base64'
                    })]


class Region(BaseModel):
    """Connected pixels that are, or may be, damaged."""
    box: List[int] = Field(
        description='x, y, width, height in pixels of the upright photograph',
        min_length=4,
        max_length=4)
    area: int = Field(description='pixels', ge=0)
    probability: Optional[Share]
    label: Label


class Found(BaseModel):
    """What was found in a picture."""
    verdict: Optional[Label] = None
    probability: Optional[Share] = Field(
        None, description='that it is damaged: that of its surest region')
    regions: List[Region] = Field([], description='the surest first')
    reason: Optional[str] = Field(
        None, description='why nobody looked for damage')


class Page(Found):
    """One page of a file of several."""
    page: int = Field(description='counted from 1', ge=1)
    status: Status
    changed_share: Share


class Restored(Found):
    """A restored photograph."""
    status: Status
    changed_share: Share = Field(description='of its pixels')
    note: Optional[str] = Field(
        None, description='what the result has not of the photograph')
    pages: List[Page] = Field([], description='of a file of several')
    seconds: float = Field(ge=0)
    media_type: str = Field(description='of the restored file')
    restored: Content = Field(
        description='the restored file; the same bytes that came, if nothing '
        'was changed')
    mask: Optional[Content] = Field(
        None,
        description='PNG file, white = changed; null if nobody looked, or '
        'there are several pages')


class Detected(Found):
    """What is damaged in a photograph."""
    marked_share: Share = Field(description='of its pixels')
    seconds: float = Field(ge=0)
    mask: Content = Field(description='PNG file, white = damaged')


class Health(BaseModel):
    """Who serves."""
    status: Literal['ok']
    version: str
    networks: Dict[str, Any] = Field(
        description='hcl and inpaintor, each with name and sha256 among '
        'others, null for what is not there')


class Problem(BaseModel):
    """Why there is no result."""
    error: str = Field(description='what was expected, what came, what to do')


# Headers of a file, by the name of what they tell.
HEADERS = {
    'status': 'HCL-Status',
    'verdict': 'HCL-Verdict',
    'probability': 'HCL-Probability',
    'changed_share': 'HCL-Changed-Share',
    'marked_share': 'HCL-Marked-Share',
    'reason': 'HCL-Reason',
    'note': 'HCL-Note'
}


def wants_json(accept: str) -> bool:
    """Whether a client asks for JSON rather than for a file."""
    kinds = [part.partition(';')[0].strip() for part in accept.split(',')]
    return 'application/json' in kinds


def reply(found: Found, file: bytes, media_type: str,
          as_json: bool) -> Response:
    """The reply with a restored or detected photograph."""
    if as_json:
        return JSONResponse(found.model_dump(mode='json'))
    told = {
        header: _in_header(getattr(found, name))
        for name, header in HEADERS.items()
        if getattr(found, name, None) is not None
    }
    return Response(file, media_type=media_type, headers=told)


def refuse(code: int, message: str, **headers: str) -> JSONResponse:
    """The reply that tells why there is no result."""
    names = {name.replace('_', '-'): text for name, text in headers.items()}
    return JSONResponse(Problem(error=message).model_dump(), code, names)


def _in_header(value: Any) -> str:
    if isinstance(value, float):
        return f'{value:.4f}'
    return str(value).encode('ascii', 'backslashreplace').decode()
