"""What came with a request: files and options, never a path or an address."""
import argparse
import asyncio
import tempfile
import time
from contextlib import asynccontextmanager
from typing import (IO, Any, AsyncIterator, Dict, List, Literal, Optional,
                    Tuple, Type, TypeVar)

from pydantic import (BaseModel, ConfigDict, Field, ValidationError,
                      field_validator)
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request

from ..apis.mask_editing import MaskOptions
from ..errors import ConfigError
from ..restore_command.argument_types import rectangle

FILES = ('photograph', 'mask')
_MULTIPART = 'multipart/form-data'
_MOST_FIELDS = 64
# Options that can be given several times.
_SEVERAL = ('include', 'exclude')


class DetectOptions(BaseModel):
    """What is taken for damage, as of ``hcl-restore``."""
    model_config = ConfigDict(extra='forbid')

    threshold: Optional[float] = Field(
        None,
        description='Pixels are damaged above this confidence, 0 to 1, '
        'whatever the verdict; without it above 0.5 in regions that are '
        'surely damaged.')
    restore_uncertain: bool = Field(
        False, description='Take uncertain regions for damage, too.')
    min_area: int = Field(
        0, description='Leave regions of fewer pixels alone.')
    include: List[str] = Field(
        [],
        description='Only what lies in this rectangle, X,Y,WIDTH,HEIGHT in '
        'pixels from the upper left corner; can be given several times.')
    exclude: List[str] = Field(
        [], description='Nothing in this rectangle; likewise.')

    @field_validator('include', 'exclude')
    @classmethod
    def _check_rectangles(cls, texts: List[str]) -> List[str]:
        for text in texts:
            try:
                rectangle(text)
            except argparse.ArgumentTypeError as error:
                raise ValueError(str(error)) from error
        return texts

    @property
    def mask_options(self) -> MaskOptions:
        """MaskOptions: The same; a ConfigError if a value is out of its
        range."""
        values = self.model_dump(exclude={'mask_mode', 'format'})
        for name in _SEVERAL:
            values[name] = [rectangle(text) for text in values[name]]
        return MaskOptions(**values)


class RestoreOptions(DetectOptions):
    """What is restored, and how, as of ``hcl-restore``."""
    dilate: Optional[float] = Field(
        None,
        description='Pixels around the damage that are replaced, too; '
        'without it, as many as fit its thickness.')
    feather: Optional[float] = Field(
        None, description='Width of the soft edge beyond that, in pixels.')
    mask_mode: Literal['replace', 'add', 'subtract'] = Field(
        'replace',
        description='Take the given mask alone, add it to the detected one, '
        'or take it away from it.')
    format: Literal['lossless', 'keep'] = Field(
        'lossless',
        description='lossless: TIFF stays TIFF, all others become PNG. keep: '
        'the format that came, where that is lossy encoded again.')


Options = TypeVar('Options', bound=DetectOptions)


class NotReceived(Exception):
    """A request did not come in time."""


class Upload:
    """The files of a request, which wait on the disk for their turn, and the
    options that came with them, in their order."""

    def __init__(self) -> None:
        self.files: Dict[str, IO[bytes]] = {}
        self.fields: List[Tuple[str, str]] = []

    def content(self, name: str) -> Optional[bytes]:
        """The content of a file; None if it did not come."""
        if name not in self.files:
            return None
        self.files[name].seek(0)
        return self.files[name].read()

    def options(self, kind: Type[Options]) -> Options:
        """The options, one of the classes of this module; a ConfigError that
        names the first that is wrong, unknown, or there twice."""
        values: Dict[str, Any] = {}
        for name, text in self.fields:
            if name in _SEVERAL:
                values.setdefault(name, []).append(text)
            elif name in values:
                raise ConfigError(f'{name} came twice: say it once')
            else:
                values[name] = text
        try:
            return kind(**values)
        except ValidationError as error:
            raise ConfigError(_in_words(error, values)) from None


def _in_words(error: ValidationError, values: Dict[str, Any]) -> str:
    first = error.errors()[0]
    name = str(first['loc'][0])
    if first['type'] == 'extra_forbidden':
        return (f'there is no option {name}; the schema at /openapi.json '
                'lists them')
    if first['type'] == 'value_error':
        return f'{name}: {first["ctx"]["error"]}'
    return f'{name}: {first["msg"]}, got {values[name]}'


@asynccontextmanager
async def read_upload(request: Request, end: float) -> AsyncIterator[Upload]:
    """Read a request's body, a form or the photograph itself, and the options
    of form and query; its files are removed in the end. A ConfigError if the
    form is not as it should be, NotReceived if not all has come at ``end``, as
    of ``time.monotonic``."""
    upload = Upload()
    try:
        try:
            await asyncio.wait_for(
                _read(request, upload), max(0, end - time.monotonic()))
        except asyncio.TimeoutError:
            raise NotReceived from None
        yield upload
    finally:
        await request.close()
        for file in upload.files.values():
            file.close()


async def _read(request: Request, upload: Upload) -> None:
    upload.fields += request.query_params.multi_items()
    kind = request.headers.get('content-type', '').partition(';')[0]
    if kind.strip().lower() == _MULTIPART:
        await _read_form(request, upload)
        return
    upload.files['photograph'] = tempfile.TemporaryFile()
    async for chunk in request.stream():
        upload.files['photograph'].write(chunk)


async def _read_form(request: Request, upload: Upload) -> None:
    try:
        form = await request.form(
            max_files=len(FILES), max_fields=_MOST_FIELDS)
    except HTTPException as error:
        raise ConfigError(f'the form cannot be read: {error.detail}') from None
    for name, value in form.multi_items():
        if isinstance(value, UploadFile):
            if name not in FILES or name in upload.files:
                raise ConfigError(
                    f'expected the files {" and ".join(FILES)}, once each, '
                    f'got another file {name}')
            upload.files[name] = value.file
        elif name in FILES:
            raise ConfigError(
                f'{name} must be a file of the form (curl -F {name}=@FILE): '
                'paths and addresses are not followed')
        else:
            upload.fields.append((name, value))
    if 'photograph' not in upload.files:
        raise ConfigError('the form has no file photograph')
