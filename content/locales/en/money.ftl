### Refunds, duplicates and disputes.

## Duplicate gifts
double-title = Two like donations
double-line = We received { $amount } twice for “{ $campaign }”, a few minutes apart. Was that meant?
double-choice = If so, thank you! If not, one tap sends the second one back to you.
double-back = Refund the second
double-keep = Yes, keep both
double-kept = Both of your donations count.
double-returns = We have asked for { $amount } to go back to you.
double-refused = The refund of { $amount } could not be made right away. A person at { $charity } will look after it.

## Notices to staff
staff-gift-line = { $amount }, { $day }, “{ $campaign }”.
staff-gift-undated = { $amount }, “{ $campaign }”.
staff-gift-number = Gift no. { $number }
staff-open-stripe = Open at Stripe
staff-dispute-title = A gift is disputed
staff-dispute-until = It can be answered until { $until }.
staff-dispute-todo = The person’s bank asks for the money. Answer at Stripe with what you know, or accept the dispute; without an answer the money is lost. Do not refund it as well.
staff-fraud-title = A card may have been stolen
staff-fraud-todo = The bank believes that the card’s owner did not make this gift. A refund now avoids a dispute and its fee.
staff-donor-refund-title = A donor took back a duplicate gift
staff-donor-refund-todo = Two like gifts came within minutes from the same card, and the donor asked for the second one back. Obole has asked Stripe for the refund. Nothing is left for you to do.
staff-intake-title = A payment could not be recorded
staff-intake-what = Message from Stripe: { $type }.
staff-intake-why = What went wrong: { $why }
staff-intake-todo = Nothing is lost: the message is kept and will be read again. If this surprises you, show it to whoever looks after Obole.

## Refunds
staff-refund-button = Refund
staff-refund-title = Refund a gift
staff-refund-find = What is the number of the case or of the gift?
staff-refund-unknown = No gift has this number.
staff-refund-left = { $amount } can still be refunded.
staff-refund-whole = Refund { $amount }
staff-refund-part = A part
staff-refund-how-much = How much should be refunded? At most { $amount }.
staff-refund-amount = This amount is not understood, or is more than what is left.
staff-refund-unpaid = This gift was not paid: there is nothing to refund.
staff-refund-disputed = This gift is disputed: the bank decides. Answer at Stripe.
staff-refund-gone = All of it is refunded already or on its way.
staff-refund-too-much = Less than that is left to refund.
staff-refund-meanwhile = Somebody on the team has just refunded part of it. Look at what is left before you go on.
staff-refund-no-payment = The payment of this gift is not known yet. Try again in a few minutes.
staff-refund-why = Why refund { $amount }? The reason stays in the team’s log.
staff-refund-asked = The person asks for it
staff-refund-double = Paid twice
staff-refund-wrong = Wrong amount
staff-refund-fraud = Card may be stolen
staff-refund-other = Another reason
staff-refund-write = Write the reason in one sentence, and name nobody.
staff-refund-label-number = Number
staff-refund-label-amount = Amount
staff-refund-label-reason = Reason
staff-refund-reason = Reason: { $reason }
staff-refund-sure-title = Refund { $amount }?
staff-refund-sure = The money goes back to the person, and that cannot be undone. Stripe keeps its fee.
staff-refund-yes = Yes, { $amount }
staff-refund-sent = Stripe refunds { $amount }. The person is told.
staff-refund-later = Stripe does not answer at the moment. The request for { $amount } is kept and will go out by itself, once.
staff-refund-refused-title = Stripe refuses a refund
staff-refund-refused-why = Stripe says: { $why }
staff-refund-refused-todo = Look at this payment at Stripe; a balance that is too low is the most frequent cause.
staff-refund-unanswered = Stripe did not answer all day; the request was given up. Check at Stripe before you make it again.

## Matched gifts, for staff
staff-match-title = Matched gifts, “{ $campaign }”
staff-match-none = Nobody matches gifts to this campaign.
staff-match-line = { $sponsor }: up to { $pool }, { $left } left. From { $begins } to { $ends }.
staff-match-names = In French: { $fr }. In English: { $en }.
staff-match-promise = Every gift paid in that time is doubled until the sum is used up. It is the promise of whoever makes it: it enters neither the total nor the books.
staff-match-new = Matched gifts
staff-match-back = Back
staff-match-end = End { $sponsor }
staff-match-end-sure = { $left } of what { $sponsor } promised is left. What was added stays; nothing is added after this.
staff-match-end-yes = Yes, end it
staff-match-go = Begin
staff-match-drop = Throw away
staff-match-stale = This button no longer holds: things have changed meanwhile.
staff-match-ask-fr = Who matches gifts? The name in French, as it will be shown.
staff-match-ask-en = And the name in English?
staff-match-ask-pool = Up to what sum?
staff-match-ask-from = From when? For example “December 1” or “December 1 9 am”.
staff-match-ask-until = Until when? For example “December 24” or “December 24 6 pm”.
staff-match-field-fr = Name in French
staff-match-field-en = Name in English
staff-match-field-pool = Sum
staff-match-field-from = Begins
staff-match-field-until = Ends
staff-match-bad-name = A name has 1 to 80 characters.
staff-match-bad-amount = This amount is not understood. Write 500 or 500.50, for example.
staff-match-bad-time = This day is not understood, or this hour does not exist on that day.
staff-match-past = That moment has passed.
staff-match-order = The end comes before the beginning.
staff-match-overlap = Somebody matches gifts to this campaign in that time already. Change the days, or end the other one first.
staff-refund-failed-title = A refund failed at the bank
staff-refund-failed-todo = The money is back on your Stripe balance, and the donor has been notified if we know who paid. Check the reason at Stripe before you try again: most often the card no longer exists.
