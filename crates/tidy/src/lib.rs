//! The rules of the house as tests. There is nothing to call here: see `tests/it`, one file a rule.
