# HCL with another detector than its authors': the finer stages take their
# centres from the mask found so far, and the whole split is judged instead of
# its two centres. docs/paper_and_reference.md has the reasons.
_base_ = ['hcl.py']

model = dict(
    detector=dict(
        finer_centres='inherited',
        orientation=dict(
            _delete_=True,
            type='SplitJudge',
            in_channels=_base_.base_channels * _base_.channel_mults[1],
            stage=1,
            hidden_channels=16,
            vote=dict(
                type='PixelVote',
                in_channels=_base_.base_channels * _base_.channel_mults[-1],
                hidden_channels=_base_.projection_channels,
                loss_weight=1.0),
            loss_weight=1.0)))
