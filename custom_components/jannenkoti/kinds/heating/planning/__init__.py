"""When to heat: prices, forecasts and the plan."""
