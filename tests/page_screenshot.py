"""The picture of the page in the docs.

    python tests/page_screenshot.py CHECKPOINT docs/webui.png
"""
import sys
import tempfile
from pathlib import Path

import cv2
from page_browser import Browser, free_port, wait_for
from skimage import data

from hcl_mmagic.apis import HCLInferencer
from hcl_mmagic.webui.server import serve_page


def main(checkpoint: str, screenshot: str) -> None:
    inferencer = HCLInferencer(checkpoint, device='cpu')
    with tempfile.TemporaryDirectory() as folder, \
            serve_page(inferencer, port=free_port()) as url:
        photograph = write_graffiti(Path(folder) / 'coffee.png')
        browser = Browser(Path(folder))
        try:
            browser.driver.set_window_size(1280, 1390)
            browser.driver.get(url)
            browser.upload(photograph)
            wait_for(lambda: browser.text('#verdict'))
            browser.drag('#editor canvas', (330, 150), (15, 15))
            browser.click('#restore')
            # Also takes the brush's pointer off the photograph.
            browser.drag('.pictures input', (438, 300), (-70, 0))
            browser.driver.execute_script('window.scrollTo(0, 0)')
            browser.driver.save_screenshot(screenshot)
        finally:
            browser.driver.quit()
    shrink_file(screenshot)


def write_graffiti(path: Path) -> Path:
    """A photograph that a text and a line were sprayed on."""
    photograph = data.coffee()[..., ::-1].copy()
    cv2.putText(photograph, 'HCL', (40, 170), cv2.FONT_HERSHEY_SCRIPT_COMPLEX,
                5, (240, 60, 20), 14, cv2.LINE_AA)
    cv2.imwrite(str(path), photograph)
    return path


def shrink_file(path: str) -> None:
    """Store a screenshot with 256 colours."""
    from PIL import Image
    with Image.open(path) as image:
        image.convert('RGB').quantize(256).save(path, optimize=True)


if __name__ == '__main__':
    main(*sys.argv[1:])
