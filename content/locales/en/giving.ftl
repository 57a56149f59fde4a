### Before the payment. Always "campaign", never "fundraiser".

## Welcome
welcome-title = Hello! This is { $charity }.
welcome-back = Hello again! This is { $charity }.
welcome-how = Giving takes one tap here: pick an amount, the secure payment page opens, and you come back to this chat.
welcome-consent = We only write to answer you. Anything else comes only if you ask for it.
welcome-again = Here is how things are going.
see-campaign = See the campaign
see-open = See the open campaign

## Campaign card
give-amount = Give { $amount }
other-amount = Other amount
share = Share
own-link = A link just for me
own-link-forwarded = Forwarded to you? Tap here
does-example = { $amount } = for example, { $what }
does-earmarked = { $amount } = { $what }
pay-note = Secure payment by Stripe, no account needed.
standing-first = Goal: { $goal }. The campaign has just begun.
standing-start = { $donors ->
    [one] Goal: { $goal }. One person has given so far.
   *[other] Goal: { $goal }. { $donors } people have given so far.
}
standing-start-quiet = Goal: { $goal }.
standing-half = { $raised } of { $goal }: { $percent }% of the goal.
standing-near = Only { $missing } to go to reach { $goal }.
standing-outside = Including { $outside } received elsewhere.
standing-outside-total = { $raised } raised so far, including { $outside } received elsewhere.
standing-reached = The { $goal } goal is reached: { $raised } so far.
deadline = Open until { $day }.
deadline-extended = Extended until { $day }.
campaign-ended-total = This campaign has ended: { $raised } in all. Thank you!
share-text = Have a look at “{ $campaign }”, I thought you’d like it:

## Choosing a campaign
choose-campaign = Which campaign would you like to give to?
choose-campaign-line = Several campaigns are open.
choose-campaign-amount = Several campaigns are open for your gift of { $amount }.
campaign-unknown = We can’t find that campaign
campaign-unknown-open = These are open now.
nothing-open-title = Between two campaigns
nothing-open = No campaign is open at the moment. The next one will show up here.
campaign-closed-title = This campaign has ended
campaign-closed = “{ $campaign }” no longer accepts gifts.
campaign-closed-on = “{ $campaign }” ended on { $day }.

## Typed amounts
confirm-amount = Your gift will be { $amount }.
amount-not-understood-title = How much would you like to give?
amount-not-understood = Please write it in digits, for example 5 or 7.50.
amount-ambiguous-title = Which one did you mean?
amount-ambiguous = That amount can be read two ways. Tap the one you meant.
amount-not-positive-title = It has to be more than zero
ask-amount-title = How much would you like to give?
ask-amount = Write the amount here, for example 15. It goes to “{ $campaign }”; gifts start at { $minimum }.
ask-amount-most = Under 18, a gift can be up to { $amount }.
ask-amount-label = Amount, for example 15
amount-only-reading-title = Did you mean { $amount }?
amount-only-reading-minimum = Gifts here start at { $limit }.
amount-not-chargeable-title = That exact amount cannot be paid
amount-not-chargeable = Payments in this currency go in steps of { $limit }. These are the closest amounts.
amount-not-positive = Gifts start at { $limit }. Here are a few amounts.
amount-below-minimum-title = A little too small for a card
amount-below-minimum = The smallest payment possible is { $limit }. Here are a few amounts.
amount-above-cap-title = That is very generous
amount-above-cap = The largest gift possible here is { $limit }.
amount-above-cap-contact = To give more, write to { $contact } and a person will answer.
amount-absurd-title = A typo, maybe?
amount-absurd = A gift can be up to { $limit }. Pick an amount or type it again.
amount-other-currency-title = A different currency
amount-other-currency = This campaign accepts gifts in { $currency }. Tap an amount: your card will convert it.
card-match = Gifts matched by { $sponsor }: { $left } left.
card-just-given = A gift has just come in.
