# inpaintor_50k.py for HCL's restoration, with the optimizers of hcl_150k.py.
_base_ = ['inpaintor_50k.py']

optim_wrapper = dict(
    generator=dict(
        modules=['inpaintor.encoder', 'inpaintor.decoder'],
        optimizer=dict(lr=5e-4, betas=(0.9, 0.999))),
    refiner=dict(
        type='OptimWrapper',
        modules='inpaintor.refiner',
        optimizer=dict(type='Adam', lr=1e-4, betas=(0.9, 0.999))),
    discriminator=dict(
        type='OptimWrapper',
        modules='inpaintor.discriminator',
        optimizer=dict(type='Adam', lr=1e-4, betas=(0.9, 0.999))))
