//! REST for people and programs, one file an endpoint.
