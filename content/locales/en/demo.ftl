### The demo page: two phones and the staff board.

demo-title = Obole, the demo
demo-how = Tap an amount, pay with a test card, watch the bar move. Nothing here is real.
demo-tasks = To try: { $done } of { $all }
demo-task-done = Done
demo-task-open = To do
demo-task-give = Give: tap an amount in the channel
demo-task-again = Give a second time, in the chat with the bot
demo-task-invite = Invite someone, with /invite
demo-task-monthly = Start a monthly gift, with /monthly
demo-task-answer = Ask the bot a question, then answer it: Nadia gets it on Telegram
demo-task-broadcast = Be Nadia and send everyone news, with /diffusion
demo-task-refund = Refund a gift, in the team’s ledger
demo-task-cash = Be Nadia and add the cash box: /ajouter 20 comptant
demo-task-days = Agree to reminders with /preferences, then skip eleven days
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
demo-speaks-fr = Speaks French
demo-speaks-en = Speaks English
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
demo-staff-commands = The team’s commands. They are always in the menu.
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
demo-back = Back to the chat
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
demo-refund = Refund this gift
demo-again = Deliver this payment’s notice again
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
demo-days-line = Ten days after a first gift, people who agreed to reminders may get one. In this demo Camille, Alex, Inès and Nadia always do: they are kept out of the comparison group.
demo-days-done = { $due ->
    [0] Eleven days have passed. Nobody was due: it takes a single gift, and a yes to reminders.
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
