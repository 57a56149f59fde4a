### The demo page: two phones and the staff board.

demo-title = Obole, the demo
demo-how = Tap an amount, pay with a test card, watch the bar move. Nothing here is real.
demo-tasks = To try: { $done } of { $all }
demo-task-done = Done
demo-task-open = To do
demo-task-give = Give
demo-how-give = Tap an amount in the channel.
demo-task-again = Give again
demo-how-again = In the bot’s chat, write an amount, such as 10.
demo-task-invite = Invite a friend
demo-how-invite = On Telegram, in the chat with the bot, write /invite, tap “Send on Telegram” and choose Inès. Then be Inès and open the invite.
demo-task-monthly = Give monthly
demo-how-monthly = Be Camille or Alex. In the bot’s chat, write /monthly.
demo-task-answer = Answer a question
demo-how-answer = Ask one in the bot’s chat. Then be Nadia on Telegram and reply.
demo-task-broadcast = Send news to everyone
demo-how-broadcast = Be Nadia: in the bot’s chat, write /broadcast, or approve the announcement that is waiting. Then press + 5 minutes (Staff).
demo-task-refund = Refund a gift
demo-how-refund = In the ledger (Staff).
demo-task-cash = Add the cash box
demo-how-cash = Be Nadia: in the bot’s chat, write /add 20 cash.
demo-task-days = Get a reminder
demo-how-days = Be someone without a monthly gift, such as Inès: give, and turn reminders on with /preferences. Then press + 11 days (Staff).
demo-task-payout = Answer the treasurer
demo-how-payout = “What is this deposit at the bank?” Press + 11 days (Staff). Then be Nadia: in the bot’s chat, write /payouts and tap the payout.
demo-tasks-where = The bot’s chat is the tab “Chat” on Telegram and “Direct messages” on Discord.
demo-language = Français
demo-language-hint = Show this page in French
demo-on-telegram = On Telegram
demo-on-discord = On Discord
demo-staff = Staff
demo-you-are = You are
demo-role-camille = donor
demo-role-alex = donor
demo-role-ines = friend
demo-role-nadia = staff
demo-speaks-fr = Speaks French, whatever the language of this page
demo-speaks-en = Speaks English, whatever the language of this page
demo-bot-tab = Chat
demo-channel-tab = Channel
demo-dm-tab = Direct messages
demo-bot-status = bot
demo-channel-status = public channel
demo-nobody = Nobody has written here yet.
demo-what-it-can = What can this bot do?
demo-what-it-can-line = Choose an amount, pay on a secure page, see what the gift does.
demo-start = Start
demo-menu = Menu
demo-staff-commands = The team’s commands are in the menu.
demo-message = Message
demo-message-room = Message #{ $room }
demo-message-dm = Message { $name }
demo-send = Send
demo-attach = Attach a photo
demo-photo = Photo
demo-picture-mittens = Mittens
demo-picture-suits = Snowsuits
demo-picture-own = A photo from your device…
demo-picture-too-large = This photo is larger than 6 MB.
demo-mute = Mute
demo-unread = Unread messages: { $count }
demo-edited = edited
demo-app = APP
demo-only-you = Only you can see this
demo-used = { $name } used
demo-thinking = { $name } is thinking…
demo-pay-page = Payment page
demo-web-page = The charity’s page
demo-close = Close
demo-send-to = Send to
demo-online = online
demo-not-member = { $name } is not in this server yet. An invite leads in.
demo-already-there = You are already there.
demo-copied = Copied
demo-failed = That did not work
demo-lost = The demo no longer answers. Start it again: obole demo
demo-donors = Donors
demo-frequency = Gifts per donor
demo-amount = Raised
demo-lateral = Lateral reach
demo-lateral-line = came through friends
demo-of-goal = of { $goal }
demo-gifts-line = { $gifts ->
    [one] one gift counted
   *[other] { $gifts } gifts counted
}
demo-ledger = The ledger
demo-entry-gift = Gift
demo-entry-refund = Refund
demo-entry-dispute = Dispute
demo-refund = Refund
demo-again = Repeat a notice
demo-again-done = The notice came a second time: nothing is counted twice.
demo-refund-done = Refunded: the donor gets a notice in their chat.
demo-poll-done = { $found ->
    [0] Stripe had nothing new.
    [one] One event found at Stripe.
   *[other] { $found } events found at Stripe.
}
demo-withhold = Hold back Stripe’s notices
demo-withhold-line = Like an outage: the gift is made, but the bot has not heard of it.
demo-held = { $held ->
    [0] Nothing has been held back so far.
    [one] One notice held back.
   *[other] { $held } notices held back.
}
demo-poll = Ask Stripe
demo-poll-line = The bot does this automatically every minute.
demo-later = + 5 minutes
demo-later-line = What your team sends waits five minutes before it goes out.
demo-later-done = Five minutes have passed.
demo-days = + 11 days
demo-days-line = Ten days after a gift, people who agreed to reminders may get one. In this demo Camille, Alex, Inès and Nadia always do: they are kept out of the comparison group.
demo-days-done = { $due ->
    [0] Eleven days have passed. Nobody was due: it takes a gift, reminders turned on with /preferences, and no monthly gift.
   *[other] Eleven days have passed. Reminders sent: { $sent }. In the comparison group, which Camille, Alex, Inès and Nadia are kept out of: { $held }.
}
demo-books-ok = Books verified
demo-books-wrong = Books to be checked
demo-account-gifts = gifts
demo-account-stripe = Stripe
demo-account-refunds = refunds
demo-account-fees = fees
demo-account-disputes = disputes
demo-account-undeposited = undeposited
demo-account-bank = bank
demo-account-clearing = clearing
demo-yesterday = yesterday
demo-all-done = That was everything. Thank you for taking the time! The next step for your own charity is “Going live” in the README.
demo-staff-commands-discord = The team’s commands are behind the / button.
demo-dm-empty = Write to the bot here: an amount, such as 10, or a command, such as /give.
demo-cancel = Cancel
demo-refund-gift = Refund the gift of { $amount }
demo-refund-ask = Refund this gift of { $amount }? The money goes back to the card, and the donor is notified.
demo-refund-yes = Refund { $amount }
demo-refunded = Refunded
demo-again-line = Stripe delivers the newest gift’s notice a second time.
demo-clock = { $time } in Montréal
