"""A study: what is asked, read, filled, estimated and compared, as data.

Importing this package loads neither pandas nor numpy: a command that only names studies stays quick.
"""

from analysis.study.definition import STUDIES, Study, load_studies, load_study, study_tables

__all__ = ["STUDIES", "Study", "load_studies", "load_study", "study_tables"]
