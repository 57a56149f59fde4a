"""Running campaigns: publishing, live cards in channels, milestone announcements."""
