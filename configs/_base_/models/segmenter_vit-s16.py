# Segmenter with a mask transformer on ViT-S/16 (ICCV 2021), two classes; the
# numbers are those of mmsegmentation's segmenter_vit-s_mask.
width = 384
num_heads = 6

model = dict(
    type='SegmentationDetector',
    size_divisor=16,
    data_preprocessor=dict(
        type='DataPreprocessor', mean=[127.5] * 3, std=[127.5] * 3),
    segmentor=dict(
        type='EncoderDecoder',
        backbone=dict(
            type='VisionTransformer',
            img_size=(512, 512),
            patch_size=16,
            embed_dims=width,
            num_layers=12,
            num_heads=num_heads,
            drop_path_rate=0.1,
            final_norm=True,
            norm_cfg=dict(type='LN', eps=1e-6),
            # ImageNet weights in mmsegmentation's format, from
            # docs/segmentation_detectors.md; None trains from scratch.
            init_cfg=dict(
                type='Pretrained',
                checkpoint='checkpoints/'
                'vit_small_p16_384_20220308-410f6037.pth')),
        decode_head=dict(
            type='SegmenterMaskTransformerHead',
            in_channels=width,
            channels=width,
            num_classes=2,
            num_layers=2,
            num_heads=num_heads,
            embed_dims=width,
            dropout_ratio=0.,
            # The head normalizes the two logits of a pixel by their standard
            # deviation, which leaves only a sign unless eps is of its order.
            norm_cfg=dict(type='LN', eps=0.1),
            loss_decode=dict(type='CrossEntropyLoss')),
        test_cfg=dict(mode='slide', crop_size=(512, 512), stride=(480, 480))))
