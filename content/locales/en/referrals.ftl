### Inviting: a supporter’s links, their results, and linked accounts.

## The invite
invite-title = Your invite
invite-how = These links are yours. You will know how many people came, never what any of them gave.
invite-saved = Noted: the text is your own now.
invite-text = The text ready to send:
invite-own-words = To say it your way: /{ $command } followed by your text.
invite-text-charity = I wanted to tell you about { $charity }. See if it speaks to you:
invite-way-telegram = On Telegram: { $url }
invite-way-channel = To our Telegram channel: { $url }
invite-way-discord = On Discord: { $url }
invite-way-web = Anywhere else: { $url }
invite-none = We cannot make a link right now. Please try again a little later.
invite-nowhere = A link of your own has nowhere to lead yet: the charity has not opened a channel for newcomers here.
invite-nowhere-share = You can still show the campaign in any conversation on Discord: /{ $command }
invite-send = Send on Telegram
invite-pick = Choose a chat
invite-copy = Copy the text
invite-ready = Back to the suggested text
invite-qr = QR code
invite-again = My invite
invite-circle = My circle
invite-too-long-title = A little too long
invite-too-long = Your text may have { $most } characters; it has { $length }.
qr-title = Your invite as a QR code
qr-line = To show on your phone or to print. It leads here: { $url }
qr-alt = QR code that leads to your invite
arrived-by = { $name } invited you here. They will see neither your name nor your gifts.
arrived-by-somebody = Somebody who supports this cause invited you here. They will see neither your name nor your gifts.
brought-title = Welcome!

## Showing a campaign elsewhere
shared-give = Give
shared-discord = Come to Discord
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
circle-from = From { $least } donors on, you will also see about how many gave, and how much. With fewer, one could tell who.
circle-direct = Of the people you brought, at least { $donors } have given, together at least { $money }.
circle-direct-count = Of the people you brought, at least { $donors } have given.
circle-all = Counting those who came through them, at least { $donors } have given, together at least { $money }.
circle-all-count = Counting those who came through them, at least { $donors } have given.
circle-rounded = These figures are rounded down and change at most once a day, so that nobody’s gift can be told from them.
picture-circle = { $people ->
    [one] person you brought
   *[other] people you brought
}
picture-circle-further = { $people ->
    [one] and one more through them
   *[other] and { $people } more through them
}
picture-circle-alt = Your circle: { $people } brought by you, { $further } through them
recognition-title = Thank you for passing it on
recognition = { $people ->
    [one] A first person has joined through your invite.
   *[other] { $people } people have now joined through your invite.
}

## Notifying one’s inviter
friend-gave-title = Good news
friend-gave = Somebody who joined through your invite gave to “{ $campaign }”, and wanted you to know.
told-title = They will hear of it
told-line = The person who brought you will know that somebody gave thanks to them, without learning your name or the amount.
told-nobody-title = There is nothing to send
told-nobody = Perhaps it was said already, or we do not know who brought you.

## Naming one’s inviter
by-title = Who brought you here?
by-how = Type /{ $command } followed by their link or code. It is noted once, and they will see neither your name nor your gifts.
by-maybe = Was it perhaps somebody from here?
by-done-title = Noted, thank you!
by-done = They will know only that somebody came through them.
by-known-title = That is noted already
by-known = It is noted once and does not change.
by-old-title = Thank you for telling us
by-old = You were already with us before that invite: it can no longer count.
by-not-title = This link cannot count
by-not = Please check with the person who brought you, then type /{ $command } followed by their link or code.

## Linking two accounts
link-title = Join your accounts
link-how = Open our bot in your other app, Telegram or Discord, and type there: /{ $command } { $code }
link-what = Your gifts, choices and invites will be joined, and nothing will be counted twice.
link-careful = This code works once, for { $minutes } minutes. Give it to nobody, and never type here a code that is somebody else’s.
link-ask-title = Is that account yours too?
link-ask = { $name } on { $platform } wants to be joined with this account.
link-ask-careful = Joining cannot be undone, and whoever uses either account sees the gifts of both. If you don’t know this account, or somebody asked you for a code, say no.
link-yes = Yes, both are mine
link-no = No
link-agreed-title = One more yes
link-agreed = Now confirm in your other app: our bot asks you there. If you see nothing, type /{ $command } there, within 15 minutes.
link-refused-title = Nothing was joined
link-refused = Both accounts stay as they are.
link-refused-there-title = Nothing was joined
link-refused-there = The other account said no. Both stay as they are.
link-one-platform-title = These accounts cannot be joined
link-one-platform = Only one Telegram account and one Discord account can be joined.
link-nameless-title = Not right now
link-nameless = We cannot see the other account’s name at the moment, and nobody should say yes to an account they cannot recognise. Please try again in a few minutes.
link-done-title = Your accounts are joined
link-done = Your gifts, choices and invites are in one place now.
link-wrong-title = This code does not work
link-wrong = Perhaps it is too old, or it was used already. In your other app, type /{ $command } for a new one.
link-same-title = That is the code of this account
link-same = Type it in your other app, Telegram or Discord.
link-too-many-title = A short pause
link-too-many = There were several codes that did not work. Please try again in an hour.

## Commands
command-invite = Invite somebody
command-circle = See what came of my invites
command-share = Show a campaign in this conversation
command-invitedby = Say who brought me
command-link = Join my Telegram and Discord accounts
option-words-name = text
option-words = Your own text, in place of ours
option-inviter-name = link
option-inviter = The link or code of the person who brought you
option-link-code-name = code
option-link-code = The code shown in your other app

## For the team
staff-invite-many-title = One invite brings very many
staff-invite-many = A single invite has brought { $people } accounts. It may be a fine success; if it surprises you, look at who comes into your channels.
