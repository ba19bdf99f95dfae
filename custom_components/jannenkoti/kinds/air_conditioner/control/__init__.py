"""Control: decide what the air conditioner does, and carry it out."""
