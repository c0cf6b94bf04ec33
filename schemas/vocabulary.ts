/** Words that configuration, alerts and filter policies share. */

/** What happened, in the words `ground-control.yml` uses to say which of it people hear about. */
export const OUTCOMES = [
  'completed',
  'failed',
  'time-limit',
  'stopped',
  'degraded',
  'deleted',
  'running',
  'changed',
  'unknown',
  'budget',
  'labeling',
] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** What a change can come to: all of them but what is said of money and of labeling jobs that run. */
export const CHANGE_OUTCOMES = OUTCOMES.filter((outcome) => outcome !== 'budget' && outcome !== 'labeling');

/** From "wake somebody" to "for your information". */
export const SEVERITIES = ['critical', 'error', 'warning', 'info'] as const;
export type Severity = (typeof SEVERITIES)[number];
