/** What becomes of labeling jobs is found out by a function of their own: events of them are left to it. */
import type { FunctionConfiguration } from '../../schemas/configuration/compiled.ts';
import { buildServices, type Gather, type Services } from '../event.ts';

/** Leaves labeling jobs to the labeling function, unless that is switched off. */
export function leaveToLabeling({ labeling }: FunctionConfiguration): Gather {
  return async (change, event) =>
    labeling.mode === 'off' || change.resource.type !== 'labeling-job'
      ? {}
      : { handOver: { kind: 'hand-over', to: 'labeling', event } };
}

/** The services of the function that gets the events of labeling jobs. */
export const buildLeavingServices = (): Services =>
  buildServices(({ configuration }) => leaveToLabeling(configuration));
