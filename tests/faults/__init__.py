"""Everything that can fail, alone and together."""
