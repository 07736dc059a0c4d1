"""The people who work in the county's institutions and their posts, one-to-one onto accounts (Account.person_id)."""
