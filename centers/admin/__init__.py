"""The admin: pages for the staff who edit the records, below `ADMIN_PATH`."""
