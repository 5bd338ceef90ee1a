"""What compare_reference.py compares: one function per part of the model.

Recorded masks are 1 = intact and cluster 0 is the intact one; the model's
masks are 1 = corrupted. Each function feeds a part with its recorded inputs
and yields the name of each recorded output with what the part made of them.
"""
from typing import Any, Callable, Iterator, List, Sequence, Tuple

import torch
from torch import Tensor

from ...models import (CircleLoss, HCLRestorer, HierarchicalContrastiveLoss,
                       MaskHierarchy, WGANGPLoss)
from ...models.detection.two_means import (clustering_cost, farthest_pairs,
                                           soft_two_means)
from ...models.functional import resize_mask, upsample_quadtree
from .reference_recording import Comparison, MissingArray, Recording, judge

EVERYTHING = 10**9  # more samples than there are pixels
ALONE_ITERATIONS = 50  # of the 2-means that was recorded on its own

Found = Iterator[Tuple[str, Tensor]]
# A model whose part that PARTS names is there, which its type cannot say.
Check = Callable[[Any, Recording], Found]


def _corrupted(intact: Tensor) -> Tensor:
    """A recorded mask in our polarity, 1 = corrupted, float."""
    return 1 - intact.float()


class _RecordedPixels:
    """First centres in recorded order: ranks among an image's members.

    An image without members started no 2-means, so it has no entry.
    """

    def __init__(self, ranks: Tensor) -> None:
        self._ranks = iter(ranks.tolist())

    def __call__(self, members: Tensor, num_restarts: int) -> Tensor:
        chosen = torch.zeros(len(members), num_restarts, dtype=torch.long)
        for image, pixels in enumerate(members):
            if pixels.any():
                for restart in range(num_restarts):
                    rank = next(self._ranks, None)
                    if rank is None:
                        raise MissingArray('the recording has too few first '
                                           'centres of the 2-means')
                    chosen[image, restart] = pixels.nonzero()[rank, 0]
        return chosen


def _features(model: Any, recorded: Recording) -> Found:
    features = model.encoder(recorded['x'])
    for stage, feature in enumerate(features):
        yield f'feat{stage}', feature
    yield 'encoder_out', features[-1]


def _projections(model: Any, recorded: Recording) -> Found:
    projections = model.detector.project(recorded.stages('feat'))
    for stage, projection in enumerate(projections):
        yield f'proj{stage}', projection


def _two_means(model: Any, recorded: Recording) -> Found:
    first = recorded['kmeans_alone.init_index'][None]
    vectors = recorded.stages('proj')[-1][:1].flatten(2)
    members = torch.ones_like(vectors[:, 0], dtype=torch.bool)
    temperature = model.detector.split.temperature
    centres, log_odds = soft_two_means(vectors, members,
                                       farthest_pairs(vectors, members, first),
                                       ALONE_ITERATIONS, temperature)
    yield 'kmeans_alone.centers', centres[0]
    yield 'kmeans_alone.cost', clustering_cost(vectors, members, centres[None],
                                               temperature)[0, 0]
    yield 'kmeans_alone.weights', (-log_odds[0]).sigmoid()


def _hierarchy(prefix: str, ranks: str, true_mask: bool) -> Check:
    """Check of the hierarchy, named by the true mask or the classifier."""

    def check(model: Any, recorded: Recording) -> Found:
        split, first_pixels = model.detector.split, _RecordedPixels(
            recorded[ranks])
        maps = recorded.stages('proj'), recorded.stages('feat')
        hierarchy = split.find_for_training(
            *maps, _corrupted(recorded['mask_valid']),
            first_pixels) if true_mask else split.find(
                *maps, first_pixels=first_pixels)
        intact: Any = None
        for stage in reversed(range(len(hierarchy.mask))):
            sure = hierarchy.sure_intact[stage], hierarchy.sure_corrupted[
                stage]
            if intact is None:
                intact, corrupted = sure
            else:
                intact = sure[0] | upsample_quadtree(intact)
                corrupted = sure[1] | upsample_quadtree(corrupted)
            for name, value in (('valid_masks', sure[0]), ('invalid_masks',
                                                           sure[1]),
                                ('confs',
                                 (-hierarchy.log_odds[stage]).sigmoid()),
                                ('centers', hierarchy.centres[stage]),
                                ('acc_valid_masks',
                                 intact), ('acc_invalid_masks', corrupted),
                                ('acc_confs', 1 - hierarchy.mask_prob[stage]),
                                ('pred_masks', hierarchy.mask[stage] == 0)):
                yield f'{prefix}.{name}{stage}', value

    return check


def _classifier(model: Any, recorded: Recording) -> Found:
    centres = recorded.stages('pred.centers')[-1]
    # Its logit means 'intact' there and 'corrupted' here.
    naming = model.detector.split.naming
    yield 'classifier_logits', -naming.layers(centres)[..., 0]


def _bottleneck(model: Any, recorded: Recording) -> Found:
    yield 'bottleneck_out', model.decoder.bottleneck(recorded['encoder_out'])


def _decoder(model: Any, recorded: Recording) -> Found:
    # Its first step is the bottleneck, on the coarsest features.
    masks = [_corrupted(mask) for mask in recorded.stages('pred.pred_masks')]
    yield 'decoder_out', model.decoder(recorded.stages('feat'), masks)


def _refiner(model: Any, recorded: Recording) -> Found:
    coarse = recorded['decoder_out']
    height, width = coarse.shape[-2:]
    mask = resize_mask(
        _corrupted(recorded['pred.pred_masks0']), (height, width))
    yield 'refined', model.refiner(coarse, mask)


def _contrast(model: Any, recorded: Recording) -> Found:
    projections = recorded.stages('proj')
    mask = _corrupted(recorded['contrast_mask_stage0_resolution'])
    hierarchy = _recorded_hierarchy(recorded, 'gtorient')
    losses = model.detector.losses
    temperature = losses[
        'contrast'].circle_loss.temperature if 'contrast' in losses else 0.1
    for match in recorded.matching(
            r'loss_contrast_per_stage(?:_(\d+)_references)?'):
        losses = HierarchicalContrastiveLoss(
            num_anchors=EVERYTHING,
            num_references=int(match[1] or EVERYTHING),
            temperature=temperature,
            loss_weight=1.0)(projections, hierarchy, mask)
        yield match[0], torch.stack(
            [losses[f'loss_contrast_s{s}'] for s in range(len(projections))])


def _recorded_hierarchy(recorded: Recording, prefix: str) -> MaskHierarchy:
    """The recorded masks and confidences in our terms."""

    def stages(name: str) -> List[Tensor]:
        return recorded.stages(f'{prefix}.{name}')

    unsure = [
        upsample_quadtree(~(intact | corrupted)) for intact, corrupted in zip(
            stages('acc_valid_masks')[1:],
            stages('acc_invalid_masks')[1:])
    ]
    unsure.append(torch.ones_like(stages('acc_valid_masks')[-1]))
    return MaskHierarchy(
        log_odds=tuple((1 - conf).logit() for conf in stages('confs')),
        mask_prob=tuple(1 - conf for conf in stages('acc_confs')),
        uncertain=tuple(unsure),
        sure_intact=tuple(stages('valid_masks')),
        sure_corrupted=tuple(stages('invalid_masks')),
        centres=tuple(stages('centers')))


def _circle(model: Any, recorded: Recording) -> Found:
    for name, temperature in (('circle', 0.1), ('circle_alone', 1.0)):
        if f'{name}.loss' in recorded:
            vectors = recorded[f'{name}.features'].T[None]
            labels = recorded[f'{name}.labels'][None] > 0.5
            loss = CircleLoss(temperature=temperature)
            yield f'{name}.loss', loss(vectors, labels, vectors, labels,
                                       torch.ones(labels.shape)).mean()


def _adversarial(model: Any, recorded: Recording) -> Found:
    discriminator = model.discriminator
    loss = model.loss_adversarial or WGANGPLoss()
    real, fake = recorded['gt'], recorded['refined']
    alpha = recorded['gp.alpha']
    with torch.enable_grad():  # for the penalty, a gradient itself
        penalty = loss.gradient_penalty(discriminator, real, fake, alpha)
        losses = loss.discriminator(discriminator, real, fake, alpha)
    yield 'disc_real', discriminator(real)
    yield 'disc_fake', discriminator(fake)
    yield 'gp.value_without_weight', penalty
    yield 'loss_disc', torch.stack(list(losses.values())).sum()
    yield 'loss_adv_g', loss.generator(
        discriminator, fake)['loss_adversarial'] / loss.loss_weight


def _end_to_end(model: Any, recorded: Recording) -> Iterator[Comparison]:
    """From the picture to the restored one, without help in between."""
    features = model.encoder(recorded['x'])
    hierarchy = model.detector.split.find(
        model.detector.project(features),
        features,
        first_pixels=_RecordedPixels(recorded['kmeans_init_index']))
    coarse = model.decoder(features, hierarchy.mask)
    mask = resize_mask(hierarchy.mask[0], coarse.shape[-2:])
    for name, found in (('pred.pred_masks0', hierarchy.mask[0] == 0),
                        ('refined', model.refiner(coarse, mask))):
        row = judge(name, found, recorded[name])
        yield row._replace(
            tensor=f'{name}, end to end', tolerance=None, ok=None)


# The output that tells whether a part was recorded, the network it needs.
PARTS: Sequence[Tuple[str, str, Check]] = (
    ('feat0', 'encoder', _features),
    ('proj0', 'detector', _projections),
    ('kmeans_alone.centers', 'detector', _two_means),
    ('pred.pred_masks0', 'detector',
     _hierarchy('pred', 'kmeans_init_index', False)),
    ('gtorient.pred_masks0', 'detector',
     _hierarchy('gtorient', 'kmeans_init_index_gt', True)),
    ('classifier_logits', 'detector', _classifier),
    ('bottleneck_out', 'decoder', _bottleneck),
    ('decoder_out', 'decoder', _decoder),
    ('refined', 'refiner', _refiner),
    ('loss_contrast_per_stage', 'detector', _contrast),
    ('circle.loss', 'detector', _circle),
    ('disc_real', 'discriminator', _adversarial),
)


@torch.no_grad()
def compare(model: HCLRestorer, recorded: Recording) -> Iterator[Comparison]:
    """Recompute everything that is recorded of the authors' code with a model
    in eval mode; then, without a verdict, mask and picture of the whole model,
    as clustering is discontinuous."""
    for output, part, check in PARTS:
        if output not in recorded:
            continue
        if getattr(model, part) is None:
            yield Comparison(
                output, None, None, False, note=f'the model has no {part}')
            continue
        try:
            outputs = list(check(model, recorded))
        except MissingArray as error:
            yield Comparison(output, None, None, None, note=str(error))
        except (RuntimeError, ValueError) as error:
            # Arrays of another model do not fit its layers.
            reason = str(error).splitlines()[0]
            yield Comparison(output, None, None, False, note=reason)
        else:
            for name, found in outputs:
                if name in recorded:
                    yield judge(name, found, recorded[name])
    if model.refiner is not None and 'refined' in recorded:
        yield from _end_to_end(model, recorded)
