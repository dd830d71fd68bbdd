"""Comments on practice YouTube: fans write on the page, the channel reads, answers and moderates over the API."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from tests.sandbox.conftest import Practice
from tests.sandbox.youtube_channel import Channel, good, reason


@pytest.fixture
def channel(practice: Practice) -> Channel:
    return Channel(practice)


@pytest.fixture
def stranger(practice: Practice) -> Channel:
    return Channel(practice, "Somebody Else")


@pytest.fixture
def video(channel: Channel) -> str:
    return channel.has_video()


def threads(channel: Channel, **params: Any) -> list[dict[str, Any]]:
    """Threads of the whole channel unless said otherwise, newest first."""
    of = {} if {"videoId", "id"} & set(params) else {"allThreadsRelatedToChannelId": channel.id}
    return list(channel.get("commentThreads", part="id,snippet,replies", **of, **params)["items"])


def comments(channel: Channel, video: str, text: str, **more: Any) -> Any:
    body = {"snippet": {"videoId": video, "topLevelComment": {"snippet": {"textOriginal": text}}, **more}}
    return channel.call("POST", "commentThreads", body, part="snippet")


def answers(channel: Channel, parent: str, text: str) -> Any:
    return channel.call("POST", "comments", {"snippet": {"parentId": parent, "textOriginal": text}}, part="snippet")


def texts(found: list[dict[str, Any]]) -> list[str]:
    return [thread["snippet"]["topLevelComment"]["snippet"]["textDisplay"] for thread in found]


def test_a_fans_comment_is_read_answered_and_shown_on_the_page(channel: Channel, video: str) -> None:
    assert channel.fan("comment", video, "So <cold>!", name="Ann").status_code == 303
    thread = threads(channel, textFormat="plainText")[0]
    top = thread["snippet"]["topLevelComment"]["snippet"]
    assert (top["textDisplay"], top["textOriginal"], top["authorDisplayName"]) == ("So <cold>!", "So <cold>!", "@ann")
    assert top["authorChannelId"]["value"].startswith("UC")
    assert thread["snippet"]["videoId"] == video

    reply = good(answers(channel, thread["id"], "Thank you"))

    assert reply["id"].startswith(thread["id"] + ".")
    assert reply["snippet"]["parentId"] == thread["id"]
    thread = threads(channel)[0]
    assert thread["snippet"]["totalReplyCount"] == 1
    assert thread["replies"]["comments"][0]["snippet"]["authorChannelId"]["value"] == channel.id
    page = channel.page(f"watch?v={video}").text
    assert "So &lt;cold&gt;!" in page
    assert "Thank you" in page


def test_html_is_the_default_format_and_originals_are_for_author_and_owner(
    channel: Channel, stranger: Channel, video: str
) -> None:
    channel.fan_comments(video, "a < b\nhttps://a.example/?x=1&y=2")
    seen = threads(stranger, videoId=video)[0]["snippet"]["topLevelComment"]["snippet"]
    assert seen["textDisplay"].startswith("a &lt; b<br><a href=")
    assert "textOriginal" not in seen


def test_many_comments_come_in_pages_newest_first(channel: Channel, video: str) -> None:
    for number in range(5):
        channel.fan_comments(video, f"number {number}", name=f"Fan {number}")
    seen, token = [], ""
    while True:
        params = {"maxResults": 2, "order": "time", **({"pageToken": token} if token else {})}
        page = channel.get("commentThreads", part="snippet", allThreadsRelatedToChannelId=channel.id, **params)
        assert len(page["items"]) <= 2
        seen += texts(page["items"])
        token = page.get("nextPageToken", "")
        if not token:
            break
    assert seen == [f"number {number}" for number in (4, 3, 2, 1, 0)]
    assert texts(threads(channel, videoId=video, searchTerms="number 3")) == ["number 3"]


def test_a_thread_carries_only_a_few_of_its_replies(channel: Channel, video: str) -> None:
    top = channel.fan_comments(video, "first")
    for number in range(7):
        channel.fan_comments(top, f"reply {number}", name=f"Fan {number}")
    thread = threads(channel, id=top)[0]
    assert (thread["snippet"]["totalReplyCount"], len(thread["replies"]["comments"])) == (7, 5)
    replies = channel.get("comments", part="id,snippet", parentId=top, maxResults=100)["items"]
    assert len(replies) == 7
    one = channel.get("comments", part="snippet", id=replies[0]["id"])["items"][0]
    assert one["snippet"]["parentId"] == top


def test_the_channel_comments_first_but_not_on_a_private_or_childrens_video(channel: Channel, video: str) -> None:
    first = good(comments(channel, video, "Where do you drink it?", channelId=channel.id))
    assert first["snippet"]["topLevelComment"]["snippet"]["textOriginal"] == "Where do you drink it?"
    hidden = channel.has_video(privacy="private")
    assert reason(comments(channel, hidden, "x")) == (403, "forbidden")
    kids = channel.has_video(selfDeclaredMadeForKids=True)
    assert reason(comments(channel, kids, "x")) == (403, "commentsDisabled")
    assert "turned off" in channel.page(f"watch?v={kids}").text


def test_comments_that_youtube_refuses(channel: Channel, video: str) -> None:
    top = channel.fan_comments(video, "hi")
    reply = good(answers(channel, top, "hello"))["id"]
    assert reason(answers(channel, top, " ")) == (400, "commentTextRequired")
    assert reason(answers(channel, top, "x" * 10_001)) == (400, "commentTextTooLong")
    assert reason(answers(channel, "", "x")) == (400, "parentIdMissing")
    assert reason(answers(channel, "Ugnothing", "x")) == (404, "parentCommentNotFound")
    assert reason(answers(channel, reply, "x")) == (400, "operationNotSupported")
    assert reason(comments(channel, "nothing", "x")) == (404, "videoNotFound")
    assert reason(comments(channel, "", "x")) == (400, "videoIdMissing")
    wrong = comments(channel, video, "x", channelId="UCother")
    assert reason(wrong) == (400, "invalidCommentThreadMetadata")


def test_hiding_holding_and_banning(channel: Channel, stranger: Channel, video: str) -> None:
    bad, doubtful = channel.fan_comments(video, "rude", "Bob"), channel.fan_comments(video, "hm", "Cat")

    def moderates(who: Channel, comment: str, status: str, **more: str) -> Any:
        return who.call("POST", "comments/setModerationStatus", id=comment, moderationStatus=status, **more)

    assert reason(moderates(stranger, bad, "rejected")) == (403, "forbidden")
    assert reason(moderates(channel, bad, "published", banAuthor="true")) == (400, "banWithoutReject")
    assert moderates(channel, bad, "rejected", banAuthor="true").status_code == 204
    assert moderates(channel, doubtful, "heldForReview").status_code == 204
    channel.fan_comments(video, "rude again", "Bob")
    channel.fan_comments(bad, "rude answer", "Dan")

    assert threads(channel) == []
    assert texts(threads(channel, moderationStatus="heldForReview")) == ["hm"]
    held = channel.call("GET", "commentThreads", part="id", videoId=video, moderationStatus="heldForReview")
    assert held.status_code == 200
    asked = stranger.call("GET", "commentThreads", part="id", videoId=video, moderationStatus="rejected")
    assert reason(asked) == (403, "forbidden")
    assert "rude" not in channel.page(f"watch?v={video}").text
    assert moderates(channel, f"{bad},{doubtful}", "published").status_code == 204
    assert texts(threads(channel)) == ["hm", "rude"]


def test_own_comments_are_edited_and_own_or_received_ones_deleted(channel: Channel, stranger: Channel, video: str) -> None:
    theirs = good(comments(stranger, video, "typo"))["id"]
    edited = {"id": theirs, "snippet": {"textOriginal": "no typo"}}
    assert reason(channel.call("PUT", "comments", edited, part="snippet")) == (403, "forbidden")
    assert good(stranger.call("PUT", "comments", edited, part="snippet"))["snippet"]["textOriginal"] == "no typo"
    fans = channel.fan_comments(video, "hi")
    good(answers(channel, fans, "hello"))
    assert reason(stranger.call("DELETE", "comments", id=fans)) == (403, "forbidden")
    assert channel.call("DELETE", "comments", id=fans).status_code == 204
    assert stranger.call("DELETE", "comments", id=theirs).status_code == 204
    assert threads(channel) == []
    assert reason(channel.call("DELETE", "comments", id=fans)) == (404, "commentNotFound")


def test_fans_like_videos_and_comments_but_reach_nothing_private(channel: Channel, video: str) -> None:
    comment = channel.fan_comments(video, "hi")
    for target in (video, comment):
        assert channel.fan("like", target).status_code == 303
    assert channel.get("videos", part="statistics", id=video)["items"][0]["statistics"]["likeCount"] == "1"
    assert threads(channel)[0]["snippet"]["topLevelComment"]["snippet"]["likeCount"] == 1
    hidden = channel.has_video(privacy="private")
    assert channel.fan("comment", hidden, "found you").status_code == 404
    assert channel.fan("like", hidden).status_code == 404


def test_faults_hit_comments_before_or_after_they_are_there(channel: Channel, practice: Practice, video: str) -> None:
    practice.fault("fail", channel.account)
    assert reason(comments(channel, video, "first")) == (500, "backendError")
    practice.fault("duplicate", channel.account)
    assert reason(comments(channel, video, "first")) == (400, "processingFailure")
    assert threads(channel) == []
    practice.fault("timeout_after", channel.account, seconds=0.1)
    with pytest.raises(requests.RequestException):
        comments(channel, video, "second")
    assert texts(threads(channel)) == ["second"]
