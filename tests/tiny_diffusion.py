"""A folder of Stable Diffusion for inpainting with tiny random weights."""
import json
from pathlib import Path
from typing import Any

import torch

CROSS_CHANNELS = 8


def write_tiny_diffusion(folder: Path, in_channels: int = 9) -> str:
    """Write networks, tokenizer and all in the layout of diffusers.

    Args:
        folder (Path): Is made.
        in_channels (int): Of the network that denoises; 9 for inpainting.

    Returns:
        str: The folder.
    """
    # Take seconds to import.
    from diffusers import AutoencoderKL, UNet2DConditionModel
    from transformers import CLIPTextConfig, CLIPTextModel
    torch.manual_seed(0)
    unet: Any = UNet2DConditionModel(
        sample_size=8,
        in_channels=in_channels,
        out_channels=4,
        layers_per_block=1,
        block_out_channels=(8, 16),
        down_block_types=('DownBlock2D', 'CrossAttnDownBlock2D'),
        up_block_types=('CrossAttnUpBlock2D', 'UpBlock2D'),
        cross_attention_dim=CROSS_CHANNELS,
        attention_head_dim=4,
        norm_num_groups=4)
    unet.save_pretrained(folder / 'unet')
    vae: Any = AutoencoderKL(
        block_out_channels=(8, ) * 4,
        down_block_types=('DownEncoderBlock2D', ) * 4,
        up_block_types=('UpDecoderBlock2D', ) * 4,
        latent_channels=4,
        norm_num_groups=4,
        sample_size=16)
    vae.save_pretrained(folder / 'vae')
    CLIPTextModel(
        CLIPTextConfig(
            vocab_size=4,
            hidden_size=CROSS_CHANNELS,
            intermediate_size=8,
            num_hidden_layers=1,
            num_attention_heads=2,
            max_position_embeddings=77,
            bos_token_id=2,
            eos_token_id=3,
            pad_token_id=3)).save_pretrained(folder / 'text_encoder')
    _write_tokenizer(folder / 'tokenizer')
    return str(folder)


def _write_tokenizer(folder: Path) -> None:
    from transformers import CLIPTokenizer
    folder.mkdir()
    words = ('a</w>', 'b</w>', '<|startoftext|>', '<|endoftext|>')
    vocabulary = folder / 'vocab.json'
    vocabulary.write_text(
        json.dumps({
            word: index
            for index, word in enumerate(words)
        }))
    merges = folder / 'merges.txt'
    merges.write_text('#version: 0.2\n')
    CLIPTokenizer(
        str(vocabulary), str(merges),
        model_max_length=77).save_pretrained(folder)
