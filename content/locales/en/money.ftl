### Money that goes back, and money in trouble.

## Two like gifts
double-title = Two like donations
double-line = We received { $amount } twice for “{ $campaign }”, a few minutes apart. Was that meant?
double-choice = If so, thank you! If not, one tap sends the second one back to you.
double-back = Refund the second
double-keep = Yes, keep both
double-kept = Both of your donations count.
double-returns = We have asked for { $amount } to go back to you.
double-refused = The refund of { $amount } could not be made right away. A person at { $charity } will look after it.

## What staff are told
staff-gift-line = { $amount }, { $day }, “{ $campaign }”.
staff-gift-undated = { $amount }, “{ $campaign }”.
staff-gift-number = Gift no. { $number }
staff-open-stripe = Open at Stripe
staff-dispute-title = A gift is disputed
staff-dispute-until = It can be answered until { $until }.
staff-dispute-todo = The person’s bank asks for the money. Answer at Stripe with what you know, or accept the dispute; without an answer the money is lost. Do not refund it as well.
staff-fraud-title = A card may have been stolen
staff-fraud-todo = The bank believes that the card’s owner did not make this gift. A refund now avoids a dispute and its fee.
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
