# What the networks share that restore directly: damaged picture in, restored
# picture out, without a mask. MMagic's model, whose pixels are in [0, 1].
model = dict(
    type='BaseEditModel',
    data_preprocessor=dict(
        type='DataPreprocessor', mean=[0.] * 3, std=[255.] * 3))
