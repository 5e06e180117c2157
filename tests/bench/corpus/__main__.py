"""Writes a synthetic corpus of German cases, as a handbook and for other programs.

    python3 tests/bench/corpus NUMBER SEED FOLDER [handbook hugo zola mdbook]

Everything is invented, names of districts too. The same number, seed and scripts give the same bytes; case number i is the
same however many there are, but for its related cases. Each form is a folder of FOLDER, which is replaced. Needs PyYAML.
"""

import shutil
import sys
from pathlib import Path

import handbook
import others
from cases import make_cases

FORMS = {"handbook": handbook.write, "hugo": others.write_hugo, "zola": others.write_zola, "mdbook": others.write_mdbook}


def main(arguments):
    if len(arguments) < 3 or not arguments[0].isdigit() or not FORMS.keys() >= set(arguments[3:]):
        sys.exit(__doc__)
    number, seed, folder = int(arguments[0]), arguments[1], Path(arguments[2])
    regions, cases = make_cases(number, seed)
    for form in arguments[3:] or FORMS:
        shutil.rmtree(folder / form, ignore_errors=True)
        FORMS[form](folder / form, regions, cases)


main(sys.argv[1:])
