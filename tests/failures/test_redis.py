"""Redis only rings the bell: dead, frozen or emptied, things are late, never lost, never doubled."""

from __future__ import annotations

import signal

import pytest

from tests.failures.town import Town
from tests.stack import REDIS, RunningStack, until

pytestmark = pytest.mark.stack

SOON = 5.0  # seconds that a click may take when Redis does not answer


def test_redis_dead_between_the_click_and_the_job_the_need_is_published_compared_and_told_once(
    town: Town, broken_stack: RunningStack
) -> None:
    (need,) = town.submit_needs(1)
    town.await_peace()
    validator = town.sign_in()

    with broken_stack.frozen("launch"):  # so that nobody starts Redis again before the click
        broken_stack.kill(REDIS)
        answer = validator.post(f"/besoins/{need}/publier")
        assert (answer.status, answer.seconds < SOON) == (303, True)
        assert town.statuses([need]) == {"published"}
        assert validator.get(answer.location).status == 200
        assert town.unmatched() == 1

    town.await_peace()
    town.assert_done_once([need])
    assert "Traceback" not in broken_stack.log("web")


def test_redis_frozen_between_the_click_and_the_job_every_page_answers_and_the_need_is_compared_and_told_once(
    town: Town, broken_stack: RunningStack
) -> None:
    needs = town.submit_needs(2)
    town.await_peace()
    validator = town.sign_in()

    with broken_stack.frozen(REDIS):
        clicks = [validator.post(f"/besoins/{need}/publier") for need in needs]
        assert [(click.status, click.seconds < SOON) for click in clicks] == [(303, True)] * 2
        for page in ("/", "/besoins?q=corbeilles", "/recherche?q=corbeilles", "/mon-espace", "/sante"):
            answer = validator.get(page)
            assert (page, answer.status, answer.seconds < SOON) == (page, 200, True)
        newcomer = town.sign_in()  # sign-in counts its attempts, with or without Redis
        assert newcomer.get("/mon-espace").status == 200
        assert town.statuses(needs) == {"published"}

    town.await_peace()
    town.assert_done_once(needs)
    assert "Traceback" not in broken_stack.log("web")


def test_redis_emptied_while_bells_wait_what_is_owed_is_done_all_the_same(
    town: Town, broken_stack: RunningStack
) -> None:
    (need,) = town.submit_needs(1)
    town.await_peace()
    validator = town.sign_in()

    with broken_stack.frozen("launch worker errands"):
        assert validator.post(f"/besoins/{need}/publier").status == 303
        with town.redis() as redis:
            until(lambda: redis.llen("rq:queue:errands"), "a bell waits")
            redis.flushall()
        assert town.unmatched() == 1

    town.await_peace()
    town.assert_done_once([need])


def test_redis_dying_again_and_again_between_clicks_loses_nothing(
    town: Town, broken_stack: RunningStack
) -> None:
    needs = town.submit_needs(3)
    town.await_peace()
    validator = town.sign_in()

    for need in needs:
        broken_stack.kill(REDIS)
        assert validator.post(f"/besoins/{need}/publier").status == 303
        broken_stack.signal(REDIS, signal.SIGCONT)  # waits until it is there again

    town.await_peace()
    town.assert_done_once(needs)
    assert broken_stack.running.poll() is None, broken_stack.said()
