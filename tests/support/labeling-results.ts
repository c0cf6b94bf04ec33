/** What the labeling function did on an embedded AWS: the jobs that it created and the alerts that it sent. */
import type { LocalAws } from '../../local/embedded-aws/start.ts';
import { AlertMessage } from '../../schemas/message/alert.ts';

/** Reads the results from `aws` when asked. */
export function labelingResults(aws: () => LocalAws) {
  const alerts = () =>
    aws().publications.map(({ bodies }) => AlertMessage.parse(JSON.parse(bodies.get('default') ?? '')));
  return {
    /** The alerts that were sent, the oldest first. */
    alerts,
    /** The codes of the causes that the alerts name. */
    codes: () => alerts().map(({ cause }) => cause?.code),
    /** The details of the first alert, by their labels. */
    details: () => Object.fromEntries((alerts()[0]?.details ?? []).map(({ label, value }) => [label, value])),
    /** The names of the jobs that were created, the oldest first. */
    created: () => aws().sageMaker.created,
    /** The job of this name in SageMaker. */
    jobNamed: (name: string) => [...aws().sageMaker.resources.values()].find((one) => one.name === name),
  };
}
