# As clean_photographs_256.py, but cropped to squares of 512 px.
_base_ = 'clean_photographs_256.py'

crop_size = 512

load = dict(short_side=crop_size)
random_crop = dict(crop_size=(crop_size, crop_size))
centre_crop = dict(crop_size=(crop_size, crop_size))
