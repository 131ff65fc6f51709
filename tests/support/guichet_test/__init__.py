"""What the integration tests and the benchmark stand on: real servers, the real program,
independent clients, invented people, and an independent idea of what must come out."""
