"""What the house costs, each figure beside a reference; see README.md."""
