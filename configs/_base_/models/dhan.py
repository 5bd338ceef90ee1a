# DHAN (AAAI 2020) as its authors' code has it; the VGG as for sirf.py.
_base_ = ['sirf.py']

model = dict(
    network=dict(type='DHANNetwork'), loss_restoration=dict(type='DHANLoss'))
