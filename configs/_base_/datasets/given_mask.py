# Last steps of a pipeline for models that restore a mask they are given: they
# get the true one.
pack_given_mask = [
    dict(type='CopyValues', src_keys=['mask'], dst_keys=['given_mask']),
    dict(type='PackInputs', keys=['img'], data_keys=['given_mask'])
]
