"""Money: prices in minor units, payments and what is given back."""
