"""The values that X takes in its field parameters: the names up to API 2.166 and those since 2.167 (August 2026)."""

from __future__ import annotations


def words(text: str) -> tuple[str, ...]:
    """The text's words."""
    return tuple(text.split())


OLD_FIELDS = words(
    "article attachments author_id card_uri community_id context_annotations conversation_id created_at "
    "display_text_range edit_controls edit_history_tweet_ids entities geo id in_reply_to_user_id lang media_metadata "
    "non_public_metrics note_tweet organic_metrics paid_partnership possibly_sensitive promoted_metrics "
    "public_metrics referenced_tweets reply_settings scopes source text withheld"
)
NEW_FIELDS = words(
    "article article_title attachments card_uri community_id context_annotations conversation_id created_at "
    "display_text_range edit_controls entities geo id lang matched_media_notes media_metadata non_public_metrics "
    "note_post note_request_suggestions organic_metrics paid_partnership possibly_sensitive promoted_metrics "
    "public_metrics reply_settings scopes source suggested_source_links suggested_source_links_with_counts text "
    "withheld"
)
OLD_EXPANSIONS = words(
    "article.cover_media article.media_entities attachments.media_keys attachments.media_source_tweet "
    "attachments.poll_ids author_id edit_history_tweet_ids entities.mentions.username geo.place_id "
    "in_reply_to_user_id entities.note.mentions.username referenced_tweets.id referenced_tweets.id.author_id"
)
NEW_EXPANSIONS = words(
    "article.cover_media article.media_entities attachments.media_keys attachments.media_source_tweet "
    "attachments.poll_ids author_id edit_history_post_ids entities.mentions.username geo.place_id in_reply_to_user_id "
    "referenced_posts username"
)
USER_FIELDS = words(
    "confirmed_email connection_status created_at description entities id is_identity_verified location "
    "most_recent_tweet_id name parody pinned_tweet_id profile_banner_url profile_image_url protected public_metrics "
    "receives_your_dm subscribes_to_you subscription subscription_type url username verified verified_followers_count "
    "verified_type withheld affiliation"
)
MEDIA_FIELDS = words(
    "alt_text duration_ms height media_key non_public_metrics organic_metrics preview_image_url promoted_metrics "
    "public_metrics type url variants width"
)
POLL_FIELDS = words("duration_minutes end_datetime id options voting_status")
EVENTS = words(
    "post.create post.delete post.mention.create post.reply.create post.quote.create post.repost.create like.create "
    "dm.received dm.sent dm.read follow.follow follow.unfollow oauth.revoke"
)
MESSAGE_FIELDS = words(
    "attachments created_at dm_conversation_id entities event_type id participant_ids referenced_tweets sender_id text"
)
