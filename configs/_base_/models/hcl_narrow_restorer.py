# hcl_narrow.py with a narrow decoder and refiner, at half the picture's size:
# one stride-2 convolution first.
_base_ = ['hcl_narrow.py']

base_channels = 16  # as the encoder's

model = dict(
    encoder=dict(num_conv_stages=1),
    decoder=dict(
        base_channels=base_channels,
        depths=(1, 1, 1),
        bottleneck_depth=1,
        num_conv_stages=1),
    refiner=dict(base_channels=8, channel_mults=(1, 2, 4)),
    # No VGG weights to be had without a download, no time for an adversary.
    discriminator=None,
    loss_adversarial=None,
    loss_perceptual=None)
