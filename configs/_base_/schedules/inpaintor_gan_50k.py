# inpaintor_50k.py for MMagic's models with a discriminator.
_base_ = ['inpaintor_50k.py']

optim_wrapper = dict(
    disc=dict(
        type='OptimWrapper',
        modules='inpaintor.disc',
        optimizer=dict(type='Adam', lr=1e-4)))
