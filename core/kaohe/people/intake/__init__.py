"""Taking people and earlier results over from spreadsheets: drafts, previews, one writing."""
