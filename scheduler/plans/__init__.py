"""What posts are planned in: calendar, queues and slots, campaigns, labels."""
