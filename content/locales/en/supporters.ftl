### Preferences, /stop, privacy, help.

## Preferences
preferences-title = Your preferences
preferences-open = My preferences
preferences-how = Nothing is on until you turn it on, and you can change your mind at any time.
preferences-saved = Saved.
pref-state-on = Currently on.
pref-state-off = Currently off.
pref-news = News: messages from { $charity } about its campaigns.
pref-news-on = Turn news on
pref-news-off = Turn news off
pref-reminders = Reminders: a short note from { $charity } now and then, timed by your gifts.
pref-reminders-on = Turn reminders on
pref-reminders-off = Turn reminders off
pref-personal-amounts = Personal amounts: suggested amounts based on your past gifts to { $charity }.
pref-personal-amounts-on = Turn personal amounts on
pref-personal-amounts-off = Turn personal amounts off
pref-being-named = Your name: it may appear in thanks published by { $charity } and on your invites, never next to an amount.
pref-being-named-on = Allow my name
pref-write-first = On Discord, the bot only writes to people who have written to it: send it a private message, any message, and what you turned on will reach you.
pref-being-named-off = Stop using my name
zone-line = Reminders arrive between 9 a.m. and 9 p.m., { $place } time.
zone-change = I live elsewhere
zone-title = Where do you live?
zone-ask = So that we never write to you at night, choose a city in your time zone.
language-other = Français

## Stop
stop-title = Stopped
stop-line = { $charity } will send you no more appeals or news, only replies to what you do, such as a thank-you or a refund notice.

## Privacy
privacy-title = Your personal information
privacy-kept = What we keep:
privacy-item-account = your ID on this app, the day you joined, the days you wrote to the bot or installed it, and whether our messages reach you
privacy-item-language = your language and, if you chose one, your time zone’s city
privacy-item-preferences = your preferences, with the date and wording of each choice
privacy-item-gifts = your gifts, single or monthly: amount, day, campaign, the message or link they came from, refunds, Stripe’s numbers; and payment links made for you
privacy-item-card = an unreadable fingerprint of your card or your account at Stripe, to recognize your next gifts
privacy-item-card-kept = an unreadable fingerprint of your card or account at Stripe, to recognize your next gifts; of a card that you save to give with, its brand, expiry date and last four digits, and what you agreed to
privacy-item-reminders = the reminders planned for you: they are timed from your gifts, and “Not now” puts them off
privacy-item-group = your group: to measure what reminders do, some people chosen at random get none
privacy-item-invites = the invite you share, your words in it, the one you joined through, and how many people and gifts came through you
privacy-item-messages = a record of the messages sent (90 days; 180 for messages to everyone)
privacy-item-adult = whether you are 18 or over and the day you answered, if we asked
privacy-item-letters = what you write to our team (30 days)
privacy-item-cases = mistakes you report, and payments that need a check
privacy-item-team = whether our team blocks your messages, hides your name or records a death, and the log of what it does (three years)
privacy-item-left = the fact that you left a channel (400 days, in unreadable form)
privacy-item-limits = how often you used actions that have a limit (one day, in the same form)
privacy-not-kept = What this bot does not keep: your name, your e-mail address and your card. You give them to Stripe, which handles the payment; our team can see your name and e-mail address there, never the full card number.
privacy-where = Outside Quebec: your messages pass through Telegram or Discord and your payments through Stripe. These companies process your information outside Quebec, under their own rules.
privacy-why = Why: to answer you, thank you, fix mistakes and keep our accounts. Nothing is sold or traded.
privacy-how-long = How long: gifts, for as long as accounting law requires; the rest, until you ask us to delete it. After that, gifts are kept with Stripe’s payment numbers only, for refunds and disputes. If our team had blocked you or hidden your name, an unreadable fingerprint of your account stays for 30 days so that this remains in force. Another one stays outside the database for a year, so that a restored backup does not bring you back; opt-outs are noted there too. You can also ask for a correction.
privacy-copy = To get a copy of your data: /{ $mydata }
privacy-forget = To erase your data: /{ $forget }
privacy-who = Privacy officer: { $officer }, { $contact }

## Erasure
forget-title = Erase everything?
forget-goes = Will be erased: all your data here, meaning your accounts, preferences, invite link, messages to the team and the record of messages.
forget-stays = Will stay, without your identity: the amounts and dates of your gifts, which the law requires us to keep in our accounts, each with Stripe’s payment number (for a monthly gift, also the invoice and subscription numbers). Refunds and disputes need that number, and only Stripe can link it to you. Stripe also keeps what you told it. Our statistics keep reminders, messages and invites, without saying whose. An unreadable fingerprint of your account stays too: for one day, for actions that have a limit, and for 30 days if our team had blocked you or hidden your name. For a year, another one stays outside the database, so that a restored backup does not bring you back. Nobody can identify you from either.
forget-monthly = Your monthly gift will end too.
forget-final = This cannot be undone.
forget-sure = Erase everything
forget-keep = Erase nothing
forget-done-title = Your data is erased
forget-done = Only what accounting requires remains: the amounts, the dates and Stripe’s payment numbers. An unreadable fingerprint may keep a limit or a block in force for up to 30 days; another one stays outside the database for a year, so that a restored backup does not bring you back. Thank you for being with us. If you ever come back, we will start afresh.
forget-later-title = Not right now
forget-later = Your monthly gift has to end at Stripe first, and Stripe is not responding. Nothing has been erased yet; please try again in a few minutes.

## Help and replies
help-title = Help
help-line = To give, just type an amount, such as “5”, and the button will appear.
help-command = /{ $name }: { $what }
command-give = Give to a campaign
command-mygifts = See my gifts
command-preferences = Language and messages
command-help = Help and contact
command-stop = Stop appeals and news
command-privacy = What we keep, and why
command-mydata = Get a copy of my data
command-forget = Erase my data
command-claim = Add a gift to my gifts
command-card = Save, change or remove my card
free-text-title = Thank you for writing
free-text = You are writing to a bot. To reach a person, write to { $contact }.
card-number-title = Please keep your card number to yourself
card-number-removed = I took the card number out of your message: nobody here reads or keeps more than its last four digits. The only place to enter it is Stripe’s payment page.
card-number-delete = To be safe, delete your message from this chat too.
unknown-command = That command doesn’t exist
unknown-command-line = To give: /{ $give }. For everything else: /{ $help }.
command-in-private = Send me /{ $command } in private: other people can read this chat.
wrong-title = A problem on our side
wrong-line = We couldn’t answer this time. Nothing is lost: if you made a payment, it will be counted.
try-again = Try again
stop-undo = Undo
stop-monthly-end = End my monthly gift
stop-button = Stop the messages
stop-maybe = If you no longer want messages, tap the button.
courtesy-thanks-title = Thank you!
courtesy-farewell-title = See you soon!
courtesy-greeting-title = Hello!
courtesy-greeting = To give, just write an amount, such as “5”.
courtesy-question = If you have a question, write it here and a person at { $charity } will answer you.
courtesy-question-mail = If you have a question, write to { $contact }.
identity-who = Who are we?
identity-registration = registered charity no. { $number }
