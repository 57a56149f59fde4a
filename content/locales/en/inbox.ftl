### The staff inbox.

staff-notice-many = { $others ->
    [one] And one more of the same kind.
   *[other] And { $others } more of the same kind.
}
staff-words-title = A message
staff-words-about = { $gifts ->
    [0] On { $platform }, in { $language }, since { $day }; no gift.
    [one] On { $platform }, in { $language }, since { $day }; one gift.
   *[other] On { $platform }, in { $language }, since { $day }; { $gifts } gifts.
}
staff-words-how = To answer: tap “Answer”, or reply to this message. The person will see the charity’s name, not yours.
staff-words-reply = Answer
staff-words-block = Block
staff-words-unblock = Unblock
staff-words-gone = This message has been erased.
staff-preview-title = Send this?
staff-preview-note = The person will see the charity’s name. Nothing is sent until you tap.
staff-preview-send = Send
staff-preview-again = Edit
staff-preview-drop = Don’t send
staff-preview-dropped = Nothing was sent.
staff-preview-gone = This text was already sent or discarded, or is more than a day old. Nothing was sent this time.
staff-reply-title = Your answer
staff-reply-ask = Write your answer. It goes out in the charity’s name.
staff-reply-sent-title = On its way
staff-reply-sent = Your answer is on its way.
staff-reply-gone = This person can no longer be reached.
staff-blocked-title = Done
staff-blocked = This person’s messages no longer come here. Nothing else changes for them.
staff-unblocked = This person’s messages come here again.
staff-case-title = Case { $number }
staff-case-wrong-amount = Someone says that the amount is wrong.
staff-case-paid-twice = Someone says they paid twice.
staff-case-double-unsure = Someone wants the second of two identical gifts refunded. Obole has refunded nothing: the gift is large, there have been many refunds, it may not have been paid with the same card, or it is not proved to be theirs. Compare both payments at Stripe before you refund it; the gift may be someone else’s.
staff-case-wasnt-me = Someone says this gift is not theirs.
staff-linked-title = Two accounts were linked
staff-linked = A Telegram account and a Discord account now belong to one person. Both confirmed, each seeing the other’s name. This cannot be undone.
staff-linked-case = Open a case
staff-case-linked = Two accounts were linked, and someone doubts that they belong to one person. This cannot be undone: write to the person, and correct their gifts one by one if needed.
staff-case-dispute = The bank disputes this gift.
staff-case-fraud-warning = The bank suspects fraud.
staff-case-gift = Gift of { $amount } to “{ $campaign }”, on { $day }.
staff-case-due = Answer at Stripe before { $day }.
staff-case-close = Close
staff-words-answered = { $who } has answered.
staff-name-hide = Hide the name
staff-name-show = Show the name
staff-name-hidden = This person’s name is no longer shown in public.
staff-name-shown = This person’s name may be shown again, as they agreed.
staff-reply-too-long = That is { $over } characters too many: at most { $most }. Nothing was sent.
staff-reply-lost-title = An answer did not arrive
staff-reply-lost = It could not be delivered, perhaps because the person has blocked the bot. It began like this:
staff-reply-doubt = We can’t tell whether this answer arrived, and it will not be sent twice. It began like this:
staff-case-write = Write to the person
staff-case-is-closed = This case is closed.
staff-case-closed-title = Case { $number } closed
staff-case-closed = Nothing else has changed.
staff-case-closed-told = The person who reported it has been notified. Nothing else has changed.
staff-case-closed-before = This case was already closed.
staff-cases-title = Open cases
staff-cases-none = No open cases.
staff-cases-line = { $number }: { $what }
staff-home-cases = Cases
staff-webhook-title = Stripe’s notices are not arriving
staff-webhook = Payments were found by asking Stripe, which had not notified us. Nothing is lost, but thank-yous are late.
staff-webhook-how = At Stripe, under Developers > Webhooks, check that the address responds, then run: obole check
staff-webhook-refused = Stripe’s notices are being refused
staff-webhook-secret = Their signature does not match OBOLE_STRIPE_WEBHOOK_SECRET. At Stripe, under Developers > Webhooks, copy the signing secret of this address into that setting, then restart Obole.
staff-webhook-clock = Their time is too far from ours. Check the server’s clock.
staff-missed-title = Gifts may be missing
staff-missed = Obole did not read Stripe’s events from { $since } to { $until }, and Stripe keeps them for 30 days only.
staff-missed-how = Compare Stripe’s payments and refunds on those days with the campaigns’ figures. Webhooks that arrived were recorded.
staff-flood-title = { $platform } is refusing messages
staff-flood-all = { $platform } is refusing all of the bot’s messages for about another { $hours } h, because it sent too many at once.
staff-flood-chat = { $platform } is refusing the bot’s messages in one conversation for about another { $hours } h.
staff-flood-how-all = Nothing is lost: thank-yous and broadcasts will go out automatically afterwards. Gifts go through Stripe and continue.
staff-flood-how-chat = All other conversations continue. Messages waiting in that one will go out automatically afterwards.
staff-doubt-title = Delivery unknown
staff-doubt = { $number ->
    [one] { $number } message was sent but never confirmed, even on a second try. We don’t know whether it arrived; it will not be sent again.
   *[other] { $number } messages were sent but never confirmed, even on a second try. We don’t know whether they arrived; they will not be sent again.
}
free-text-passed = Your message has been passed on to a person at { $charity }, who will answer you here.
free-text-enough = Your messages have arrived, and a person will read them. There is no need to send more for now.
relayed-title = Answer from { $charity }
relayed-note = You can reply here.
case-over-title = Case { $number }: closed
case-over = Someone at { $charity } has looked into what you reported, and the case is closed. Thank you for telling us. If something is still not right, just write it here.
staff-words-part = A message, part { $part } of { $parts }
staff-words-edited = (The person has edited this message.)
staff-preview-attached = Only the text is sent: the picture or file is not passed on.
staff-preview-correction = The person has already received the first version: this one will be sent as a correction.
staff-preview-title-correction = Send this correction?
staff-reply-unread-title = Nothing was sent
staff-reply-no-text = Only text can be passed on: no pictures, files or voice notes. Write your answer.
staff-reply-not-theirs = This message is mine, not from someone who wrote to you. Reply to theirs, or tap “Answer” under it.
staff-reply-not-allowed = Only team members with the editor role can answer. Ask an owner for a code.
free-text-edited = Your correction has been passed on to a person at { $charity }.
free-text-attached = Only the text was passed on: I cannot open the picture or file.
text-only-title = I only read text
text-only = Pictures, voice notes, files and stickers are not passed on to anyone.
text-only-passed = Write it in a few words and a person at { $charity } will answer you here.
relayed-title-correction = Correction from { $charity }
relayed-note-correction = This message replaces our previous answer. You can reply here.
staff-case-refund-failed = A refund failed: the bank returned the money. Never send it by cheque or to another card.
staff-case-others = Other gifts of the same person that week:
staff-child-button = Child’s gift…
staff-case-child = Someone says that a child made a gift.
staff-case-child-how = If that is so: refund the gift (reason: “Not their gift”). If the child used this account, tap “Age…” to record that. Then answer the parent, and close the case.
staff-case-latest = This person’s latest gifts:
staff-case-find = Find a gift
staff-reply-withheld = Discord shows me a reply only if it mentions me, and the mention was turned off. Tap “Answer” under the message, or reply again with “@ On”.
