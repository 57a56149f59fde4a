### The web page behind an invite.

web-invite-by = { $name } invited you.
web-invite-by-somebody = Somebody thought of you.
web-invite-private = They will never see your name or your gifts.
web-invite-private-sender = Whoever sent you this link will never see your name or your gifts.
web-invite-give = Give now
web-invite-follow = Or stay close
web-invite-follow-closed = Hear what comes next
web-invite-follow-line = News if you ask for it, and a gift in one tap whenever you like.
web-invite-telegram = Join on Telegram
web-invite-discord = Join on Discord
web-invite-none-title = Nothing is being raised right now
web-invite-none = Join us, and ask to hear when the next one starts.
web-invite-preview = A gift takes one tap, and less than a minute.
web-invite-no-discord = We can’t make a Discord invite right now. Please try again a little later, or choose another way below.
