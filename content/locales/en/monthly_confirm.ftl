### Proving that a gift is one's own, and cancelling a monthly gift.

## Before it is confirmed
unconfirmed-begun = A monthly gift of { $amount } to “{ $campaign }” has begun through your link.
unconfirmed-again = A monthly gift to “{ $campaign }” was begun through your link.
unconfirmed-gift = A gift of { $amount } to “{ $campaign }” came through your link.
unconfirmed-yours = Is it yours? Confirm it, and you can follow it, change it and end it right here.
unconfirmed-not-yours = If somebody else gave it, there is nothing for you to do: thank you for passing the link on.
unconfirmed-confirm = It’s mine: confirm
unconfirmed-stripe = Stripe’s page
unconfirmed-how = How to end it

## How to confirm
confirm-title = Show that it is yours
confirm-page = The page that opened after the payment has what you need, for 24 hours: open it again and choose this chat.
confirm-number = Or sign in on Stripe’s page with the e-mail address you gave when paying, and send the number of your latest invoice here, like this: /claim ABCD1234-0001
confirm-receipt = Take the receipt that Stripe e-mails you for a payment made after we asked you to confirm (the latest one, or wait for the next), and send its number here, like this: /claim 1234-5678
confirm-own = The page after the payment led back here, or showed a code to send here. Both are good for 24 hours.
confirm-again = Or the next time you give here, confirm that gift: this one is then confirmed with it, if the same card paid it.
confirm-else = If neither works, write to { $contact }: somebody at { $charity } will look for it with you.
confirm-done-title = It is confirmed
confirm-done = This monthly gift is yours here: you can follow it, change it and end it.
confirm-earlier-title = Is this monthly gift yours?
confirm-earlier = A monthly gift to “{ $campaign }” goes with your account here.
confirm-earlier-why = From now on we ask for a confirmation, since a link can be passed on. Until then you can pause it and end it here; the amount, the card and the receipts wait.
sure-yours-title = Is it really yours?
sure-yours = This monthly gift to “{ $campaign }” was never confirmed. If you go on, the team is told.
sure-yours-yes = Yes, it’s mine

## How to cancel one
how-to-end-title = How to end a monthly gift
how-to-end-page = Sign in on Stripe’s page with the e-mail address given when paying: Stripe sends a code there, and the gift can be ended at any time.
how-to-end-receipt = Stripe’s e-mails about the gift tell how it is managed.
how-to-end-charity = Or write to { $contact }: { $charity } ends it for you. No reason is needed.
unconfirmed-goes-on = A monthly gift began through your link. It may be somebody else’s, so it goes on: it is ended on Stripe’s page by whoever pays it, or by { $charity } ({ $contact }).
unconfirmed-goes-on-mail = A monthly gift began through your link. It may be somebody else’s, so it goes on: to end it, write to { $charity } ({ $contact }).
how-to-end-button = How to end a monthly gift

## Claimed by its payer
stripe-own-thanks = Thank you! To confirm in your chat that this gift is yours, send this there within 24 hours: /{ $command } { $code }
claim-wait = Your gift is still being confirmed by Stripe. It takes a few seconds.
claimed-monthly = See the monthly gift
claimed-elsewhere-title = Confirmed elsewhere
claimed-elsewhere = A gift that we thanked you for was confirmed by the person who paid it, on another account. It is no longer among yours, and there is nothing for you to do.

## Web page after a monthly gift
page-monthly = Your gift of { $amount } a month to “{ $campaign }” has begun.
page-monthly-next = The next one is on { $day }.
page-claim-yours = Was this you? Confirm it once, within 24 hours, in the chat you like to use.

## Notices to staff
staff-unproved-title = A monthly gift was changed by somebody unconfirmed
staff-unproved-paused = Paused: { $amount } a month to “{ $campaign }”.
staff-unproved-resumed = Resumed: { $amount } a month to “{ $campaign }”.
staff-unproved-ended = Ended: { $amount } a month to “{ $campaign }”.
staff-unproved-why = It dates from before confirmations, so it may have been paid by somebody else who used their link. If in doubt, ask the payer, whose address is at Stripe.
staff-case-second-claim = Somebody confirmed this gift as theirs after another person had.
staff-case-second-payment = A second payment came through a link that takes one.
gift-state-unproved = to be confirmed
gift-line-unproved = { $amount }, { $campaign } ({ $state })
gifts-unproved = Gifts to be confirmed came through your link; whether you paid them is not known yet.
