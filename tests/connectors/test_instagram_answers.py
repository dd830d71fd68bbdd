"""What Instagram's answers mean: numbers of errors, states of containers, refusals of uploads."""

import json
from typing import Any

import pytest
import requests

from connectors.errors import Doubt, NotNow, Rejected, Unauthorized
from connectors.instagram_errors import MEANINGS, NotReady, Stale, Unfetchable, failure, judge_instagram


def answer(status: int, body: Any) -> requests.Response:
    made = requests.Response()
    made.status_code = status
    made._content = json.dumps(body).encode()
    return made


@pytest.mark.parametrize(
    ("code", "subcode", "error", "words"),
    [
        (-2, 2207003, NotNow, "too long to load"),
        (-2, 2207020, Stale, "run out"),
        (-1, 2207001, Doubt, "passing error"),
        (-1, 2207032, NotNow, "tries again"),
        (-1, 2207053, NotNow, "tries again"),
        (1, 2207057, Rejected, "outside the video"),
        (4, 2207051, NotNow, "some hours"),
        (4, 0, NotNow, "slow down"),
        (9, 2207042, NotNow, "today"),
        (24, 2207006, Rejected, "does not find the media"),
        (24, 2207008, Stale, "uploads anew"),
        (25, 2207050, Rejected, "restricted"),
        (100, 2207023, Rejected, "kind of media"),
        (100, 2207028, Rejected, "2 to 10"),
        (100, 2207035, Rejected, "tagged"),
        (352, 2207026, Rejected, "could not process"),
        (9004, 2207052, Unfetchable, "SMO_BASE_URL"),
        (9007, 2207027, NotReady, "still processing"),
        (36000, 2207004, Rejected, "8 MB"),
        (36001, 2207005, Rejected, "JPEG"),
        (36003, 2207009, Rejected, "4:5"),
        (36004, 2207010, Rejected, "2,200"),
        (100, 2207081, Rejected, "trial"),
        (80002, 0, NotNow, "slow down"),
        (190, 463, Unauthorized, "run out"),
        (10, 0, Unauthorized, "lacks a permission"),
    ],
)
def test_each_number_is_named_by_what_to_do(code: int, subcode: int, error: type[Exception], words: str) -> None:
    told = {"message": "Words of Instagram", "code": code} | ({"error_subcode": subcode} if subcode else {})
    with pytest.raises(error, match=words) as caught:
        judge_instagram("Instagram", answer(400, {"error": told}))
    assert isinstance(caught.value, error)


def test_every_sentence_can_be_said_and_every_status_is_understood() -> None:
    for number in MEANINGS:
        assert "{" not in str(failure("Instagram", f"Error: Media upload has failed with error code {number}"))
    assert isinstance(failure("Instagram", "Error code 2207082"), NotNow)
    assert isinstance(failure("Instagram", "Error: something new"), Rejected)


@pytest.mark.parametrize(("status", "retriable", "error"), [(400, True, Doubt), (400, False, Stale), (500, False, Doubt)])
def test_an_uploads_refusal_has_a_form_of_its_own(status: int, retriable: bool, error: type[Exception]) -> None:
    told = {"debug_info": {"retriable": retriable, "type": "ProcessingFailedError", "message": "No"}}
    with pytest.raises(error):
        judge_instagram("Instagram", answer(status, told))
