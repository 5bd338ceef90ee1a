# segmenter_vit-s16.py for a config that has another `model`.
_base_ = ['segmenter_vit-s16.py']

detector = _base_.pop('model')
# A trained detector brings all its weights.
detector.segmentor.backbone.init_cfg = None
