"""Stable Diffusion as an inpainting model, from files on this machine."""

import logging
from contextlib import contextmanager
from math import lcm
from pathlib import Path
from typing import Any, Dict, Iterator, Union

import torch
from mmagic.registry import MODELS
from mmengine.logging import MMLogger
from mmengine.optim import OptimWrapperDict
from mmengine.registry import DefaultScope
from torch import Tensor, nn

from ...errors import ConfigError
from ..damage_model import DamageModel
from ..pictures import Padding, Restoration

# Of a folder in the layout of diffusers. A pickle is not taken in the place of
# safetensors: reading it may run code.
NEEDED_FILES = ('unet/config.json', 'unet/diffusion_pytorch_model.safetensors',
                'vae/config.json', 'vae/diffusion_pytorch_model.safetensors',
                'text_encoder/config.json', 'text_encoder/model.safetensors',
                'tokenizer/vocab.json', 'tokenizer/merges.txt')
# Noise, picture and mask of an inpainting network, in latent channels.
INPAINTING_CHANNELS = 9
# As Stable Diffusion was trained.
SCHEDULER = dict(
    type='EditDDIMScheduler',
    variance_type='learned_range',
    beta_start=0.00085,
    beta_end=0.012,
    beta_schedule='scaled_linear',
    num_train_timesteps=1000,
    set_alpha_to_one=False,
    clip_sample=False)


@MODELS.register_module()
class StableDiffusionRepairer(DamageModel):
    """MMagic's ``StableDiffusionInpaint``, asked as an inpaintor.

    It repairs and is not trained. The same picture under the same mask gives
    the same repair, whatever else is in the batch, and a repair leaves the
    caller's random numbers as they were.

    Args:
        folder (str): Folder on this machine with the weights, in the layout of
            diffusers: ``unet``, ``vae``, ``text_encoder`` and ``tokenizer``,
            weights as safetensors. Nothing is downloaded, and no code that a
            file may hold is run.
        prompt (str): What the repair is to show; may be empty.
        num_steps (int): Steps of the denoising, 1 to 1000.
        guidance_scale (float): How much the prompt counts; up to 1 it takes
            half the time, and is all that an empty prompt can use.
        seed (int): Of the noise that is begun with, in [0, 2**32).
        data_preprocessor (dict, optional): Config of the data preprocessor.

    Raises:
        ConfigError: If a number is out of range, or the folder is not there or
            holds no inpainting model.
    """

    # It has no losses.
    modes = ('tensor', 'predict')

    def __init__(
            self,
            *,
            folder: str,
            prompt: str = '',
            num_steps: int = 50,
            guidance_scale: float = 1.,
            seed: int = 0,
            data_preprocessor: Union[dict, nn.Module, None] = None) -> None:
        super().__init__(data_preprocessor)
        if not 1 <= num_steps <= 1000 or not 0 <= seed < 2**32:
            raise ConfigError(
                'StableDiffusionRepairer: num_steps must be in [1, 1000] and '
                f'seed in [0, 2**32), got {num_steps} and {seed}')
        self.prompt = prompt
        self.num_steps = num_steps
        self.guidance_scale = guidance_scale
        self.seed = seed
        self.diffusion: Any = _load_diffusion(folder)

    @property
    def size_divisor(self) -> int:
        """int: Sides that the networks take are multiples of this."""
        return lcm(8, self.diffusion.vae_scale_factor)

    def train(self, mode: bool = True) -> 'StableDiffusionRepairer':
        """Change the flag alone: the networks stay as they are at test."""
        self.training = mode
        return self

    def init_weights(self) -> None:
        """Nothing: the weights are those of the folder."""

    @torch.no_grad()
    def repair(self, corrupted: Tensor, mask: Tensor) -> Tensor:
        """Repair a mask in pictures of any size.

        Args:
            corrupted (Tensor): Damaged images in [-1, 1], ``(N, 3, H, W)``;
                what lies under the mask is not looked at.
            mask (Tensor): 1 = corrupted, 0 = intact, ``(N, 1, H, W)``, float.

        Returns:
            Tensor: The network's image in [-1, 1], ``(N, 3, H, W)``, float32,
            not composited.
        """
        padding = Padding.to_multiple(corrupted, self.size_divisor)
        height, width = padding.padded_size
        # MMagic rounds the mask in place.
        region = padding.pad((mask > 0.5).float())
        images = [
            self._sample(picture, hidden, height, width)
            for picture, hidden in zip(
                padding.pad(corrupted).split(1), region.split(1))
        ]
        return padding.crop(torch.cat(images)).clamp(-1, 1)

    def restore_samples(self, corrupted: Tensor,
                        data_samples: Any) -> Restoration:
        """See :class:`~..damage_model.DamageModel`; of the samples' ``mask``
        (1 = corrupted, 0 = intact, ``(N, 1, H, W)``)."""
        mask = data_samples.mask
        return Restoration(
            mask, (mask, ), refined=self.repair(corrupted, mask))

    def train_step(self, data: Dict[str, Any],
                   optim_wrapper: OptimWrapperDict) -> Dict[str, Tensor]:
        """Refuse, by a ConfigError."""
        raise ConfigError('StableDiffusionRepairer only repairs: it cannot be '
                          'trained here. Take tools/test.py')

    def _sample(self, picture: Tensor, mask: Tensor, height: int,
                width: int) -> Tensor:
        # Imports the transforms, which mere inference does without.
        from ...datasets.seeding import seeded_rng

        # MMagic seeds every generator there is.
        devices = range(torch.cuda.device_count())
        with seeded_rng(self.seed), torch.random.fork_rng(devices):
            return self.diffusion.infer(
                self.prompt,
                image=picture,
                mask_image=mask,
                height=height,
                width=width,
                num_inference_steps=self.num_steps,
                guidance_scale=self.guidance_scale,
                seed=self.seed,
                show_progress=False,
                return_type='tensor')['samples'].float()


def _load_diffusion(folder: str) -> nn.Module:
    path = Path(folder).expanduser()
    lacks = [name for name in NEEDED_FILES if not (path / name).is_file()]
    if lacks:
        raise ConfigError(
            'StableDiffusionRepairer: expected a folder on this machine with '
            f'unet, vae, text_encoder and tokenizer, got {folder}, which '
            f'{"has no " + lacks[0] if path.is_dir() else "is not there"}: '
            'nothing is downloaded')
    config = dict(
        type='StableDiffusionInpaint',
        unet=_network('UNet2DConditionModel', path / 'unet'),
        vae=_network('AutoencoderKL', path / 'vae'),
        text_encoder=dict(
            type='ClipWrapper',
            clip_type='huggingface',
            pretrained_model_name_or_path=str(path / 'text_encoder')),
        tokenizer=str(path),
        scheduler=SCHEDULER,
        enable_xformers=False)
    with DefaultScope.overwrite_default_scope('mmagic'), _quietly():
        try:
            model = MODELS.build(config).eval()
        # The files may be of any kind, and damaged.
        except Exception as error:
            raise ConfigError('StableDiffusionRepairer cannot load '
                              f'{folder}: {error}') from error
    channels = model.unet.config.in_channels
    if channels != INPAINTING_CHANNELS:
        raise ConfigError(
            f'StableDiffusionRepairer: the network of {folder} takes '
            f'{channels} channels, expected the {INPAINTING_CHANNELS} of one '
            'for inpainting')
    return model.requires_grad_(False)


def _network(kind: str, folder: Path) -> Dict[str, Any]:
    return dict(
        type=kind,
        from_pretrained=str(folder),
        use_safetensors=True,
        low_cpu_mem_usage=False)  # or else it recommends another package


@contextmanager
def _quietly() -> Iterator[None]:
    """Without MMagic's lines on types of numbers."""
    logger = MMLogger.get_current_instance()
    level = logger.level
    logger.setLevel(logging.WARNING)
    try:
        yield
    finally:
        logger.setLevel(level)
