"""``hcl_small`` on photographs that come with scikit-image, scikit-learn and
matplotlib, none of which it was trained on: a test without any download."""
_base_ = ['hcl_small.py']

contents = [
    dict(
        type='PackagedContent',
        split=['noise_train', 'noise_test'],
        short_side=_base_.test_size)
]
# Every kind of damage in turn, but film, whose shapes are files.
kinds = _base_.val_dataloader.dataset.pipeline[2].transforms[:-1]
kinds[0][1].contents = contents
test_dataloader = dict(
    _delete_=True,
    batch_size=7,
    num_workers=0,
    sampler=dict(type='DefaultSampler', shuffle=False),
    dataset=dict(
        type='PackagedPhotographs',
        split=['train', 'test'],
        test_mode=True,
        repeats=10,
        pipeline=[
            *_base_.val_dataloader.dataset.pipeline[:2],
            dict(type='RandomChoice', transforms=kinds), _base_.pack
        ]))
test_evaluator = dict(_delete_=True, **_base_.val_evaluator)
