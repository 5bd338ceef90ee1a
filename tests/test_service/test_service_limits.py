"""What the service refuses, and that its schema says so."""
import socket
import threading
import time
from typing import Any, Dict, Iterator, List

import numpy as np
import pytest
import requests
from known_inferencer import KnownInferencer, picture
from photograph_server import Served, encode

HOSTILE = {
    'nothing': b'',
    'text': b'../../etc/passwd',
    'address': b'file:///etc/passwd',
    'cut off': encode(picture(9))[:100],
    'html': b'<html></html>',
}


@pytest.fixture(scope='module')
def schema(url: str) -> Dict[str, Any]:
    return requests.get(f'{url}/openapi.json').json()


def check(schema: Dict[str, Any], answer: requests.Response) -> None:
    """The reply is one that the schema knows."""
    validators = pytest.importorskip('jsonschema.validators')
    method = (answer.request.method or '').lower()
    path = answer.request.path_url.partition('?')[0]
    known = schema['paths'][path][method]['responses'][str(answer.status_code)]
    kind = answer.headers['Content-Type']
    for name in known.get('headers', {}):
        if name in ('Retry-After', 'HCL-Verdict'):
            assert name in answer.headers or kind == 'application/json'
    if kind != 'application/json':
        assert kind.startswith('image/') and 'image/*' in known['content']
        told = {name for name in answer.headers if name.startswith('hcl-')}
        assert told <= {name.lower() for name in known['headers']}
        return
    content = dict(
        known['content'][kind]['schema'], components=schema['components'])
    validators.Draft202012Validator(content).validate(answer.json())


@pytest.mark.parametrize('accept', ['*/*', 'application/json'])
@pytest.mark.parametrize('address', ['restore', 'detect'])
@pytest.mark.parametrize('number', [0, 3, 9])
def test_results_are_as_the_schema_says(url: str, schema: Dict[str, Any],
                                        number: int, address: str,
                                        accept: str) -> None:
    answer = requests.post(
        f'{url}/{address}',
        data=encode(picture(number)),
        headers=dict(Accept=accept))
    assert answer.status_code == 200
    check(schema, answer)


def test_health_is_as_the_schema_says(url: str, schema: Dict[str,
                                                             Any]) -> None:
    check(schema, requests.get(f'{url}/health'))


@pytest.mark.parametrize('name', HOSTILE)
def test_what_is_no_photograph_is_refused_in_words(url: str, schema: Dict[str,
                                                                          Any],
                                                   name: str) -> None:
    answer = requests.post(f'{url}/restore', data=HOSTILE[name])
    assert answer.status_code == 422
    assert answer.json()['error'].startswith('the photograph')
    check(schema, answer)


@pytest.mark.parametrize(
    ('request_', 'code', 'words'),
    [
        (dict(params=dict(threshold=7)), 400, 'between 0 and 1, got 7'),
        (dict(params=dict(threshold='much')), 400, 'threshold: .* got much'),
        (dict(params=dict(include='1,2')), 400, 'include takes|four whole'),
        (dict(params=dict(path='/etc/passwd')), 400, 'no option path'),
        (dict(params=dict(dilate=['1', '2'])), 400, 'dilate came twice'),
        (dict(params=dict(mask_mode='add')), 400, 'mask_mode needs a mask'),
        (dict(headers=dict(Origin='http://example.org')), 403, 'Other sites'),
        (dict(data=iter([b'x'])), 411, 'length must be said'),
        (dict(data=bytes(200_000)), 413, 'too large'),
    ],
    ids=lambda value: str(value)[:40].partition(" object")[0])  # yapf: disable
def test_wrong_requests_are_refused_in_words(url: str, schema: Dict[str, Any],
                                             damaged: bytes,
                                             request_: Dict[str, Any],
                                             code: int, words: str) -> None:
    answer = requests.post(f'{url}/restore', **{'data': damaged, **request_})
    assert answer.status_code == code
    pytest.raises(ValueError, _fail, answer).match(words)
    check(schema, answer)


def _fail(answer: requests.Response) -> None:
    raise ValueError(answer.json()['error'])


@pytest.mark.parametrize('form', [
    dict(data=dict(photograph='/etc/passwd'), files=dict(mask=b'')),
    dict(data=dict(photograph='http://example.org/a.png'),
         files=dict(mask=b'')),
    dict(files=dict(file=b'x')),
    dict(files=[('photograph', b'x'), ('photograph', b'y')]),
    dict(data=b'--x', headers={'Content-Type': 'multipart/form-data'}),
    dict(data=b'--', headers={
        'Content-Type': 'multipart/form-data; boundary=x'}),
])  # yapf: disable
def test_forms_hold_files_only(url: str, schema: Dict[str, Any],
                               form: Dict[str, Any]) -> None:
    answer = requests.post(f'{url}/restore', **form)
    assert answer.status_code == 400
    check(schema, answer)


def test_a_mask_of_another_size_is_refused(url: str, damaged: bytes) -> None:
    mask = encode(np.zeros((5, 5), np.uint8))
    answer = requests.post(
        f'{url}/restore', files=dict(photograph=damaged, mask=mask))
    assert answer.status_code == 422
    assert '5 x 5 pixels' in answer.json()['error']


def test_names_of_other_sites_lead_nowhere(url: str) -> None:
    answer = requests.get(f'{url}/health', headers=dict(Host='example.org'))
    assert answer.status_code == 400


@pytest.mark.parametrize(('method', 'path', 'code'), [('GET', '/restore', 405),
                                                      ('GET', '/docs', 404),
                                                      ('POST', '/etc', 404)])
def test_other_addresses_are_not_there(url: str, method: str, path: str,
                                       code: int) -> None:
    answer = requests.request(method, url + path, data=b'')
    assert answer.status_code == code
    assert '/openapi.json' in answer.json()['error']


def test_prometheus_reads_the_numbers(url: str, damaged: bytes) -> None:
    from prometheus_client.parser import text_string_to_metric_families

    def numbers() -> Dict[str, float]:
        return {
            f'{sample.name}{sorted(sample.labels.values())}': sample.value
            for family in text_string_to_metric_families(
                requests.get(f'{url}/metrics').text)
            for sample in family.samples
        }

    before = numbers()
    requests.post(f'{url}/restore', data=damaged)
    requests.post(f'{url}/restore', data=b'x')
    after = numbers()
    for name, more in (("hcl_requests_total['/restore', '200']",
                        1), ("hcl_requests_total['/restore', '422']",
                             1), ("hcl_request_seconds_count['/restore']", 2),
                       ("hcl_photographs_total['/restore', 'restored']", 1)):
        assert after[name] - before.get(name, 0) == more
    assert after['hcl_places_taken[]'] == 0


class SlowNetworks:
    """Works on a tile every 10 milliseconds, until told to go on."""

    def __init__(self) -> None:
        self.go_on = threading.Event()
        self.begun = 0

    def repair(self) -> None:
        time.sleep(0.01)


class SlowInferencer(KnownInferencer):
    """Takes its time, tile by tile."""

    def __init__(self) -> None:
        super().__init__()
        self.networks = self.hcl = SlowNetworks()

    def restore(self, *arguments: Any, **options: Any) -> Any:
        self.networks.begun += 1
        while not self.networks.go_on.is_set():
            self.hcl.repair()
        return super().restore(*arguments, **options)


@pytest.fixture
def slow(url: str) -> Iterator[Any]:
    """A service for one, with a queue of one, that gives up after a second;
    and its networks."""
    inferencer = SlowInferencer()
    with Served(inferencer, queue_size=1, seconds=1) as served:
        yield served, inferencer.networks
        inferencer.networks.go_on.set()


def test_a_full_queue_and_a_long_time_are_said(slow: Any, damaged: bytes,
                                               schema: Dict[str, Any]) -> None:
    served, networks = slow
    answers: List[requests.Response] = []

    def ask() -> None:
        answers.append(requests.post(f'{served.url}/restore', data=damaged))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(item.status_code for item in answers) == [503, 503, 504, 504]
    for answer in answers:
        check(schema, answer)
    busy = next(item for item in answers if item.status_code == 503)
    assert int(busy.headers['Retry-After']) >= 1
    networks.go_on.set()
    answer = requests.post(f'{served.url}/restore', data=damaged)
    assert answer.status_code == 200


def test_work_is_left_that_nobody_waits_for(slow: Any, damaged: bytes) -> None:
    served, networks = slow
    head = (f'POST /restore HTTP/1.1\r\nHost: 127.0.0.1:{served.port}\r\n'
            f'Content-Length: {len(damaged)}\r\n\r\n')
    with socket.create_connection(('127.0.0.1', served.port)) as client:
        client.sendall(head.encode() + damaged)
        while not networks.begun:
            time.sleep(0.01)
    start = time.monotonic()
    answer = requests.post(f'{served.url}/restore', data=damaged)
    # It got its turn, and its own second.
    assert answer.status_code == 504 and networks.begun == 2
    assert time.monotonic() - start < 5


def test_a_body_that_does_not_come_is_given_up(slow: Any) -> None:
    served, _ = slow
    head = (f'POST /restore HTTP/1.1\r\nHost: 127.0.0.1:{served.port}\r\n'
            'Content-Length: 100\r\n\r\nP')
    with socket.create_connection(('127.0.0.1', served.port)) as client:
        client.sendall(head.encode())
        client.settimeout(10)
        assert b' 408 ' in client.recv(1000)
