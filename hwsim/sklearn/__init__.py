"""Memory and classifier as scikit-learn estimators, for pipelines and searches.

    from hwsim.sklearn import KernelClassifier, KernelMemory

    memory = KernelMemory(bits=2).fit(patterns)
    cleaned = memory.predict(noisy)
    memory.image_                      # what the hardware holds

    classifier = KernelClassifier(prototypes=6).fit(X, y)
    classifier.predict(X), classifier.image_

scikit-learn calls the rows of X samples and their columns features: patterns and neurons here, and
the classifier makes several neurons of a feature.
"""

from hwsim.sklearn.classifier import KernelClassifier
from hwsim.sklearn.memory import KernelMemory

__all__ = ["KernelClassifier", "KernelMemory"]
