"""The clusters of the authors' code: a 2-means at every stage, and a
classifier of the two centres. All else is hcl_detector_bsds_64.py."""
_base_ = ['hcl_detector_bsds_64.py']

model = dict(
    detector=dict(
        split=dict(
            finer_centres='clustered',
            naming=dict(
                _delete_=True,
                type='CentreClassifier',
                projection_channels=32))))
