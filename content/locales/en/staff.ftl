### The staff's corner.

staff-refused-title = For staff only
staff-refused = This command is for the campaign’s staff. To reach a person: { $contact }
staff-refused-role = Your role does not allow this. Please ask an owner.
command-team = Staff: home and members
command-campaigns = Staff: campaigns
command-broadcast = Staff: write a broadcast
command-stats = Staff: the figures
command-freeze = Staff: stop everything at once
command-here = Staff: use this place
option-staff-code = Your one-time code
option-staff-code-name = code
staff-picture-title = The picture is too large
staff-picture-too-large = This picture is above 10 MB. Please send a smaller one: the question stays open.
