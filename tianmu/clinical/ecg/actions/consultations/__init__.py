"""Expert consultations: asking, answering, ending, reminding."""
