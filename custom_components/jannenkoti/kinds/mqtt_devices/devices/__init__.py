"""Pure rules of a claimed device."""
