"""What the heating has done."""
