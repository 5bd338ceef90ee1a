# HCL's detector for pictures of 256 px and, where a config names no other
# inpainting model, HCL's restoration. The two share nothing: each is loaded
# from a checkpoint of its own.
_base_ = ['hcl.py']

model = dict(
    _delete_=True,
    type='BlindInpaintor',
    data_preprocessor=_base_.model.data_preprocessor,
    detector=dict(
        type='HCLRestorer',
        encoder=_base_.model.encoder,
        detector=_base_.model.detector),
    inpaintor=dict(
        _base_.model,
        detector=None,
        # Without the VGG's file it trains without this loss.
        loss_perceptual=dict(_base_.model.loss_perceptual, required=False)),
    detector_checkpoint=None,
    inpaintor_checkpoint=None,
    mask_threshold=0.5,
    dilation=0,
    composite=True,
    train_detector=False)
