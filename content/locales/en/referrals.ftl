### Inviting: a supporter’s links, their results, and linked accounts.

## The invite
invite-title = Your invite
invite-how = These links are yours alone. You will see how many people join, never what any of them gave.
invite-saved = Saved: this is your text now.
invite-text = Text ready to send:
invite-own-words = To use your own words: /{ $command } followed by your text.
invite-text-charity = I wanted to tell you about { $charity }. Have a look:
invite-way-telegram = On Telegram: { $url }
invite-way-channel = To our Telegram channel: { $url }
invite-way-discord = On Discord: { $url }
invite-way-web = Anywhere else: { $url }
invite-none = We can’t make a link right now. Please try again a little later.
invite-nowhere = There is no personal link to share here yet: the charity has not opened a channel for newcomers.
invite-nowhere-share = You can still show the campaign in any Discord conversation: /{ $command }
invite-send = Send on Telegram
invite-pick = Choose a chat
invite-copy = Copy the text
invite-ready = Use the suggested text
invite-qr = QR code
invite-again = My invite
invite-circle = My circle
invite-too-long-title = A little too long
invite-too-long = Your text can have up to { $most } characters; it has { $length }.
qr-title = Your invite as a QR code
qr-line = Show it on your phone or print it. It leads here: { $url }
qr-alt = QR code of your invite
arrived-by = { $name } invited you here. They will see neither your name nor your gifts.
arrived-by-somebody = A supporter of this cause invited you here. They will see neither your name nor your gifts.
brought-title = Welcome!

## Showing a campaign elsewhere
shared-give = Give
shared-discord = Join us on Discord
shared-web = Learn more
inline-description = Send this campaign, with your own link

## The circle
circle-title = Your circle
circle-none = Nobody has joined through your invite yet. The first share is often the one that helps most.
circle-people = { $people ->
    [one] One person has joined through your invite. Thank you!
   *[other] { $people } people have joined through your invite. Thank you!
}
circle-further = { $people ->
    [one] One more has joined through them.
   *[other] { $people } more have joined through them.
}
circle-from = Once { $least } of them have given, you will also see roughly how many gave, and how much. Before that, it would be too easy to guess who.
circle-direct = Of the people you invited, at least { $donors } have given, at least { $money } in total.
circle-direct-count = Of the people you invited, at least { $donors } have given.
circle-all = Counting the people they invited in turn, at least { $donors } have given, at least { $money } in total.
circle-all-count = Counting the people they invited in turn, at least { $donors } have given.
circle-rounded = These figures are rounded down and updated at most once a day, so that nobody’s gift can be guessed.
picture-circle = { $people ->
    [one] person you invited
   *[other] people you invited
}
picture-circle-further = { $people ->
    [one] and one more through them
   *[other] and { $people } more through them
}
picture-circle-alt = Your circle: { $people } invited by you, { $further } through them
recognition-title = Thank you for spreading the word
recognition = { $people ->
    [one] The first person has joined through your invite.
   *[other] { $people } people have now joined through your invite.
}

## Notifying one’s inviter
friend-gave-title = Good news
friend-gave = Someone who joined through your invite gave to “{ $campaign }” and wanted you to know.
told-title = We will let them know
told-line = The person who invited you will learn that someone gave thanks to them, without your name or the amount.
told-nobody-title = Nothing to send
told-nobody = Either they already know, or we don’t know who invited you.

## Naming one’s inviter
by-title = Who invited you here?
by-how = Type /{ $command } followed by their link or code. It is recorded once, and they will see neither your name nor your gifts.
by-maybe = Was it one of these people?
by-done-title = Noted, thank you!
by-done = They will only know that someone joined through them.
by-known-title = That is already noted
by-known = This is recorded once and cannot be changed.
by-old-title = Thank you for telling us
by-old = You were already with us before that invite, so it no longer counts.
by-not-title = This link doesn’t count
by-not = Please check with the person who invited you, then type /{ $command } followed by their link or code.

## Linking two accounts
link-title = Link your accounts
link-how = Open our bot in your other app, Telegram or Discord, and type there: /{ $command } { $code }
link-what = Your gifts, choices and invites will be merged, and nothing will be counted twice.
link-careful = This code works once, within { $minutes } minutes. Don’t give it to anyone, and never type someone else’s code here.
link-ask-title = Is that account yours too?
link-ask = { $name } on { $platform } wants to be linked to this account.
link-ask-careful = Linking cannot be undone, and each account will see the gifts of both. If you don’t know this account, or someone asked you for a code, say no.
link-yes = Yes, both are mine
link-no = No
link-agreed-title = One more step
link-agreed = Now confirm in your other app: our bot is asking you there. If you see nothing, type /{ $command } there within 15 minutes.
link-refused-title = Nothing was linked
link-refused = Both accounts stay as they are.
link-refused-there-title = Nothing was linked
link-refused-there = The other account said no. Both stay as they are.
link-one-platform-title = These accounts can’t be linked
link-one-platform = You can link one Telegram account and one Discord account.
link-nameless-title = Not right now
link-nameless = We can’t see the other account’s name at the moment, and you should never say yes to an account you don’t recognize. Please try again in a few minutes.
link-done-title = Your accounts are linked
link-done = Your gifts, choices and invites are now in one place.
link-wrong-title = This code does not work
link-wrong = It may have expired or already been used. In your other app, type /{ $command } to get a new one.
link-same-title = This is this account’s own code
link-same = Type it in your other app, Telegram or Discord.
link-too-many-title = A short pause
link-too-many = Several codes did not work. Please try again in an hour.

## Commands
command-invite = Invite a friend
command-circle = See the results of my invites
command-share = Show a campaign in this conversation
command-invitedby = Say who invited me
command-link = Link my Telegram and Discord accounts
option-words-name = text
option-words = Your own text, instead of ours
option-inviter-name = link
option-inviter = The link or code of the person who invited you
option-link-code-name = code
option-link-code = The code shown in your other app

## For the team
staff-invite-many-title = One invite has brought a lot of people
staff-invite-many = A single invite has brought in { $people } accounts. It may be a real success; if it surprises you, check who is joining your channels.
