"""Groups and channels: members, invite links, requests to join, posts, migration."""

from typing import Any

import pytest
from telegram import ChatMemberAdministrator, ChatMemberUpdated
from telegram.error import BadRequest, ChatMigrated, Forbidden

from bot.sandbox.telegram import TelegramSandbox, VerbError

EVERYTHING = ["message", "channel_post", "edited_channel_post", "my_chat_member", "chat_member", "chat_join_request"]


async def changes(bot: Any) -> list[ChatMemberUpdated]:
    """Return the chat_member updates since the last call."""
    updates = await bot.get_updates(allowed_updates=EVERYTHING)
    if updates:
        await bot.get_updates(offset=updates[-1].update_id + 1)
    return [u.chat_member for u in updates if u.chat_member]


async def test_join_by_invite_link_names_the_link(sandbox: TelegramSandbox, bot: Any) -> None:
    group = sandbox.add_chat("supergroup", "Amis du refuge")
    await changes(bot)
    link = await bot.create_chat_invite_link(group["id"], name="i_abc", member_limit=1)
    marie, luc = sandbox.add_user("Marie"), sandbox.add_user("Luc")
    assert sandbox.join(marie, group, link.invite_link) == "member"
    with pytest.raises(VerbError, match="used up"):
        sandbox.tap_link(luc, link.invite_link)
    sandbox.join(luc, group)
    by_link, direct = await changes(bot)
    assert by_link.invite_link and by_link.invite_link.name == "i_abc"
    assert (by_link.old_chat_member.status, by_link.new_chat_member.status) == ("left", "member")
    assert direct.invite_link is None
    assert await bot.get_chat_member_count(group["id"]) == 4
    sandbox.leave(luc, group)
    assert (await bot.get_chat_member(group["id"], luc["id"])).status == "left"
    revoked = await bot.revoke_chat_invite_link(group["id"], link.invite_link)
    assert revoked.is_revoked
    with pytest.raises(VerbError, match="not valid"):
        sandbox.join(luc, group, link.invite_link)


async def test_chat_member_updates_need_asking_and_an_administrator(sandbox: TelegramSandbox, bot: Any) -> None:
    group = sandbox.add_chat("supergroup", "Amis")
    sandbox.join(sandbox.add_user("Marie"), group)
    assert all(u.chat_member is None for u in await bot.get_updates(offset=-100))
    await changes(bot)
    sandbox.promote_bot(group, admin=False)
    sandbox.join(sandbox.add_user("Luc"), group)
    assert not await changes(bot)
    with pytest.raises(BadRequest, match="Not enough rights"):
        await bot.create_chat_invite_link(group["id"])


async def test_join_of_a_public_chat_omits_the_link(sandbox: TelegramSandbox, bot: Any) -> None:
    channel = sandbox.add_chat("channel", "Refuge", username="refuge_qc")
    await changes(bot)
    link = await bot.create_chat_invite_link("@refuge_qc")
    sandbox.join(sandbox.add_user("Marie"), channel, link.invite_link)
    assert [c.invite_link for c in await changes(bot)] == [None]


async def test_join_request_opens_a_short_window(sandbox: TelegramSandbox, bot: Any) -> None:
    channel = sandbox.add_chat("channel", "Refuge")
    await changes(bot)
    link = await bot.create_chat_invite_link(channel["id"], creates_join_request=True)
    marie, luc = sandbox.add_user("Marie"), sandbox.add_user("Luc")
    assert sandbox.join(marie, channel, link.invite_link) == "requested"
    update = (await bot.get_updates(allowed_updates=EVERYTHING))[-1]
    assert update.chat_join_request.invite_link.invite_link == link.invite_link
    await bot.send_message(update.chat_join_request.user_chat_id, "Bienvenue")
    assert await bot.approve_chat_join_request(channel["id"], marie["id"])
    joined = (await changes(bot))[-1]
    assert joined.invite_link == link and joined.via_join_request is None  # which is for those who had no link
    with pytest.raises(BadRequest, match="Hide_requester_missing"):
        await bot.decline_chat_join_request(channel["id"], luc["id"])
    sandbox.join(luc, channel, link.invite_link)
    assert await bot.decline_chat_join_request(channel["id"], luc["id"])


async def test_channel_posts_reach_the_bot(sandbox: TelegramSandbox, bot: Any) -> None:
    channel = sandbox.add_chat("channel", "Refuge", username="refuge_qc")
    post = await bot.send_message("@refuge_qc", "Bonjour")
    assert post.sender_chat.id == channel["id"] and post.from_user is None
    assert (await post.edit_text("Bonsoir")).text == "Bonsoir"
    assert sandbox.view(channel)[0]["from_bot"]
    sandbox.say(channel["owner"], "Du bureau", channel)
    assert (await bot.get_updates(allowed_updates=EVERYTHING))[-1].channel_post.text == "Du bureau"
    assert isinstance(await bot.get_chat_member(channel["id"], bot.id), ChatMemberAdministrator)
    assert await bot.pin_chat_message(channel["id"], post.message_id)
    assert (await bot.get_chat(channel["id"])).pinned_message.text == "Bonsoir"
    marie = sandbox.add_user("Marie")
    with pytest.raises(VerbError):
        sandbox.say(marie, "Moi aussi", channel)
    sandbox.promote_bot(channel, admin=False)
    with pytest.raises(BadRequest, match="administrator rights"):
        await bot.send_message(channel["id"], "a")
    sandbox.remove_bot(channel)
    with pytest.raises(Forbidden, match="kicked from the channel"):
        await bot.send_message(channel["id"], "a")


async def test_privacy_mode_hides_unrelated_messages(sandbox: TelegramSandbox, bot: Any) -> None:
    group = sandbox.add_chat("group", "Amis", bot_is_admin=False)
    marie = sandbox.add_user("Marie")
    sandbox.join(marie, group)
    message = await bot.send_message(group["id"], "Bonjour")
    sandbox.say(marie, "entre nous", group)
    sandbox.say(marie, "/give@other_bot", group)
    sandbox.say(marie, f"/give@{bot.username} 5", group)
    sandbox.say(marie, "oui", group, reply_to=message.message_id)
    texts = [u.message.text for u in await bot.get_updates() if u.message and u.message.text]
    assert texts == [f"/give@{bot.username} 5", "oui"]
    assert len(await bot.get_chat_administrators(group["id"])) == 1


async def test_migrated_and_left_groups_are_refused(sandbox: TelegramSandbox, bot: Any) -> None:
    group = sandbox.add_chat("group", "Amis")
    new = sandbox.migrate(group)
    with pytest.raises(ChatMigrated) as migrated:
        await bot.send_message(group["id"], "a")
    assert migrated.value.new_chat_id == new["id"]
    await bot.send_message(new["id"], "a")
    assert await bot.leave_chat(new["id"])
    with pytest.raises(Forbidden, match="not a member"):
        await bot.send_message(new["id"], "b")


@pytest.mark.parametrize("new_first", [False, True])
async def test_migration_is_told_in_both_orders_and_ids_restart(
    sandbox: TelegramSandbox, bot: Any, new_first: bool
) -> None:
    group = sandbox.add_chat("group", "Amis")
    await bot.get_updates()
    old_ids = [(await bot.send_message(group["id"], "a")).message_id for _ in range(3)]
    offset = (await bot.get_updates())[-1].update_id + 1
    new = sandbox.migrate(group, new_first=new_first)
    updates = await bot.get_updates(offset=offset)
    said = [
        "old" if u.message and u.message.migrate_to_chat_id else "member" if u.my_chat_member else "new"
        for u in updates
    ]
    assert said == (["member", "new", "old"] if new_first else ["old", "member", "new"])
    ids = [(await bot.send_message(new["id"], "b")).message_id for _ in range(4)]
    assert ids[0] == 2 and set(old_ids) & set(ids)  # the first message says where it came from
    with pytest.raises(ChatMigrated):
        await bot.edit_message_text("c", group["id"], old_ids[0])


async def test_topics_are_kept_apart(sandbox: TelegramSandbox, bot: Any) -> None:
    group = sandbox.add_chat("supergroup", "Amis")
    ana = sandbox.add_user("Ana")
    sandbox.join(ana, group)
    thread = sandbox.add_topic(group, "Dons")
    sandbox.say(ana, "oui", group, thread=thread)
    heard = [u.message for u in await bot.get_updates() if u.message and u.message.text == "oui"]
    assert [(m.message_thread_id, m.is_topic_message) for m in heard] == [(thread, True)]
    sent = await bot.send_message(group["id"], "a", message_thread_id=thread)
    assert sent.message_thread_id == thread
    sandbox.close_topic(group, thread)
    with pytest.raises(VerbError):
        sandbox.say(ana, "oui", group, thread=thread)
    with pytest.raises(BadRequest, match="Topic_closed"):
        await bot.send_message(group["id"], "a", message_thread_id=thread)
    sandbox.delete_topic(group, thread)
    with pytest.raises(BadRequest, match="thread not found"):
        await bot.send_message(group["id"], "a", message_thread_id=thread)


async def test_links_of_other_administrators_are_truncated(sandbox: TelegramSandbox, bot: Any) -> None:
    channel = sandbox.add_chat("channel", "Refuge")
    await changes(bot)
    link = sandbox.make_link(channel["owner"], channel, name="affiche")
    sandbox.join(sandbox.add_user("Marie"), channel, link)
    with pytest.raises(BadRequest):
        await bot.revoke_chat_invite_link(channel["id"], link)
    (joined,) = await changes(bot)
    assert joined.invite_link and joined.invite_link.creator.id == channel["owner"]["id"]
    assert joined.invite_link.invite_link.endswith("…") and joined.invite_link.invite_link != link


async def test_administrator_approves_a_join_request(sandbox: TelegramSandbox, bot: Any) -> None:
    channel = sandbox.add_chat("channel", "Refuge")
    await changes(bot)
    link = await bot.create_chat_invite_link(channel["id"], creates_join_request=True)
    marie, luc = sandbox.add_user("Marie"), sandbox.add_user("Luc")
    for person in (marie, luc):
        sandbox.join(person, channel, link.invite_link)
    sandbox.answer_request(channel["owner"], luc, channel, yes=False)
    sandbox.answer_request(channel["owner"], marie, channel)
    (joined,) = await changes(bot)
    assert joined.new_chat_member.user.id == marie["id"] and joined.from_user.id == channel["owner"]["id"]
    assert joined.invite_link == link and joined.via_join_request is None


async def test_administrator_without_the_right_creates_no_links(sandbox: TelegramSandbox, bot: Any) -> None:
    channel = sandbox.add_chat("channel", "Refuge")
    sandbox.promote_bot(channel, lacking=["can_invite_users"])
    with pytest.raises(BadRequest, match="ot enough rights"):
        await bot.create_chat_invite_link(channel["id"])
    assert not (await bot.get_chat_member(channel["id"], bot.id)).can_invite_users
