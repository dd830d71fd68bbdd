"""Each guard, taken out, must make a test fail: `SMO_CHAOS=mutants pytest tests/chaos/test_mutants.py -s`.

Not part of the suite: it proves the tests, not the code.
"""

from collections.abc import Callable
from unittest.mock import patch

import pytest

from tests.chaos.mutants import MUTANTS
from tests.chaos.scene import Scene
from tests.chaos.talks import Talks, talking
from tests.chaos.test_answers import workers_die_while_they_answer
from tests.chaos.test_doorbells import bells_ring_again, people_change_their_minds
from tests.chaos.test_doubts import (
    an_earlier_attempt_speaks_up,
    answers_get_lost,
    databases_crash,
    posts_show_late,
    workers_die_while_they_send,
)
from tests.chaos.test_hearing import DEEDS, webhooks_go_astray
from tests.chaos.test_kills import SIZE, kills_at_any_moment


def with_talks(scenario: Callable[[Talks], None]) -> Callable[[Scene], None]:
    """A scenario of the inbox, on a scene."""

    def play(scene: Scene) -> None:
        with talking(scene) as talks:
            scenario(talks)

    return play


SCENARIOS: dict[str, Callable[[Scene], None]] = {
    "an_earlier_attempt_speaks_up": an_earlier_attempt_speaks_up,
    "answers_get_lost": answers_get_lost,
    "bells_ring_again": bells_ring_again,
    "databases_crash": databases_crash,
    "kills_at_any_moment": lambda scene: kills_at_any_moment(scene, SIZE),
    "people_change_their_minds": people_change_their_minds,
    "posts_show_late": posts_show_late,
    "webhooks_go_astray": with_talks(lambda talks: webhooks_go_astray(talks, DEEDS)),
    "workers_die_while_they_answer": with_talks(workers_die_while_they_answer),
    "workers_die_while_they_send": workers_die_while_they_send,
}
CASES = [(name, scenario) for name, mutant in MUTANTS.items() for scenario in mutant.scenarios]


@pytest.mark.chaos
@pytest.mark.parametrize(("mutant", "scenario"), CASES)
def test_a_guard_that_is_taken_out_is_missed(
    mutant: str, scenario: str, empty_scene: Scene, capsys: pytest.CaptureFixture[str]
) -> None:
    empty_scene.begins(CHAOS_MUTANT=mutant)
    MUTANTS[mutant].take_out()  # here as well: this process is what the web is
    try:
        with pytest.raises(AssertionError) as noticed:
            SCENARIOS[scenario](empty_scene)
    finally:
        patch.stopall()
    with capsys.disabled():
        print(f"\n{mutant}\n    {scenario}: {str(noticed.value).splitlines()[0][:400]}")
