### For staff: the limits that owners set.

staff-home-limits = Limits
staff-limits-title = Limits
staff-limits-note = What you choose here overrides the server’s settings. The whole team is notified of every change.
staff-limit-approve = Second person
staff-limit-pause = Automatic pause
staff-limit-domains = Allowed websites
staff-limit-declined = Declined payments
staff-limit-warned = Fraud warnings
staff-limit-dms = New direct messages
staff-limit-offline = Gifts outside Obole
staff-limit-is-offline = Above { $number } (in the campaign’s currency), a second person confirms cash, cheques and transfers.
staff-limit-monthly = Test: monthly offer
staff-limit-is-approve = Above { $number } recipients, a second person must approve.
staff-limit-is-pause = Above { $number }% of failures, a broadcast pauses automatically.
staff-limit-is-domains = Links may lead to: { $sites }.
staff-limit-is-declined = Staff are notified from { $number } declined payments in an hour.
staff-limit-is-warned = Staff are notified from { $number } fraud warnings in an hour.
staff-limit-is-dms = On Discord, the bot writes first to at most { $number } new people a day.
staff-limit-is-monthly = { $number ->
    [0] Every new donor is offered a monthly gift once (no test).
   *[other] Test: { $number }% of new donors are not offered a monthly gift, to see whether the offer works.
}
staff-limit-is-no-domain = Links may lead only to this bot.
staff-limit-own = (chosen here)
staff-limit-by-itself = (default)
staff-limit-ask-approve = Above how many recipients must a second person approve? Write a number; 0 means every time.
staff-limit-ask-pause = Write a percentage from 1 to 100.
staff-limit-ask-domains = Write the websites, separated by commas, for example example.org, example.com. Their subdomains are allowed too. Write a Telegram name as @name.
staff-limit-ask-declined = How many declined payments in an hour should alert the team? Write a number from 1 to 1000. An hour with at least twice as many successful payments raises no alert.
staff-limit-ask-warned = How many fraud warnings from banks in an hour should alert the team? Write a number from 1 to 1000.
staff-limit-ask-dms = On Discord, how many new people a day may the bot write to first? Write a number from 0 to 50. Discord has blocked bots after 20. People who wrote to the bot in private don’t count.
staff-limit-ask-offline = Above what amount must a second person confirm cash, cheques and transfers? Write a number, in the campaign’s currency; 0 means every time.
staff-limit-ask-monthly = What percentage of new donors should not be offered a monthly gift, so that you can see whether the offer works? Write a number from 0 to 50; 0 ends the test. The result is in /nudges, under “Do they work?”.
staff-limit-bad-number = That is not a number from 0 to 1,000,000.
staff-limit-bad-percent = That is not a number from 1 to 100.
staff-limit-bad-host = One of these is not a website name, or there are more than 20.
staff-limit-bad-alarm = That is not a number from 1 to 1000.
staff-limit-bad-dms = That is not a number from 0 to 50.
staff-limit-bad-monthly = That is not a number from 0 to 50.
staff-limit-few-donors = This test needs more than 2,000 new donors in the past year: with fewer, it costs gifts and tells you nothing.
staff-limit-reset = Use the default
staff-limit-changed = A limit has changed
staff-foreign-link = Telegram or Discord would turn this into a link to a website that is not allowed: { $what }. Owners choose the allowed websites under Limits. If it is not meant as an address, put a space after the dot.
