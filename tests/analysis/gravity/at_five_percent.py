"""The specification tests at the 5 % level, which most of our tests of them use."""

from functools import partial

from analysis.gravity import hausman as hausman_module
from analysis.gravity import specification_tests

breusch_pagan_lm = partial(specification_tests.breusch_pagan_lm, alpha=0.05)
f_test_of_partner_effects = partial(specification_tests.f_test_of_partner_effects, alpha=0.05)
hausman = partial(hausman_module.hausman, alpha=0.05)
