### Outside the chat: web pages, payment page, Discord, pictures.

## Return page
page-paid-title = Thank you!
page-paid = Your gift of { $amount } to “{ $campaign }” has arrived.
page-pending-title = Thank you! Your payment is on its way.
page-pending-monthly = { $amount } a month to “{ $campaign }”. The first bank debit takes a few days; you don’t need to do anything.
page-pending = { $amount } to “{ $campaign }”. A bank debit takes a few days; you don’t need to do anything.
page-unknown-title = Thanks for stopping by
page-unknown = If you have just paid, your gift is on its way to us and the confirmation will arrive in your chat.
page-wasnt-me-title = Wasn’t this your link?
page-wasnt-me = If this link was forwarded to you, your gift will be detached from the account of the person who had it. The gift itself stays.
page-wasnt-me-done-title = Done
page-wasnt-me-done = The gift is no longer linked to that person. Thank you for telling us.
page-link-off-title = This link is closed
page-link-off = This link no longer leads to a donation page.
page-not-found-title = This page doesn’t exist
page-not-found = Part of the address may be missing. The chat is still there for you.

## Stripe’s payment page
stripe-thanks = Thank you! Your gift to “{ $campaign }” has arrived. You can go back to your chat.
stripe-identity-reason = Your name and address are for your official receipt, and nothing else.
stripe-inactive = “{ $campaign }” has ended.

## Discord
option-amount-name = amount
option-amount = How much to give, for example 5 or 7.50
option-campaign-name = campaign
option-campaign = The campaign to give to
option-code-name = code
option-code = The code shown on the page after paying

## Pictures
picture-raised = raised of a { $goal } goal
picture-goal = Goal
picture-start = { $donors ->
    [one] One person has given so far
   *[other] { $donors } people have given so far
}
picture-first = The campaign has just begun
picture-quiet = Every gift counts
picture-missing = Only
picture-missing-of = to go to reach { $goal }
picture-reached = Goal reached
picture-over = for a { $goal } goal
picture-alt-shown = { $campaign }: { $raised } of { $goal }
picture-alt-near = { $campaign }: only { $missing } to go to reach { $goal }
picture-alt-goal = { $campaign }: goal of { $goal }
