"""The stage of the contract: practice networks, files, and a record of everything that is sent, judged after each test."""

from collections.abc import Iterator

import pytest

from tests.contract.calls import Call, recorded
from tests.contract.files import Files, served
from tests.contract.judges import judge
from tests.contract.stage import Stage
from tests.sandbox.conftest import Practice


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Files]:
    with served(tmp_path_factory.mktemp("files")) as found:
        yield found


@pytest.fixture
def sent() -> Iterator[list[Call]]:
    """Every request of the test. At its end each is judged, where there is a judge."""
    with recorded() as calls:
        yield calls
    faults = {fault for call in calls if (found := judge(call.network)) for fault in found.faults(call)}
    assert not faults, "\n".join(sorted(faults))


@pytest.fixture
def stage(practice: Practice, files: Files, network: str, sent: list[Call], monkeypatch: pytest.MonkeyPatch) -> Stage:
    practice.control("POST", "limits", enforced=False)
    found = Stage(practice, files, network)
    monkeypatch.setattr("time.sleep", found.time_passes)  # connectors wait on the practice clock
    return found
