"""Bad input is normal: whatever a file holds, it ends in findings or in a clear message."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.scan import check

LEAK = "import logging\nlogging.info('to %s', customer.email)\n"
HUGE = f"0x{'f' * 30_000}"

ODD = {
    "a number that cannot be written out, configured": (
        "LOGGING = {'version': 1, 'handlers': {'a': {'class': 'logging.FileHandler', "
        f"'backupCount': {HUGE} }}}}}}\n"
    ),
    "a number that cannot be written out, shown": f"print({HUGE}, {HUGE})\n",
    "a number beyond all floats": (
        "from logging.handlers import TimedRotatingFileHandler\n"
        f"TimedRotatingFileHandler('x', when='D', backupCount=1{'0' * 400})\n"
    ),
    "digits that are none": (
        "from logging.handlers import TimedRotatingFileHandler\n"
        "TimedRotatingFileHandler('x', when='D', backupCount=int('²') * int('9' * 5000))\n"
    ),
    "a power that is no real number": (
        "from logging.handlers import TimedRotatingFileHandler\n"
        "TimedRotatingFileHandler('x', when='D', interval=(-2) ** 0.5)\n"
    ),
    "no number of days": (
        "from datetime import timedelta\nfrom loguru import logger\n"
        "logger.add('x', retention=timedelta(days=1e999 - 1e999))\n"
    ),
}


@pytest.mark.parametrize("source", ODD.values(), ids=list(ODD))
def test_odd_code_hides_no_leak_beside_it(source: str, tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(LEAK + source, encoding="utf-8")
    outcome = check(tmp_path)
    assert outcome.errors == ""
    assert (2, "GDL101") in {(place.line, place.rule) for place in outcome.places}
    assert "GDL001" not in {place.rule for place in outcome.places}
