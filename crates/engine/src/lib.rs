//! decide(): one pure function from stored inputs to a decision with its receipt.
