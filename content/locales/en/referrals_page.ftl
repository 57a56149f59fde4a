### The web page behind an invite.

web-invite-by = { $name } invited you.
web-invite-by-somebody = Someone thought of you.
web-invite-private = They will never see your name or your gifts.
web-invite-private-sender = The person who sent you this link will never see your name or your gifts.
web-invite-give = Give now
web-invite-follow = Or stay connected
web-invite-follow-closed = Hear about the next one
web-invite-follow-line = News if you ask for it, and a gift in one tap whenever you like.
web-invite-telegram = Join on Telegram
web-invite-discord = Join on Discord
web-invite-none-title = No campaign is open right now
web-invite-none = Join us and ask for news: you will hear when the next one starts.
web-invite-preview = A gift takes one tap, and less than a minute.
web-invite-no-discord = We can’t make a Discord invite right now. Please try again a little later, or choose another way below.
