### Under 18.

adult-title = Are you 18 or over?
adult-why = We ask this once, before a monthly gift, and keep only your answer and the day.
adult-yes = Yes
adult-no = No
adult-refused-title = Thank you for wanting to help
adult-refused = Monthly gifts are for people who are 18 or over. You can still give once, up to { $amount }, and you will get no reminders.
adult-refused-parent = Is this a mistake, or does a parent have a question? Write to us here, and a person will answer.
adult-once = Give once
