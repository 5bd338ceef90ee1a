"""Contents that are drawn: colours, gradients and noise."""
import numpy as np
from mmagic.registry import TRANSFORMS
from mmcv.transforms import BaseTransform
from mmcv.transforms.utils import cache_randomness

from .patterns.curves import smooth_noise
from .random_draws import check_probability, check_range, random_size


class DrawnContent(BaseTransform):
    """Base of the contents that need no files, only a shape.

    They are drawn pixel by pixel or once per image.

    Required Keys:

    - gt

    Added Keys:

    - content (uint8 ``(H, W, 3)``, 0 to 255)
    """

    def transform(self, results: dict) -> dict:
        """Add ``results['content']``."""
        gt = results['gt']
        values = self._show(gt, self.random_values(gt.shape))
        results['content'] = np.clip(np.rint(values), 0, 255).astype(np.uint8)
        return results

    @cache_randomness
    def random_values(self, shape: tuple[int, int, int]) -> np.ndarray:
        """Draw values of the given shape, on the scale of 0 to 255."""
        return self._draw(shape)

    def _show(self, gt: np.ndarray, values: np.ndarray) -> np.ndarray:
        """The content that the values make of a photograph."""
        return values

    def _draw(self, shape: tuple[int, int, int]) -> np.ndarray:
        raise NotImplementedError


@TRANSFORMS.register_module()
class ConstantColorContent(DrawnContent):
    """One uniformly random colour per image.

    Keys: see :class:`DrawnContent`.
    """

    def _draw(self, shape: tuple[int, int, int]) -> np.ndarray:
        return np.broadcast_to(np.random.randint(256, size=3), shape)


@TRANSFORMS.register_module()
class UniformNoiseContent(DrawnContent):
    """Independent uniform noise over 0 to 255 in every pixel and channel.

    Keys: see :class:`DrawnContent`.
    """

    def _draw(self, shape: tuple[int, int, int]) -> np.ndarray:
        return np.random.randint(256, size=shape)


@TRANSFORMS.register_module()
class GaussianNoiseContent(DrawnContent):
    """Independent Gaussian noise, clipped to 0 to 255.

    Keys: see :class:`DrawnContent`.

    Args:
        mean (float): Mean, on the scale of 0 to 255.
        std (float): Standard deviation, on the same scale.
    """

    def __init__(self, *, mean: float = 127.5, std: float = 64.) -> None:
        if std < 0:
            raise ValueError(f'std must not be negative, got {std}.')
        self.mean = mean
        self.std = std

    def _draw(self, shape: tuple[int, int, int]) -> np.ndarray:
        return np.random.normal(self.mean, self.std, shape)


@TRANSFORMS.register_module()
class SaltAndPepperContent(DrawnContent):
    """The photograph itself with some pixels turned black or white.

    The mask stays that of the noisy region: between its black and white
    pixels, intact ones count as corrupted.

    Keys: see :class:`DrawnContent`.

    Args:
        amount (float): Share of the pixels that are turned, in (0, 1].
        salt_share (float): Share of the turned pixels that are white, the
            others are black.
    """

    def __init__(self,
                 *,
                 amount: float = 0.5,
                 salt_share: float = 0.5) -> None:
        if not 0 < amount <= 1:
            raise ValueError(f'amount must be in (0, 1], got {amount}.')
        if not 0 <= salt_share <= 1:
            raise ValueError('salt_share must be from 0 to 1, got '
                             f'{salt_share}.')
        self.amount = amount
        self.salt_share = salt_share

    def _show(self, gt: np.ndarray, values: np.ndarray) -> np.ndarray:
        content = gt.copy()
        content[values < self.amount] = 0
        content[values < self.amount * self.salt_share] = 255
        return content

    def _draw(self, shape: tuple[int, int, int]) -> np.ndarray:
        return np.random.rand(*shape[:2])


@TRANSFORMS.register_module()
class GradientContent(DrawnContent):
    """Two random colours that turn into each other along a random line.

    Keys: see :class:`DrawnContent`.
    """

    def _draw(self, shape: tuple[int, int, int]) -> np.ndarray:
        start, end = np.random.randint(256, size=(2, 3))
        angle = np.random.uniform(0, 2 * np.pi)
        rows, columns = np.mgrid[:shape[0], :shape[1]]
        along = rows * np.sin(angle) + columns * np.cos(angle)
        along -= along.min()
        return start + (along / max(along.max(), 1))[..., None] * (end - start)


@TRANSFORMS.register_module()
class ColoredNoiseContent(DrawnContent):
    """Gaussian noise about a random colour, grey or coloured, fine or coarse.

    Keys: see :class:`DrawnContent`.

    Args:
        std_range (tuple[float, float]): Least and largest standard deviation,
            on the scale of 0 to 255.
        cell_range (tuple[float, float]): Finest and coarsest noise: distance
            in pixels of independent values, at least 1.
        grey_probability (float): How often all channels have the same noise.
    """

    def __init__(self,
                 *,
                 std_range: tuple[float, float] = (20., 80.),
                 cell_range: tuple[float, float] = (1., 8.),
                 grey_probability: float = 0.5) -> None:
        self.std_range = check_range('std_range', std_range, 0)
        self.cell_range = check_range('cell_range', cell_range, 1)
        self.grey_probability = check_probability('grey_probability',
                                                  grey_probability)

    def _draw(self, shape: tuple[int, int, int]) -> np.ndarray:
        color = np.random.randint(256, size=3)
        cell = random_size(self.cell_range)
        channels = 1 if np.random.rand() < self.grey_probability else 3
        noise = np.stack(
            [smooth_noise(shape[:2], cell) for _ in range(channels)], axis=-1)
        std = np.random.uniform(*self.std_range)
        return np.broadcast_to(color + std * noise, shape)


@TRANSFORMS.register_module()
class GrainContent(DrawnContent):
    """The photograph itself under grain.

    Keys: see :class:`DrawnContent`.

    Args:
        std_range (tuple[float, float]): Least and largest standard deviation
            of the grain, on the scale of 0 to 255.
        grey_probability (float): How often all channels have the same grain.
    """

    def __init__(self,
                 *,
                 std_range: tuple[float, float] = (30., 90.),
                 grey_probability: float = 0.5) -> None:
        self.std_range = check_range('std_range', std_range, 0)
        self.grey_probability = check_probability('grey_probability',
                                                  grey_probability)

    def _show(self, gt: np.ndarray, values: np.ndarray) -> np.ndarray:
        return gt + values

    def _draw(self, shape: tuple[int, int, int]) -> np.ndarray:
        channels = 1 if np.random.rand() < self.grey_probability else 3
        std = np.random.uniform(*self.std_range)
        return np.random.normal(0, std, (*shape[:2], channels))
