"""Where an import goes, by a table: head of a file before and after."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fix.project import fixed, make_project

USE = "\n\ndef f(user):\n    print({w}(user.email))\n"
BARE = "\n\ndef f(user):\n    print(user.email)\n"

TABLE = {
    "nothing": ("x = 1", "from app.privacy import pseudonymise\n\nx = 1", "pseudonymise"),
    "a comment at the top": (
        "#!/usr/bin/env python\n# licence\nx = 1",
        "#!/usr/bin/env python\n# licence\nfrom app.privacy import pseudonymise\n\nx = 1",
        "pseudonymise",
    ),
    "a docstring": (
        '"""Doc."""',
        '"""Doc."""\n\nfrom app.privacy import pseudonymise',
        "pseudonymise",
    ),
    "future": (
        '"""Doc."""\nfrom __future__ import annotations',
        '"""Doc."""\nfrom __future__ import annotations\n\nfrom app.privacy import pseudonymise',
        "pseudonymise",
    ),
    "sections": (
        "import os\n\nimport click\n\nfrom . import views",
        "import os\n\nimport click\n\nfrom app.privacy import pseudonymise\n\nfrom . import views",
        "pseudonymise",
    ),
    "order": (
        "import os\n\nfrom app.models import A\nfrom app.views import B",
        "import os\n\nfrom app.models import A\nfrom app.privacy import pseudonymise\n"
        "from app.views import B",
        "pseudonymise",
    ),
    "type checking": (
        "from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    from app.models import A",
        "from typing import TYPE_CHECKING\n\nfrom app.privacy import pseudonymise\n\n"
        "if TYPE_CHECKING:\n    from app.models import A",
        "pseudonymise",
    ),
    "same module": (
        "from app.privacy import mask_email, truncate_ip",
        "from app.privacy import mask_email, pseudonymise, truncate_ip",
        "pseudonymise",
    ),
    "same module, last": (
        "from app.privacy import mask_email  # here",
        "from app.privacy import mask_email, pseudonymise  # here",
        "pseudonymise",
    ),
    "same module, many lines": (
        "from app.privacy import (\n    mask_email,\n    truncate_ip,  # ip\n)",
        "from app.privacy import (\n    mask_email,\n    pseudonymise,\n    truncate_ip,  # ip\n)",
        "pseudonymise",
    ),
    "same module, last of many lines": (
        "from app.privacy import (\n    HIDDEN,\n    mask_email,\n)",
        "from app.privacy import (\n    HIDDEN,\n    mask_email,\n    pseudonymise,\n)",
        "pseudonymise",
    ),
    "there already": (
        "from app.privacy import pseudonymise",
        "from app.privacy import pseudonymise",
        "pseudonymise",
    ),
    "under another name": (
        "from app.privacy import pseudonymise as p",
        "from app.privacy import pseudonymise as p",
        "p",
    ),
    "as a module": ("import app.privacy", "import app.privacy", "app.privacy.pseudonymise"),
    "name taken": (
        "import os\n\npseudonymise = os.getpid",
        "import os\n\nfrom app.privacy import pseudonymise as gdpr_pseudonymise\n\n"
        "pseudonymise = os.getpid",
        "gdpr_pseudonymise",
    ),
}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with a configured wrapper."""
    return make_project(tmp_path_factory.mktemp("imports"))


@pytest.mark.parametrize(("before", "after", "name"), TABLE.values(), ids=TABLE.keys())
def test_import(project: Path, before: str, after: str, name: str) -> None:
    assert fixed(project, before + BARE, "--unsafe-fixes") == after + USE.replace("{w}", name)
