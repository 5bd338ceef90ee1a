"""A linear classifier that tries to tell pasted from intact patches."""
from typing import NamedTuple

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedGroupKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

NUM_FOLDS = 5
_INVERSE_PENALTY = 0.1  # of about 120 statistics many say nearly the same


class ProbeResult(NamedTuple):
    """How well the patches were told apart: mean area under the ROC curve over
    the folds (0.5 = chance) and its standard deviation; ``single_aucs`` ``(F,
    )``, what each statistic reaches alone, turned so that it is at least 0.5.
    """

    auc: float
    auc_std: float
    single_aucs: np.ndarray


def probe(statistics: np.ndarray, pasted: np.ndarray,
          groups: np.ndarray) -> ProbeResult:
    """Fit logistic regression to all photographs but a fifth, score on it.
    Takes ``(N, F)`` statistics, which patches are pasted, bool ``(N, )``, and
    the number of the photograph of each, which is never in both parts."""
    if len(np.unique(groups)) < NUM_FOLDS:
        raise ValueError(f'{NUM_FOLDS} folds need at least as many '
                         f'photographs, got {len(np.unique(groups))}.')
    folds = StratifiedGroupKFold(NUM_FOLDS, shuffle=True, random_state=0)
    scores = []
    for train, test in folds.split(statistics, pasted, groups):
        classifier = make_pipeline(
            StandardScaler(),
            LogisticRegression(C=_INVERSE_PENALTY, max_iter=1000))
        classifier.fit(statistics[train], pasted[train])
        scores.append(
            roc_auc_score(pasted[test],
                          classifier.decision_function(statistics[test])))
    single = np.array(
        [roc_auc_score(pasted, column) for column in statistics.T])
    return ProbeResult(
        float(np.mean(scores)), float(np.std(scores)),
        np.maximum(single, 1 - single))
