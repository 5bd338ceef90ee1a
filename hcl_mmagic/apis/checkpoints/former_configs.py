"""Configs of models as earlier versions of the package wrote them."""

from typing import Any, Dict, Mapping

CLUSTER_KEYS = ('sure_fractions', 'num_iterations', 'num_restarts',
                'temperature', 'finer_centres')


def with_present_parts(model: Mapping[str, Any]) -> Dict[str, Any]:
    """A config of an ``HCLRestorer`` of any version in the terms of this one.

    Until 0.1 the detector's head had the arguments of its split, the restorer
    that of the maps' enlarging.
    """
    model = dict(model)
    model.pop('repair_context', None)
    smooth = model.pop('smooth_mask', None)
    detector = dict(model.get('detector') or {})
    if not detector:
        return model
    if smooth is not None:
        detector['smooth'] = smooth
    if detector.get('type') == 'ContrastiveDetectorHead' and \
            'split' not in detector:
        detector = _with_split(detector)
    return dict(model, detector=detector)


def _with_split(detector: Dict[str, Any]) -> Dict[str, Any]:
    """The head's config with its split apart."""
    split = {key: detector.pop(key) for key in CLUSTER_KEYS if key in detector}
    split.update(
        type='TwoMeansSplit', naming=detector.pop('orientation', None))
    classifier = detector.pop('pixel_classifier', None)
    share = detector.pop('classifier_share', 0.0)
    if detector.pop('classified_centres', False):
        split.update(
            type='ClassifiedSplit',
            classifier=classifier,
            classifier_share=share)
    return dict(detector, split=split)
