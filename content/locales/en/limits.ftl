### For staff: the limits of broadcasts.

staff-home-limits = Limits
staff-limits-title = Limits of broadcasts
staff-limits-note = What is chosen here wins over the server’s settings. The whole team is told of a change.
staff-limit-approve = Second person
staff-limit-pause = Pause by itself
staff-limit-domains = Allowed sites
staff-limit-is-approve = Above { $number } recipients a second person approves.
staff-limit-is-pause = Above { $number }% of failures a broadcast pauses by itself.
staff-limit-is-domains = Links may lead to: { $sites }.
staff-limit-is-no-domain = Links may lead nowhere but to this bot.
staff-limit-own = (chosen here)
staff-limit-by-itself = (as it came)
staff-limit-ask-approve = Above how many recipients does it take a second person? Write a number; 0 means every time.
staff-limit-ask-pause = Write a number from 1 to 100, in percent.
staff-limit-ask-domains = Write the sites, separated by commas, for example example.org, example.com. What is below them is allowed too. A name on Telegram is written @name.
staff-limit-bad-number = That is no number from 0 to 1,000,000.
staff-limit-bad-percent = That is no number from 1 to 100.
staff-limit-bad-host = One of them is no name of a site, or there are more than 20.
staff-limit-reset = As it came
staff-limit-changed = A limit of broadcasts has changed
staff-foreign-link = Telegram or Discord would make this a link outside the sites that are allowed, which owners choose under Limits: { $what }. If it is not meant as an address, leave a space after the dot.
