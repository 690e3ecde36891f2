"""What all routes have in common, whatever they answer: headers, formats to choose from, problems."""
