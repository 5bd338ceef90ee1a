# AOT-GAN that learns within minutes on a CPU.
_base_ = ['aot-gan.py']

channels = 64

inpaintor = dict(
    encdec=dict(
        encoder=dict(mid_channels=channels // 4, out_channels=channels),
        dilation_neck=dict(in_channels=channels, num_aotblock=4),
        decoder=dict(in_channels=channels, mid_channels=channels // 2)),
    # No VGG weights to be had without a download, no time for an adversary.
    disc=None,
    loss_gan=None,
    loss_composed_percep=None,
    loss_out_percep=False,
    train_cfg=dict(disc_step=0))
