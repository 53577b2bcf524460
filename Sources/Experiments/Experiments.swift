// Scenario files, measurement, thresholds and verdicts.
