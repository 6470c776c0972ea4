"""What the services load: drivers without a data plane, and faults on demand."""
