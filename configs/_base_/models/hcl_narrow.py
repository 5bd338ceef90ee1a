# HCL at base width 16, which learns within minutes on a CPU.
_base_ = ['hcl_inherited.py']

base_channels = 16
stage_channels = [16, 32, 64]

model = dict(
    # Narrow networks learn faster from these weights and with the alignment
    # loss: docs/paper_and_reference.md.
    encoder=dict(
        base_channels=base_channels,
        depths=(2, 2, 2),
        init_cfg=dict(
            type='Kaiming',
            layer='Conv2d',
            mode='fan_in',
            nonlinearity='linear')),
    detector=dict(
        stage_channels=stage_channels,
        projection_channels=32,
        orientation=dict(
            in_channels=stage_channels[1],
            vote=dict(in_channels=stage_channels[-1], hidden_channels=32)),
        loss_contrast=dict(num_anchors=256, num_references=256),
        loss_alignment=dict(type='KernelAlignmentLoss', loss_weight=3.0)))
