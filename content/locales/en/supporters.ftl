### Preferences, /stop, privacy, help.

## Preferences
preferences-title = Your preferences
preferences-open = My preferences
preferences-how = Everything is off until you turn it on, and you can change your mind at any time.
preferences-saved = Saved.
pref-state-on = Currently: yes.
pref-state-off = Currently: no.
pref-news = News: hear from { $charity } about its campaigns.
pref-news-on = Turn news on
pref-news-off = Turn news off
pref-reminders = Reminders: get one from { $charity } now and then, based on the dates of your gifts.
pref-reminders-on = Turn reminders on
pref-reminders-off = Turn reminders off
pref-personal-amounts = Personal amounts: see amounts based on your past gifts to { $charity }.
pref-personal-amounts-on = Turn personal amounts on
pref-personal-amounts-off = Turn personal amounts off
pref-being-named = Being named: your name may appear in thanks published by { $charity } and on your invites, never beside an amount.
pref-being-named-on = Turn being named on
pref-being-named-off = Turn being named off
zone-line = Your reminders will come between 9 a.m. and 9 p.m., { $place } time.
zone-change = I live elsewhere
zone-title = Where do you live?
zone-ask = So that we never write at night. Choose the city whose time is yours.
language-other = Français

## Stop
stop-title = Stopped
stop-line = { $charity } will send you no more appeals or news, only answers to what you do, such as thanks for a gift or word of a refund.

## Privacy
privacy-title = Your personal information
privacy-kept = What we keep: your id on this app, your language, the city whose time is yours if you chose one, your preferences with the date of each choice, your gifts, the reminders planned for you, the invite you share and the one you came by, that you left a channel (400 days, in a form nobody can read), how often you used what is limited (a day, in the same form), mistakes you report, what you write to our team (for a month) and a record of the messages sent.
privacy-not-kept = What this bot does not keep: your name, your e-mail and your card. You give them to Stripe, which handles the payment; our team can see the name and e-mail there, never the full card number.
privacy-why = Why: to answer you, thank you, mend mistakes and keep the books. Nothing is sold or traded.
privacy-how-long = How long: gifts, as long as the law asks for the books; the rest, until you ask us to delete it. Then the gifts stay with Stripe’s payment numbers only, for refunds and disputes, and a scrambled mark of your account stays for 30 days, if our team had blocked you or hidden your name, so that this still holds. You can also ask for a copy or a correction.
privacy-forget = To have us erase what leads to you: /{ $forget }
privacy-who = Person responsible: { $officer }, { $contact }

## Erasure
forget-title = Erase everything?
forget-goes = What goes: everything here that leads to you, which is your accounts, your preferences, your invite link, your words to the team and the record of messages.
forget-stays = What stays, with nothing that leads to you: the sums given, which the law asks us to keep in the books, each with the number that Stripe gave the payment (of a monthly gift also its invoice and subscription): refunds and disputes need it, and at Stripe alone it leads to you. Stripe also keeps what you gave it. For 30 days, if our team had blocked you or hidden your name, and for a day, for what is limited, a scrambled mark of your account stays too: it leads nobody to you.
forget-monthly = Your monthly gift will end too.
forget-final = This cannot be undone.
forget-sure = Erase everything
forget-keep = Erase nothing
forget-done-title = It is erased
forget-done = Nothing here leads to you any more but Stripe’s payment numbers, and those only at Stripe; a scrambled mark that nobody can read may hold a limit or a block for up to 30 days. Thank you for having been with us. If you come back one day, we will meet as if for the first time.
forget-later-title = Not right now
forget-later = Your monthly gift must first end at Stripe, which does not answer. Nothing is erased yet; try again in a few minutes.

## Help and replies
help-title = Help
help-line = To give, just type an amount, such as “5”, and the button will appear.
help-command = /{ $name }: { $what }
command-give = Give to a campaign
command-mygifts = See my gifts
command-preferences = Language and messages
command-help = Help and contact
command-stop = No more appeals or news
command-privacy = What we keep, and why
command-forget = Erase what leads to me
command-claim = Add a gift to my gifts
free-text-title = Thank you for writing
free-text = A robot answers here. To reach a person, write to { $contact }.
unknown-command = That command doesn’t exist
unknown-command-line = To give: /{ $give }. For everything else: /{ $help }.
wrong-title = A problem on our side
wrong-line = We could not answer this time. Nothing is lost: if a payment was made, it will be counted.
try-again = Try again
