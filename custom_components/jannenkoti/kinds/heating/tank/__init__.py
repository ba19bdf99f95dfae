"""What a tank holds, loses and gives away."""
