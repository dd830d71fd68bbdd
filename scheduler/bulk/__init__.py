"""Posts by the hundred: from CSV and XLSX into the calendar, and out again."""
