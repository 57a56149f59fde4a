### The person and the talk itself.

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
pref-being-named = Being named: your name may appear in thanks published by { $charity }, never beside an amount.
pref-being-named-on = Turn being named on
pref-being-named-off = Turn being named off
language-other = Français
language-set = Noted: we will write to you in English.

## Stop
stop-title = Stopped
stop-line = { $charity } will send you no more appeals and no news.
stop-service = Nothing else goes on. If you give again, you will get the thank-you and, if needed, a word about that gift.

## Privacy
privacy-title = Your personal information
privacy-kept = What we keep: your id on this app, your language, your time zone if known, your preferences with the date of each choice, and your gifts.
privacy-not-kept = What we do not keep: your name, your e-mail and your card. Payment happens at Stripe.
privacy-why = Why: to answer you, thank you, mend mistakes and keep the books. Nothing is sold or traded.
privacy-how-long = How long: gifts, as long as the law asks for the books; the rest, while you use this service. You can ask for a copy, a correction or deletion.
privacy-who = Person responsible: { $officer }, { $contact }

## Help and answers
help-title = Help
help-line = You can also just type an amount, such as “5”, and the button will appear.
help-command = /{ $name }: { $what }
command-give = Give to a campaign
command-mygifts = See my gifts
command-preferences = Language and messages
command-help = Help and contact
command-stop = Receive nothing more
command-privacy = Privacy
free-text-title = Thank you for writing
free-text = This chat is answered by a robot. To reach a person, write to { $contact }.
unknown-command = That command doesn’t exist
unknown-command-line = To give: /{ $give }. For everything else: /{ $help }.
slow-down-title = A short pause
slow-down = There were many attempts in a short time. You can go on in a few minutes; no gift is lost.
wrong-title = A problem on our side
wrong-line = We could not answer this time. Nothing is lost: if a payment was made, it will be counted.
try-again = Try again
