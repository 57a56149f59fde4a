### Web pages: landing, return after a gift, short links, errors. The rest of these pages is in shared.ftl.

## Every page
web-other-language = Français
web-privacy = Privacy
web-home = See the campaigns
web-powered = Runs on Obole, free software

## Landing
web-lead = Give in one tap, in the chat you already use.
web-give-telegram = Give on Telegram
web-give-discord = Give on Discord
web-no-chat = The bot is getting ready. Come back in a moment.

## Return after a gift
web-waiting-title = Thank you!
web-waiting = Your gift is being confirmed.
web-waiting-amount = Your gift of { $amount } is being confirmed.
web-waiting-how = This page updates automatically. You can also close it: nothing will be lost.
web-waiting-long = This is taking longer than usual. If the payment went through, the gift will be counted; you don’t need to do anything else.
web-refresh = Refresh
web-back-telegram = Back to Telegram
web-back-discord = Back to Discord
web-claim-title = Add this gift to your gifts
web-claim-telegram = Add it on Telegram
web-claim-code = On Discord, type this command:
web-claim-command = /claim { $code }
web-goal-bar = Progress of the campaign

## This wasn’t me
web-disown-again = That was already done: the gift is no longer linked to anyone.
web-disown-refused-title = This button no longer works
web-disown-refused = Go back to the page of your gift and try again. The gift itself is safe.

## Errors
web-method-title = This doesn’t work here
web-method = Please go back to the previous page and start from there.
web-too-large-title = Too large
web-too-large = What was sent is larger than we accept. Nothing was recorded.
stripe-paused = Gifts to “{ $campaign }” are paused for the moment. Thank you for thinking of it! Please try again later.
