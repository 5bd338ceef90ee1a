"""HCL's detector: projections, their split in two, losses."""

from typing import Any, Dict, List, Optional, Sequence, Tuple

import torch
import torch.nn.functional as F
from mmagic.registry import MODELS
from torch import Tensor, nn

from ...weights import with_present_names
from ..functional import at_least_float32, full_precision
from ..layers import FreshGELU
from .hierarchy import MaskHierarchy
from .splits import Projections


class StageHeads(nn.Module):
    """A perceptron on every pixel of every stage, the base of the detectors.

    Each stage may see the next coarser one's features beside its own
    ('inter-stage semantic consistency'): equations 3 and 6 of HCL.

    Args:
        stage_channels (Sequence[int]): Channels of the encoder's features,
            finest first.
        out_channels (int): Outputs of a perceptron.
        hidden_channels (int): Width of its hidden layer.
        fuse_stages (bool): Whether a stage sees the next coarser one.
        num_heads (int): Stages that get a perceptron, the finest ones.
    """

    def __init__(self, *, stage_channels: Sequence[int], out_channels: int,
                 hidden_channels: int, fuse_stages: bool,
                 num_heads: int) -> None:
        super().__init__()
        fused = [channels // 4 for channels in stage_channels[1:]]
        extra = [*fused, 0] if fuse_stages else [0] * len(stage_channels)
        self.projection_heads = nn.ModuleList(
            nn.Sequential(
                nn.Linear(stage_channels[stage] +
                          extra[stage], hidden_channels), FreshGELU(),
                nn.Linear(hidden_channels, out_channels))
            for stage in range(num_heads))
        self.fusions = nn.ModuleList(
            nn.Linear(stage_channels[stage + 1], fused[stage]) for stage in
            range(min(num_heads, len(fused)))) if fuse_stages else None

    def of_stages(self, features: Sequence[Tensor]) -> List[Tensor]:
        """Output of each perceptron, ``(N, C, H_s, W_s)``, of the encoder's
        features, finest first, each twice the size of the next."""
        # 1x1 convolutions as linear layers on channels-last maps: a CPU has
        # no fast kernel for the former.
        pixels = [feature.permute(0, 2, 3, 1) for feature in features]
        outputs = []
        for stage, head in enumerate(self.projection_heads):
            feature = pixels[stage]
            if self.fusions is not None and stage + 1 < len(pixels):
                coarser = self.fusions[stage](pixels[stage + 1])
                coarser = coarser.repeat_interleave(2,
                                                    1).repeat_interleave(2, 2)
                feature = torch.cat((feature, coarser), dim=-1)
            outputs.append(head(feature).permute(0, 3, 1, 2))
        return outputs


@MODELS.register_module()
class ContrastiveDetectorHead(StageHeads):
    """Finds the corrupted pixels by contrastive projections.

    HCL section 3.2. Every stage's features are projected to unit vectors; a
    split tells the two sides of each picture apart and names them.

    Args:
        split (dict): Config of the split, a :class:`~.splits.TwoMeansSplit`.
        losses (dict, optional): Configs of the losses of the projections by
            any name, such as :class:`~..losses.HierarchicalContrastiveLoss`;
            they take projections, hierarchy and true mask. None for one that
            is left out.
        stage_channels (Sequence[int]): Channels of the encoder's features,
            finest first.
        projection_channels (int): Width of the unit vectors.
        fuse_stages (bool): Let each stage see the next coarser one's
            features; False is the ablation 'without inter-stage consistency'.
        hierarchical (bool): Contrast and split every stage, coarse to fine;
            False does both at the finest stage alone (an ablation), and the
            coarser masks are averages of the finest one.

    Raises:
        ValueError: If there is not one sure fraction per stage.
    """

    def __init__(self,
                 *,
                 split: dict,
                 losses: Optional[Dict[str, Optional[dict]]] = None,
                 stage_channels: Sequence[int] = (64, 128, 256),
                 projection_channels: int = 64,
                 fuse_stages: bool = True,
                 hierarchical: bool = True) -> None:
        super().__init__(
            stage_channels=stage_channels,
            out_channels=projection_channels,
            hidden_channels=2 * projection_channels,
            fuse_stages=fuse_stages,
            num_heads=len(stage_channels) if hierarchical else 1)
        self.split = MODELS.build(split)
        if len(self.split.sure_fractions) != len(stage_channels):
            raise ValueError(
                f'{type(self).__name__} needs one entry of sure_fractions per '
                f'stage: got {len(self.split.sure_fractions)} for '
                f'{len(stage_channels)} stages')
        self.losses = nn.ModuleDict({
            name: MODELS.build(config)
            for name, config in (losses or {}).items() if config
        })
        self._register_load_state_dict_pre_hook(_take_present_names)

    def forward(
        self,
        features: Sequence[Tensor],
        mask: Optional[Tensor] = None,
        inside: Optional[Sequence[Tensor]] = None
    ) -> Tuple[MaskHierarchy, Dict[str, Tensor]]:
        """Detect the corrupted pixels; with the true mask, learn to.

        One call does both, so that gradients are shared between processes
        whatever part of the head they come from.

        Args:
            features (Sequence[Tensor]): Encoder features, finest first,
                ``(N, C_s, H_s, W_s)``.
            mask (Tensor, optional): True mask, 1 = corrupted, 0 = intact,
                ``(N, 1, H, W)``, float. Only for training.
            inside (Sequence[Tensor], optional): Per stage, the pixels that
                are not padding, ``(1, 1, H_s, W_s)``, bool; at test.

        Returns:
            tuple[MaskHierarchy, dict[str, Tensor]]: What was found, and the
            losses (none without the true mask).
        """
        projections = self.project(features)
        if mask is None:
            return self.split.find(projections, features, inside), {}
        hierarchy = self.split.find_for_training(projections, features, mask)
        return hierarchy, self.loss(projections, features, hierarchy, mask)

    def project(self, features: Sequence[Tensor]) -> Projections:
        """Project the features to unit vectors (HCL, equations 3 and 6), ``(N,
        C, H_s, W_s)`` per stage that is split, float32."""
        return tuple(
            F.normalize(at_least_float32(projection), dim=1)
            for projection in self.of_stages(features))

    @torch.no_grad()
    def compare(self, features: Sequence[Tensor], centres: Tensor) -> Tensor:
        """Give the pixels of the finest stage to given sides, by their mean
        vectors of length 1, intact and corrupted, ``(2, C)``: probability of
        'corrupted' in [0, 1], ``(N, 1, H_0, W_0)``, float32."""
        vectors = self.project(features)[0]
        with full_precision(vectors):
            log_odds = torch.einsum('nchw,c->nhw', vectors,
                                    centres[1] - centres[0])
        return (log_odds / self.split.temperature).sigmoid()[:, None]

    def loss(self, projections: Projections, features: Sequence[Tensor],
             hierarchy: MaskHierarchy, mask: Tensor) -> Dict[str, Tensor]:
        """Losses of the projections and of what names the clusters, from those
        that the true mask has named; see :meth:`forward`."""
        losses: Dict[str, Tensor] = {}
        with full_precision(projections[0]):
            for loss in self.losses.values():
                losses.update(loss(projections, hierarchy, mask))
        if self.split.naming is not None:
            losses.update(self.split.naming.loss(features, hierarchy, mask))
        return losses


def _take_present_names(state_dict: Dict[str, Tensor], prefix: str, *_:
                        Any) -> None:
    """Let weights of earlier versions be loaded, averaged ones too."""
    names = [name for name in state_dict if name.startswith(prefix)]
    own = {name: state_dict.pop(name) for name in names}
    state_dict.update(with_present_names(own))
