"""From raw values to scores and ranks: framework, treatment, normalisation, aggregation."""
