"""Chromium at the web page, as a person would use it."""
import json
import shutil
import socket
import time
from pathlib import Path
from typing import Any, Callable, List, Tuple

PATIENCE = 60  # seconds, for a busy machine


class Browser:
    """Chromium without a window; finds elements by CSS selectors."""

    def __init__(self, downloads: Path) -> None:
        from selenium import webdriver
        options = webdriver.ChromeOptions()
        options.binary_location = shutil.which('chromium')
        for argument in ('headless=new', 'no-sandbox', 'window-size=1280,1200',
                         'disable-dev-shm-usage', 'hide-scrollbars',
                         'enable-unsafe-swiftshader'):
            options.add_argument(f'--{argument}')
        options.add_experimental_option(
            'prefs', {
                'download.default_directory': str(downloads),
                'profile.default_content_setting_values.automatic_downloads': 1
            })
        options.set_capability('goog:loggingPrefs', {'performance': 'ALL'})
        self.driver = webdriver.Chrome(
            options=options,
            service=webdriver.ChromeService(shutil.which('chromedriver')))
        self.downloads = downloads

    def find(self, selector: str) -> Any:
        return wait_for(
            lambda: self.driver.find_elements('css selector', selector))[0]

    def text(self, selector: str) -> str:
        return self.find(selector).text

    def click(self, selector: str) -> None:
        button = self.find(selector)
        wait_for(button.is_enabled)
        self.driver.execute_script('arguments[0].click()', button)

    def upload(self, photograph: Path) -> None:
        chooser = self.find('#photograph input[type=file]')
        chooser.send_keys(str(photograph))

    def drag(self, selector: str, start: Tuple[int, int],
             move: Tuple[int, int]) -> None:
        """Drag from a place in an element, counted from its upper left."""
        element = self.find(selector)
        self.driver.execute_script('arguments[0].scrollIntoView()', element)
        size = element.size
        from selenium.webdriver import ActionChains
        actions = ActionChains(self.driver, duration=20)
        actions.move_to_element_with_offset(element,
                                            start[0] - size['width'] // 2,
                                            start[1] - size['height'] // 2)
        actions.click_and_hold().move_by_offset(*move).release().perform()

    def download(self, selector: str) -> Path:
        before = set(self.downloads.iterdir())
        self.click(selector)
        return wait_for(lambda: [
            path for path in set(self.downloads.iterdir()) - before
            if not path.name.endswith('.crdownload') and path.name[0] != '.'
        ])[0]

    def outside_requests(self) -> List[str]:
        """Addresses that were asked for and answered by other machines."""
        messages = [
            json.loads(entry['message'])['message']
            for entry in self.driver.get_log('performance')
        ]
        urls = [
            message['params']['response']['url'] for message in messages
            if message['method'] == 'Network.responseReceived'
        ]
        assert any('127.0.0.1' in url for url in urls)
        return [
            url for url in urls
            if not url.startswith(('http://127.0.0.1:', 'data:', 'blob:'))
        ]


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(('127.0.0.1', 0))
        return listener.getsockname()[1]


def wait_for(look: Callable[[], Any]) -> Any:
    """Look until there is something to see."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        seen = look()
        if seen:
            return seen
        time.sleep(0.1)
    raise AssertionError(f'nothing to see for {PATIENCE} s')
